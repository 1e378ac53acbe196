import { setTimeout as wait } from 'node:timers/promises';
import { ApiProblem } from '../client/api-client.js';
import type { Granted, Identity, StationSelf } from './api-answers.js';
import { Device, DeviceOffline, type Network } from './device.js';
import type { Report, StationCalls } from './station-calls.js';

/** What became of a claimed unit. */
export type Turn = { serial: string; order: string; attempt: number } & (
  | { kind: 'passed'; identity: Identity; drops: number }
  /** It passed a step of its route that is not the last. */
  | { kind: 'moved-on'; step: string }
  /** It goes back to the line, and whoever claims it next tries again. */
  | { kind: 'retried'; reason: string }
  /** The lease is over, so what this station did does not count. */
  | { kind: 'lease-lost'; reason: string }
  | { kind: 'failed'; reason: string }
);

type Ending = Turn extends infer Each ? (Each extends Turn ? Omit<Each, 'serial' | 'order' | 'attempt'> : never) : never;

/**
 * The boards on the line by serial. A board keeps the key that it made, whichever station it comes to, until its result is
 * accepted: so a repeated request carries the same CSR. What it was loaded with in one step of its route it has in the next one.
 */
export class Boards {
  private readonly devices = new Map<string, Promise<Device>>();
  private readonly loaded = new Map<string, { identity: Identity; drops: number }>();

  device(serial: string): Promise<Device> {
    let device = this.devices.get(serial);
    if (!device) {
      device = Device.make(serial);
      this.devices.set(serial, device);
    }
    return device;
  }

  /** What the board was loaded with, and how often it was dropped at its first connections. */
  loadedWith(serial: string): { identity: Identity; drops: number } | undefined {
    return this.loaded.get(serial);
  }

  load(serial: string, loaded: { identity: Identity; drops: number }): void {
    this.loaded.set(serial, loaded);
  }

  remove(serial: string): void {
    this.devices.delete(serial);
    this.loaded.delete(serial);
  }
}

interface StationSettings {
  network: Network;
  /** Share of attempts that end in an error which says nothing about the unit. The fourth attempt on never does. */
  failRate: number;
}

const LAST_FAILING_ATTEMPT = 3;
/** Before a station claims again that has called for a person. */
const CALLED_REST_MS = 2_000;

/** Station software with one slot: claims a unit, gives it its identity, lets it connect, and reports. */
export class Station {
  private draining = false;
  /** Before the next claim. */
  private restMs = 0;
  /** When the unit that is under way came. */
  private began = new Date();

  private constructor(
    private readonly calls: StationCalls,
    private readonly self: StationSelf,
    private readonly boards: Boards,
    private readonly settings: StationSettings,
  ) {}

  static async open(calls: StationCalls, boards: Boards, settings: StationSettings): Promise<Station> {
    return new Station(calls, await calls.self(), boards, settings);
  }

  /** The service asked this station to take no more units. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** The next unit of the line from claim to result; undefined when none came within the poll, or `signal` ended it. */
  async turn(signal: AbortSignal): Promise<Turn | undefined> {
    if (this.restMs > 0) await wait(this.restMs, undefined, { signal }).catch(() => undefined);
    this.restMs = 0;
    const granted = await this.claim(signal);
    if (!granted) return undefined;
    this.began = new Date();
    const ending = await this.underLease(granted, (lease) => this.work(granted, lease));
    return { serial: granted.unit.serial, order: granted.workOrder.id, attempt: granted.attempt, ...ending };
  }

