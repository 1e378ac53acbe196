import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { AwsIotClients } from './aws-iot-clients.js';
import type { AwsIotClient } from './aws-iot.client.js';
import { AwsIotError, AwsIotRefused } from './aws-iot.errors.js';
import { TargetRepository } from './targets.repository.js';
import type { Target } from './targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from './unit-registrations.repository.js';

const logger = new Logger('UnitReconciler');
/** Targets asked at the same time by this process. */
const WIDTH = 8;
/** Units of one look: as many as AWS lists in one page. */
const BATCH = 250;
/** Up to so many units it is cheaper to ask for each of them than to list. */
const FEW = 3;
const PAGES = 4;
/** Revocations of one look: at AWS's rate they take half of the time for which the units are held, with two calls of a kind for each. */
const REVOKED_AT_ONCE = 50;
/** Of those the pages did not show, so many are asked for one by one: they connected long ago or not yet. */
const SINGLE_LOOKS = 20;

/**
 * Sees which units AWS has come to know. Devices make themselves known when they connect, so nothing is done for them but
 * looking, and that sparingly: AWS allows ten such calls a second and account. Only a certificate that was revoked here
 * is changed there, or registered as revoked: AWS reads no revocation lists. Runs in workers only.
 */
@Injectable()
export class UnitReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly busy = new Set<string>();
  private readonly loop: WorkLoop<string>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly units: UnitRegistrationRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
  ) {
    this.loop = new WorkLoop({
      name: 'UnitReconciler',
      everyMs: config.RECONCILE_MS,
      width: WIDTH,
      take: (limit) => this.takeTargets(limit),
      work: (target) => this.look(target).finally(() => this.busy.delete(target)),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    this.clients.close();
    await this.loop.stop();
  }

  private async takeTargets(limit: number): Promise<string[]> {
    const due = (await this.units.dueTargets()).filter((name) => !this.busy.has(name)).slice(0, limit);
    for (const name of due) this.busy.add(name);
    return due;
  }

  private async look(name: string): Promise<void> {
    const claimed = await this.units.claimDue(name, BATCH);
    if (claimed.length === 0) return;
    const target = await this.targets.get(name);
    const toRevoke = claimed.filter(({ desired }) => desired === 'REVOKED');
    await this.units.release(name, toRevoke.slice(REVOKED_AT_ONCE));
    await this.guarded(target, toRevoke.slice(0, REVOKED_AT_ONCE), (units) => this.revoke(target, units));
    await this.guarded(target, claimed.filter(({ desired }) => desired === 'ACTIVE'), (units) => this.lookFor(target, units));
  }

  /** What AWS refuses or does not answer is tried again later. */
  private async guarded(target: Target, units: ExpectedUnit[], work: (units: ExpectedUnit[]) => Promise<void>): Promise<void> {
    if (units.length === 0) return;
    try {
      await work(units);
    } catch (error) {
      if (this.clients.signal.aborted) return this.units.release(target.name, units);
      if (!(error instanceof AwsIotError)) throw error;
      if (error instanceof AwsIotRefused) this.clients.forget(target);
      logger.warn({ event: 'units.not-looked-for', target: target.name, units: units.length, detail: error.message });
      await this.units.postpone(target.name, units, error.message);
    }
  }

  /** One after the other: those that are done stay done when AWS goes away. */
  private async revoke(target: Target, units: ExpectedUnit[]): Promise<void> {
    const aws = this.clients.for(target);
    for (const unit of units) {
      const known = await aws.revokeCertificate(unit.certificateId);
      if (!known) await this.keepOut(aws, unit);
      await this.units.revoked(target.name, unit, known);
    }
  }

  /** AWS would let a device in that connects for the first time: it reads no revocation lists, and its CA registers what it signed. */
  private async keepOut(aws: AwsIotClient, { certificateId }: ExpectedUnit): Promise<void> {
    const { certificate, ca } = await this.units.bytesOf(certificateId);
    // The device itself may have been faster.
    if (!(await aws.registerRevoked(certificate, ca))) await aws.revokeCertificate(certificateId);
  }

  private async lookFor(target: Target, expected: ExpectedUnit[]) {
    const aws = this.clients.for(target);
    const statuses = await this.statusesOf(aws, expected);
    const active = [...statuses].filter(([, status]) => status === 'ACTIVE').map(([id]) => id);
    // A page also shows units that are not due yet.
    const known = (await this.units.pendingAmong(target.name, active)).filter(({ desired }) => desired === 'ACTIVE');
    const things = await Promise.all(known.map(({ serial }) => aws.hasThing(serial)));
    for (const [at, unit] of known.entries()) if (things[at]) await this.units.observed(target.name, unit);
    await this.postponeRest(target.name, expected, statuses);
  }

  /** Changes only what is pending still, and `observed` has just taken out those that are there. */
  private async postponeRest(target: string, expected: ExpectedUnit[], statuses: Map<string, string>) {
    const groups = Map.groupBy(expected, ({ certificateId }) => statuses.get(certificateId));
    for (const [status, units] of groups) await this.units.postpone(target, units, status === undefined ? null : detailOf(status));
  }

  /** By certificate id, for whatever of them AWS knows, and for others that came along. */
  private async statusesOf(aws: AwsIotClient, expected: ExpectedUnit[]): Promise<Map<string, string>> {
    const statuses = new Map<string, string>();
    const unseen = (units: ExpectedUnit[]) => units.filter(({ certificateId }) => !statuses.has(certificateId));
    for (const [ca, units] of Map.groupBy(expected, ({ caCertificateId }) => caCertificateId)) {
      if (units.length <= FEW) continue;
      let marker: string | undefined;
      for (let page = 0; page < PAGES && unseen(units).length > 0 && (page === 0 || marker !== undefined); page++) {
        const { certificates, next } = await aws.certificatesByCa(ca, marker);
        for (const { id, status } of certificates) statuses.set(id, status);
        marker = next;
      }
    }
    for (const { certificateId } of unseen(expected).slice(0, SINGLE_LOOKS)) {
      const certificate = await aws.findCertificate(certificateId);
      if (certificate) statuses.set(certificate.id, certificate.status);
    }
    return statuses;
  }
}

function detailOf(status: string): string {
  if (status === 'ACTIVE') return 'The certificate is ACTIVE in AWS, but there is no Thing of this name';
  if (status === 'PENDING_ACTIVATION') return 'The device has connected, but AWS has not finished provisioning it';
  return `The certificate is ${status} in AWS`;
}
