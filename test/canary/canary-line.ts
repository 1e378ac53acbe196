import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { ListCertificatesCommand, ListThingsCommand } from '@aws-sdk/client-iot';
import { Endpoints } from '../../src/aws-iot/targets/endpoints.js';
import { trustOf } from '../../src/sandbox/iam/default-roles.js';
import { Line } from '../aws-iot/support/line.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';

/** Devices may publish, and not connect. */
const MUTE = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }] };
/** A role that may not do all that provisioning takes. */
export const NARROW = { accountId: '111111111111', name: 'too-narrow', trust: trustOf('iot.amazonaws.com') };
const SETTINGS = { CANARY_LOOK_AGAIN_MS: '300' };

export interface CanaryResult {
  target: string;
  passed: boolean;
  step: string | null;
  problem: string | null;
  remedy: string | null;
  checks: { check: string; state: string; finding: string }[];
}

/** A line with orders whose canaries pass (JITP, JITR, MULTI), and whose do not: for their policy (MUTE), for the role of their target (ROLE), and for their method (SINGLE). */
export class CanaryLine {
  /** By order. */
  readonly authorities: Record<string, string> = {};

  private constructor(
    readonly line: Line,
    readonly targets: string[],
    /** The target of order ROLE. */
    readonly narrow: string,
  ) {}

