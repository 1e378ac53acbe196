import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiProblem, ServiceUnreachable } from '../client/api-client.js';
import type { Ending } from '../client/ending.js';
import { Cancelled, type Job } from '../client/job.js';
import type { Ended, Identity } from '../client/station-answers.js';
import { Station, type StationSettings } from '../client/station.js';
import { renewIfDue } from './station-commands.js';
import { StationFolder } from './station-folder.js';
import { UnitFolder } from './unit-folder.js';
import { endLeftOver, MARK, NoProgram, requestFrom, runProgram } from './unit-program.js';

/** As they come from the command line. */
export interface RunOptions {
  slot: string;
  folder: string;
  /** Without these the folder's own: where `station enrol` left who the station is. */
  server?: string;
  ca?: string;
  keyFile?: string;
  /** A shell command that prints the device's certificate request; without it the key is made here. */
  csr?: string;
  /** Steps that bring no certificate. */
  identity: boolean;
  /** Units are named by lines of standard input, as scanners type them. */
  scan?: boolean;
  once?: boolean;
}

/** Unit states in which its key is no longer needed here. */
const OVER: ReadonlySet<string> = new Set(['passed', 'failed', 'scrapped', 'shipped']);
/** After a unit that came to nothing. */
const REST_MS = 5_000;
const RENEW_EVERY_MS = 3_600_000;

/** `lineside station run … -- program`: claims units for a slot one after the other, runs the program on each, and reports. Ends after the unit at work on SIGTERM, SIGINT, or when the service asks for no more. */
export async function runCommand(command: readonly string[], options: RunOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const folder = new StationFolder(resolve(options.folder));
  const place = join(folder.folder, 'slots', options.slot);
  const units = join(folder.folder, 'units');
  const settings: StationSettings = { ...addressOf(folder, options), slot: options.slot, spool: join(place, 'spool'), onOperator: (sentence) => tell(sentence ?? 'Ready.'), onEnded: ({ unit }) => forget(units, unit), onBrought: ({ unit }) => unit && forget(units, unit) };
  const renewing = options.keyFile === undefined ? setInterval(() => void renew(folder, settings), RENEW_EVERY_MS).unref() : undefined;
  try {
    endLeftOver(pidFileOf(place));
    const station = new Station(settings);
    const work = (job: Job) => workOn(job, { place, units }, command, options);
    if (options.scan === true) await scanned(station, work, stop.signal, options);
    else {
      for await (const job of station.jobs({ signal: stop.signal })) {
        const restMs = await work(job);
        if (options.once === true || stop.signal.aborted) break;
        await pause(restMs, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
    await station.flush();
  } catch (error) {
    if (!(error instanceof NoProgram)) throw error;
    // Each unit would be given back for it.
    tell(error.message);
    process.exitCode = 1;
  } finally {
    clearInterval(renewing);
  }
}

/** The unit is good, and this station can do nothing for it: it is given back. */
class KeyElsewhere extends Cancelled {}

/** Later calls prove the station with its new certificate. */
async function renew(folder: StationFolder, settings: StationSettings): Promise<void> {
  try {
    await renewIfDue(folder);
    settings.client = folder.identity().address.client;
  } catch (error) {
    tell(sentenceOf(error));
  }
}

async function scanned(station: Station, work: (job: Job) => Promise<unknown>, signal: AbortSignal, { once }: RunOptions): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, signal })) {
    const serial = line.trim();
    if (serial === '') continue;
    try {
      const job = await station.claim({ serial, signal });
      if (job) await work(job);
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ServiceUnreachable)) throw error;
      tell(sentenceOf(error));
    }
    if (signal.aborted || once === true) return;
  }
}

const folderOf = (units: string, serial: string) => join(units, encodeURIComponent(serial));

/** The files of a unit that is done, with its key: while its result still lies on disk, so that no key outlasts a power cut. */
function forget(units: string, unit: Ended['unit']): void {
  if (OVER.has(unit.state)) rmSync(folderOf(units, unit.serial), { recursive: true, force: true });
}

const pidFileOf = (place: string) => join(place, 'program.pid');

/** The slot's own folder, and that of the units of all slots: a unit may come to another slot the next time, and its key is here. */
interface Places {
  place: string;
  units: string;
}

/** Answers how long the slot rests, in milliseconds: what failed would fail at once again. */
async function workOn(job: Job, { place, units }: Places, command: readonly string[], { csr, identity: wantsIdentity }: RunOptions): Promise<number> {
  const files = new UnitFolder(folderOf(units, job.serial), job.granted);
  const about = (identity?: Identity) => ({ ...files.environment(identity), [MARK]: pidFileOf(place) });
  tell(`${job.serial}: attempt ${job.granted.attempt}${job.granted.step ? `, step ${job.granted.step.name}` : ''}`);
  let trouble: KeyElsewhere | NoProgram | undefined;
  const work = async () => {
    if (wantsIdentity && csr === undefined && job.granted.certificate !== undefined && !files.hasKey) throw new KeyElsewhere(`${job.serial} has its certificate, and its key is not here: take it to the station that made the key, or have it reworked. For steps that bring no certificate use --no-identity.`);
    const request = wantsIdentity ? (csr === undefined ? files.csr() : await requestFrom(['/bin/sh', '-c', csr], job, about())) : undefined;
    const identity = request === undefined ? undefined : await job.certificate(request);
    if (identity) files.keep(identity);
    await job.report(await runProgram(command, job, about(identity), (line) => process.stdout.write(`${line}\n`)));
  };
  const ending = await job.run(() => work().catch((error: unknown) => {
    if (error instanceof KeyElsewhere || error instanceof NoProgram) trouble = error;
    throw error;
  })).catch((error: unknown): Ending => {
    // The unit has been reported as ERROR.
    tell(sentenceOf(error));
    return { kind: 'released' };
  });
  if (trouble instanceof NoProgram) throw trouble;
  if (trouble) tell(trouble.message);
  tell(`${job.serial}: ${said(ending)}`);
  return job.restMs > 0 || (ending.kind === 'reported' && ending.report.outcome !== 'ERROR') ? 0 : REST_MS;
}

function said(ending: Ending): string {
  if (ending.kind === 'released') return 'given back';
  if (ending.kind === 'lease-lost') return 'its lease is over';
  if (ending.kind === 'stopped') return 'left as it is';
  const { outcome, failureCode } = ending.report;
  return `${outcome}${failureCode === undefined ? '' : ` (${failureCode})`}${ending.kept ? ', kept here until the service answers' : ''}`;
}

function addressOf(folder: StationFolder, { server, ca, keyFile }: RunOptions): Omit<StationSettings, 'slot'> {
  if (keyFile === undefined) return folder.identity().address;
  if (server === undefined) throw new Error('--server is needed with --key-file');
  if (!existsSync(keyFile)) throw new Error(`There is no ${keyFile}: put the station’s API key there, mode 0600`);
  return { baseUrl: server.replace(/\/$/, ''), ...(ca === undefined ? {} : { caFile: resolve(ca) }), key: readFileSync(keyFile, 'utf8').trim() };
}

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);

function sentenceOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.operatorAction ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
