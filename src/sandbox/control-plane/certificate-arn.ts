import { invalidRequest, notFound } from '../service-error.js';
import type { Call } from './operation.js';

/** The id of a certificate that is named by its ARN and known to the account. */
export function requireCertificateArn({ account, store }: Call, arn: string): string {
  const id = account.certificateIdOf(arn);
  if (id === undefined) throw invalidRequest('The sandbox knows certificates of the calling account and region as principals and targets, and nothing else.');
  if (store.certificates.find(account, id) === undefined) throw notFound(`Certificate ${id} does not exist.`);
  return id;
}
