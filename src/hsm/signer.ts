import type { FromSigner, Operation, SignerAnswer, SignerRequest, ToSigner } from './signer-messages.js';
import { failureOf, HsmPinWrong } from './hsm.errors.js';
import { KeyRing } from './key-ring.js';
import { SignerSpent, Token } from './token.js';

// A program of its own: the service forks it, and only it loads the vendor's library and reads the PIN.
// It lives exactly as long as the channel to its parent. Ctrl-C reaches the whole process group, and the parent must
// be able to finish its work before the signer goes, so signals that ask nicely are left to the parent.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));

/** After so long answers travel although the batch has more, so that the parent can tell slow from stuck. */
const FLUSH_AFTER_MS = 20;

const { HSM_MODULE = '', HSM_TOKEN = '', HSM_PIN_FILE = '' } = process.env;
let underWay: Promise<unknown> = Promise.resolve();
let spent = false;

const send = (message: FromSigner, sent?: () => void): void => {
  process.send?.(message, undefined, undefined, (error) => (error ? process.exit(1) : sent?.()));
};

const giveUp = (error: unknown): void => {
  spent = true;
  send({ type: 'gave-up', failure: failureOf(error) }, () => process.exit(1));
};

const isFatal = (error: unknown): boolean => error instanceof SignerSpent || error instanceof HsmPinWrong;

const asBuffer = (octets: Uint8Array): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);

function open(): { token: Token; keys: KeyRing } | undefined {
  try {
    const token = Token.open({ HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE });
    return { token, keys: new KeyRing(token) };
  } catch (error) {
    giveUp(error);
    return undefined;
  }
}

function serve(token: Token, keys: KeyRing): void {
  const answer = (operation: Exclude<Operation, { name: 'generateKeyPair' }>): unknown => {
    switch (operation.name) {
      case 'sign':
        return keys.sign(operation.label, asBuffer(operation.message));
      case 'findKey':
        return keys.find(operation.label);
      case 'token':
        return token.describe();
      case 'probe':
        return keys.probe();
    }
  };

  const takeBatch = (requests: readonly SignerRequest[]): void => {
    let answers: SignerAnswer[] = [];
    let since = performance.now();
    const flush = () => {
      if (answers.length > 0) send({ type: 'answers', answers });
      answers = [];
      since = performance.now();
    };
    for (const { id, operation } of requests) {
      if (operation.name === 'generateKeyPair') {
        underWay = underWay.then(() => generate(id, operation.label, operation.keyType));
        continue;
      }
      try {
        answers.push({ id, value: answer(operation) });
      } catch (error) {
        if (isFatal(error)) {
          flush();
          giveUp(error);
          return;
        }
        answers.push({ id, failure: failureOf(error) });
      }
      if (performance.now() - since > FLUSH_AFTER_MS) flush();
    }
    flush();
  };

  const generate = async (id: number, ...parameters: Parameters<KeyRing['generate']>): Promise<void> => {
    try {
      send({ type: 'answers', answers: [{ id, value: await keys.generate(...parameters) }] });
    } catch (error) {
      send({ type: 'answers', answers: [{ id, failure: failureOf(error) }] });
      if (isFatal(error)) giveUp(error);
    }
  };

  process.on('message', (message: ToSigner) => {
    // The parent gives to the next signer what this one leaves unanswered.
    if (spent) return undefined;
    if (message.type === 'requests') return takeBatch(message.requests);
    // C_Finalize with a key generation under way would crash some libraries.
    return void underWay.then(() => {
      token.close();
      process.exit(0);
    });
  });
  send({ type: 'ready' });
}

const opened = open();
if (opened) serve(opened.token, opened.keys);
