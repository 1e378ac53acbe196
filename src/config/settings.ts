import type { z } from 'zod';
import { EX_CONFIG } from './installation.js';
import { CONTAINER_SETTINGS, LAUNCHER_SETTINGS, SANDBOX_SETTINGS } from './other-settings.js';
import { SERVICE_SETTINGS } from './service-settings.js';
import { type Environment, isThere, type Setting } from './setting.js';
import { findUnknownNames } from './unknown-settings.js';

/** Every setting of every program of Lineside. `docs/settings.md` is made from it. */
export const SETTINGS: Readonly<Record<string, Setting>> = { ...LAUNCHER_SETTINGS, ...SERVICE_SETTINGS, ...SANDBOX_SETTINGS, ...CONTAINER_SETTINGS };

type Settings = Readonly<Record<string, Setting>>;
export type Values<S extends Settings> = { readonly [Name in keyof S]: z.infer<S[Name]['schema']> };

/** Settings that nothing can start with. The message is all faults, one sentence a line; none of them holds a value. */
export class SettingsRefused extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'SettingsRefused';
  }
}

/** The settings are right by themselves, and what they name does not answer. The message is one sentence without a value, `remedy` says what to do. */
export class StartRefused extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'StartRefused';
  }
}

export interface Reading<S extends Settings> {
  /** What could be read; complete where there are no faults. */
  values: Partial<Values<S>>;
  faults: string[];
}

/**
 * Reads `settings` from an environment, and looks at all its names for misspelt ones.
 * @param supplied names that the program sets itself where they are missing
 */
export function readSettings<S extends Settings>(settings: S, env: Environment, supplied: readonly (keyof S)[] = []): Reading<S> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const given = env[name] || undefined;
    if (given === undefined && supplied.includes(name)) continue;
    const { success, data } = setting.schema.safeParse(given);
    if (!success) faults.push(given === undefined ? `${name} is not set. ${setting.purpose}` : `${name} must be ${setting.kind}.`);
    else if (setting.exists && typeof data === 'string' && !isThere(data, setting.exists)) faults.push(`${name} must be ${setting.kind}.`);
    else values[name] = data;
  }
  return { values: values as Partial<Values<S>>, faults: [...faults, ...describeUnknown(env)] };
}

function describeUnknown(env: Environment): string[] {
  const given = Object.keys(env).filter((name) => env[name]);
  const comparable = Object.keys(SETTINGS).filter((name) => !(name in CONTAINER_SETTINGS));
  return findUnknownNames(given, Object.keys(SETTINGS), comparable).map(({ name, nearest }) =>
    nearest === undefined ? `${name} is no setting of Lineside.` : `${name} is no setting of Lineside; ${nearest} is.`);
}

/** @throws SettingsRefused with all faults */
export function acceptSettings<S extends Settings>({ values, faults }: Reading<S>): Values<S> {
  if (faults.length > 0) throw new SettingsRefused(faults);
  return Object.freeze(values as Values<S>);
}

/** Runs a program's main part. What is refused ends it with sentences instead of a stack: settings with 78, what they name with 1. */
export async function runWithSettings(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (error instanceof StartRefused) {
      process.stderr.write(`\n${error.message}\n${error.remedy}\n`);
      process.exit(1);
    }
    if (!(error instanceof SettingsRefused)) throw error;
    process.stderr.write(describeRefusal(error.faults));
    process.exit(EX_CONFIG);
  }
}

export function describeRefusal(faults: readonly string[]): string {
  return `\nLineside can't start with these settings:\n${faults.map((fault) => `  ${fault}\n`).join('')}docs/settings.md names every setting.\n`;
}
