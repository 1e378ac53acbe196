import { LRUCache } from 'lru-cache';
import { RE2JS, RE2JSException } from 're2js';
import { z } from 'zod';
import { Serial } from './serial.js';
import { CHECK_DIGITS, checkCharacter, knowsLetters } from './check-digits.js';

/** What the serials of a product are like. Each rule that is left out holds of every serial. */
export const SerialRules = z
  .object({
    pattern: z.string().min(1).max(200).refine(isPattern, 'is no regular expression of RE2').optional().meta({ description: 'Regular expression (RE2: no look-around, no back-references) of the whole serial' }),
    minLength: z.number().int().min(1).max(64).optional(),
    maxLength: z.number().int().min(1).max(64).optional(),
    case: z.enum(['upper', 'lower']).optional().meta({ description: 'How letters are kept, however they are scanned or listed' }),
    checkDigit: z.object({
      scheme: z.enum(CHECK_DIGITS),
      from: z.number().int().min(0).max(62).default(0).meta({ description: 'Characters at the beginning that it does not cover, such as a prefix' }),
    }).strict().optional().meta({ description: 'The last character is computed from those before it' }),
    allowList: z.boolean().optional().meta({ description: 'Only serials that were uploaded for the product (POST /v1/products/{name}/serials)' }),
    doubleScan: z.boolean().optional().meta({ description: 'A claim of a unit brings a second reading of its serial (`confirm`): of another label, or out of the chip' }),
  })
  .strict()
  .meta({ id: 'SerialRules', example: { pattern: 'LS-[0-9]{7}', case: 'upper', checkDigit: { scheme: 'luhn', from: 3 } } });
export type SerialRules = z.infer<typeof SerialRules>;

/** The serial as it is kept. */
export function canonicalSerial(serial: string, { case: kept }: SerialRules): string {
  if (kept === undefined) return serial;
  return kept === 'upper' ? serial.toUpperCase() : serial.toLowerCase();
}

/** Which rule a serial in its kept form breaks, as the end of a sentence that begins with it; undefined when it breaks none. The allow-list is looked at by whoever has it. */
export function faultOf(serial: string, { minLength = 1, maxLength = 64, pattern, checkDigit }: SerialRules): string | undefined {
  if (!Serial.safeParse(serial).success) return 'is no serial (letters, digits, _ : -; at most 64)';
  if (serial.length < minLength) return `has ${serial.length} characters, not at least ${minLength}`;
  if (serial.length > maxLength) return `has ${serial.length} characters, not at most ${maxLength}`;
  if (pattern !== undefined && !compiled(pattern).matches(serial)) return `does not look like ${pattern}`;
  return checkDigit && faultOfCheckDigit(serial, checkDigit);
}

/** Whether a new unit may have the serial as it stands: it is in the kept form and breaks no rule. */
export function isInRules(serial: string, rules: SerialRules): boolean {
  return canonicalSerial(serial, rules) === serial && faultOf(serial, rules) === undefined;
}

/** Why no serial can keep all of the rules, as far as lengths and case say it; undefined where nothing speaks against it. */
export function contradictionIn({ minLength = 1, maxLength = 64, case: kept, checkDigit }: SerialRules): string | undefined {
  if (minLength > maxLength) return 'minLength is over maxLength';
  if (!checkDigit) return undefined;
  if (kept === 'lower' && knowsLetters(checkDigit.scheme)) return `serials are kept in lower case, and ${checkDigit.scheme} knows upper case only`;
  const least = leastLength(checkDigit);
  return maxLength < least ? `maxLength is ${maxLength}, and a serial with its check digit needs at least ${least} characters` : undefined;
}

/** The serial whose characters before the check digit are `payload`. Throws a RangeError where the scheme does not know its characters. */
export function withCheckDigit(payload: string, { checkDigit }: SerialRules): string {
  if (!checkDigit) return payload;
  const check = checkCharacter(checkDigit.scheme, payload.slice(checkDigit.from));
  if (check === undefined) throw new RangeError(`${payload.slice(checkDigit.from)} has characters for which ${checkDigit.scheme} has no check digit`);
  return payload + check;
}

function faultOfCheckDigit(serial: string, { scheme, from }: NonNullable<SerialRules['checkDigit']>): string | undefined {
  if (serial.length < leastLength({ from })) return `is too short for its check digit (${scheme})`;
  const expected = checkCharacter(scheme, serial.slice(from, -1));
  if (expected === undefined) return `has characters for which ${scheme} has no check digit`;
  return serial.endsWith(expected) ? undefined : `ends in ${serial.at(-1)}, and its check digit (${scheme}) is ${expected}`;
}

/** One character at least that the check digit covers, and itself. */
const leastLength = ({ from }: { from: number }) => from + 2;

const patterns = new LRUCache<string, RE2JS>({ max: 200 });

/** In linear time, whatever the pattern: a manager's regular expression may not stop a line. */
function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
  patterns.set(pattern, known);
  return known;
}

function isPattern(pattern: string): boolean {
  try {
    compiled(pattern);
    return true;
  } catch (error) {
    if (error instanceof RE2JSException) return false;
    throw error;
  }
}
