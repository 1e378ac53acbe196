import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { BUILD_STAMP, buildDigest } from './missing.mjs';
import { run, showTail, step } from './progress.mjs';

/**
 * Builds into a folder beside `dist` and swaps the two when it is whole. A build that fails leaves the last good one,
 * and a service that runs from `dist` never finds it half empty. Without `checksTypes` it takes a third of the time: a program
 * that is only to run was checked before it landed.
 */
export async function buildProgram(root, logFile, { checksTypes }) {
  const draft = join(root, 'node_modules', '.cache', 'lineside-build');
  const output = join(draft, 'dist');
  const settings = join(draft, 'tsconfig.json');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  // Taken first: what changes while the compiler runs is built next time.
  const digest = buildDigest(root);
  const compilerOptions = { rootDir: join(root, 'src'), outDir: output };
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.build.json'), compilerOptions, include: [join(root, 'src')] }));

  await step('building', async () => {
    const node = join(root, 'node_modules', '.bin', 'node');
    // The native compiler writes the same files as `nest build` (no plugins are in use) in a fifth of the time.
    const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    const { succeeded, output: said } = await run(node, [compiler, '--project', settings, ...(checksTypes ? [] : ['--noCheck'])], { cwd: root, env: process.env, logFile });
    if (succeeded && existsSync(join(output, 'cli.js'))) return;
    showTail(said, 30);
    throw new SetupFailure('The build failed.', 'Mend the errors above, then run: npm run build');
  });
  copySqlFiles(join(root, 'src'), output);
  writeFileSync(join(draft, BUILD_STAMP), `${digest}\n`);
  // `npx lineside` runs it as a program.
  chmodSync(join(output, 'cli.js'), 0o755);
  const old = join(draft, 'old');
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(output, join(root, 'dist'));
  rmSync(draft, { recursive: true, force: true });
}

/** Rules in SQL are read at run time by the compiled file that stands beside them; the compiler itself leaves them out. */
export function copySqlFiles(source, output) {
  for (const file of readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.sql'))) {
    mkdirSync(dirname(join(output, file)), { recursive: true });
    copyFileSync(join(source, file), join(output, file));
  }
}
