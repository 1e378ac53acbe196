/** What PostgreSQL can't hold in text and jsonb: U+0000, and half of a surrogate pair. */
// oxlint-disable-next-line no-control-regex
const UNKEEPABLE = /[\u0000]|\p{Surrogate}/u;
// oxlint-disable-next-line no-control-regex
const ALL_UNKEEPABLE = /[\u0000]|\p{Surrogate}/gu;

/** The way to the first text in `value` that the ledger can't hold (a member's name counts as text), or undefined. */
export function findUnkeepable(value: unknown): (string | number)[] | undefined {
  if (typeof value === 'string') return UNKEEPABLE.test(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = UNKEEPABLE.test(name) ? [] : findUnkeepable(inner);
    if (found) return [escapeUnkeepable(name), ...found];
  }
  return undefined;
}

/** `text` with those characters written as JSON would escape them, such as `\u0000`. */
export function escapeUnkeepable(text: string): string {
  return text.replace(ALL_UNKEEPABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same in all texts and names of a JSON value. */
export function escapeAllUnkeepable<Value>(value: Value): Value {
  if (findUnkeepable(value) === undefined) return value;
  return JSON.parse(JSON.stringify(value), (_name, inner: unknown) => {
    if (typeof inner === 'string') return escapeUnkeepable(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, member]) => [escapeUnkeepable(name), member]));
  }) as Value;
}
