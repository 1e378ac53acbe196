/** Why a request counts as nobody's. Each service has names and a status of its own for these. */
export type SignatureFault =
  /** No signature at all. */
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  /** A session's key without its token, or with another one. */
  | 'unknown-token'
  | 'expired-token'
  | 'mismatch'
  /** Signed for another service. */
  | 'service'
  /** The body is not the one that was signed. */
  | 'body'
  /** The clocks are too far apart. */
  | 'time'
  | 'expired-url';

export class SignatureRefused extends Error {
  constructor(
    readonly fault: SignatureFault,
    message: string,
  ) {
    super(message);
  }
}
