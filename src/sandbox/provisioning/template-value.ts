import { z } from 'zod';

/** What stands where a template wants a text: the text, a reference to a parameter, or (in fleet templates) a function. */
export type Value =
  | string
  | { Ref: string }
  | { 'Fn::Join': [string, List] }
  | { 'Fn::Select': [string | number, List] }
  | { 'Fn::FindInMap': [Value, Value, Value] }
  | { 'Fn::Split': [string, Value] }
  | { 'Fn::Sub': string | [string, Record<string, Value>] };
/** A list, written out or made by Fn::Split or Fn::FindInMap. */
type List = Value[] | Value;

export const Reference = z.strictObject({ Ref: z.string() });

const AnyValue: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.string(),
    Reference,
    z.strictObject({ 'Fn::Join': z.tuple([z.string(), AnyList]) }),
    z.strictObject({ 'Fn::Select': z.tuple([z.union([z.int(), z.string().regex(/^[0-9]{1,6}$/)]), AnyList]) }),
    z.strictObject({ 'Fn::FindInMap': z.tuple([AnyValue, AnyValue, AnyValue]) }),
    z.strictObject({ 'Fn::Split': z.tuple([z.string().min(1), AnyValue]) }),
    z.strictObject({ 'Fn::Sub': z.union([z.string(), z.tuple([z.string(), z.record(z.string(), AnyValue)])]) }),
  ]),
);
const AnyList: z.ZodType<List> = z.lazy(() => z.union([z.array(AnyValue), AnyValue]));

/** The guide documents functions other than Ref for fleet templates only. Whether others take them is not known, so the sandbox refuses. */
export function functionsFor(use: string): { value: z.ZodType<Value>; names: readonly string[] } {
  if (use !== 'FLEET_PROVISIONING') return { value: z.union([z.string(), Reference]), names: [] };
  return { value: AnyValue, names: ['Fn::Join', 'Fn::Select', 'Fn::FindInMap', 'Fn::Split', 'Fn::Sub'] };
}

/** The parameters that a part of a template refers to, and the functions that it uses, wherever they stand. */
export function namesIn(value: unknown): { references: string[]; functions: string[] } {
  if (typeof value !== 'object' || value === null) return { references: [], functions: [] };
  const inside = Object.values(value).map(namesIn);
  const references = inside.flatMap((each) => each.references);
  const functions = inside.flatMap((each) => each.functions);
  const reference = Reference.safeParse(value);
  if (reference.success) references.push(reference.data.Ref);
  const [name = '', argument] = Object.entries(value)[0] ?? [];
  if (name.startsWith('Fn::')) functions.push(name);
  if (name === 'Fn::Sub') references.push(...placeholdersOf(argument));
  return { references, functions };
}

/** Names in `${}` of a Fn::Sub that its own map doesn't hold. */
function placeholdersOf(argument: unknown): string[] {
  const [text, own] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  if (typeof text !== 'string') return [];
  const names = [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return names.filter((name) => typeof own !== 'object' || own === null || !Object.hasOwn(own, name));
}

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Why a value can't be worked out. */
export class ValueError extends Error {}

const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

/** Works out values from parameters and the template's Mappings. */
export class Resolver {
  constructor(
    private readonly parameters: Readonly<Record<string, string>>,
    private readonly mappings: Readonly<Record<string, Record<string, Record<string, string | string[]>>>> = {},
  ) {}

  /** Undefined for a reference to a parameter that has neither a value nor a default. @throws ValueError */
  text(value: Value): string | undefined {
    const resolved = this.resolve(value);
    if (Array.isArray(resolved)) throw new ValueError('A list stands where a text must stand.');
    return resolved;
  }

  /** References and functions at any depth of a policy document, the rest as it is. @throws ValueError */
  inside(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.inside(item));
    if (typeof value !== 'object' || value === null) return value;
    const parsed = AnyValue.safeParse(value);
    if (parsed.success) return this.resolve(parsed.data);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.inside(item)]));
  }

  private resolve(value: Value): string | string[] | undefined {
    if (typeof value === 'string') return value;
    if ('Ref' in value) return this.parameters[value.Ref];
    if ('Fn::Join' in value) return this.list(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
    if ('Fn::Select' in value) {
      const [index, list] = value['Fn::Select'];
      const chosen = this.list(list)[Number(index)];
      if (chosen === undefined) throw new ValueError(`Fn::Select: the list has no item ${index}.`);
      return chosen;
    }
    if ('Fn::FindInMap' in value) {
      const [map = '', key = '', subKey = ''] = value['Fn::FindInMap'].map((name) => this.text(name));
      const found = own(own(own(this.mappings, map), key), subKey);
      if (found === undefined) throw new ValueError(`Fn::FindInMap: Mappings has no ${map}.${key}.${subKey}.`);
      return found;
    }
    if ('Fn::Split' in value) return this.required(value['Fn::Split'][1]).split(value['Fn::Split'][0]);
    const given = value['Fn::Sub'];
    const [text, named] = typeof given === 'string' ? [given, {}] : given;
    return text.replace(PLACEHOLDER, (_, name: string) => this.required(own<Value>(named, name) ?? { Ref: name }));
  }

  private list(value: List): string[] {
    if (Array.isArray(value)) return value.map((item) => this.required(item));
    const resolved = this.resolve(value);
    if (!Array.isArray(resolved)) throw new ValueError('A text stands where a list must stand.');
    return resolved;
  }

  private required(value: Value): string {
    const text = this.text(value);
    if (text === undefined) throw new ValueError('A parameter inside a function has no value.');
    return text;
  }
}
