import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BUILD_STAMP } from '../../setup/missing.mjs';
import { INSTALLATION } from '../config/installation.js';
import { writeSecretFile } from './secret-file.js';

/** Methods that one build has proved in one data folder. */
const ProvedMethods = z.object({ build: z.string(), at: z.iso.datetime(), methods: z.array(z.string()).readonly() });
export type ProvedMethods = z.infer<typeof ProvedMethods>;

/** What this build has proved here before, or undefined: each new build proves all methods again. */
export function findProvedMethods(folder: string): ProvedMethods | undefined {
  const build = findBuild();
  const file = fileIn(folder);
  if (build === undefined || !existsSync(file)) return undefined;
  try {
    const known = ProvedMethods.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
    return known?.build === build ? known : undefined;
  } catch {
    // Damaged, or not ours: proved again.
    return undefined;
  }
}

export function keepProvedMethods(folder: string, methods: readonly string[]): void {
  const build = findBuild();
  if (build === undefined) return;
  writeSecretFile(fileIn(folder), `${JSON.stringify({ build, at: new Date().toISOString(), methods } satisfies ProvedMethods)}\n`);
}

const fileIn = (folder: string): string => join(folder, 'proved-methods.json');

/** The digest of the sources that were built; undefined where no whole build is there, as after a change under `npm run dev`. */
function findBuild(): string | undefined {
  const stamp = join(INSTALLATION, BUILD_STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : undefined;
}
