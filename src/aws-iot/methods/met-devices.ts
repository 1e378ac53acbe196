import { Injectable } from '@nestjs/common';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';

/** Up to so many units it is cheaper to ask for each of them than to list. */
const FEW = 3;
const PAGES = 4;
/** Of those the pages did not show, so many are asked for one by one: they connected long ago or not yet. */
const SINGLE_LOOKS = 20;

/** What AWS says of units: by certificate id, for whatever of them it knows, and for others that came along. `looked`: those for which it was asked. */
export interface MetUnits {
  statuses: ReadonlyMap<string, string>;
  looked: ExpectedUnit[];
}

/** What is common to the ways in which AWS learns of a unit by its first connection, through a CA that is registered there. */
@Injectable()
export class MetDevices {
  constructor(
    private readonly units: UnitRegistrationRepository,
    private readonly clients: AwsIotClients,
  ) {}

  /** Sparingly: AWS allows ten such calls a second and account. Ends with the call that is under way as soon as somebody is to be kept out; units for which AWS was not asked are given back then. */
  async look(target: Target, expected: readonly ExpectedUnit[]): Promise<MetUnits> {
    const statuses = new Map<string, string>();
    const asked = new Set<string>();
    const isOver = await this.lookUntilChangesAreDue(target, expected, statuses, asked);
    const looked = expected.filter(({ certificateId }) => !isOver || statuses.has(certificateId) || asked.has(certificateId));
    await this.units.release(target.name, expected.filter((unit) => !looked.includes(unit)));
    return { statuses, looked };
  }

  /** These are looked for again later. `detail`: what AWS has of them; null where it knows nothing of them. */
  later(target: Target, units: readonly ExpectedUnit[], detail: string | null): Promise<void> {
    return this.units.postpone(target.name, units, detail, null);
  }

  /** Those of the certificates with this status that the ledger waits for at this step, due or not: a page also shows others. */
  async waitingAt(target: Target, step: string, statuses: ReadonlyMap<string, string>, status: string): Promise<ExpectedUnit[]> {
    const ids = [...statuses].filter(([, each]) => each === status).map(([id]) => id);
    return (await this.units.pendingAmong(target.name, ids)).filter(({ desired, succeeds, step: at }) => desired === 'ACTIVE' && succeeds === null && at === step);
  }

  /** Whether AWS has made the unit's Thing. */
  hasThing(target: Target, { serial }: ExpectedUnit): Promise<boolean> {
    return this.clients.for(target).hasThing(serial);
  }

  /** True where it ended early. */
  private async lookUntilChangesAreDue(target: Target, expected: readonly ExpectedUnit[], statuses: Map<string, string>, asked: Set<string>): Promise<boolean> {
    const { caCertificates, certificates } = this.clients.for(target);
    const unseen = (units: readonly ExpectedUnit[]) => units.filter(({ certificateId }) => !statuses.has(certificateId));
    for (const [ca, units] of Map.groupBy(expected, ({ caCertificateId }) => caCertificateId)) {
      if (units.length <= FEW) continue;
      let marker: string | undefined;
      for (let page = 0; page < PAGES && unseen(units).length > 0 && (page === 0 || marker !== undefined); page++) {
        if (await this.units.areChangesDue(target.name)) return true;
        const { certificates: listed, next } = await caCertificates.certificatesOf(ca, marker);
        for (const { id, status } of listed) statuses.set(id, status);
        marker = next;
      }
    }
    for (const { certificateId } of unseen(expected).slice(0, SINGLE_LOOKS)) {
      if (await this.units.areChangesDue(target.name)) return true;
      const certificate = await certificates.find(certificateId);
      asked.add(certificateId);
      if (certificate) statuses.set(certificate.id, certificate.status);
    }
    return false;
  }
}
