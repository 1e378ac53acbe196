/** Only a text with one of these can have a number that a double does not hold. */
const DOUBTFUL = /\d{16}|\d[eE]/;
/** So many decimal digits a double holds, whatever they are (IEEE 754). */
const SURE_DIGITS = 15;

/** As TypeScript's libraries do not have them yet (ECMAScript, "JSON.parse source text access"). */
interface SourceAccess {
  parse(text: string, reviver: (name: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
}
const { parse, rawJSON } = JSON as unknown as SourceAccess;

/**
 * The value of a JSON text, in which a number that a double does not hold stands as it was written, so that JSON.stringify gives all its digits
 * back. To all else it is an object.
 */
export function parseExactly(text: string): unknown {
  if (!isDoubtful(text)) return JSON.parse(text);
  return parse(text, (_name, value, { source }) => (typeof value === 'number' && source !== undefined && isLost(value, source) ? rawJSON(source) : value));
}

export const isDoubtful = (text: string) => DOUBTFUL.test(text);

function isLost(value: number, source: string): boolean {
  if (JSON.stringify(value) === source) return false;
  const digits = source.replace(/[eE].*$/, '').replaceAll(/[-.]/g, '').replace(/^0+/, '');
  return !Number.isFinite(value) || digits.length > SURE_DIGITS || (value === 0 && digits !== '');
}
