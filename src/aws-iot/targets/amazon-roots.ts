import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

/** The roots of AWS IoT's RSA and ECDSA server certificates (developer guide, "Server authentication"). */
const NAMES = ['Amazon Root CA 1', 'Amazon Root CA 3'];

let known: string | undefined;

/** What devices must trust to know AWS IoT's own endpoints, in PEM. Node ships them. */
export function amazonRoots(): string {
  known ??= rootCertificates.filter((pem) => NAMES.some((name) => new X509Certificate(pem).subject.split('\n').includes(`CN=${name}`))).map((pem) => `${pem.trim()}\n`).join('');
  return known;
}
