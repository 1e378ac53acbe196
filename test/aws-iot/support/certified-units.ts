import { generateKeyPairSync } from 'node:crypto';
import { sql } from 'kysely';
import { FIRST_LOOK_MS } from '../../../src/aws-iot/unit-registrations.repository.js';
import { IssuanceService } from '../../../src/issuance/issuance.service.js';
import type { Database } from '../../../src/platform/database/database.js';
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
}

/** From now on the unit is looked for in these targets, as the statement has it that stores a certificate. */
export async function expectUnit(db: Database, unitId: number, targets: string[], certificateId: string): Promise<void> {
  const unitIds = targets.map(() => unitId);
  const certificateIds = targets.map(() => certificateId);
  await sql`select expect_units(${unitIds}::bigint[], ${targets}::text[], ${certificateIds}::text[], interval '2 seconds')`.execute(db);
}

/** A line with an issuing authority in two targets and one open order, whose units get certificates one by one. */
export class CertifiedUnits {
  private constructor(
    readonly line: Line,
    readonly targets: string[],
  ) {}

  static async start(): Promise<CertifiedUnits> {
    const line = await Line.start();
    const targets = [await line.addTarget(EU), await line.addTarget(US)];
    const { id } = await line.addAuthority();
    await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
    await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
    await line.db.insertInto('line').values({ id: 'L1', name: 'Line 1' }).execute();
    await line.db.insertInto('work_order').values({
      id: 'WO', product: 'P', line_id: 'L1', profile: 'device', method: 'jitp', authority_family: line.family, quantity: 1_000, overage: 0, state: 'released', released_at: null,
    }).execute();
    return new CertifiedUnits(line, targets);
  }

  /** A unit with its certificate, expected in both targets from now on. */
  async certify(serial: string): Promise<Device> {
    const { line, targets } = this;
    const { id: unitId } = await line.db.insertInto('unit').values({ serial, work_order_id: 'WO', state: 'planned' }).returning('id').executeTakeFirstOrThrow();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
    const workOrder = { id: 'WO', product: 'P', profile: 'device', authorityFamily: line.family, targets };
    const issuance = line.app.get(IssuanceService, { strict: false });
    const issued = await issuance.issue({ actor: 'test', unit: { id: unitId, serial, state: 'planned' as const }, workOrder, key: issuance.readKey(csr) }, {
      from: { reserved: ['planned'], certified: ['reserved'] },
      firstLookMs: FIRST_LOOK_MS,
      refusal: async () => undefined,
      abandoned: async () => undefined,
    });
    return { unitId, serial, certificateId: issued.fingerprint, pem: toPem('CERTIFICATE', issued.certificate), keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  connect(device: Device, index: number) {
    return this.line.aws.tryDevice(device, { servername: this.line.aws.account(index).endpoint, clientId: device.serial });
  }

  /** As devices do: the first connection is always dropped. */
  connectUntilAccepted(device: Device, index: number) {
    return until(`${device.serial} accepted`, async () => ((await this.connect(device, index)) === 'accepted' ? true : undefined));
  }
}
