import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { DomainError } from '../platform/errors/domain-error.js';
import type { OrderBalance } from './order-balance.queries.js';

/** Closing says that an order is complete. `named`: the number that was named, if any. */
export const orderUnaccounted = (id: string, named: number | undefined, balance: OrderBalance) => {
  const { unaccountedIfClosed: unaccounted, begun, notBegun, certificates: { used, onRecord } } = balance;
  const parts = [
    [notBegun, 'were never begun'], [begun, 'were begun and have neither passed nor been scrapped'], [Math.abs(used - onRecord), 'certificates of it are with no unit, or count nowhere'],
  ].filter(([count]) => count !== 0).map((part) => part.join(' '));
  const differs = named === undefined ? '' : `, and not ${named}`;
  return new DomainError('order-unaccounted', `${unaccounted} units of work order ${id} are unaccounted for${differs}: ${parts.length === 0 ? 'none' : parts.join('; ')}`, {
    action: `Finish, ship or scrap them; or close the order with {"unaccounted": ${unaccounted}, "reason": …}, which stands on record.`,
    members: { unaccounted, balance },
  });
};

/** Rule 7: an order is opened only when nothing is found that would keep its units from AWS. */
export const orderNotReady = (id: string, findings: readonly Finding[]) =>
  new DomainError('order-not-ready', `Work order ${id} can't be opened: ${findings.map(({ problem }) => problem).join('; ')}`, {
    action: findings.map(({ remedy }) => remedy).filter((remedy, at, all) => all.indexOf(remedy) === at).join(' '),
    members: { findings },
  });
