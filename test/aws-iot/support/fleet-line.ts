import { X509Certificate } from 'node:crypto';
import {
  AttachThingPrincipalCommand, CreateCertificateFromCsrCommand, CreateThingCommand, DescribeCertificateCommand, type IoTClient, ListThingPrincipalsCommand,
  RegisterCertificateWithoutCACommand,
} from '@aws-sdk/client-iot';
import { deployFleetHook } from '../../../src/simulation/fleet-hook.js';
import { toPem } from '../../../src/x509/pem.js';
import { EU } from '../../sandbox/support/bench.js';
import { ask, connectWith, FROM_CSR, newCsr } from '../../sandbox/support/fleet-device.js';
import { until } from '../../support/until.js';
import { Line } from './line.js';

/** What a station was answered for a unit, and the device's own key. */
export interface Handed {
  status: number;
  body: any;
  csr: string;
  keyPem: string;
  again: () => Promise<{ status: number; body: any }>;
}

/** A line whose orders are made with fleet-claim in one target. */
export class FleetLine {
  private constructor(
    readonly line: Line,
    readonly target: string,
    readonly authority: string,
  ) {}

  /** Its authority is in no target yet, and no hook stands there. */
  static async start(env: Record<string, string> = { AWS_SWEEP_MS: '200' }): Promise<FleetLine> {
    const line = await Line.start(env);
    const target = await line.addTarget(EU);
    const { id } = await line.addAuthority();
    await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
    return new FleetLine(line, target, id);
  }

  /** With its template's hook, and its authority activated. A function of Lambda is a process that has to start first. */
  static async ready(): Promise<FleetLine> {
    const fleet = await FleetLine.start();
    await fleet.order('FIRST', ['FIRST-1']);
    await fleet.deployHook();
    await fleet.seenInSync();
    await fleet.activate();
    return fleet;
  }

  /** Certificates in AWS that nobody here knows, of the template that the order's devices use. */
  async unknownOf(order: string) {
    const { body } = await this.line.call('manager', 'GET', `/v1/work-orders/${order}/reconciliation`);
    return body.targets[0].unknown as { certificateId: string; authority: string | null; template: string | null; thing: string; status: string }[];
  }

  get iot(): IoTClient {
    return this.line.aws.iot(EU);
  }

