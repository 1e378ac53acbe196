import type { XmlValue } from '../endpoint/xml.js';

/** The query protocol's form of SQS's members, to and from that of the JSON protocol. */

type Json = string | readonly Json[] | { readonly [name: string]: Json };
interface Tree {
  [name: string]: Tree | string;
}

/** Lists and maps by their name in a form: `AttributeName.1=All`, `Attribute.1.Name=…&Attribute.1.Value=…`. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};
const MAPS: Readonly<Record<string, string>> = { Attribute: 'Attributes', MessageAttribute: 'MessageAttributes' };

export function fromForm(parameters: Readonly<Record<string, string>>): Json {
  const tree: Tree = {};
  for (const [name, value] of Object.entries(parameters)) plant(tree, name.split('.'), value);
  return toJson(tree);
}

function plant(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const known = Object.hasOwn(tree, name) ? tree[name] : undefined;
  const branch: Tree = typeof known === 'object' ? known : {};
  tree[name] = branch;
  plant(branch, rest, value);
}

function toJson(tree: Tree): Json {
  return Object.fromEntries(Object.entries(tree).map(([name, value]): [string, Json] => {
    if (typeof value === 'string') return [name, value];
    const items = Object.entries(value).toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => (typeof item === 'string' ? item : toJson(item)));
    if (LISTS[name] !== undefined) return [LISTS[name], items];
    if (MAPS[name] !== undefined) return [MAPS[name], Object.fromEntries(items.map((item) => (isObject(item) ? [textOf(item['Name']), item['Value'] ?? ''] : ['', ''])))];
    return [name, toJson(value)];
  }));
}

const isObject = (value: Json): value is { readonly [name: string]: Json } => typeof value === 'object' && !Array.isArray(value);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** What an operation answered, as the elements of its result. */
export function toElements(operation: string, output: Readonly<Record<string, unknown>>): XmlValue {
  const names: Readonly<Record<string, string>> = { QueueUrls: 'QueueUrl', Messages: 'Message', Successful: `${operation}ResultEntry`, Failed: 'BatchResultErrorEntry' };
  return Object.fromEntries(Object.entries(output).map(([name, value]): [string, XmlValue] => {
    if (name === 'Attributes' || name === 'MessageAttributes') {
      const entries = Object.entries(value as Record<string, XmlValue>).map(([key, one]) => ({ Name: key, Value: one }));
      return [name.slice(0, -1), entries];
    }
    if (Array.isArray(value)) return [names[name] ?? name, value.map((item: XmlValue) => (isRecord(item) ? toElements(operation, item) : item))];
    return [name, value as XmlValue];
  }));
}

const isRecord = (value: XmlValue): value is { readonly [name: string]: XmlValue } => typeof value === 'object' && !Array.isArray(value);
