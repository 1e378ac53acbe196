import type { Failure } from './hsm.errors.js';
import type { HsmKeyType } from './hsm.js';

/** What the service asks a signer process to do. The answers are those of the port's method of the same name. */
export type SignerOperation =
  | { name: 'token' }
  | { name: 'probe' }
  | { name: 'findKey'; label: string }
  | { name: 'generateKeyPair'; label: string; keyType: HsmKeyType }
  | { name: 'sign'; label: string; message: Uint8Array; publicKey?: Uint8Array | undefined };

export type ReaderOperation = { name: 'readRequest'; csr: string };

export type Operation = SignerOperation | ReaderOperation;

export interface CrewRequest<O extends Operation = Operation> {
  id: number;
  operation: O;
}

export type CrewAnswer = { id: number; value: unknown } | { id: number; failure: Failure };

export type ToMember<O extends Operation = Operation> = { type: 'requests'; requests: CrewRequest<O>[] } | { type: 'close' };

export type FromMember =
  | { type: 'ready' }
  /** `busyMs`: how long it has worked for these; 0 when it was beside other work. */
  | { type: 'answers'; answers: CrewAnswer[]; busyMs: number }
  /** Its last word: it ends now, and what it has not answered it will not answer. */
  | { type: 'gave-up'; failure: Failure };
