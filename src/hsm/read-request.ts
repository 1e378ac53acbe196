import { readCsr, verifyProofOfPossession } from '../x509/csr.js';
import type { ReadRequest } from './hsm.js';

/** Reads a CSR (PEM) strictly and checks that its maker holds the private key. Throws X509Error with what is wrong. */
export function readRequest(csr: string): ReadRequest {
  const request = readCsr(csr);
  verifyProofOfPossession(request);
  return { spki: request.spki, keyType: request.keyType };
}
