import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttachThingPrincipalCommand, CreateKeysAndCertificateCommand, CreateThingCommand } from '@aws-sdk/client-iot';
import { hookResource } from '../../src/aws-iot/methods/fleet-hook.js';
import type { Target } from '../../src/aws-iot/targets/targets.schema.js';
import { fleetHook, type HookAnswer } from '../../src/lambda/fleet-hook.js';
import { AmazonAuthority } from '../../src/sandbox/certificates/amazon-authority.js';
import { type Voucher, voucherAlgorithm, voucherToSign } from '../../src/x509/voucher.js';
import { Bench, EU } from '../sandbox/support/bench.js';

let bench: Bench;
const amazon = new AmazonAuthority(mkdtempSync(join(tmpdir(), 'amazon-')));
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.stop());

/** An authority with a key of this kind, as far as the hook knows one. */
function authorityWith(privateKey: KeyObject): { certificate: X509Certificate; voucher: (claims: Partial<Voucher>) => string } {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const certificate = new X509Certificate(amazon.issue(spki).der);
  const algorithm = voucherAlgorithm(createPublicKey(privateKey));
  const voucher = (claims: Partial<Voucher>) => {
    const text = voucherToSign({ jti: 'v-1', sub: 'S-1', order: 'WO', iat: 1, ...claims }, algorithm, certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    const signature = sign(algorithm === 'ES384' ? 'sha384' : 'sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  return { certificate, voucher };
}
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const authority = authorityWith(ec('P-256'));
const spkiOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' });
const log: Record<string, unknown>[] = [];

async function ask(voucher: string, { device = ec('P-256'), authorities = [authority.certificate] } = {}): Promise<{ answer: HookAnswer; reason: unknown }> {
  const handler = fleetHook({ iot: bench.iot(EU), authorities, log: (line) => log.push(line as Record<string, unknown>) });
  const answer = await handler({ certificateId: 'c', certificatePem: amazon.issue(spkiOf(device)).pem, templateArn: 'arn', clientId: 'd', parameters: { SerialNumber: 'S-1', Voucher: voucher } });
  return { answer, reason: log.at(-1)!['reason'] };
}
const ALLOWED = { allowProvisioning: true, parameterOverrides: { SerialNumber: 'S-1', VoucherId: 'v-1' } };
const DENIED = { allowProvisioning: false };

it.each([['P-256', ec('P-256')], ['P-384', ec('P-384')], ['RSA', generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey]])('takes vouchers of an authority with a %s key', async (_, key) => {
  const other = authorityWith(key);
  const device = ec('P-256');
  expect((await ask(other.voucher({ key: hash('sha256', spkiOf(device)) }), { device, authorities: [authority.certificate, other.certificate] })).answer).toEqual(ALLOWED);
});

it('takes one without a key where AWS makes the keys, and the serial of the voucher whatever the device says', async () => {
  expect((await ask(authority.voucher({ sub: 'S-9' }))).answer).toEqual({ allowProvisioning: true, parameterOverrides: { SerialNumber: 'S-9', VoucherId: 'v-1' } });
});

it.each([
  ['nothing', () => '', 'it is no voucher'],
  ['one of an authority that it does not know', () => authorityWith(ec('P-256')).voucher({}), 'is not known here'],
  ['one that says something else than was signed', () => authority.voucher({}).replace(/\.[^.]+\./, `.${Buffer.from('{"jti":"v-1","sub":"S-2"}').toString('base64url')}.`), 'its signature is not good'],
  ['one whose time is over', () => authority.voucher({ exp: 1_700_000_000 }), 'it was good until 2023-11-14'],
  ['one for another key', () => authority.voucher({ key: hash('sha256', 'another') }), 'it is for another key'],
])('denies %s, and its log says why', async (_, voucher, why) => {
  expect(await ask(voucher())).toEqual({ answer: DENIED, reason: expect.stringContaining(why) });
});

it('denies where the Thing stands there, unless it names this voucher and has no certificate', async () => {
  const iot = bench.iot(EU);
  await iot.send(new CreateThingCommand({ thingName: 'S-TAKEN' }));
  expect(await ask(authority.voucher({ sub: 'S-TAKEN' }))).toEqual({ answer: DENIED, reason: 'the Thing S-TAKEN stands there already' });
  await iot.send(new CreateThingCommand({ thingName: 'S-CUT', attributePayload: { attributes: { 'lineside-voucher': 'v-1' } } }));
  expect((await ask(authority.voucher({ sub: 'S-CUT' }))).answer).toMatchObject({ allowProvisioning: true });
  expect((await ask(authority.voucher({ sub: 'S-CUT', jti: 'v-0' }))).answer).toEqual(DENIED);
  const { certificateArn } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: 'S-CUT', principal: certificateArn! }));
  expect(await ask(authority.voucher({ sub: 'S-CUT' }))).toEqual({ answer: DENIED, reason: 'the Thing S-CUT has a certificate already' });
});

it('says whose vouchers it takes, by which the service knows that an authority may not be used yet', async () => {
  const handler = fleetHook({ iot: bench.iot(EU), authorities: [authority.certificate], log: () => undefined });
  const answer = (await handler({ lineside: 'authorities' })) as { authorities: string[] };
  const resource = (fingerprint: string) => hookResource('hook', { id: 'lineside-g2', fingerprint }, { accountId: '1', region: 'eu-west-1' } as Target);
  expect(resource(answer.authorities[0]!).difference(answer)).toEqual([]);
  expect(resource('other').difference(answer)).toEqual([{ what: 'the function hook does not take vouchers of the authority lineside-g2', keepsOut: true, remedy: expect.stringContaining('to VOUCHER_AUTHORITIES of the function hook') }]);
});
