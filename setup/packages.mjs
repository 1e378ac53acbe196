import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { explainFailure, SetupFailure } from './failure.mjs';
import { INSTALL_STAMP, installDigest } from './missing.mjs';
import { run, showTail, step } from './progress.mjs';
import { findProgram } from './programs.mjs';

const HEADERS = join('include', 'node', 'node_api.h');
/** The runtime's package brings its headers along. */
const RUNTIME = (root) => join(root, 'node_modules', 'node', 'node_modules', `node-linux-${process.arch}`);

/** Installs what package-lock.json names, with this machine's own npm: the one in node_modules is just being replaced. */
export async function installNodePackages(root, logFile) {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes(join('node_modules', '.bin')));
  const env = { ...process.env, PATH: path.join(delimiter), LC_ALL: 'C.UTF-8' };
  const npm = findProgram('npm', env);
  const node = findProgram('node', env);
  if (!npm || !node) throw new SetupFailure('npm is not installed.', 'Install Node 20 or later together with npm, then run the same command again.');

  const call = async (args, more = {}) => {
    const result = await run(npm, [...args, '--include=dev', '--no-audit', '--no-fund'], { cwd: root, env: { ...env, ...more }, logFile });
    if (result.succeeded) return;
    showTail(result.output);
    throw explainFailure('Installing the npm packages', result.output, 'npm ci');
  };
  rmSync(join(root, INSTALL_STAMP), { force: true });
  await step('installing the npm packages (npm ci, up to a minute or two)', async () => {
    const prefix = dirname(dirname(node));
    if (existsSync(join(prefix, HEADERS))) {
      // With the headers at hand node-gyp downloads nothing.
      await call(['ci'], { npm_config_nodedir: prefix });
      return;
    }
    await call(['ci', '--ignore-scripts']);
    await call(['rebuild', 'node']);
    const runtime = RUNTIME(root);
    await call(['rebuild'], existsSync(join(runtime, HEADERS)) ? { npm_config_nodedir: runtime } : {});
  });
  writeFileSync(join(root, INSTALL_STAMP), `${installDigest(root)}\n`);
}
