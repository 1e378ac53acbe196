import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { LogFollower } from '../../audit/log-follower.js';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import { backoffMs } from '../../platform/backoff.js';
import { fromPem } from '../../x509/pem.js';
import { VOUCHER_ATTRIBUTE } from '../../x509/voucher.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { ListedCertificate } from '../clients/certificates.client.js';
import type { Target } from '../targets/targets.schema.js';
import { arnOf } from './device-policy.js';
import { type FamilyDevices, FleetStrangers, keyIn } from './fleet-strangers.js';
import { FleetUnitRepository } from './fleet-units.repository.js';
import { HeldThingRepository, type UnitToHold } from './held-things.repository.js';

const logger = new Logger('FleetImports');
/** Pages of 250 certificates of one look, newest first. */
const PAGES = 4;
/** Certificates of which AWS is asked in one look whose they are. */
const LOOKED_UP = 50;
/** Units that are asked for by name in one look, in turn: an event may be lost, and the certificate far down the list. */
const BY_NAME = 10;
const HELD_AT_ONCE = 20;
/** Nobody's business of ours; AWS is not asked again soon. */
const FOREIGN = { max: 10_000, ttl: 60 * 60_000 };
/** Refusals of AWS after which a look goes no further: one may be about a Thing that is somebody else's, but so many are about who asks. */
const MOST_REFUSED = 5;
/** AWS is not asked again so soon of a certificate or a Thing of which it has refused something, so that the next look comes to others. */
const REFUSED = { max: 10_000, ttl: 60_000 };
/** A device that connects again and again under a unit's name, with a certificate that is not the unit's, has AWS asked after so long at the earliest, each time twice as long. */
const MET = { max: 10_000 };
const LOOK_AGAIN = { firstMs: 60_000, mostMs: 60 * 60_000 };
/** AWS provisions a device in several steps, within seconds: what a certificate has after so long, it has for good. */
const SETTLED_MS = 10 * 60_000;

/** What became of a certificate that is attached to a unit's Thing. `unsettled`: AWS is perhaps still provisioning its device. `none`: there is nothing to be done about it. */
type Taken = 'imported' | 'refused' | 'unsettled' | 'none';

/**
 * Takes over what AWS has signed for units with vouchers: found among the newest certificates of the target, or by the Things' names. A certificate is the unit's if the unit is entitled
 * to it; one that bears the name of such a unit, or is for its key, and is not is set REVOKED. While
 * the unit's order waits to be confirmed after a restore, it is named and left: the ledger may have lost that the unit got it.
 */
@Injectable()
export class FleetImports {
  private readonly foreign = new LRUCache<string, true>(FOREIGN);
  private readonly refused = new LRUCache<string, true>(REFUSED);
  /** By certificate: how often AWS was asked, and when it is asked again at the earliest, by this process's own clock. */
  private readonly met = new LRUCache<string, { times: number; restsUntil: number }>(MET);
  private readonly turns = new Map<string, number>();
  /** Certificates that another look is at: several generations of a family, and several families, look through one target. */
  private readonly beingTaken = new Set<string>();

  constructor(
    private readonly entitlements: AwsEntitlements,
    private readonly units: FleetUnitRepository,
    private readonly things: HeldThingRepository,
    readonly strangers: FleetStrangers,
    private readonly clients: AwsIotClients,
    log: LogFollower,
  ) {
    log.follow({ name: 'fleet-things', events: ['certificate.entitlement-withdrawn', 'certificate.entitled'], read: (leaves, tx) => things.expect(tx, leaves.map(({ facts }) => facts.unit)) });
  }

  /** One look at a target for a family. Answers how many were taken over. */
  async lookThrough(target: Target, family: FamilyDevices): Promise<number> {
    await this.holdThings(target);
    const found = await this.amongNewest(target, family);
    return found + (await this.byName(target));
  }

