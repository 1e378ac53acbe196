import type { HsmKeyType } from './hsm.js';
import type { SignerFailure } from './hsm.errors.js';

/** What the service asks a signer process to do. The answers are those of the port's method of the same name. */
export type Operation =
  | { name: 'token' }
  | { name: 'probe' }
  | { name: 'findKey'; label: string }
  | { name: 'generateKeyPair'; label: string; keyType: HsmKeyType }
  | { name: 'sign'; label: string; message: Uint8Array };

export interface SignerRequest {
  id: number;
  operation: Operation;
}

export type SignerAnswer = { id: number; value: unknown } | { id: number; failure: SignerFailure };

export type ToSigner = { type: 'requests'; requests: SignerRequest[] } | { type: 'close' };

export type FromSigner =
  | { type: 'ready' }
  | { type: 'answers'; answers: SignerAnswer[] }
  /** The signer's last word: it ends now, and what it has not answered it will not answer. */
  | { type: 'gave-up'; failure: SignerFailure };
