import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { INSTALLATION } from './installation.js';

/** Which program reads a setting. `container`: what the image runs before the service. */
export type Program = 'service' | 'launcher' | 'sandbox' | 'lineside' | 'container';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable. An empty value counts as not set. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  /** From the text of the variable, or undefined when it is not set, to the value that the programs use. */
  schema: S;
  /** Completes the sentence "NAME must be …", with bounds and unit. */
  kind: string;
  /** For the document; undefined: it must be set, or is optional. */
  byDefault: string | undefined;
  isOptional: boolean;
  /** What it is for, in one or two sentences. */
  purpose: string;
  readBy: readonly Program[];
  isSecret: boolean;
  /** What must stand at the path before anything starts. */
  exists?: 'file' | 'folder';
}

interface Terms {
  readBy: readonly Program[];
  isSecret?: boolean;
  exists?: 'file' | 'folder';
}

type TermsWith<Default> = Terms & { byDefault?: Default; isOptional?: boolean };

const describe = <S extends z.ZodType>(schema: S, kind: string, purpose: string, { byDefault, isOptional = false, isSecret = false, ...terms }: TermsWith<unknown>): Setting<S> => ({
  schema, kind, purpose, isOptional, isSecret, byDefault: byDefault === undefined ? undefined : String(byDefault), ...terms,
});

/** Digits only: `Number` would also take blanks, 0x10 and 1e3. */
const Whole = (from: number, to: number) => z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(from).max(to));

/** @param terms `unit` stands behind the bounds, such as "milliseconds" */
export function wholeNumber(purpose: string, terms: Terms & { from: number; to: number; byDefault: number; unit?: string }) {
  const { from, to, byDefault, unit, ...rest } = terms;
  return describe(Whole(from, to).default(byDefault), `a whole number${unit ? ` of ${unit}` : ''} from ${from} to ${to}`, purpose, { ...rest, byDefault });
}

export const milliseconds = (purpose: string, terms: Terms & { from: number; to: number; byDefault: number }) => wholeNumber(purpose, { ...terms, unit: 'milliseconds' });

/** A number whose default follows from other settings. @param terms `rule` says how, for the document */
export function derivedMilliseconds(purpose: string, { from, to, rule, ...terms }: Terms & { from: number; to: number; rule: string }) {
  return describe(Whole(from, to).optional(), `a whole number of milliseconds from ${from} to ${to}`, purpose, { ...terms, byDefault: rule });
}

export const port = (purpose: string, terms: Terms & { byDefault: number }) => wholeNumber(purpose, { ...terms, from: 0, to: 65_535 });

export function choice<const Word extends string>(purpose: string, { words, byDefault, ...terms }: Terms & { words: readonly [Word, ...Word[]]; byDefault: NoInfer<Word> }) {
  return describe(z.enum(words).default(byDefault as never), `one of ${words.join(', ')}`, purpose, { ...terms, byDefault });
}

export function optionalChoice<const Word extends string>(purpose: string, { words, rule, ...terms }: Terms & { words: readonly [Word, ...Word[]]; rule: string }) {
  return describe(z.enum(words).optional(), `one of ${words.join(', ')}`, purpose, { ...terms, byDefault: rule });
}

/** One or more of `words` between commas, all of them by default. */
export function words<const Word extends string>(purpose: string, { words: known, ...terms }: Terms & { words: readonly [Word, ...Word[]] }) {
  const schema = z.string().default(known.join(',')).transform(splitList).pipe(z.array(z.enum(known)).min(1));
  return describe(schema, `one or more of ${known.join(', ')}, with commas between them`, purpose, { ...terms, byDefault: known.join(',') });
}

export const splitList = (text: string): string[] => text.split(',').map((word) => word.trim());

export function text(purpose: string, { most, ...terms }: TermsWith<string> & { most?: number }) {
  const schema = most === undefined ? z.string().min(1) : z.string().min(1).max(most);
  return describe(withDefault(schema, terms.byDefault), most === undefined ? 'a text' : `a text of up to ${most} characters`, purpose, terms);
}

/** @param terms `form` is an example, for the sentence and the document */
export function url(purpose: string, { protocol, form, ...terms }: Terms & { protocol: RegExp; form: string }) {
  return describe(z.url({ protocol }), `an address of the form ${form}`, purpose, terms);
}

const Server = z.string().regex(/^(\[[\da-f:]+\]|[\w.-]+):\d{1,5}$/i).transform((server) => {
  const at = server.lastIndexOf(':');
  return { host: server.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(server.slice(at + 1)) };
});

export function servers(purpose: string, terms: Terms) {
  return describe(z.string().transform(splitList).pipe(z.array(Server).min(1)).optional(), 'one or more of host:port, with commas between them', purpose, { ...terms, isOptional: true });
}

const Path = z.string().min(1).refine((path) => !path.startsWith('~')).transform((path) => resolve(INSTALLATION, path));

const pathKind = ({ exists }: Terms) => (exists === undefined ? 'a path (without ~, which only a shell replaces)' : `the path of a ${exists} that this user can read`);

export function path(purpose: string, terms: Terms & { byDefault: string }) {
  return describe(Path.prefault(terms.byDefault), pathKind(terms), purpose, terms);
}

export function requiredPath(purpose: string, terms: Terms) {
  return describe(Path, pathKind(terms), purpose, terms);
}

export function optionalPath(purpose: string, terms: Terms) {
  return describe(Path.optional(), pathKind(terms), purpose, { ...terms, isOptional: true });
}

/** A library is named by its path, or by a bare name that the system's loader looks up. */
export function library(purpose: string, terms: Terms) {
  const schema = z.string().min(1).transform((name) => (name.includes('/') ? resolve(INSTALLATION, name) : name));
  return describe(schema, 'the path of a file that this user can read, or the bare name of an installed library', purpose, { ...terms, exists: 'file' });
}

/** A form of its own. @param kind completes "NAME must be …" */
export function formed<S extends z.ZodType>(purpose: string, kind: string, schema: S, terms: TermsWith<string>) {
  return describe(schema, kind, purpose, terms);
}

function withDefault(schema: z.ZodString, byDefault: string | undefined): z.ZodType<string> {
  return byDefault === undefined ? schema : schema.default(byDefault);
}

/** False when the path is absolute and what stands there is not what the setting asks for. */
export function isThere(path: string, wanted: 'file' | 'folder'): boolean {
  if (!isAbsolute(path)) return true;
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isDirectory() === (wanted === 'folder');
  } catch {
    return false;
  }
}
