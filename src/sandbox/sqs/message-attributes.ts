import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidParameter } from './sqs-error.js';

export const MessageAttribute = z.object({
  DataType: z.string().regex(/^(String|Number|Binary)(\.[\w.-]{1,249})?$/),
  StringValue: z.string().optional(),
  /** base64 */
  BinaryValue: z.string().optional(),
});
export type MessageAttribute = z.infer<typeof MessageAttribute>;
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const ATTRIBUTES_PER_MESSAGE = 10;

/** @throws SqsError */
export function requireGoodAttributes(attributes: MessageAttributes): void {
  if (Object.keys(attributes).length > ATTRIBUTES_PER_MESSAGE) throw invalidParameter(`Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(?!aws\.|amazon\.)[\w-]+(\.[\w-]+)*$/i.test(name) || name.length > 256) throw invalidParameter(`The message attribute name '${name}' is invalid.`);
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value === '') throw invalidParameter(`The message attribute '${name}' must contain a non-empty value of its type ${DataType}.`);
  }
}

/** Of a message's size only: names, types and values count. */
export const bytesOf = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce((sum, [name, attribute]) => sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueOf(attribute).length, 0);

const valueOf = ({ DataType, StringValue = '', BinaryValue = '' }: MessageAttribute): Buffer => (DataType.startsWith('Binary') ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue));

/** SQS Developer Guide, "Calculating the MD5 message digest for message attributes". Undefined where there are none. */
export function digestOf(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name] ?? { DataType: 'String' };
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(attribute.DataType.startsWith('Binary') ? 2 : 1));
    add(valueOf(attribute));
  }
  return hash.digest('hex');
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Those that the caller asked for: by name, by `prefix.*`, or all of them. */
export function chosen(attributes: MessageAttributes, asked: readonly string[]): MessageAttributes {
  const wanted = (name: string): boolean => asked.some((one) => one === 'All' || one === '.*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -1))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
