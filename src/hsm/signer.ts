import type { SignerOperation } from './messages.js';
import { PoolProgram } from './pool-program.js';
import { HsmPinWrong } from './hsm.errors.js';
import { KeyRing } from './key-ring.js';
import { SignerSpent, Token } from './token.js';

// A program of its own: the service forks it, and only it loads the vendor's library and reads the PIN.

const { HSM_MODULE = '', HSM_TOKEN = '', HSM_PIN_FILE = '', HSM_KEEPALIVE_MS = '' } = process.env;
const program = new PoolProgram<SignerOperation>();

const asBuffer = (octets: Uint8Array): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);

function open(): Token | undefined {
  try {
    return Token.open({ HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE });
  } catch (error) {
    program.fail(error);
    return undefined;
  }
}

const isFatal = (error: unknown): boolean => error instanceof SignerSpent || error instanceof HsmPinWrong;

/** It also finds out that the token has gone while nobody asks for anything. */
function keepAlive(token: Token): void {
  try {
    token.keepAlive();
  } catch (error) {
    if (isFatal(error)) program.fail(error);
  }
}

function serve(token: Token): void {
  const keys = new KeyRing(token);
  const keeping = setInterval(() => keepAlive(token), Number(HSM_KEEPALIVE_MS));
  program.serve({
    answer(operation) {
      switch (operation.name) {
        case 'sign':
          return keys.sign(operation.label, asBuffer(operation.message), operation.publicKey && asBuffer(operation.publicKey));
        case 'findKey':
          return keys.find(operation.label);
        case 'token':
          return token.describe();
        case 'probe':
          return keys.probe();
        case 'generateKeyPair':
          return keys.generate(operation.label, operation.keyType);
      }
    },
    isSlow: ({ name }) => name === 'generateKeyPair',
    isFatal,
    close() {
      clearInterval(keeping);
      token.close();
    },
  });
}

const token = open();
if (token) serve(token);