  /** A device has connected with this certificate under the name of a unit that may have one of AWS's: it is taken over, or REVOKED, if it is on the unit's Thing. */
  async ofDevice(target: Target, serial: string, certificateId: string): Promise<void> {
    const one = key(target, certificateId);
    const { times, restsUntil } = this.met.get(one) ?? { times: 0, restsUntil: 0 };
    if (performance.now() < restsUntil) return;
    this.met.set(one, { times: times + 1, restsUntil: performance.now() + backoffMs(times + 1, LOOK_AGAIN) });
    const attached = await this.clients.for(target).things.certificatesOf(serial);
    if (attached.includes(certificateId) && (await this.take(target, serial, certificateId)) === 'unsettled') this.met.delete(one);
  }

  /** The certificate of the Thing with this serial, if there is one. Answers whether it was taken over now. */
  private async ofThing(target: Target, serial: string): Promise<boolean> {
    return (await this.takeAll(target, serial, await this.clients.for(target).things.certificatesOf(serial))).includes('imported');
  }

  private async amongNewest(target: Target, family: FamilyDevices): Promise<number> {
    const { certificates } = this.clients.for(target);
    const look: Look = { refusals: 0 };
    let imported = 0;
    let left = LOOKED_UP;
    let marker: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const { certificates: listed, next } = await certificates.newest(marker);
      // What is not ACTIVE yet is no Thing's yet.
      const open = listed.filter(({ id, status }) => status === 'ACTIVE' && !this.foreign.has(foreignKey(target, family, id)) && !this.refused.has(key(target, id)));
      const active = new Map(open.map((each) => [each.id, each]));
      await this.strangers.seen(target, listed);
      const before = imported;
      for (const id of await this.units.unknownAmong([...active.keys()])) {
        if (left-- <= 0 || look.refusals >= MOST_REFUSED) return imported;
        if ((await this.unlessRefused(look, target, id, () => this.takeListed(target, family, active.get(id)!))) === 'imported') imported++;
      }
      marker = next;
      if (imported === before || marker === undefined) break;
    }
    return imported;
  }

  /** By the Thing that it is attached to; one without a Thing of ours lets nobody in, unless for a key whose voucher counts no more. */
  private async takeListed(target: Target, family: FamilyDevices, listed: ListedCertificate): Promise<Taken> {
    const { id, createdAt } = listed;
    const { certificates, things } = this.clients.for(target);
    const attached = await things.ofCertificate(arnOf(target, `cert/${id}`));
    const [serial] = await this.units.entitledAmong(target.name, attached);
    if (serial !== undefined) return this.take(target, serial, id);
    const found = await certificates.find(id);
    const identity = found && keyIn(target, id, found.pem);
    const owner = identity && (await this.units.withoutVoucherFor(target.name, identity));
    if (owner !== undefined) return this.take(target, owner, id);
    if (attached.length > 0 || isSettled(createdAt)) {
      await this.strangers.name(target, family, listed, identity, attached);
      this.foreign.set(foreignKey(target, family, id), true);
    }
    return 'none';
  }

  private async byName(target: Target): Promise<number> {
    const units = await this.units.waiting(target.name, this.turns.get(target.name) ?? 0, BY_NAME);
    this.turns.set(target.name, units.length < BY_NAME ? 0 : units.at(-1)!.unitId);
    const look: Look = { refusals: 0 };
    let imported = 0;
    for (const { serial } of units) {
      if (look.refusals >= MOST_REFUSED) break;
      if (await this.unlessRefused(look, target, serial, () => this.ofThing(target, serial))) imported++;
    }
    return imported;
  }

  /** What AWS refuses of one certificate or Thing (`what`: its id or name) holds up no other: undefined then, and while it was refused a short time ago. Throws what concerns all of them. */
  private async unlessRefused<Result>(look: Look, target: Target, what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    const one = key(target, what);
    if (this.refused.has(one)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      look.refusals++;
      this.refused.set(one, true);
      logger.warn({ event: 'fleet.refused', target: target.name, what, detail: error.message });
      return undefined;
    }
  }

  private async takeAll(target: Target, serial: string, certificateIds: readonly string[]): Promise<Taken[]> {
    const taken: Taken[] = [];
    for (const id of certificateIds) taken.push(await this.take(target, serial, id));
    return taken;
  }

  private async take(target: Target, serial: string, certificateId: string): Promise<Taken> {
    const one = key(target, certificateId);
    if (this.beingTaken.has(one)) return 'unsettled';
    this.beingTaken.add(one);
    return this.takeOne(target, serial, certificateId).finally(() => this.beingTaken.delete(one));
  }

  /** One that is refused is taken off its Thing too: the hook would keep the unit's own device out. */
  private async takeOne(target: Target, serial: string, certificateId: string): Promise<Taken> {
    const { certificates, things } = this.clients.for(target);
    const one = key(target, certificateId);
    const takeOff = () => things.detach(serial, arnOf(target, `cert/${certificateId}`));
    const found = await certificates.find(certificateId);
    if (!found || found.pem === null) return 'none';
    if (found.status === 'REVOKED') {
      await takeOff();
      return 'none';
    }
    if (found.status === 'PENDING_ACTIVATION' && !isSettled(found.createdAt)) return 'unsettled';
    const voucher = (await this.units.takesAnyKey(serial)) ? (await things.attributesOf(serial))?.[VOUCHER_ATTRIBUTE] : undefined;
    const { outcome } = await this.entitlements.import(target.name, serial, fromPem('CERTIFICATE', found.pem), voucher);
    if (outcome === 'doubtful') {
      await this.strangers.doubt(target, serial, found);
      this.refused.set(one, true);
      return 'none';
    }
    if (outcome !== 'refused') return outcome === 'imported' ? outcome : 'none';
    await certificates.setStatus(certificateId, 'REVOKED');
    await takeOff();
    await this.things.expectAgain(target.name, serial);
    return 'refused';
  }

  /** A Thing that stands there keeps its unit's device out, but for the one voucher that it names. One that AWS does not let us change waits, on record, and the others do not. */
  private async holdThings(target: Target): Promise<void> {
    let refusals = 0;
    for (const unit of await this.things.due(target.name, HELD_AT_ONCE)) {
      try {
        await this.hold(target, unit);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await this.things.refused(target.name, unit, error.message);
        if (++refusals >= MOST_REFUSED) break;
      }
    }
    await this.things.settle(target.name);
  }

  private async hold(target: Target, unit: UnitToHold): Promise<void> {
    const { things } = this.clients.for(target);
    const { unitId, serial, entitlement } = unit;
    const ids = await things.certificatesOf(serial);
    const taken = await this.takeAll(target, serial, ids);
    // A device that used the unit's new voucher before the Thing was held is let in; any other certificate is set REVOKED here.
    if (taken.includes('imported') || taken.includes('unsettled') || (await this.units.isCertified(unitId))) return;
    // The hook lets nobody in whose Thing has a certificate. Once it names the new voucher, a certificate that comes may be the unit's.
    for (const id of ids) await things.detach(serial, arnOf(target, `cert/${id}`));
    await things.ensureWithAttribute(serial, VOUCHER_ATTRIBUTE, entitlement ?? 'none');
    await this.things.held(target.name, unit);
  }
}

/** How much AWS has refused in one look. */
interface Look {
  refusals: number;
}

const key = ({ name }: Target, what: string) => `${name} ${what}`;
/** What is nobody's for one family may be another's. */
const foreignKey = (target: Target, { authority }: FamilyDevices, certificateId: string) => `${key(target, certificateId)} ${authority}`;
const isSettled = (createdAt: Date) => Date.now() - +createdAt > SETTLED_MS;
/** About what is asked, and not about who asks. */
const isRefusal = (error: unknown): error is AwsIotRefused => error instanceof AwsIotRefused && !error.isAboutCredentials;
