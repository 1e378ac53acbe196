import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { previewProfile } from '../../src/issuance/profile-preview.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { fromPem } from '../../src/x509/pem.js';
import { allPublished, crlVerdict } from '../issuance/published-crl.js';
import { profileOf, UNIT } from '../issuance/support/profiles.js';
import { until } from '../support/until.js';
import { type Answer, csrFor, deviceKey, registerEverywhere, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { openssl, Scratch } from '../x509/external-tools.js';

let bench: ServiceBench;
const scratch = new Scratch();
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(async () => {
  await bench.close();
  scratch.remove();
});

/** Answers with the authority once it is made, or with the refusal. */
async function create(body: object): Promise<Answer> {
  const answer = await bench.as('officer').post('/v1/authorities', body);
  if (answer.status !== 202) return answer;
  return until('it is made', async () => {
    const made = await bench.as('officer').get(`/v1/authorities/${String(answer.body['id'])}`);
    return made.status === 200 ? made : undefined;
  });
}
const certificateOf = async (id: string) => String((await bench.call('GET', `/v1/authorities/${id}/certificate`, undefined)).body['text']);
const crlOf = async (id: string) => (await bench.app.inject({ method: 'GET', url: `/v1/authorities/${id}/crl?format=pem` })).body;
/** All that openssl prints as a signature's algorithm: once in the signed part and once beside the signature. */
const algorithmsIn = (kind: 'x509' | 'crl', pem: string) =>
  [...openssl([kind, '-noout', '-text'], pem).text.matchAll(/Signature Algorithm: (\S+)/g)].map(([, name]) => name);

async function activate(id: string) {
  await registerEverywhere(bench.db, id);
  await bench.db.transaction().execute(async (tx) => {
    await bench.app.get(AuthorityRepository).moveState(tx, id, ['generated'], 'registered');
    await bench.app.get(CertificateAuthorityService).activate(tx, 'test', id, []);
  });
}

let units = 0;

async function issueUnder(family: string) {
  const serials = [`U-${++units}`];
  const order = { product: 'sensor', line: 'line-1', authority: family, quantity: 1, targets: ['eu'], serials };
  const id = String((await bench.as('manager').post('/v1/work-orders', order)).body['id']);
  await bench.as('manager').post(`/v1/work-orders/${id}/release`);
  const { status, body } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { pem: String(body['certificate']), fingerprint: String(body['fingerprint']) };
}

describe('the hash that an authority signs with', () => {
  it.each([
    ['RSA-2048', 'SHA-384', 'sha384WithRSAEncryption'],
    ['RSA-3072', 'SHA-384', 'sha384WithRSAEncryption'],
    ['RSA-2048', 'SHA-256', 'sha256WithRSAEncryption'],
    ['RSA-4096', undefined, 'sha256WithRSAEncryption'],
    ['P-384', 'SHA-384', 'ecdsa-with-SHA384'],
  ])('of %s chosen as %s stands under its certificate, its devices’ and its revocation lists, and openssl verifies all of them', async (keyType, hash, name) => {
    const family = `F${keyType}-${hash ?? 'usual'}`;
    const { status, body } = await create({ family, keyType, ...(hash === undefined ? {} : { hash }) });
    expect({ status, body }).toMatchObject({ status: 200, body: { keyType, signatureAlgorithm: name } });
    const id = String(body['id']);
    await activate(id);
    const ca = await certificateOf(id);
    const revoked = await issueUnder(family);
    await bench.as('officer').post(`/v1/certificates/${revoked.fingerprint}/revoke`, { reason: 'keyCompromise' });
    const kept = await issueUnder(family);
    await allPublished(bench);
    const crl = await crlOf(id);

    for (const pem of [ca, revoked.pem, kept.pem]) expect(algorithmsIn('x509', pem)).toEqual([name, name]);
    expect(new Set(algorithmsIn('crl', crl))).toEqual(new Set([name]));
    expect(openssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', scratch.write('ca.pem', ca)], ca)).toMatchObject({ ok: true });
    expect(crlVerdict(scratch, ca, crl, kept.pem)).toMatchObject({ ok: true });
    expect(crlVerdict(scratch, ca, crl, revoked.pem).text).toContain('certificate revoked');
  });

  it('stays what it is after a restart, in what is shown, and in a preview', async () => {
    await create({ family: 'Stays', keyType: 'RSA-2048', hash: 'SHA-384' });
    await activate('stays-g1');
    await bench.restart();
    expect(algorithmsIn('x509', (await issueUnder('Stays')).pem)).toEqual(['sha384WithRSAEncryption', 'sha384WithRSAEncryption']);
    expect((await bench.as('auditor').get('/v1/authorities?family=Stays')).body).toMatchObject({ items: [{ signatureAlgorithm: 'sha384WithRSAEncryption' }] });
    const authority = readCertificate(fromPem('CERTIFICATE', await certificateOf('stays-g1')));
    const preview = previewProfile(profileOf({}), UNIT, { now: new Date(), authority });
    expect(algorithmsIn('x509', preview.certificate ?? '')).toContain('sha384WithRSAEncryption');
  });

  it.each([
    [{ keyType: 'P-256', hash: 'SHA-384' }],
    [{ hash: 'SHA-384' }],
    [{ keyType: 'P-384', hash: 'SHA-256' }],
    [{ keyType: 'RSA-2048', hash: 'SHA-1' }],
    [{ keyType: 'RSA-2048', hash: 'sha384' }],
  ])('is refused where it does not fit the key, and no key is made: %j', async (wanted) => {
    const { status, body } = await create({ family: 'Refused', ...wanted });
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    expect(await bench.db.selectFrom('authority').select('id').where('family', '=', 'Refused').execute()).toEqual([]);
  });
});
