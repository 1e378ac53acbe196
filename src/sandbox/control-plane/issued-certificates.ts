import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { QueryBoolean } from '../model/shapes.js';
import { issue, issueFromCsr } from '../registry/certificates.js';
import type { Registry } from '../registry/registry.js';
import type { CertificateStatus } from '../store/certificate.repository.js';
import { operation } from './operation.js';

/** Certificates that AWS IoT signs itself. */

const Csr = z.string().min(1).max(4_096, 'Member must have length less than or equal to 4096');

export const createCertificateFromCsr = operation(
  { query: { setAsActive: QueryBoolean.default(false) }, body: { certificateSigningRequest: Csr } },
  (call, input) => {
    const certificate = issueFromCsr(call, input.certificateSigningRequest, input.setAsActive ? 'ACTIVE' : 'INACTIVE');
    return { certificateArn: call.account.certificateArn(certificate.id), certificateId: certificate.id, certificatePem: certificate.pem };
  },
);

export const createKeysAndCertificate = operation({ query: { setAsActive: QueryBoolean.default(false) } }, async (call, { setAsActive }) => {
  const made = await issueWithKeys(call, setAsActive ? 'ACTIVE' : 'INACTIVE');
  const { certificateId, certificatePem, privateKey, publicKey } = made;
  return { certificateArn: call.account.certificateArn(certificateId), certificateId, certificatePem, keyPair: { PublicKey: publicKey, PrivateKey: privateKey } };
});

/** A certificate for a new RSA key of 2,048 bits, as AWS makes them. The private key is told once and not kept. */
export async function issueWithKeys(registry: Registry, status: CertificateStatus) {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const certificate = issue(registry, publicKey.export({ type: 'spki', format: 'der' }), status);
  return {
    certificateId: certificate.id,
    certificatePem: certificate.pem,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
