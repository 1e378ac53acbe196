import type { ReaderOperation } from './crew-messages.js';
import { CrewProgram } from './crew-program.js';
import { readRequest } from './read-request.js';

// A program of its own: CSRs come from outside and reach OpenSSL here, far from the service's memory and event loop.
// It knows no token and no PIN, so it works while the HSM does not.
new CrewProgram<ReaderOperation>().serve({ answer: ({ csr }) => readRequest(csr) });
