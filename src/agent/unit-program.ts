import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { ApiProblem } from '../client/api-client.js';
import { Cancelled, type Job } from '../client/job.js';
import type { Report } from '../client/station-answers.js';
import type { UnitEnvironment } from './unit-folder.js';

/** By which a program is known as the slot's: the file that holds its process id. */
export const MARK = 'LINESIDE_PID_FILE';
/** The program can't be started: no unit is to pay for that. */
export class NoProgram extends Cancelled {}

/** How long what a program has written may take to be read once it has ended, in milliseconds. */
const LEFT_MS = 1_000;
/** How long a program that is to let its unit go may take before it is ended, in milliseconds. */
const GRACE_MS = 5_000;
/** A certificate request is under 4 KiB. */
const MOST_CSR = 16_384;

/** A line of a program's output that is for the service: a JSON object with `type`. All other lines are for people. */
interface Told {
  type: 'progress' | 'checkpoint' | 'record' | 'failure';
  phase?: unknown;
  share?: unknown;
  data?: unknown;
  code?: unknown;
  detail?: unknown;
}

/**
 * Runs the command on the unit, and answers what is to be reported: exit code 0 is PASS, 1 is FAIL, anything else ERROR, which says nothing about the unit. Lines such as
 * `{"type":"progress","phase":"write","share":0.5}`, `{"type":"checkpoint","data":{…}}`, `{"type":"record","data":{…}}` and `{"type":"failure","code":"E7","detail":"…"}` are taken from its
 * output. Throws the job's reason when the unit is to be let go: the program was ended then.
 */
export async function runProgram(command: readonly string[], job: Job, environment: UnitEnvironment, show: (line: string) => void): Promise<Report> {
  const { child, ended, end } = start(command, job.signal, environment);
  let record: Record<string, unknown> = {};
  let failure: { failureCode?: string; failureDetail?: string } = {};
  // What the program has started and left holds its output open: the unit does not wait for that.
  const over = new AbortController();
  void ended.then(() => setTimeout(() => over.abort(), LEFT_MS).unref(), () => over.abort());
  try {
    for await (const line of createInterface({ input: child.stdout!, signal: over.signal })) await take(line);
  } catch (error) {
    // It works on no unit that this station has given up.
    end();
    await ended;
    throw error;
  }
  const code = await ended;
  job.signal.throwIfAborted();
  const told = Object.keys(record).length > 0 ? { record } : {};
  if (code === 0) return { outcome: 'PASS', ...told };
  return { outcome: code === 1 ? 'FAIL' : 'ERROR', failureCode: `exit-${code ?? 'signal'}`, ...failure, ...told };

  async function take(line: string) {
    const told = readTold(line);
    if (told?.type === 'progress') job.progress(String(told.phase ?? '').slice(0, 64), typeof told.share === 'number' ? Math.min(1, Math.max(0, told.share)) : undefined);
    else if (told?.type === 'checkpoint' && isFacts(told.data)) await job.keep(told.data).catch(orSay);
    else if (told?.type === 'record' && isFacts(told.data)) record = { ...record, ...told.data };
    else if (told?.type === 'failure') failure = { failureCode: String(told.code ?? 'failed').slice(0, 64), ...(told.detail === undefined ? {} : { failureDetail: String(told.detail).slice(0, 1_000) }) };
    else show(line);
  }

  /** A checkpoint that is refused, such as one that is too large, is no reason to give the unit up. */
  function orSay(error: unknown) {
    if (!(error instanceof ApiProblem)) throw error;
    show(`The checkpoint was not kept: ${error.message}`);
  }
}

/** The device's certificate request (PEM), which the command prints. Throws where it prints none. */
export async function requestFrom(command: readonly string[], job: Job, environment: UnitEnvironment): Promise<string> {
  const { child, ended } = start(command, job.signal, environment);
  const csr = await text(child.stdout!);
  const code = await ended;
  job.signal.throwIfAborted();
  if (code !== 0 || csr.trim() === '' || csr.length > MOST_CSR) throw new Error(`${command[0]} brought no certificate request (exit code ${code ?? 'by a signal'})`);
  return csr;
}

/** Ends a program that an agent before this one has left at work on the slot: it was killed, and two programs would write one device. */
export function endLeftOver(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  // The number may be somebody else's by now.
  if (pid > 0 && environmentOf(pid).includes(`${MARK}=${pidFile}`)) process.kill(-pid, 'SIGKILL');
  rmSync(pidFile, { force: true });
}

/** None where there is no /proc, or the process is not ours. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** In a process group of its own, so that what the program starts goes with it. */
function start(command: readonly string[], signal: AbortSignal, environment: UnitEnvironment): { child: ChildProcess; ended: Promise<number | null>; end: () => void } {
  const [program = '', ...given] = command;
  const child = spawn(program, given, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'], detached: process.platform !== 'win32' });
  const pidFile = environment[MARK];
  if (pidFile !== undefined && child.pid !== undefined) writeFileSync(pidFile, String(child.pid), { mode: 0o600 });
  const kill = (with_: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, with_);
    } catch {
      // It has ended.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const letGo = () => {
    kill('SIGTERM');
    timer = setTimeout(() => kill('SIGKILL'), GRACE_MS);
  };
  if (signal.aborted) letGo();
  else signal.addEventListener('abort', letGo, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new NoProgram(`${program} can't be run: ${error.message}`)));
    child.once('exit', (code) => {
      kill('SIGTERM'); // what it has started goes with it
      resolve(code);
    });
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', letGo);
    if (pidFile !== undefined) rmSync(pidFile, { force: true });
  });
  ended.catch(() => undefined); // awaited once its output is read
  return { child, ended, end: letGo };
}

function readTold(line: string): Told | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const told = JSON.parse(line) as Told;
    return ['progress', 'checkpoint', 'record', 'failure'].includes(told.type) ? told : undefined;
  } catch {
    return undefined;
  }
}

const isFacts = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null && !Array.isArray(data);
