// npm runs this before `npm start`, `npm run dev` and `npm test`, on the machine's own Node and with nothing installed yet: plain Node,
// no packages. It installs what is missing and builds what is out of date; when nothing is, it says nothing.
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from './build.mjs';
import { installPackages } from './debian.mjs';
import { SetupFailure } from './failure.mjs';
import { tryLock, visitHolder } from './lock.mjs';
import { findMissingPackages, INSTALL_STAMP, installDigest, needsBuild, needsInstall } from './missing.mjs';
import { installNodePackages } from './packages.mjs';
import { say } from './progress.mjs';

const root = realpathSync(join(import.meta.dirname, '..'));
/** `build` makes a new dist and nothing else. */
const purpose = ['test', 'build'].find((word) => word === process.argv[2]) ?? 'start';
const again = process.argv[2] === 'dev' ? 'npm run dev' : `npm ${purpose === 'build' ? 'run build' : purpose}`;
const scratch = join(root, '.setup');
const logFile = join(scratch, 'setup.log');

const isReady = () => !needsInstall(root) && !needsBuild(root) && missingPackages(false).length === 0;
const missingPackages = (install) => findMissingPackages({ purpose, env: process.env, needsInstall: install });

/** One set-up at a time per checkout; whoever comes second waits and then finds everything done. */
async function withLock(work) {
  let lock = await tryLock(root, 'setup');
  if (!lock) say('lineside set-up: another set-up of this checkout is running; waiting for it');
  while (!lock) {
    await visitHolder(root, 'setup');
    lock = await tryLock(root, 'setup');
  }
  try {
    await work();
  } finally {
    await lock.release();
  }
}

async function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupFailure(`Node ${process.versions.node} is too old to set Lineside up.`, 'Install Node 20.19 or later (Lineside brings its own Node 24 for running).');
  }
  if (purpose === 'build') return withLock(() => buildProgram(root, logFile, { checksTypes: true }));
  if (isReady()) return;
  await withLock(async () => {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(logFile, '');
    const install = needsInstall(root);
    const packages = missingPackages(install);
    if (packages.length > 0) await installPackages(packages, { again, logFile });
    const stillMissing = missingPackages(install);
    if (stillMissing.length > 0) {
      throw new SetupFailure(`${stillMissing.join(', ')} can't be found even after the installation.`, `Read ${logFile}, or set DATABASE_URL, REDIS_URL or HSM_MODULE to use others.`);
    }
    if (install) await installNodePackages(root, logFile);
    else writeFileSync(join(root, INSTALL_STAMP), `${installDigest(root)}\n`);
    if (needsBuild(root)) await buildProgram(root, logFile, { checksTypes: false });
    rmSync(scratch, { recursive: true, force: true });
  });
}

try {
  await prepare();
} catch (error) {
  const isExpected = error instanceof SetupFailure;
  const isReadOnly = error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM';
  const sentence = isReadOnly ? `This user may not write ${error.path}.` : error.message;
  const remedy = isExpected ? error.remedy : isReadOnly ? `Run as the owner of ${root}, or change its owner.` : `Please report this: ${error.stack}`;
  process.stderr.write(`\n${sentence}\n${remedy}\n`);
  process.exitCode = 1;
}
