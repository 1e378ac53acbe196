import type { KeyObject } from 'node:crypto';
import { DescribeCertificateCommand, ListAttachedPoliciesCommand, ListThingPrincipalsCommand } from '@aws-sdk/client-iot';
import { RenewalProgress } from '../../src/renewal/renewal-progress.js';
import { CertifiedUnits, type Device } from '../aws-iot/support/certified-units.js';
import { EU } from '../sandbox/support/bench.js';
import { csrFor } from '../support/service-bench.js';
import { until } from '../support/until.js';

export const url = (serial: string, act = '') => `/v1/units/${serial}/renewal${act}`;

/** Units that have left the factory: of a family whose units introduce themselves (order WO), and of one whose units are registered by us (order MA), in two targets. */
export class Field {
  private constructor(readonly units: CertifiedUnits) {}

  static async start(): Promise<Field> {
    const field = new Field(await CertifiedUnits.start());
    await field.addSecondFamily();
    return field;
  }

  /** The same line, for units of orders that name these of its targets only. */
  in(targets: string[]): Field {
    return new Field(CertifiedUnits.on(this.line, targets));
  }

  get line() {
    return this.units.line;
  }

  private async addSecondFamily() {
    const { line, units } = this;
    const family = `${line.family}M`;
    const { id } = await line.addAuthority({ family });
    // What the family does changes once nothing of it is under way.
    for (const target of units.targets) await line.registrationIn('in-sync', id, target);
    await line.call('manager', 'POST', '/v1/work-orders', { id: 'MA', product: 'P', line: 'L1', authority: family, method: 'multi-account', quantity: 1_000, targets: units.targets, serials: ['MA-FIRST'] });
    for (const target of units.targets) await line.registrationIn('in-sync', id, target);
    await until('activated', async () => ((await line.call('officer', 'POST', `/v1/authorities/${id}/activate`)).status === 200 ? true : undefined));
    await until('MA is released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/MA/release')).status === 200 ? true : undefined));
  }

  renew(serial: string, key: KeyObject, more: object = {}) {
    return this.line.call('issuer', 'POST', url(serial), { csr: csrFor(key), ...more });
  }

  async standing(serial: string) {
    return (await this.line.call('manager', 'GET', url(serial))).body;
  }

  reportSeen(serial: string, target = this.units.targets[0]) {
    return this.line.call('issuer', 'POST', url(serial, '/seen'), { target });
  }

  setState(serial: string, state: 'passed' | 'shipped' | 'certified') {
    return this.line.db.updateTable('unit').set({ state }).where('serial', '=', serial).execute();
  }

  async statusIn(index: number, certificateId: string) {
    return (await this.line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
  }

  async arnIn(index: number, certificateId: string) {
    return (await this.line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!.certificateArn!;
  }

  async policiesIn(index: number, certificateId: string) {
    return (await this.line.aws.iot(index).send(new ListAttachedPoliciesCommand({ target: await this.arnIn(index, certificateId) }))).policies?.map(({ policyName }) => policyName);
  }

  async principalsIn(index: number, thingName: string) {
    return (await this.line.aws.iot(index).send(new ListThingPrincipalsCommand({ thingName }))).principals?.map((arn) => arn.split('/')[1]).sort();
  }

  /** As `standing state` of each. */
  async certificatesOf({ unitId }: Device) {
    const rows = await this.line.db.selectFrom('certificate').select(['state', 'standing', 'revocation_reason']).where('unit_id', '=', unitId).orderBy('reserved_at').execute();
    return rows.map(({ state, standing, revocation_reason }) => [standing, state, ...(revocation_reason === null ? [] : [revocation_reason])].join(' '));
  }

  async leavesOf(serial: string) {
    return (await this.line.db.selectFrom('log_leaf').select('event').where('subject', '=', `unit:${serial}`).where('event', 'like', 'renewal.%').orderBy('seq').execute()).map(({ event }) => event);
  }

  /** Resolves once the targets, all or this one, have the certificate in this status. The ledger is asked, since calls to AWS are rationed. */
  settled({ serial, certificateId }: Device, desired: 'ACTIVE' | 'INACTIVE' | 'REVOKED', target?: string) {
    return until(`${certificateId} is ${desired}`, async () => {
      await this.hurry(serial);
      const rows = await this.line.db.selectFrom('unit_target').select(['desired', 'state']).where('certificate_id', '=', certificateId).where('target_name', 'in', target === undefined ? this.units.targets : [target]).execute();
      return rows.length > 0 && rows.every((row) => row.state === 'in-sync' && row.desired === desired) ? true : undefined;
    });
  }

  /** One step of the unit's renewal, as a worker takes it. */
  async advance({ unitId, serial }: Device): Promise<boolean> {
    const { id } = await this.line.db.selectFrom('renewal').select('id').where('unit_id', '=', unitId).orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();
    return this.line.app.get(RenewalProgress, { strict: false }).advance({ id, serial }, 0);
  }

  /** What waits for its time of this unit is due now; of others it would only use up what AWS allows. */
  async hurry(serial: string) {
    const { id } = await this.line.db.selectFrom('unit').select('id').where('serial', '=', serial).executeTakeFirstOrThrow();
    await this.line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', id).where('state', '=', 'pending').execute();
    await this.line.db.updateTable('renewal').set({ next_look_at: new Date(0) }).where('unit_id', '=', id).where('state', 'not in', ['done', 'cancelled']).execute();
  }

  /** Resolves with the unit's renewal once it is in one of these states, or as `isSo` wants it. */
  stateOf(serial: string, isSo: string | ((body: Record<string, unknown>) => boolean)) {
    return until(`the renewal of ${serial} is ${typeof isSo === 'string' ? isSo : 'as wanted'}`, async () => {
      await this.hurry(serial);
      const body = await this.standing(serial);
      return (typeof isSo === 'string' ? body.state === isSo : isSo(body)) ? body : undefined;
    });
  }

  async graceIsOver(serial: string) {
    await this.line.db.updateTable('renewal').set({ grace_ends_at: new Date(0), next_look_at: new Date(0) })
      .where('unit_id', 'in', (eb) => eb.selectFrom('unit').select('id').where('serial', '=', serial)).where('state', '=', 'grace').execute();
  }

  /** The new certificate, once it is handed out. */
  async fetched(device: Device, key: KeyObject, more: object = {}): Promise<Device> {
    const { identity } = await until(`${device.serial} gets its certificate`, async () => {
      await this.hurry(device.serial);
      const { status, body } = await this.renew(device.serial, key, more);
      if (status !== 200 && status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
      return status === 200 ? body : undefined;
    });
    return { ...device, certificateId: identity.fingerprint, pem: identity.certificate, roots: identity.roots, keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  /** A unit in the field that has introduced itself in the first target. */
  async introduced(serial: string, order = 'WO'): Promise<Device> {
    const device = await this.units.certify(serial, order);
    await this.units.connectUntilAccepted(device, EU);
    await this.inSync(device, this.units.targets[0]!);
    await this.setState(serial, 'shipped');
    return device;
  }

  /** One of the family whose units are known before they connect. */
  async registered(serial: string, order = 'MA'): Promise<Device> {
    const device = await this.units.certify(serial, order);
    for (const target of this.units.targets) await this.inSync(device, target);
    await this.setState(serial, 'shipped');
    return device;
  }

  private inSync(device: Device, target: string) {
    return until(`${device.serial} is known in ${target}`, async () => {
      await this.hurry(device.serial);
      const rows = await this.line.db.selectFrom('unit_target').select('state').where('unit_id', '=', device.unitId).where('target_name', '=', target).execute();
      return rows.every(({ state }) => state === 'in-sync') ? true : undefined;
    });
  }
}
