import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The path of a child program. Children run from the compiled files, whether this file runs compiled itself or from
 * src under jest: both lie two folders below the project's root.
 * @throws Error when the project is not built
 */
export function compiledProgram(name: 'signer' | 'csr-reader' | 'init-token'): string {
  const path = fileURLToPath(new URL(`../../dist/hsm/${name}.js`, import.meta.url));
  if (!existsSync(path)) throw new Error(`dist/hsm/${name}.js is missing; run npm run build.`);
  return path;
}
