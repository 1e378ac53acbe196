import { X509Certificate } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import { Activations } from '../units/activations.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { arnOf } from './device-policy.js';

/** What came of a step: the one that follows, that all is done, that the unit goes another way from now on, or what it waits for, in one sentence, at `step` from now on, as long as after `leastRounds` rounds at least. */
export type StepOutcome = { next: string } | 'done' | 'left' | { waits: string; step?: string; leastRounds?: number };

/** What a unit lacks first in a target, in the order in which AWS asks for it. `words`: the end of a sentence. */
export interface Lack {
  of: 'certificate' | 'status' | 'thing' | 'policy';
  words: string;
}

/** Units of one target that are worked on at once: AWS answers in 50 ms, and the account's rate is 10 a second. */
const LANES = 8;
/** A round ends before the lease of its units does, and with the steps that are under way as soon as somebody is to be kept out; what it has not done is given back. */
const ROUND_MS = 18_000;
const OF_ONE_UNIT = new Set([
  'ResourceAlreadyExistsException', 'ResourceNotFoundException', 'InvalidRequestException', 'CertificateStateException', 'CertificateValidationException', 'LimitExceededException',
]);

/** A refusal that concerns one unit, and not all of them. */
export function isOfOneUnit(error: unknown): error is AwsIotRefused {
  return error instanceof AwsIotRefused && OF_ONE_UNIT.has(error.code);
}

/**
 * Steps that bring a certificate of ours and its Thing into a target by the control plane. Each may be taken again by anybody at any time: what is there
 * already counts only if it is the unit's own.
 */
@Injectable()
export class UnitSteps {
  constructor(
    private readonly units: UnitRegistrationRepository,
    private readonly clients: AwsIotClients,
    private readonly activations: Activations,
  ) {}