  async activate(authority = this.authority): Promise<void> {
    await until('registered', async () => ((await this.line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state === 'registered' ? true : undefined));
    const { status, body } = await this.line.call('officer', 'POST', `/v1/authorities/${authority}/activate`);
    if (status !== 200) throw new Error(`activate: ${status} ${JSON.stringify(body)}`);
  }

  /** The hook takes vouchers of this authority from now on. */
  async deployHook(authority = this.authority): Promise<void> {
    const { aws } = this.line;
    const { body: pem } = await this.line.call('auditor', 'GET', `/v1/authorities/${authority}/certificate`);
    await deployFleetHook({ endpointUrl: aws.sandbox.endpointUrl }, { ...aws.account(EU), ...aws.keys(EU) }, String(pem));
  }

  async order(id: string, serials: string[], more: object = {}): Promise<void> {
    const made = await this.line.call('manager', 'POST', '/v1/work-orders', {
      id, product: 'P', line: 'L1', authority: this.line.family, method: 'fleet-claim', quantity: serials.length, targets: [this.target], serials, ...more,
    });
    if (made.status !== 201) throw new Error(`order: ${made.status} ${JSON.stringify(made.body)}`);
  }

  released(id: string) {
    return until(`${id} is released`, async () => ((await this.line.call('manager', 'POST', `/v1/work-orders/${id}/release`)).status === 200 ? true : undefined));
  }

  async releasedOrder(id: string, serials: string[], more: object = {}): Promise<void> {
    await this.order(id, serials, more);
    await this.released(id);
  }

  /** Looked at anew until everything that the method needs stands there. */
  seenInSync(authority = this.authority) {
    return until('in sync', async () => {
      await this.line.registrationLookedAt(authority, this.target);
      return (await this.line.registration(authority, this.target)).state === 'in-sync' ? true : undefined;
    });
  }

  async handed(workOrder: string, serial: string): Promise<Handed> {
    const { csr, keyPem } = newCsr();
    const again = () => this.line.call('issuer', 'POST', '/v1/certificates', { workOrder, serial, csr });
    const { status, body } = await again();
    return { status, body, csr, keyPem, again };
  }

  /** As the device does in the field: with the claim it asks for a certificate, and has it provisioned. `says`: other parameters than its own. */
  async provision({ body, csr }: Pick<Handed, 'body' | 'csr'>, says: Record<string, string> = {}) {
    const device = await connectWith(this.line.aws, EU, { pem: body.claim.certificate, keyPem: body.claim.privateKey }, `claim-${body.thingName}`);
    const { payload } = await ask(device, FROM_CSR, { certificateSigningRequest: csr });
    const parameters = { SerialNumber: body.thingName, Voucher: body.claim.voucher, ...says };
    const answer = await ask(device, `$aws/provisioning-templates/${body.claim.template}/provision`, { certificateOwnershipToken: payload['certificateOwnershipToken']!, parameters });
    device.end(true);
    return { ...answer, certificateId: payload['certificateId']!, pem: payload['certificatePem']! };
  }

  async decide(serial: string, what: 'scrap' | 'rework'): Promise<void> {
    const { status, body } = await this.line.call('manager', 'POST', `/v1/units/${serial}/${what}`, {});
    if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  }

  /** What AWS says of the unit now, in each target. */
  async checked(serial: string) {
    return (await this.line.call('manager', 'POST', `/v1/units/${serial}/check`, {})).body.targets;
  }

  unit(serial: string) {
    return this.line.call('manager', 'GET', `/v1/units/${serial}`).then(({ body }) => body);
  }

  /** Resolves with the unit's valid certificate. */
  inLedger(serial: string) {
    return until(`the certificate of ${serial} is in the ledger`, async () => (await this.unit(serial)).certificates.find(({ state }: { state: string }) => state === 'valid'));
  }

  /** Resolves once the Thing of the unit lets this one's voucher in, or nobody. */
  held(serial: string, unit?: Handed) {
    const entitlement = unit ? voucherId(unit) : null;
    return until(`the Thing of ${serial} is held`, async () => ((await this.line.leaves('unit.thing-held')).some(({ data }) => data['serial'] === serial && data['entitlement'] === entitlement) ? true : undefined));
  }

  /** Undefined also where the account's rate is used up at that moment. */
  async statusInAws(certificateId: string) {
    return (await this.iot.send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
  }

  revokedInAws(certificateId: string) {
    return until('revoked in AWS', async () => ((await this.statusInAws(certificateId)) === 'REVOKED' ? true : undefined));
  }

  async principalsOf(thingName: string): Promise<string[]> {
    return until('AWS answers', async () => (await this.iot.send(new ListThingPrincipalsCommand({ thingName })).catch(() => undefined))?.principals);
  }

  /** Id of a certificate that AWS has signed for this key, ACTIVE, and attached to a Thing, or to none. */
  async signedInAws({ csr }: Pick<Handed, 'csr'>, thingName?: string): Promise<string> {
    const command = new CreateCertificateFromCsrCommand({ certificateSigningRequest: csr, setAsActive: true });
    const { certificateId = '' } = await until('AWS signs', () => this.iot.send(command).catch(() => undefined));
    if (thingName !== undefined) await this.attach(thingName, certificateId);
    return certificateId;
  }

  /** Id of a certificate with a negative serial number, ACTIVE: AWS takes it, and the service does not read it. */
  async unreadableInAws(): Promise<string> {
    const sign = new CreateCertificateFromCsrCommand({ certificateSigningRequest: newCsr().csr });
    const { certificatePem = '' } = await until('AWS signs', () => this.iot.send(sign).catch(() => undefined));
    const { raw, serialNumber } = new X509Certificate(certificatePem);
    const at = raw.indexOf(Buffer.from(serialNumber, 'hex'));
    raw[raw[at - 1] === 0 ? at - 1 : at] = 0x80;
    const register = new RegisterCertificateWithoutCACommand({ certificatePem: toPem('CERTIFICATE', raw), status: 'ACTIVE' });
    return (await until('registered', () => this.iot.send(register).catch(() => undefined))).certificateId!;
  }

  attach(thingName: string, certificateId: string) {
    const { accountId, region } = this.line.aws.account(EU);
    const command = new AttachThingPrincipalCommand({ thingName, principal: `arn:aws:iot:${region}:${accountId}:cert/${certificateId}` });
    return until('attached', () => this.iot.send(command).catch(() => undefined));
  }

  /** A Thing that names this voucher, with a certificate. */
  async makeThing(thingName: string, voucher: string, certificateId: string): Promise<void> {
    const command = new CreateThingCommand({ thingName, attributePayload: { attributes: { 'lineside-voucher': voucher } } });
    await until('the Thing is made', () => this.iot.send(command).catch(() => undefined));
    await this.attach(thingName, certificateId);
  }

  /** Units in whose names the certificate was refused, once for each time. */
  async refused(certificateId: string) {
    return (await this.line.leaves('certificate.not-entitled')).filter(({ data }) => data['fingerprint'] === certificateId).map(({ data }) => data['unit']);
  }

  /** Holds the service's calls of AWS back until the answered function is called. */
  holdCalls(): () => void {
    const { edge } = this.line;
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    edge.onTheWay = () => opened;
    return () => {
      edge.onTheWay = undefined;
      open();
    };
  }
}

/** Id of the unit's voucher. */
export function voucherId({ body }: Pick<Handed, 'body'>): string {
  return JSON.parse(Buffer.from(body.claim.voucher.split('.')[1], 'base64url').toString()).jti;
}
