/** How the last character of a serial is computed from those before it. */
export const CHECK_DIGITS = ['luhn', 'gs1', 'mod-43', 'mod-37-36'] as const;
export type CheckDigit = (typeof CHECK_DIGITS)[number];

const DIGITS = '0123456789';
const UPPER = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
/** Of Code 39 (ISO/IEC 16388), in the order of their values. */
const CODE_39 = `${UPPER}-. $/+%`;

const ALPHABETS: Record<CheckDigit, string> = { luhn: DIGITS, gs1: DIGITS, 'mod-43': CODE_39, 'mod-37-36': UPPER };

/** Whether the scheme computes with letters, all of them in upper case, and its check character may be one. */
export const knowsLetters = (scheme: CheckDigit) => ALPHABETS[scheme].includes('A');

/**
 * The check character that belongs behind `payload`; undefined where the payload has characters that the scheme does not know.
 * `luhn`: ISO/IEC 7812-1 annex B. `gs1`: GS1 General Specifications 7.9. `mod-43`: ISO/IEC 16388 annex A. `mod-37-36`: ISO/IEC 7064.
 */
export function checkCharacter(scheme: CheckDigit, payload: string): string | undefined {
  const alphabet = ALPHABETS[scheme];
  const values = Array.from(payload, (character) => alphabet.indexOf(character));
  if (values.includes(-1)) return undefined;
  return alphabet[SCHEMES[scheme](values)];
}

const SCHEMES: Record<CheckDigit, (values: readonly number[]) => number> = {
  luhn(values) {
    const sum = values.toReversed().reduce((total, value, place) => total + (place % 2 === 0 ? doubled(value) : value), 0);
    return (10 - (sum % 10)) % 10;
  },
  gs1(values) {
    const sum = values.toReversed().reduce((total, value, place) => total + value * (place % 2 === 0 ? 3 : 1), 0);
    return (10 - (sum % 10)) % 10;
  },
  'mod-43': (values) => values.reduce((total, value) => total + value, 0) % 43,
  'mod-37-36'(values) {
    const product = values.reduce((before, value) => ((((before + value) % 36 || 36) * 2) % 37), 36);
    return (37 - product) % 36;
  },
};

const doubled = (value: number) => (value > 4 ? value * 2 - 9 : value * 2);
