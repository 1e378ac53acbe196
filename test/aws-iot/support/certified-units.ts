import { generateKeyPairSync } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { AuditLog } from '../../../src/audit/audit-log.js';
import { UnitExpectationRepository } from '../../../src/aws-iot/units/unit-expectations.repository.js';
import { createCsr } from '../../../src/x509/csr-writer.js';
import { toPem } from '../../../src/x509/pem.js';
import { EU, US } from '../../sandbox/support/bench.js';
import { until } from '../../support/until.js';
import { Line } from './line.js';

export interface Device {
  unitId: number;
  serial: string;
  certificateId: string;
  pem: string;
  keyPem: string;
  /** PEM. */
  roots: string;
}

/** From now on the unit is looked for in these targets, as the log reader has it when a certificate was issued. */
export async function expectUnit(line: Line, unitId: number, targets: string[], certificateId: string): Promise<void> {
  const expected = targets.map((target) => ({ target, step: 'look', firstLookMs: 2_000 }));
  await line.app.get(UnitExpectationRepository, { strict: false }).expect(line.db, [{ unitId, certificateId, succeeds: null, method: 'jitp', expected }]);
}

/** A line with an issuing authority in two targets and one open order, whose units get certificates one by one. */
export class CertifiedUnits {
  private constructor(
    readonly line: Line,
    readonly targets: string[],
  ) {}

  /** `order`: what the order says besides, such as its method. The first one's method is the family's in both targets. */
  static async start(order: object = {}): Promise<CertifiedUnits> {
    const line = await Line.start();
    const targets = [await line.addTarget(EU), await line.addTarget(US)];
    const { id } = await line.addAuthority();
    await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
    await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
    await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
    await line.call('manager', 'POST', '/v1/work-orders', { id: 'WO', product: 'P', line: 'L1', authority: line.family, quantity: 1_000, targets, serials: ['U-FIRST'], ...order });
    await until('WO is released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/WO/release')).status === 200 ? true : undefined));
    return new CertifiedUnits(line, targets);
  }

  /** Of a line that is set up already. */
  static on(line: Line, targets: string[]): CertifiedUnits {
    return new CertifiedUnits(line, targets);
  }

  /** A unit with its certificate, expected in both targets from now on. */
  async certify(serial: string, workOrder = 'WO'): Promise<Device> {
    const { line } = this;
    const { id: unitId } = await line.db.insertInto('unit').values({ serial, work_order_id: workOrder, state: 'planned' }).returning('id').executeTakeFirstOrThrow();
    return this.certificateOf(unitId, serial, workOrder);
  }

  /** With a new key, after rework. */
  certifyAgain({ unitId, serial }: Device): Promise<Device> {
    return this.certificateOf(unitId, serial, 'WO');
  }

  private async certificateOf(unitId: number, serial: string, workOrder: string): Promise<Device> {
    const { line, targets } = this;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
    const { status, body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder, serial, csr });
    if (status !== 201) throw new Error(`certificate: ${status} ${JSON.stringify(body)}`);
    await until(`${serial} expected`, async () =>
      (await line.db.selectFrom('unit_target').select('unit_id').where('certificate_id', '=', body.fingerprint).execute()).length === targets.length ? true : undefined);
    return { unitId, serial, certificateId: body.fingerprint, pem: body.certificate, roots: body.roots, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  /** As by a station's result of the unit's last step; one that is not certified stays as it is. */
  async pass(serial: string): Promise<void> {
    const { db, app } = this.line;
    await db.transaction().execute(async (tx) => {
      const passed = await tx.updateTable('unit').set({ state: 'passed', updated_at: new Date() }).where('serial', '=', serial).where('state', '=', 'certified').returning('id').executeTakeFirst();
      if (passed) await app.get(AuditLog, { strict: false }).record(tx, 'station', 'job.result', `unit:${serial}`, { job: 1, serial, step: 'provision', outcome: 'PASS', failureCode: null, attempt: 1 });
    });
  }

  connect(device: Device, index: number) {
    return this.line.aws.tryDevice(device, { servername: this.line.aws.account(index).endpoint, clientId: device.serial });
  }

  /** Answers the client, which is connected. */
  async stayConnected(device: Device, index: number): Promise<MqttClient> {
    const client = this.line.aws.device(device, { servername: this.line.aws.account(index).endpoint, clientId: device.serial });
    await new Promise((resolve) => client.once('connect', resolve));
    return client;
  }

  /** As devices do: the first connection is always dropped. */
  connectUntilAccepted(device: Device, index: number) {
    return until(`${device.serial} accepted`, async () => ((await this.connect(device, index)) === 'accepted' ? true : undefined));
  }
}
