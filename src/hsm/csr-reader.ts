import { readVerifiedKey } from '../x509/csr.js';
import type { ReaderOperation } from './messages.js';
import { PoolProgram } from './pool-program.js';

// A program of its own, started by the process pool of the CSR readers. CSRs come from outside, so they reach OpenSSL
// here and not in the service, which keeps its memory apart and its event loop free. It has neither token nor PIN, so
// it works while the HSM does not.

// Node makes an error, with its stack, inside each import of a key. Nobody reads these stacks, and they cost a fifth of the time.
Error.stackTraceLimit = 0;

new PoolProgram<ReaderOperation>().serve({ answer: ({ csr }) => readVerifiedKey(csr) });
