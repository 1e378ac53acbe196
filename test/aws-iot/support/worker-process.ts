import { type ChildProcess, fork } from 'node:child_process';
import { CONFIG, type Config } from '../../../src/config/config.js';
import type { Line } from './line.js';

/** A worker on the line's ledger in a process of its own, which dies by SIGKILL as soon as AWS has registered a CA for it, or is killed before. */
export function forkWorker(line: Line): ChildProcess {
  const config = line.app.get<Config>(CONFIG, { strict: false });
  const settings = Object.entries(config).filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
  const env = { ...process.env, ...Object.fromEntries(settings), ROLES: 'worker', PORT: '0' };
  return fork('test/faults/crashing-worker.mjs', { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
}
