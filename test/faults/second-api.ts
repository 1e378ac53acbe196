import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const children: ChildProcess[] = [];

export interface CrashingApi {
  /** The signal by which it has died. */
  died: Promise<string>;
  /** Resolves when it hangs. */
  hung(): Promise<void>;
  wake(): void;
  post(path: string, key: string, body: object, headers?: Record<string, string>): Promise<Response>;
  delete(path: string, key: string, headers?: Record<string, string>): Promise<Response>;
}

/** A second api on the bench's ledger that dies, or hangs, at a step of `crashing-api.mjs`. */
export async function crashingApi(bench: ServiceBench, step: string, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): Promise<CrashingApi> {
  const given = Object.entries(bench.config).filter(([, value]) => value !== undefined);
  const settings = Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? 'api' : String(value)]));
  const env = { ...process.env, ...settings, PORT: '0', CRASH_AT: step, CRASH_BY: signal };
  const child = fork('test/faults/crashing-api.mjs', { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  children.push(child);
  const died = once(child, 'exit').then(([, by]) => by as string);
  const unstarted = died.then(() => { throw new Error('the second api did not start'); });
  const [{ url }] = (await Promise.race([once(child, 'message'), unstarted])) as [{ url: string }];
  unstarted.catch(() => undefined);
  const isStopped = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true;
  return {
    died,
    hung: async () => void (await until('the api hangs', () => isStopped() || undefined)),
    wake: () => child.kill('SIGCONT'),
    post: (path, key, body, headers = {}) =>
      fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    delete: (path, key, headers = {}) => fetch(`${url}${path}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}`, ...headers } }),
  };
}

export function endCrashingApis() {
  for (const child of children) child.kill('SIGKILL');
}