  /** Takes each unit through its steps, several units at once, and keeps each step. Rejects with what concerns all of them. `connected`: their devices have connected already. */
  async bring(target: Target, units: readonly ExpectedUnit[], take: (unit: ExpectedUnit) => Promise<StepOutcome>, { connected = false } = {}): Promise<void> {
    const until = performance.now() + ROUND_MS;
    const left = units.values();
    const unbegun: ExpectedUnit[] = [];
    let failure: unknown;
    const lane = async () => {
      for (const unit of left) {
        if (failure !== undefined || performance.now() > until || (await this.units.areChangesDue(target.name))) unbegun.push(unit);
        else await this.bringOne(target, unit, take, connected).catch((error: unknown) => (failure ??= error));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await this.units.release(target.name, unbegun);
    if (failure !== undefined) throw failure;
  }

  /** Registered INACTIVE and without its CA; undefined when it stands there as ours. */
  async register(target: Target, { certificateId }: ExpectedUnit): Promise<{ waits: string } | undefined> {
    const { certificates } = this.clients.for(target);
    const { certificate } = await this.units.bytesOf(certificateId);
    if (await certificates.registerWithoutCa(certificate)) return undefined;
    const known = await certificates.find(certificateId);
    if (!known) return { waits: 'AWS IoT says that the certificate exists, and does not show it' };
    if (known.pem !== null && fingerprintOf(known.pem) !== certificateId) return { waits: `AWS IoT holds another certificate under the id ${certificateId}` };
    if (known.status === 'ACTIVE' || known.status === 'INACTIVE') return undefined;
    return { waits: `The certificate is ${known.status} in AWS, which only a person changes there` };
  }

  async attachPolicy(target: Target, { certificateId }: ExpectedUnit, policy: string): Promise<void> {
    await this.clients.for(target).things.attachPolicy(policy, arnOf(target, `cert/${certificateId}`));
  }

  /** The Thing with this certificate and no other unit's. What the unit itself had before, and was revoked, is taken off. */
  async makeThing(target: Target, unit: ExpectedUnit): Promise<{ waits: string } | undefined> {
    const { things } = this.clients.for(target);
    await things.create(unit.serial);
    return this.takeOffFormer(target, unit, () => things.attach(unit.serial, arnOf(target, `cert/${unit.certificateId}`)));
  }

  /** What the unit itself had before, and was revoked, is taken off its Thing, after `first`; nothing is done where another unit's certificate is there. */
  async takeOffFormer(target: Target, { unitId, serial, certificateId }: ExpectedUnit, first: () => Promise<void> = () => Promise.resolve()): Promise<{ waits: string } | undefined> {
    const { things } = this.clients.for(target);
    const others = (await things.certificatesOf(serial)).filter((id) => id !== certificateId);
    const own = await this.units.certificatesOf(unitId, others);
    const strangers = others.filter((id) => !own.some(({ certificateId: known }) => known === id));
    if (strangers.length > 0) return { waits: `The Thing ${serial} has another certificate in AWS, ${strangers.join(', ')}: detach it there if the Thing is this unit's` };
    await first();
    // In the field a unit has two that are valid for a time.
    for (const { certificateId: id } of own.filter(({ state }) => state !== 'valid')) await things.detach(serial, arnOf(target, `cert/${id}`));
    return undefined;
  }

  /** Nobody reports a result for a canary. */
  hasPassed({ unitState, canary }: ExpectedUnit): boolean {
    return canary || unitState === 'passed' || unitState === 'shipped';
  }

  /** The unit may connect from now on. */
  async activate(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    return (await this.activations.make(target, unit)) ? 'done' : { next: 'register' };
  }

  /** A certificate that the target does not know is registered there as revoked, so that nobody registers it later as good; not one that AWS has signed, which lets nobody in once it is gone. False where the target did not know it. */
  async revoke(target: Target, unit: ExpectedUnit): Promise<boolean> {
    const { certificates } = this.clients.for(target);
    if (await certificates.setStatus(unit.certificateId, 'REVOKED')) return true;
    if (unit.authority === '') return false;
    await this.register(target, unit);
    await certificates.setStatus(unit.certificateId, 'REVOKED');
    return false;
  }

  async suspend(target: Target, { certificateId }: ExpectedUnit): Promise<void> {
    const { certificates } = this.clients.for(target);
    const known = await certificates.find(certificateId);
    if (known?.status === 'ACTIVE') await certificates.setStatus(certificateId, 'INACTIVE');
  }

  /** What the target lacks of a unit that should be able to connect there; null when nothing is missing. */
  async lackOf(target: Target, { serial, certificateId }: Pick<ExpectedUnit, 'serial' | 'certificateId'>): Promise<Lack | null> {
    const { certificates, things } = this.clients.for(target);
    const certificate = await certificates.find(certificateId);
    if (!certificate) return { of: 'certificate', words: 'the certificate is not registered' };
    if (certificate.status !== 'ACTIVE') return { of: 'status', words: `the certificate is ${certificate.status}` };
    if (!(await things.certificatesOf(serial)).includes(certificateId)) return { of: 'thing', words: `there is no Thing ${serial} with the certificate attached` };
    return (await things.hasPolicy(arnOf(target, `cert/${certificateId}`))) ? null : { of: 'policy', words: 'the certificate has no policy attached' };
  }

  /** The same as the end of a sentence. */
  async missing(target: Target, unit: Pick<ExpectedUnit, 'serial' | 'certificateId'>): Promise<string | null> {
    return (await this.lackOf(target, unit))?.words ?? null;
  }

  private async bringOne(target: Target, claimed: ExpectedUnit, take: (unit: ExpectedUnit) => Promise<StepOutcome>, connected: boolean): Promise<void> {
    let unit = claimed;
    try {
      for (;;) {
        const outcome = await take(unit);
        if (outcome === 'done') break;
        if (outcome === 'left') return;
        if ('waits' in outcome) {
          if (outcome.step !== undefined && !(await this.units.reached(target.name, unit, outcome.step))) return await this.units.makeDueUnlessActive(target.name, unit);
          return await this.units.postpone(target.name, [{ ...unit, attempts: Math.max(unit.attempts, outcome.leastRounds ?? 0) }], outcome.waits, null);
        }
        // Revoked or quarantined meanwhile: another matter, due now, also where that was done while the step was under way.
        if (!(await this.units.reached(target.name, unit, outcome.next))) return await this.units.makeDueUnlessActive(target.name, unit);
        unit = { ...unit, step: outcome.next };
        // The step is kept: whoever claims the unit next goes on from it.
        if (await this.units.areChangesDue(target.name)) return await this.units.release(target.name, [unit]);
      }
    } catch (error) {
      if (!isOfOneUnit(error)) throw error;
      return this.units.postpone(target.name, [unit], error.message, error.code);
    }
    await this.units.observed(target.name, unit, { connected });
    await this.units.makeDueUnlessActive(target.name, unit);
  }
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}
