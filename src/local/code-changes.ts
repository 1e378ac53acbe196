import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync, type Options } from '@swc/core';
import { BUILD_STAMP } from '../../setup/missing.mjs';
import { LocalProblem } from './local.errors.js';
import { SourceFolder } from './source-folder.js';

/** Files that are written together, by an editor or by git, are compiled together: so long nothing must have changed. */
const QUIET_MS = 20;

/** Programs of their own; the service loads nothing of them. */
const NOT_SERVICE = /^(?:sandbox|simulation|local)\/|^cli\.ts$/;

/** As in jest.config.js, for the runtime's own Node. Types are not checked: `npm run typecheck` does that. */
const COMPILER: Options = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

export interface CodeChangesSettings {
  checkout: string;
  /** Files written since then (milliseconds since 1970) are served at once. */
  since: number;
  /** Ends the service and starts it with the code in dist. Rejects when that code can't be loaded or does not start. */
  replaceService: () => Promise<void>;
  say: (text: string) => void;
}

/** Compiles what changes under src into dist, and then has the service replaced. Code that does not compile changes nothing. */
export class CodeChanges {
  private readonly sources: SourceFolder;
  /** Paths below src whose output is not in dist yet. */
  private readonly pending = new Set<string>();
  /** When the first event that was not looked into yet came. */
  private changedAt: number | undefined;
  private quiet: NodeJS.Timeout | undefined;
  private isBroken = false;
  private work = Promise.resolve();

  constructor(private readonly settings: CodeChangesSettings) {
    const { checkout, since } = settings;
    this.sources = new SourceFolder(join(checkout, 'src'), since, () => this.wait());
    this.wait();
  }

  /** Resolves once no work is under way any more. */
  async close(): Promise<void> {
    this.sources.close();
    clearTimeout(this.quiet);
    await this.work;
  }

  private wait(): void {
    this.changedAt ??= performance.now();
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (this.work = this.work.then(() => this.serve())), QUIET_MS);
  }

  private async serve(): Promise<void> {
    const began = this.changedAt ?? performance.now();
    this.changedAt = undefined;
    const { say } = this.settings;
    const written = this.sources.takeChanges().filter((path) => /\.(?:ts|sql)$/.test(path));
    if (written.length === 0) return;
    for (const path of written) this.pending.add(path);
    let changed: string[];
    try {
      changed = this.compilePending();
    } catch (error) {
      this.isBroken = true;
      say(`${reasonOf(error)}\nThe service goes on with the code that it has.`);
      return;
    }
    if (changed.length === 0 && this.isBroken) say('The code is again what the service runs.');
    this.isBroken = false;
    const others = changed.filter((path) => NOT_SERVICE.test(path));
    if (others.length > 0) say(`${others.join(', ')}: not a part of the service. To run it, stop npm run dev and start it again.`);
    if (others.length === changed.length) return;
    try {
      await this.settings.replaceService();
      say(`service restarted in ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      say(reasonOf(error));
    }
  }

  /** All or nothing: writes what differs, and answers its paths below src. What failed is tried again with the next change. */
  private compilePending(): string[] {
    const { checkout } = this.settings;
    const outputs = [...this.pending].map((path) => ({ path, ...this.compile(path) }));
    this.pending.clear();
    const changed = outputs.filter(({ file, content }) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined) !== content);
    // What stands in dist from now on is no longer what the last build made of its sources.
    if (changed.length > 0) rmSync(join(checkout, BUILD_STAMP), { force: true });
    for (const { file, content } of changed) {
      mkdirSync(dirname(file), { recursive: true });
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
    }
    return changed.map(({ path }) => path);
  }

  /** Where a source's output belongs, and what it is; undefined for a source that is gone. */
  private compile(path: string): { file: string; content: string | undefined } {
    const source = join(this.settings.checkout, 'src', path);
    const file = join(this.settings.checkout, 'dist', path.replace(/\.ts$/, '.js'));
    if (!existsSync(source)) return { file, content: undefined };
    const text = readFileSync(source, 'utf8');
    return { file, content: path.endsWith('.ts') ? transformSync(text, { ...COMPILER, filename: source }).code : text };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof LocalProblem) return `${error.message}\n${error.remedy}`;
  // The compiler puts the place first, and where it runs into debugging its own inner life behind it.
  return error instanceof Error ? (error.message.split('\n\nCaused by:')[0] ?? '').trimEnd() : String(error);
}
