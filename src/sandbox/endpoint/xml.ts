/** What an element holds: a text, children, or several elements of the same name. Undefined is left out. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/**
 * One element. AWS writes a list in one of two ways: `<Keys><member>…</member></Keys>` (STS, IAM), or as an element that is
 * repeated (`flat`: S3, SQS).
 */
export function xml(name: string, value: XmlValue, lists: 'member' | 'flat' = 'member', attributes = ''): string {
  if (value === undefined) return '';
  if (isList(value)) {
    const items = value.map((one) => xml(lists === 'flat' ? name : 'member', one, lists)).join('');
    return lists === 'flat' ? items : `<${name}>${items}</${name}>`;
  }
  const content = typeof value === 'object' ? Object.entries(value).map(([child, inner]) => xml(child, inner, lists)).join('') : escapeXml(String(value));
  return `<${name}${attributes}>${content}</${name}>`;
}

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
