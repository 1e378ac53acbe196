import { setTimeout as wait } from 'node:timers/promises';
import type { Ending } from '../client/ending.js';
import type { Job } from '../client/job.js';
import type { Ended, Report } from '../client/station-answers.js';
import { type Identity, UnitIdentity } from './api-answers.js';
import { type Chance, fateOf, FAILURES } from './chance.js';
import { Device, DeviceOffline, type Network } from './device.js';
import type { Turn } from './simulation-run.js';
import type { UnitBook, UnitEntry } from './unit-book.js';

/** What stations do with a unit. */
export interface UnitWork {
  network: Network;
  chance: Chance;
  /** Share of attempts that come to no PASS, 0 to 1. */
  failRate: number;
  /** How long the fixture is at work on a unit in each step, in milliseconds, up to a fifth more or less. */
  taktMs: number;
  /** Share of devices that connect to AWS before their PASS, 0 to 1. */
  connect: number;
}

/** The devices that are on the line. Each has the key that the seed gives its serial: whichever station a board comes to, it has the one that it made. */
export class Boards {
  private readonly devices = new Map<string, Promise<Device>>();

  constructor(private readonly chance: Chance) {}

  device(serial: string): Promise<Device> {
    let device = this.devices.get(serial);
    if (!device) {
      device = Promise.resolve(Device.ofSeed(serial, this.chance.seed));
      this.devices.set(serial, device);
    }
    return device;
  }

  remove(serial: string): void {
    this.devices.delete(serial);
  }
}

/** The work of a station on one unit, from its certificate to its result. @throws what `Job.run` expects of its work */
export async function workOn(job: Job, { boards, book }: { boards: Boards; book: UnitBook }, work: UnitWork): Promise<void> {
  const { serial, granted } = job;
  const step = granted.step ?? { name: 'provision', number: 1, of: 1 };
  const entry = book.of(serial);
  const device = await boards.device(serial);
  const known = step.number > 1 ? book.identityOf(serial) : undefined;
  const identity = known ?? (await device.identityFrom(UnitIdentity.parse(await job.certificate(device.csr)), work.network));
  entry.identities.set(identity.fingerprint, identity);
  job.progress('write');
  const attempt = [serial, step.name, granted.attempt];
  if (work.taktMs > 0) await wait(work.taktMs * work.chance.between(0.8, 1.2, 'takt', ...attempt), undefined, { signal: job.signal });
  job.signal.throwIfAborted();
  const fate = fateOf(work.chance, work.failRate, ...attempt);
  if (fate?.kind === 'lifted') return job.release();
  if (fate) return void (await tell(job, entry, { outcome: fate.kind === 'fail' ? 'FAIL' : 'ERROR', failureCode: fate.code }));
  if (entry.drops === undefined && work.chance.of('connect', serial) < work.connect) {
    try {
      entry.drops = await connect(device, identity, work.network, job.signal);
    } catch (error) {
      if (!(error instanceof DeviceOffline)) throw error;
      return void (await tell(job, entry, { outcome: 'ERROR', failureCode: 'device-offline', failureDetail: error.message.slice(0, 1_000) }));
    }
  }
  entry.passSent ||= step.number === step.of;
  const ended = await tell(job, entry, { outcome: 'PASS', record: { drops: entry.drops ?? 0 } });
  if (ended?.unit.state === 'passed') boards.remove(serial);
}

function tell(job: Job, entry: UnitEntry, report: Report): Promise<Ended | undefined> {
  entry.sent = report;
  return job.report(report);
}

/** Answers how often the device was dropped before it was let in. */
async function connect(device: Device, identity: Identity, network: Network, lease: AbortSignal): Promise<number> {
  const contacts = await Promise.all(identity.endpoints.map((endpoint) => device.firstContact(identity, endpoint, network, lease)));
  return contacts.reduce((sum, contact) => sum + contact.drops, 0);
}

/** What an ending means for the run. Of a result that is kept on disk it is known once it was brought. */
export function turnOf(ending: Ending, place: { station: string; slot: string }, entry: UnitEntry): Turn {
  if (ending.kind === 'stopped' || (ending.kind === 'reported' && !ending.ended)) return { kind: 'stopped' };
  if (ending.kind === 'lease-lost') return { kind: 'lease-lost', ...place, ...(ending.problem && { problem: ending.problem }) };
  if (ending.kind === 'released') return { kind: 'retried' };
  entry.sent = ending.report;
  return turnOfSent(ending.ended!.unit.state, entry);
}

/** By what the service has said of the unit whose result was sent. */
export function turnOfSent(state: string, entry: UnitEntry): Turn {
  const { outcome, failureCode = '' } = entry.sent ?? {};
  if (state === 'passed') {
    entry.passTold = true;
    return { kind: 'passed' };
  }
  if (state !== 'failed') return { kind: outcome === 'PASS' ? 'moved-on' : 'retried' };
  entry.failTold = failureCode;
  return { kind: 'failed', ...(FAILURES.some(({ code }) => code === failureCode) ? {} : { refused: failureCode }) };
}
