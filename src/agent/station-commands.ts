import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { ApiClient, ApiProblem } from '../client/api-client.js';
import { StationFolder, type StationIdentity } from './station-folder.js';

/** As they come from the command line. */
export interface EnrolOptions {
  server: string;
  ca?: string;
  /** The one-time code; `-` reads it from standard input, since arguments are visible to everybody on the machine. */
  code: string;
  folder: string;
  json?: boolean;
}

export interface RenewOptions {
  folder: string;
  now?: boolean;
  watch?: boolean;
  json?: boolean;
}

const Issued = z.object({ certificate: z.string(), chain: z.string() });
const WATCH_MS = 3_600_000;
/** Hosts to which a code may go without TLS: this machine. */
const LOCAL = ['127.0.0.1', '::1', '[::1]', 'localhost'];

/** `lineside station enrol`: makes a key that stays here, and gets its certificate with the code. Cut short, it goes on when it is run again with the same code. */
export function enrolCommand(options: EnrolOptions): Promise<void> {
  return telling(options, async () => {
    const url = new URL(options.server);
    if (url.protocol !== 'https:' && !LOCAL.includes(url.hostname)) throw new Error('--server must be an https address: the code would be open to everybody on the way');
    const folder = new StationFolder(resolve(options.folder));
    const address = folder.open(url.href.replace(/\/$/, ''), options.ca);
    const code = (options.code === '-' ? readFileSync(0, 'utf8') : options.code).trim();
    const identity = folder.accept(await new ApiClient(address, undefined).post('/v1/enrolments', { code, csr: folder.nextCsr() }, Issued, { idempotencyKey: null }));
    return { done: 'enrolled', ...shown(folder, identity) };
  });
}

/** `lineside station renew`: gets another certificate with the present one, once two thirds of its life are over. */
export function renewCommand(options: RenewOptions): Promise<void> {
  return telling(options, async () => {
    const folder = new StationFolder(resolve(options.folder));
    for (;;) {
      const outcome = await renewIfDue(folder, options.now === true).catch((error: unknown) => {
        if (options.watch !== true) throw error;
        process.stderr.write(`${sentenceOf(error)}\n`);
      });
      if (options.watch !== true) return outcome!;
      await wait(WATCH_MS);
    }
  });
}

/** For programs that run for long: once an hour is often enough. `isDue`: although it is not due yet. */
export async function renewIfDue(folder: StationFolder, isDue = false) {
  const present = folder.identity();
  if (!isDue && Date.now() < +present.renewAfter) return { done: 'not due', ...shown(folder, present) };
  const identity = folder.accept(await new ApiClient(present.address, undefined).post('/v1/station/certificate', { csr: folder.nextCsr() }, Issued, { idempotencyKey: null }));
  return { done: 'renewed', ...shown(folder, identity) };
}

const shown = ({ folder }: StationFolder, { station, notAfter, renewAfter }: StationIdentity) => ({ station, folder, notAfter: notAfter.toISOString(), renewAfter: renewAfter.toISOString() });

async function telling({ json = false }: { json?: boolean }, work: () => Promise<ReturnType<typeof shown> & { done: string }>): Promise<void> {
  try {
    const outcome = await work();
    const { done, station, folder, notAfter, renewAfter } = outcome;
    process.stdout.write(json ? `${JSON.stringify({ ok: true, ...outcome }, null, 2)}\n` : `Station ${station}: ${done}. Its key and certificate are in ${folder}/station.pem, valid until ${notAfter}; renew it after ${renewAfter} (lineside station renew).\n`);
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, code: error instanceof ApiProblem ? error.code : null, message: sentenceOf(error) }, null, 2)}\n`);
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ApiProblem) return `${error.message} (${error.code}). ${error.operatorAction ?? ''}`.trim();
  return error instanceof Error ? error.message : String(error);
}
