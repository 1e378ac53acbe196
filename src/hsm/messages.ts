import { DomainError } from '../platform/errors/domain-error.js';
import type { ErrorCode } from '../platform/errors/error-codes.js';
import { X509Error, type X509ErrorCode } from '../x509/x509.errors.js';
import { HsmPinWrong, HsmUnavailable } from './hsm.errors.js';
import type { HsmKeyType } from './hsm.js';

// What the service and its child processes send each other over Node's IPC channel.

/** What the service asks of a signer. The answer is that of the port's method of the same name. */
export type SignerOperation =
  | { name: 'token' }
  /** Without a key: whether the token can be asked at all. */
  | { name: 'probe'; key?: { label: string; publicKey: Uint8Array } | undefined }
  | { name: 'listKeys' }
  | { name: 'findKey'; label: string }
  | { name: 'generateKeyPair'; label: string; keyType: HsmKeyType }
  | { name: 'sign'; label: string; message: Uint8Array; publicKey?: Uint8Array | undefined };

/** What the service asks of a CSR reader. */
export type ReaderOperation = { name: 'readRequest'; csr: string };

export type Operation = SignerOperation | ReaderOperation;

export interface PoolRequest<O extends Operation = Operation> {
  id: number;
  operation: O;
}

export type PoolAnswer = { id: number; value: unknown } | { id: number; failure: Failure };

export type ToChild<O extends Operation = Operation> = { type: 'requests'; requests: PoolRequest<O>[] } | { type: 'close' };

export type FromChild =
  | { type: 'ready' }
  /** `busyMs`: how long the child has worked for these answers; 0 when it did other work at the same time. */
  | { type: 'answers'; answers: PoolAnswer[]; busyMs: number }
  /** The child ends now, without answering the requests that it still has. */
  | { type: 'failed'; failure: Failure };

/** An error as data. It never holds a PIN. */
export type Failure = { kind: 'hsm'; code: ErrorCode; message: string } | { kind: 'x509'; code: X509ErrorCode; message: string };

export function failureOf(error: unknown): Failure {
  if (error instanceof X509Error) return { kind: 'x509', code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'hsm', code: error instanceof DomainError ? error.code : 'hsm-unavailable', message };
}

/** The error that the child had, as an error of this process. */
export function errorOf({ kind, code, message }: Failure): DomainError | X509Error {
  if (kind === 'x509') return new X509Error(code, message);
  if (code === 'hsm-unavailable') return new HsmUnavailable(message);
  return code === 'hsm-pin-wrong' ? new HsmPinWrong(message) : new DomainError(code, message);
}

export const unavailable = (message: string): Failure => ({ kind: 'hsm', code: 'hsm-unavailable', message });
