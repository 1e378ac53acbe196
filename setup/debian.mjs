import { existsSync, readFileSync } from 'node:fs';
import { explainFailure, SetupFailure } from './failure.mjs';
import { run, say, showTail, step } from './progress.mjs';
import { findProgram } from './programs.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
const MARK = 'made by the set-up of lineside';
/** Debian's way to forbid that a package starts its service while it is installed (invoke-rc.d(8)): exit code 101. */
const NO_SERVICES = `#!/bin/sh\n# ${MARK}, removed when it ends\nexit 101\n`;
/** System services that come with the packages. Lineside runs private instances and needs none of them. */
const SERVICES = { postgresql: 'postgresql', 'redis-server': 'redis-server' };

/** The exact command that installs these packages by hand, for the package manager this machine has. */
export function installCommand(packages, has = (program) => findProgram(program) !== undefined, isRoot = process.getuid?.() === 0) {
  const sudo = isRoot ? '' : 'sudo ';
  if (has('apt-get')) return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const elsewhere = (names) => packages.map((name) => names[name] ?? name).join(' ');
  const compiler = { 'g++': 'gcc-c++' };
  if (has('dnf')) return `${sudo}dnf install ${elsewhere({ ...compiler, postgresql: 'postgresql-server', 'redis-server': 'redis', softhsm2: 'softhsm', 'p11-kit-modules': 'p11-kit-server', 'gnutls-bin': 'gnutls-utils', 'mosquitto-clients': 'mosquitto' })}`;
  if (has('brew')) return `brew install ${elsewhere({ postgresql: 'postgresql@16', 'redis-server': 'redis', softhsm2: 'softhsm', python3: 'python', 'g++': 'gcc', 'gnutls-bin': 'gnutls', 'mosquitto-clients': 'mosquitto' })}`;
  return `install these with your package manager: ${packages.join(', ')}`;
}

/** Installs Debian packages, as root or with a sudo that asks for no password, and keeps their system services from starting. */
export async function installPackages(packages, { again, logFile }) {
  const command = installCommand(packages);
  const missing = `${packages.join(', ')} ${packages.length === 1 ? 'is' : 'are'} missing`;
  if (!findProgram('apt-get')) throw new SetupFailure(`${missing}, and this machine has no apt-get.`, `Run: ${command}\nthen: ${again}`);
  const asRoot = await findWayToRoot(logFile);
  if (!asRoot) throw new SetupFailure(`${missing}, and only root may install packages.`, `Run: ${command}\nthen: ${again}`);

  const root = (program, ...args) => run(asRoot[0] ?? program, [...asRoot.slice(1), ...(asRoot.length > 0 ? [program] : []), ...args], { env: process.env, logFile });
  const apt = (...args) => root('env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8', 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args);

  const removePolicy = await forbidServices(root);
  try {
    await step(`installing ${packages.join(', ')} through apt (about a minute)`, async () => {
      const update = await apt('update');
      const install = await apt('install', '-y', '--no-install-recommends', ...packages);
      if (install.succeeded) return;
      showTail(install.output);
      throw explainFailure('Installing packages', update.succeeded ? install.output : update.output + install.output, command);
    });
    await keepServicesDown(packages, root, removePolicy.isOurs);
  } finally {
    await removePolicy();
  }
}

/** The words before a command that must run as root: none, or sudo; undefined when neither is possible without asking. */
async function findWayToRoot(logFile) {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo');
  if (!sudo) return undefined;
  const { succeeded } = await run(sudo, ['-n', 'true'], { env: process.env, logFile });
  return succeeded ? [sudo, '-n'] : undefined;
}

/** Puts the policy file there unless the machine has one of its own (containers do), and answers how to take it away. */
async function forbidServices(root) {
  const isForeign = existsSync(POLICY) && !readFileSync(POLICY, 'utf8').includes(MARK);
  if (isForeign) return Object.assign(async () => undefined, { isOurs: false });
  const remove = async () => void (await root('rm', '-f', POLICY));
  await root('sh', '-c', `printf '%s' "$1" > ${POLICY} && chmod 755 ${POLICY}`, 'sh', NO_SERVICES);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void remove().then(() => process.exit(1)));
  }
  return Object.assign(remove, { isOurs: true });
}

/** With systemd the packages also enable their services for the next boot; what we installed for our own use stays off. */
async function keepServicesDown(packages, root, isForbidden) {
  const services = packages.map((name) => SERVICES[name]).filter(Boolean);
  if (services.length === 0) return;
  if (existsSync('/run/systemd/system')) {
    await root('systemctl', 'disable', '--now', ...services);
    say(`lineside set-up: the system services ${services.join(' and ')} are switched off; Lineside runs instances of its own`);
  } else if (!isForbidden) {
    for (const service of services) await root('service', service, 'stop');
  }
}