  static async start(): Promise<CanaryLine> {
    const line = await Line.start(SETTINGS);
    line.aws.sandbox.roles.add({ ...NARROW, policies: { narrow: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['iot:CreateThing', 'iot:DescribeCertificate'], Resource: '*' }] }) } });
    const deviceRoots = readFileSync(join(line.aws.folder, 'data', 'ca.pem'), 'utf8');
    const targets = [await line.addTarget(EU, { deviceRoots }), await line.addTarget(US, { deviceRoots })];
    const narrow = await line.addTarget(FRANKFURT, { deviceRoots, provisioningRoleArn: `arn:aws:iam::${NARROW.accountId}:role/${NARROW.name}` });
    await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
    const bench = new CanaryLine(line, targets, narrow);
    await bench.makeOrders({
      JITP: { canary: 'required' }, JITR: { method: 'jitr' }, MULTI: { method: 'multi-account', parameters: { activate: 'at-pass' } },
      MUTE: { parameters: { policy: MUTE } }, ROLE: { targets: [narrow] }, SINGLE: { method: 'single-thing' },
    });
    return bench;
  }

  async run(id: string, body: object = {}) {
    const { status, headers } = await this.line.call('manager', 'POST', `/v1/work-orders/${id}/canary`, body);
    expect([status, headers['location']]).toEqual([202, `/v1/work-orders/${id}/canary`]);
  }

  /** Devices of its targets go through this port to the sandbox from now on; answers the first bytes of each connection (its ClientHello). */
  async watchHellos(): Promise<string[]> {
    const hellos: string[] = [];
    const watch = createServer((socket) => {
      const onwards = connect(this.line.aws.sandbox.mqttPort, '127.0.0.1');
      for (const each of [socket, onwards]) each.on('error', () => [socket, onwards].forEach((one) => one.destroy()));
      socket.once('data', (chunk: Buffer) => hellos.push(chunk.toString('latin1')));
      socket.pipe(onwards).pipe(socket);
    }).listen(0, '127.0.0.1').unref();
    await once(watch, 'listening');
    await this.setPort((watch.address() as AddressInfo).port);
    return hellos;
  }

  /** What stations and canaries are told of endpoints is at most five seconds old. */
  async setPort(mqttPort: number) {
    for (const target of [...this.targets, this.narrow]) expect((await this.line.call('officer', 'PATCH', `/v1/aws/targets/${target}`, { mqttPort })).status).toBe(200);
    await until('told to devices', async () => ((await this.line.app.get(Endpoints, { strict: false }).for(this.targets)).every(({ port }) => port === mqttPort) ? true : undefined));
  }

  async canaryOf(id: string) {
    return (await this.line.call('auditor', 'GET', `/v1/work-orders/${id}/canary`)).body;
  }

  /** Its answer once it has its certificate. */
  begun(id: string) {
    return until(`the canary of ${id} has its certificate`, async () => {
      const canary = await this.canaryOf(id);
      return canary.certificate === null ? undefined : canary;
    });
  }

  /** Its answer once it has ended and nothing of it is left in any target. */
  async through(id: string) {
    await until(`the canary of ${id} has ended`, async () => ((await this.canaryOf(id)).endedAt === null ? undefined : true));
    return until(`the canary of ${id} is gone`, async () => {
      const canary = await this.canaryOf(id);
      return canary.removed ? canary : undefined;
    });
  }

  /** The next service takes the place of the present one, which stops whatever it is at. */
  async restart(patienceMs: number) {
    await this.line.services.shift()!.close();
    await this.line.addService({ ...SETTINGS, CANARY_PATIENCE_MS: String(patienceMs) });
  }

  /** Names of Things and of certificates that stand in the account. */
  async standing(index: number) {
    const iot = this.line.aws.iot(index);
    const { things = [] } = await iot.send(new ListThingsCommand({}));
    const { certificates = [] } = await iot.send(new ListCertificatesCommand({}));
    return [...things.map(({ thingName }) => thingName), ...certificates.map(({ certificateId }) => certificateId)];
  }

  /** Nothing of it is left: in AWS, in the ledger's counts, and of its certificate. */
  async expectGone(id: string, { serial, certificate }: { serial: string; certificate: string }) {
    const { line } = this;
    for (const index of [EU, US, FRANKFURT]) expect([index, await this.standing(index)]).toEqual([index, []]);
    expect(await line.db.selectFrom('unit').select(['state', 'canary']).where('serial', '=', serial).executeTakeFirstOrThrow()).toEqual({ state: 'scrapped', canary: true });
    expect(await line.db.selectFrom('certificate').select(['state', 'revocation_reason', 'key_origin']).where('fingerprint', '=', certificate).executeTakeFirstOrThrow()).toEqual({ state: 'revoked', revocation_reason: 'cessationOfOperation', key_origin: 'service' });
    const { body } = await line.call('manager', 'GET', `/v1/work-orders/${id}`);
    expect([body.certificates.used, body.units.total, body.units.scrapped]).toEqual([0, 1, 0]);
    expect((await line.call('manager', 'GET', `/v1/work-orders/${id}/reconciliation`)).body.targets.map(({ issued }: { issued: number }) => issued)).toEqual(body.targets.map(() => 0));
  }

  /** Orders of families of their own, which may issue in their targets and are not released. */
  private async makeOrders(orders: Record<string, object>) {
    const { line, targets } = this;
    const familyOf = (id: string) => `${line.family}${id}`;
    for (const id of Object.keys(orders)) this.authorities[id] = (await line.addAuthority({ family: familyOf(id) })).id;
    for (const [id, more] of Object.entries(orders)) {
      const authority = this.authorities[id]!;
      await until(`${authority} is registered`, async () => ((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state === 'registered' ? true : undefined));
      await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`);
      const { status } = await line.call('manager', 'POST', '/v1/work-orders', { id, product: 'P', line: 'L1', authority: familyOf(id), quantity: 1, targets, serials: [`${id}-1`], ...more });
      expect(status).toBe(201);
    }
    for (const id of Object.keys(orders)) await this.mayIssue(id);
  }

  /** Whatever else is found of it, its authority stands in every target as its method wants it. */
  private mayIssue(id: string) {
    return until(`${id} may issue`, async () => {
      const rows = await this.line.db.selectFrom('issuing_verdict').select('may_issue').where('work_order_id', '=', id).where('may_issue', '=', true).execute();
      const pending = await this.line.db.selectFrom('registration').select('target_name').where('state', '<>', 'in-sync').where('target_name', 'in', this.targets).execute();
      return rows.length > 0 && pending.length === 0 ? true : undefined;
    });
  }
}
