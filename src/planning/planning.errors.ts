import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { DomainError } from '../platform/errors/domain-error.js';

/** Rule 7: an order is opened only when nothing is found that would keep its units from AWS. */
export const orderNotReady = (id: string, findings: readonly Finding[]) =>
  new DomainError('order-not-ready', `Work order ${id} can't be opened: ${findings.map(({ problem }) => problem).join('; ')}`, {
    action: findings.map(({ remedy }) => remedy).filter((remedy, at, all) => all.indexOf(remedy) === at).join(' '),
    members: { findings },
  });
