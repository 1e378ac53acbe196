import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiProblem, ServiceUnreachable } from '../client/api-client.js';
import type { Ending, Job } from '../client/job.js';
import { Station, type StationSettings } from '../client/station.js';
import { renewIfDue } from './station-commands.js';
import { StationFolder } from './station-folder.js';
import { UnitFolder } from './unit-folder.js';
import { requestFrom, runProgram } from './unit-program.js';

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

const RENEW_EVERY_MS = 3_600_000;

/** `lineside station run … -- program`: claims units for a slot one after the other, runs the program on each, and reports. Ends after the unit at work on SIGTERM, SIGINT, or when the service asks for no more. */
export async function runCommand(command: readonly string[], options: RunOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const folder = new StationFolder(resolve(options.folder));
  const place = join(folder.folder, 'slots', options.slot);
  const settings: StationSettings = { ...addressOf(folder, options), slot: options.slot, spool: join(place, 'spool'), onOperator: (sentence) => tell(sentence ?? 'Ready.') };
  const renewing = options.keyFile === undefined ? setInterval(() => void renew(folder, settings), RENEW_EVERY_MS).unref() : undefined;
  try {
    const station = new Station(settings);
    const work = (job: Job) => workOn(job, join(place, 'units'), command, options);
    if (options.scan === true) await scanned(station, work, stop.signal, options);
    else {
      for await (const job of station.jobs({ signal: stop.signal })) {
        await work(job);
        if (options.once === true) break;
      }
    }
    await station.flush();
  } finally {
    clearInterval(renewing);
  }
}

/** Later calls prove the station with its new certificate. */
async function renew(folder: StationFolder, settings: StationSettings): Promise<void> {
  try {
    await renewIfDue(folder);
    settings.client = folder.identity().address.client;
  } catch (error) {
    tell(sentenceOf(error));
  }
}

async function scanned(station: Station, work: (job: Job) => Promise<void>, signal: AbortSignal, { once }: RunOptions): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, signal })) {
    const serial = line.trim();
    if (serial === '') continue;
    try {
      await station.flush();
      const job = await station.claim({ serial, signal });
      if (job) await work(job);
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ServiceUnreachable)) throw error;
      tell(sentenceOf(error));
    }
    if (signal.aborted || once === true) return;
  }
}

async function workOn(job: Job, units: string, command: readonly string[], { csr, identity: wantsIdentity }: RunOptions): Promise<void> {
  const files = new UnitFolder(join(units, encodeURIComponent(job.serial)), job.granted);
  tell(`${job.serial}: attempt ${job.granted.attempt}${job.granted.step ? `, step ${job.granted.step.name}` : ''}`);
  const ending = await job.run(async () => {
    const request = wantsIdentity ? (csr === undefined ? files.csr() : await requestFrom(['/bin/sh', '-c', csr], job, files.environment(undefined))) : undefined;
    const identity = request === undefined ? undefined : await job.certificate(request);
    if (identity) files.keep(identity);
    await job.report(await runProgram(command, job, files.environment(identity), (line) => process.stdout.write(`${line}\n`)));
  }).catch((error: unknown): Ending => {
    // The unit has been reported as ERROR, or given back.
    tell(sentenceOf(error));
    return { kind: 'released' };
  });
  if (ending.kind === 'reported' && (ending.report.outcome === 'PASS' || ending.report.outcome === 'FAIL')) files.remove();
  tell(`${job.serial}: ${said(ending)}`);
}

function said(ending: Ending): string {
  if (ending.kind === 'released') return 'given back';
  if (ending.kind === 'lease-lost') return 'its lease is over';
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
