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

/** So far may a request's time be from AWS's, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** AWS's words for a request of another time (AWS General Reference, "Troubleshooting Signature Version 4 errors"). */
export function signedTooEarly(signedAt: Date, now: Date, skewMs = CLOCK_SKEW_MS): SignatureRefused {
  return new SignatureRefused('time', `Signature expired: ${amzDate(signedAt)} is now earlier than ${amzDate(new Date(+now - skewMs))} (${amzDate(now)} - ${skewMs / 60_000} min.)`);
}

/** The same of a request whose time has yet to come. */
export function signedTooLate(signedAt: Date, now: Date, skewMs = CLOCK_SKEW_MS): SignatureRefused {
  return new SignatureRefused('time', `Signature not yet current: ${amzDate(signedAt)} is still later than ${amzDate(new Date(+now + skewMs))} (${amzDate(now)} + ${skewMs / 60_000} min.)`);
}

/** 20060102T150405Z */
const amzDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');
