import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { ApiClient, ApiProblem } from '../client/api-client.js';
import type { Job } from '../client/job.js';
import { Station } from '../client/station.js';
import { type Identity, Page, UnitIdentity } from './api-answers.js';
import { CloudRegistry } from './cloud-registry.js';
import { addressOf, type CloudTarget, type DemoCredentials } from './credentials.js';
import { DEMO_FAMILY } from './demo-line.js';
import { Device, sandboxNetwork } from './device.js';
import { checkIssued, isForKey } from './issued-certificate.js';
import { ensureReleased } from './line-setup.js';

const SLOT = '1';
const UNITS_PER_ORDER = 25;
/** Units in a row that an interrupted check may have left with a certificate; more mean that something else is wrong. */
const MOST_USED = 5;

export interface GoldenStep {
  name: string;
  ms: number;
}

export interface GoldenUnit {
  serial: string;
  fingerprint: string;
  authority: string;
  thingName: string;
  targets: { name: string; accountId: string; region: string; host: string; drops: number }[];
  steps: GoldenStep[];
  ms: number;
}

/** A step failed. The message is one sentence that names it. */
export class GoldenUnitFailed extends Error {
  constructor(
    readonly step: string,
    cause: unknown,
  ) {
    super(`The golden unit failed at "${step}": ${describe(cause)}`, { cause });
    this.name = new.target.name;
  }
}

function describe(cause: unknown): string {
  if (!isNativeError(cause)) return String(cause);
  const text = cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
  return cause instanceof ApiProblem ? `${text} (${cause.code})` : text;
}

/**
 * Proves the whole way with one fresh unit: device key, CSR, certificate from the HSM, the two connections of just-in-time
 * provisioning in each account, and the Thing in AWS's registry. @throws GoldenUnitFailed
 */
export async function proveGoldenUnit(credentials: DemoCredentials, onStep: (step: GoldenStep) => void = () => undefined, patienceMs = 10_000): Promise<GoldenUnit> {
  const check = new GoldenUnitCheck(credentials, onStep, patienceMs);
  return check.run();
}

class GoldenUnitCheck {
  private readonly station: Station;
  private readonly manager: ApiClient;
  private readonly steps: GoldenStep[] = [];

  constructor(
    private readonly credentials: DemoCredentials,
    private readonly onStep: (step: GoldenStep) => void,
    private readonly patienceMs: number,
  ) {
    const { keys, goldenUnit: { key } } = credentials;
    this.station = new Station({ ...addressOf(credentials), key, slot: SLOT, patienceMs });
    this.manager = new ApiClient(addressOf(credentials), keys.manager, { patienceMs });
  }

  async run(): Promise<GoldenUnit> {
    const began = performance.now();
    const job = await this.step('claim a unit', () => this.claimFresh());
    let proven: Omit<GoldenUnit, 'steps' | 'ms'> | undefined;
    await job.run(async () => {
      try {
        proven = await this.prove(job);
      } catch (error) {
        // Its key is lost with this check, so the unit can't be tried again.
        await job.report({ outcome: 'FAIL', failureCode: 'golden-unit' }).catch(() => undefined);
        throw error;
      }
    });
    if (!proven) throw new GoldenUnitFailed('report PASS', new Error(`The lease of ${job.serial} ended`));
    return { ...proven, steps: this.steps, ms: Math.round(performance.now() - began) };
  }

  private async prove(job: Job): Promise<Omit<GoldenUnit, 'steps' | 'ms'>> {
    const { serial } = job;
    const device = await this.step('make a device key and a CSR', () => Device.make(serial));
    const identity = await this.step('get a certificate', async () => device.identityFrom(UnitIdentity.parse(await job.certificate(device.csr)), sandboxNetwork(this.credentials.aws, this.patienceMs)));
    await this.step('verify the certificate', async () => {
      const issued = checkIssued(identity.certificate, identity.chain, serial);
      if (!isForKey(issued, device.privateKeyPem)) throw new Error(`The certificate of ${serial} is for another key`);
    });
    const targets = await this.connectEverywhere(device, identity);
    for (const target of this.credentials.aws.targets) await this.step(`find the Thing in account ${target.accountId}`, () => this.findThing(target, identity));
    await this.step('report PASS', () => job.report({ outcome: 'PASS' }));
    return { serial, fingerprint: identity.fingerprint, authority: identity.authority, thingName: identity.thingName, targets };
  }

  /** To all accounts at once; the first that fails ends the others. */
  private async connectEverywhere(device: Device, identity: Identity): Promise<GoldenUnit['targets']> {
    const network = sandboxNetwork(this.credentials.aws, this.patienceMs);
    const failed = new AbortController();
    const visits = identity.endpoints.map(async (endpoint) => {
      const { target: name, accountId, region, host } = endpoint;
      const { drops } = await this.step(`connect to account ${accountId} in ${region}`, async () => {
        const contact = await device.firstContact(identity, endpoint, network, failed.signal);
        if (contact.drops === 0) throw new Error('The first connection was accepted, so just-in-time provisioning did not take place');
        return contact;
      });
      return { name, accountId, region, host, drops };
    });
    try {
      return await Promise.all(visits);
    } catch (error) {
      failed.abort(error);
      await Promise.allSettled(visits);
      throw error;
    }
  }

  private async findThing(target: CloudTarget, { thingName, fingerprint }: Identity): Promise<void> {
    const registry = await CloudRegistry.open(this.credentials.aws, target);
    try {
      if (!(await registry.hasThing(thingName, fingerprint))) throw new Error(`AWS IoT has no Thing ${thingName} with this certificate`);
    } finally {
      registry.close();
    }
  }

  /** A unit without a certificate. One that has a certificate was left by a check that was killed, and its key is lost. */
  private async claimFresh(): Promise<Job> {
    for (let used = 0; used <= MOST_USED; used++) {
      const job = (await this.station.claim({ waitMs: 0 })) ?? (await this.claimOfNewOrder());
      if (job.granted.certificate === undefined) return job;
      await job.report({ outcome: 'FAIL', failureCode: 'golden-unit' });
    }
    throw new Error(`${MOST_USED + 1} units in a row had a certificate already`);
  }

  private async claimOfNewOrder(): Promise<Job> {
    const number = (await this.countOrders()) + 1;
    await ensureReleased(this.manager, {
      id: `golden-${number}`,
      product: 'golden-unit',
      line: this.credentials.goldenUnit.line,
      authority: DEMO_FAMILY,
      quantity: UNITS_PER_ORDER,
      targets: this.credentials.aws.targets.map(({ name }) => name),
      serials: { prefix: `GOLDEN-${number}-`, start: 1, digits: 3 },
    });
    const job = await this.station.claim({ waitMs: 5_000 });
    if (!job) throw new Error(`The work order golden-${number} is released, and no job came to the station`);
    return job;
  }

  private async countOrders(): Promise<number> {
    let count = 0;
    let cursor: string | null = null;
    do {
      const path: string = cursor === null ? '/v1/work-orders?limit=500' : `/v1/work-orders?limit=500&cursor=${cursor}`;
      const page = await this.manager.get(path, Page(z.object({ id: z.string() })));
      count += page.items.filter(({ id }) => id.startsWith('golden-')).length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return count;
  }

  private async step<Made>(name: string, work: () => Promise<Made>): Promise<Made> {
    const began = performance.now();
    try {
      const made = await work();
      const step = { name, ms: Math.round(performance.now() - began) };
      this.steps.push(step);
      this.onStep(step);
      return made;
    } catch (error) {
      throw error instanceof GoldenUnitFailed ? error : new GoldenUnitFailed(name, error);
    }
  }
}
