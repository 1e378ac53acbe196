import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startReading } from './processes.mjs';

const PROGRAM = fileURLToPath(new URL('issuance/c-sign.mjs', import.meta.url));

/** Signatures per second of the authority's key, by plain synchronous C_Sign in one process. `settings`: another way to the token. */
export async function measureTokenRate(services, seconds, { settings = {}, warmUp = 500, step = 50 } = {}) {
  const end = startReading({});
  const env = { PATH: process.env['PATH'], ...services.hsm, ...settings, SECONDS: String(seconds), WARM_UP: String(warmUp), STEP: String(step) };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env });
  const { foreignCores, stolenCores } = end();
  return { rate: JSON.parse(stdout).rate, errors: 0, foreignCores, stolenCores };
}
