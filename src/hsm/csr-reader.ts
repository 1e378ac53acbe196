import { readCsr, verifyProofOfPossession } from '../x509/csr.js';
import type { ReaderOperation } from './crew-messages.js';
import { CrewProgram } from './crew-program.js';
import type { ReadRequest } from './hsm.js';

// A program of its own: CSRs come from outside and reach OpenSSL here, far from the service's memory and event loop.
// It knows no token and no PIN, so it works while the HSM does not.
new CrewProgram<ReaderOperation>().serve({
  answer({ csr }): ReadRequest {
    const request = readCsr(csr);
    verifyProofOfPossession(request);
    return { spki: request.spki, keyType: request.keyType };
  },
});
