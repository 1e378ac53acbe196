import { DomainError } from '../platform/errors/domain-error.js';

export const canaryUnknown = (order: string) => new DomainError('canary-unknown', `Work order ${order} has had no canary`);

export const canaryNotOfMethod = (order: string, method: string) => new DomainError('canary-not-of-method', `Work order ${order} has the method ${method}, whose way a canary can't prove`);
