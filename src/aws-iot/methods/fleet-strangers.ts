import { Injectable, Logger } from '@nestjs/common';
import { mayNotIssue } from '../../issuance/issuance.errors.js';
import { readCertificate } from '../../x509/certificate.js';
import { fromPem } from '../../x509/pem.js';
import { keyIdentity } from '../../x509/public-key.js';
import { VOUCHER_ATTRIBUTE } from '../../x509/voucher.js';
import { X509Error } from '../../x509/x509.errors.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { asDomainError } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { ListedCertificate } from '../clients/certificates.client.js';
import type { Resource } from '../registrations/resources.js';
import { differencesKeepingOut } from '../registrations/resource-rounds.js';
import { TargetResourceRepository } from '../registrations/target-resources.repository.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { FirstConnectionRepository } from '../units/first-connections.repository.js';
import { arnOf } from './device-policy.js';
import { FleetUnitRepository } from './fleet-units.repository.js';

const logger = new Logger('FleetStrangers');

/** What a family's devices have in a target: the authority that vouches for them, their template, and the policies that it attaches. */
export interface FamilyDevices {
  authority: string;
  template: string;
  policies: readonly string[];
}

/** Devices without a voucher: who got in all the same, as while a template had no hook, is named and left, since another ledger may know him. */
@Injectable()
export class FleetStrangers {
  constructor(
    private readonly units: FleetUnitRepository,
    private readonly connections: FirstConnectionRepository,
    private readonly targets: TargetRepository,
    private readonly resources: TargetResourceRepository,
    private readonly clients: AwsIotClients,
  ) {}

  /**
   * Of a certificate that no unit is, or was, entitled to: kept as unknown, on record, as the family's if it is on a Thing of its units, whatever the family's method, and as the template's, which families may
   * share, if it has its devices' policy. `key`: identity of its key, where that is known. `things`: to which it is attached.
   */
  async name(target: Target, { authority, template, policies }: FamilyDevices, { id, status }: ListedCertificate, key: Buffer | undefined, things: readonly string[]): Promise<void> {
    const unit = await this.units.madeAmong(target.name, authority, things);
    if (unit) {
      // AWS has signed it for another family's unit, as from a file of CSRs.
      if (!unit.isOurs && key && (await this.units.hasKey(unit.serial, key))) return;
      await this.connections.keepUnknown({ authority: unit.authority, target: target.name }, [{ id, status, thing: unit.serial }]);
      return;
    }
    const attached = await this.clients.for(target).things.policiesOf(arnOf(target, `cert/${id}`));
    if (!attached.some((policy) => policies.includes(policy))) return;
    await this.connections.keepUnknown({ authority, target: target.name }, [{ id, status, thing: things[0] ?? null }], template);
  }

  /** Of a certificate that a unit may not have by what a restored ledger says: kept as unknown, on record, and left until the unit's order is confirmed. */
  async doubt(target: Target, serial: string, { id, status }: Pick<ListedCertificate, 'id' | 'status'>): Promise<void> {
    const unit = await this.units.madeAmong(target.name, '', [serial]);
    if (unit) await this.connections.keepUnknown({ authority: unit.authority, target: target.name }, [{ id, status, thing: serial }]);
  }

  /** What was kept as unknown is shown as AWS has it now. */
  seen(target: Target, certificates: readonly ListedCertificate[]): Promise<void> {
    return this.connections.unknownSeen(target.name, certificates);
  }

  /** Who may connect in a target as the unit with this serial though the ledger does not know him, as the end of a sentence; null when nobody may. Whatever the unit's method. */
  async onThing(target: Target, serial: string): Promise<string | null> {
    const { certificates, things } = this.clients.for(target);
    const strangers: string[] = [];
    for (const id of await this.units.unknownAmong(await things.certificatesOf(serial))) {
      const found = await certificates.find(id);
      if (found?.status !== 'ACTIVE' && found?.status !== 'PENDING_ACTIVATION') continue;
      const key = keyIn(target, id, found.pem);
      // AWS has signed it for the unit, and the ledger gets it soon.
      if (!key || !(await this.units.hasKey(serial, key))) strangers.push(id);
    }
    if (strangers.length === 0) return null;
    return `the Thing ${serial} has the certificate ${strangers.join(', ')}, which the ledger does not know: its device may connect as the unit. Unless another ledger knows it, set it REVOKED there, and take it off the Thing`;
  }

  /** What stands in a target in the way of a unit that has no certificate yet, as the end of a sentence; null when nothing does. */
  async inTheWay(target: Target, { id, serial }: { id: number; serial: string }): Promise<string | null> {
    const { things } = this.clients.for(target);
    const attributes = await things.attributesOf(serial);
    if (attributes === undefined) return null;
    const named = attributes[VOUCHER_ATTRIBUTE];
    const voucher = await this.units.openVoucher(id);
    // Its own device has come, and is taken over soon.
    if (voucher !== null && named === voucher) return null;
    const strangers = await this.units.unknownAmong(await things.certificatesOf(serial));
    if (strangers.size > 0) {
      return `the Thing ${serial} has the certificate ${[...strangers].join(', ')}, which the ledger does not know: its device is let in there, and the unit's own is not. Set the certificate REVOKED there, and take it off the Thing`;
    }
    // One that is held for the unit, or is about to be.
    if (named !== undefined && (named === 'none' || (await this.units.hadVoucher(id, named)))) return null;
    return `there is a Thing ${serial} already, which keeps the unit's device out: delete it there`;
  }

  /**
   * Whoever has a claim could make any Thing while the template asks no hook: nobody is given one then. What was last seen counts, and with `now` AWS is asked too. An order that has ended has no verdict:
   * what was last seen of the template counts. Throws `may-not-issue`, and with `now` `target-refuses` or `target-unreachable`.
   */
  async requireHook({ id, targets }: WorkOrderTerms, template: (target: Target) => Resource, now: boolean): Promise<void> {
    const verdict = await this.units.verdictOn(id);
    if (verdict?.mayIssue === false) throw mayNotIssue(id, verdict.reason);
    if (verdict !== undefined && !now) return;
    const target = await this.targets.get(targets[0] ?? '');
    const resource = template(target);
    const observed = now ? await this.observe(resource, target) : await this.resources.lastSeen(target.name, resource);
    // Nobody has looked yet.
    if (observed === null) return;
    const known = await this.resources.find(target.name, resource);
    const keepsOut = observed ? differencesKeepingOut(resource, observed, known).map(({ what }) => what) : [`there is no template ${resource.name}`];
    if (keepsOut.length === 0) return;
    throw mayNotIssue(id, `${target.name}: In AWS ${keepsOut.join('; ')} → GET /v1/aws/registrations?target=${target.name} names its authority; POST /v1/aws/registrations/<authority>/${target.name}/apply makes it right.`);
  }

  private async observe(resource: Resource, target: Target): Promise<object | undefined> {
    try {
      return await resource.observe(this.clients.for(target));
    } catch (error) {
      throw asDomainError(error);
    }
  }
}

/** Identity of a certificate's key (PEM). Undefined for one that the service does not read, as with a DSA key or an RSASSA-PSS signature: no unit's key is in it. */
export function keyIn({ name }: Target, certificateId: string, pem: string | null): Buffer | undefined {
  if (pem === null) return undefined;
  try {
    return keyIdentity(readCertificate(fromPem('CERTIFICATE', pem)).spki);
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
    logger.debug({ event: 'fleet.certificate-unreadable', target: name, certificateId, detail: error.message });
    return undefined;
  }
}
