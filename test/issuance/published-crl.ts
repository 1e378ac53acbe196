import type { ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { openssl, type Scratch, type ToolAnswer } from '../x509/external-tools.js';

/** What openssl says of a device's certificate when it has the CA's revocation list. All in PEM. */
export function crlVerdict(scratch: Scratch, ca: string, crl: string, device: string): ToolAnswer {
  return openssl(['verify', '-x509_strict', '-crl_check', '-CAfile', scratch.write('ca.pem', ca), '-CRLfile', scratch.write('crl.pem', crl)], device);
}

/** Resolves when every revocation so far is on a published list. */
export const allPublished = (bench: ServiceBench) => until('all revocations published', async () =>
  ((await bench.db.selectFrom('crl_due').select('id').executeTakeFirst()) === undefined ? true : undefined));
