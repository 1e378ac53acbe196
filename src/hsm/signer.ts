import { HsmPinWrong, SignerMustRestart } from './hsm.errors.js';
import type { SignerOperation } from './messages.js';
import { PoolProgram } from './pool-program.js';
import { SigningKeys } from './signing-keys.js';
import { Token } from './token.js';

// A program of its own, started by the process pool of the signers: it loads the vendor's PKCS#11 library and reads the
// PIN, so that the service need do neither.

const { HSM_MODULE = '', HSM_TOKEN = '', HSM_TOKEN_SERIAL = '', HSM_PIN_FILE = '', HSM_KEEPALIVE_MS = '' } = process.env;
const program = new PoolProgram<SignerOperation>();

/** The same bytes as a Buffer, without a copy. */
const asBuffer = (octets: Uint8Array): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);

function open(): Token | undefined {
  try {
    return Token.open({ HSM_MODULE, HSM_TOKEN, HSM_TOKEN_SERIAL, HSM_PIN_FILE });
  } catch (error) {
    program.fail(error);
    return undefined;
  }
}

/** Errors after which this process can do no more work. */
const isFatal = (error: unknown): boolean => error instanceof SignerMustRestart || error instanceof HsmPinWrong;

/** Also notices that the token is away while nobody asks for anything. */
function keepAlive(token: Token): void {
  try {
    token.keepAlive();
  } catch (error) {
    if (isFatal(error)) program.fail(error);
  }
}

function serve(token: Token): void {
  const keys = new SigningKeys(token);
  const keepAliveTimer = setInterval(() => keepAlive(token), Number(HSM_KEEPALIVE_MS));
  program.serve({
    answer(operation) {
      switch (operation.name) {
        case 'sign':
          return keys.sign(operation.label, asBuffer(operation.message), operation.publicKey && asBuffer(operation.publicKey));
        case 'findKey':
          return keys.find(operation.label);
        case 'listKeys':
          return keys.list();
        case 'token':
          return token.describe();
        case 'probe':
          return operation.key ? keys.probe(operation.key.label, asBuffer(operation.key.publicKey)) : keys.probeAny();
        case 'generateKeyPair':
          return keys.generate(operation.label, operation.keyType);
      }
    },
    isSlow: ({ name }) => name === 'generateKeyPair',
    isFatal,
    close() {
      clearInterval(keepAliveTimer);
      token.close();
    },
  });
}

const token = open();
if (token) serve(token);
