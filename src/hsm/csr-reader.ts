import type { ReaderOperation } from './crew-messages.js';
import { CrewProgram } from './crew-program.js';
import { readRequest } from './read-request.js';

// Node makes an error, with its stack, inside each import of a key. Nobody here reads stacks: a fifth of the time is theirs.
Error.stackTraceLimit = 0;

// A program of its own: CSRs come from outside and reach OpenSSL here, far from the service's memory and event loop.
// It knows no token and no PIN, so it works while the HSM does not.
new CrewProgram<ReaderOperation>().serve({ answer: ({ csr }) => readRequest(csr) });
