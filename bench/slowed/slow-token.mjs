import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findP11KitClient } from '../../setup/programs.mjs';
import { requireProgram } from '../load.mjs';
import { median } from '../statistics.mjs';
import { measureTokenRate } from '../token-rate.mjs';

const PROGRAM = fileURLToPath(new URL('token-process.mjs', import.meta.url));

/** The run's own token behind a `p11-kit server`, with a speed that can be set; `settings` are those of a service that uses it. */
export async function startSlowToken(services) {
  const client = findP11KitClient();
  requireProgram('p11-kit');
  if (!client) throw new Error('p11-kit-client.so is missing. Install it with: apt-get install -y --no-install-recommends p11-kit-modules');
  const { HSM_MODULE, SOFTHSM2_CONF } = services.hsm;
  const child = fork(PROGRAM, [], { env: { PATH: process.env['PATH'], FOLDER: services.folder, HSM_MODULE, SOFTHSM2_CONF }, execArgv: [] });
  await once(child, 'message');
  const settings = { HSM_MODULE: client, P11_KIT_SERVER_ADDRESS: `unix:path=${join(services.folder, 'p11-way')}` };

  /** What the token waited between two signatures, and how late it was, in ms, since the last call. The first wait was for whoever measures. */
  const takeTimes = async () => {
    child.send('times');
    const [{ gapsMs, lateMs }] = await once(child, 'message');
    return { gapsMs: gapsMs.slice(1), lateMs };
  };

  /** The rate of plain C_Sign, one after the other, with the token's times. */
  const measure = async (rate, seconds) => {
    await takeTimes();
    const result = await measureTokenRate(services, seconds, { settings, warmUp: Math.ceil(rate / 20), step: Math.ceil(rate / 50) });
    return { ...result, ...(await takeTimes()) };
  };

  /**
   * Slows it down until plain C_Sign does `rate` a second: what p11-kit costs is part of the signature's time, not on top
   * of it. Medians, so that other programs don't count. Answers how long a signature lasts, in ms.
   */
  const slowDown = async (rate) => {
    let signMs = 1_000 / rate;
    for (let tries = 0; tries < 2; tries++) {
      child.send({ signMs });
      const { gapsMs, lateMs } = await measure(rate, 2);
      signMs = 1_000 / rate - median(gapsMs) - median(lateMs);
    }
    child.send({ signMs });
    return signMs;
  };

  const stop = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { settings, measure, slowDown, takeTimes, stop };
}
