import { isDeepStrictEqual } from 'node:util';

/** Names of what is asked otherwise than it is kept, in the order of asking; what is not asked does not differ. */
export function differing<Kept extends object>(kept: Kept, asked: { [Name in keyof Kept]?: Kept[Name] | undefined }): string[] {
  return Object.entries(asked).filter(([name, value]) => value !== undefined && !isDeepStrictEqual(value, kept[name as keyof Kept])).map(([name]) => name);
}