  private async claim(signal: AbortSignal): Promise<Granted | undefined> {
    try {
      return await this.calls.claim(this.self.slots[0] ?? '1', { waitMs: this.self.pollWaitMs, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Works while heartbeats keep the lease; `lease` is aborted when the service wants the unit back. */
  private async underLease(granted: Granted, work: (lease: AbortSignal) => Promise<Ending>): Promise<Ending> {
    const lease = new AbortController();
    let beating = Promise.resolve();
    const timer = setInterval(() => {
      beating = beating.then(() => this.beat(granted, lease));
    }, this.self.heartbeatMs);
    try {
      return await work(lease.signal);
    } catch (error) {
      if (lease.signal.aborted) return await this.giveBack(granted);
      return await this.explain(granted, error);
    } finally {
      clearInterval(timer);
    }
  }

  private async beat(granted: Granted, lease: AbortController): Promise<void> {
    if (lease.signal.aborted) return;
    try {
      const { directive } = await this.calls.heartbeat(granted, 'programming');
      if (directive === 'cancel') lease.abort(new Error('the order does not go on, or the unit can’t pass any more'));
      if (directive === 'drain') this.draining = true;
    } catch {
      // A lost lease shows at the next other call too, where it is handled.
    }
  }

  private async work(granted: Granted, lease: AbortSignal): Promise<Ending> {
    const { unit: { serial }, step } = granted;
    const known = step.number > 1 ? this.boards.loadedWith(serial) : undefined;
    const device = await this.boards.device(serial);
    const identity = known?.identity ?? (await device.identityFrom(await this.calls.certificate(granted, device.csr), this.settings.network));
    lease.throwIfAborted();
    if (granted.attempt <= LAST_FAILING_ATTEMPT && Math.random() < this.settings.failRate) {
      return this.report(granted, { outcome: 'ERROR', failureCode: 'simulated' }, { kind: 'retried', reason: 'simulated' });
    }
    const drops = known?.drops ?? (await this.connect(device, identity, lease));
    const isLast = step.number === step.of;
    if (!isLast) this.boards.load(serial, { identity, drops });
    const ending = await this.report(granted, { outcome: 'PASS', record: { drops } }, isLast ? { kind: 'passed', identity, drops } : { kind: 'moved-on', step: step.name });
    if (isLast) this.boards.remove(serial);
    return ending;
  }

  /** Answers how often the device was dropped before it was let in. */
  private async connect(device: Device, identity: Identity, lease: AbortSignal): Promise<number> {
    const contacts = await Promise.all(identity.endpoints.map((endpoint) => device.firstContact(identity, endpoint, this.settings.network, lease)));
    return contacts.reduce((sum, contact) => sum + contact.drops, 0);
  }

  private async report(granted: Granted, report: Report, ending: Ending): Promise<Ending> {
    await this.calls.result(granted, { ...report, startedAt: this.began.toISOString(), endedAt: new Date().toISOString() });
    return ending;
  }

  private async giveBack(granted: Granted): Promise<Ending> {
    await this.calls.release(granted).catch((error: unknown) => {
      if (!isLeaseLost(error)) throw error;
    });
    return { kind: 'lease-lost', reason: 'cancelled' };
  }

  /** A refusal is about the unit where the service says so; a device that stays away, an order and a service in trouble are not. Anything else is thrown. */
  private async explain(granted: Granted, error: unknown): Promise<Ending> {
    if (isLeaseLost(error)) return { kind: 'lease-lost', reason: error.code };
    try {
      if (error instanceof DeviceOffline) {
        return await this.report(granted, { outcome: 'ERROR', failureCode: 'device-offline' }, { kind: 'retried', reason: error.message });
      }
      if (error instanceof ApiProblem) return await this.follow(granted, error);
    } catch (late) {
      if (isLeaseLost(late)) return { kind: 'lease-lost', reason: late.code };
      throw late;
    }
    throw error;
  }

  /** What docs/stations.md says for each `nextStep`. Only `set-aside` is about the unit. Anything else is thrown. */
  private async follow(granted: Granted, refused: ApiProblem): Promise<Ending> {
    const { code } = refused;
    const reason = `${code}: ${refused.message}`;
    const step = stepAfter(refused);
    if (step === 'set-aside') return this.report(granted, { outcome: 'FAIL', failureCode: code }, { kind: 'failed', reason });
    // The same request was sent again for as long as this station was willing to wait.
    if (step === 'retry') return this.report(granted, { outcome: 'ERROR', failureCode: code }, { kind: 'retried', reason });
    if (step !== 'release' && step !== 'call') throw refused;
    await this.calls.release(granted);
    this.restMs = step === 'call' ? CALLED_REST_MS : 0;
    return { kind: 'retried', reason };
  }
}

/** The service says it itself; what only a proxy in between has answered is tried again. */
const stepAfter = ({ nextStep, status }: ApiProblem) => nextStep ?? (status >= 500 ? 'retry' : undefined);

function isLeaseLost(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.status === 410;
}
