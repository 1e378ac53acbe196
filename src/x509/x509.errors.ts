/** Stable and published: they reach the callers of the REST API unchanged. */
export type X509ErrorCode =
  | 'csr-malformed'
  | 'csr-too-large'
  | 'csr-trailing-bytes'
  /** The text holds a private key. Nothing of it is ever repeated. */
  | 'private-key-sent'
  /** The requester does not hold the private key, or the request was changed on its way (RFC 2986, proof of possession). */
  | 'csr-signature-invalid'
  | 'csr-algorithm-unsupported'
  | 'key-malformed'
  /** RSA under 2048 bits, a bad RSA exponent, a point that is not on its curve. */
  | 'key-weak'
  | 'key-unsupported'
  | 'certificate-malformed'
  | 'pem-malformed'
  | 'name-malformed';

/** Bytes that can't be read or may not be written. `message` is one plain sentence that is safe to show. */
export class X509Error extends Error {
  constructor(
    readonly code: X509ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'X509Error';
  }
}

/** Bytes that are not DER. It never leaves this folder: `readingAs` turns it into what the caller asked to read. */
export class DerError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'DerError';
  }
}

/** Runs a reader; what it finds wrong with the DER is told as a fault of `what`, under that thing's own code. */
export function readingAs<T>(code: X509ErrorCode, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) throw new X509Error(code, `The ${what} can't be read: ${error.message}.`, { cause: error });
    throw error;
  }
}
