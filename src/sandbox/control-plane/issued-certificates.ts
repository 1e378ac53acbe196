import { z } from 'zod';
import { QueryBoolean } from '../model/shapes.js';
import { issueFromCsr, issueWithKeys } from '../registry/certificates.js';
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
