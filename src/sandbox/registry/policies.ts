import { POLICIES_PER_CERTIFICATE } from '../model/limits.js';
import { parsePolicy } from '../model/policy-document.js';
import { alreadyExists, notFound, ServiceError } from '../service-error.js';
import type { Policy } from '../store/policy.repository.js';
import type { Registry } from './registry.js';

/** @throws ServiceError MalformedPolicyException or ResourceAlreadyExistsException */
export function createPolicy({ account, store }: Registry, name: string, document: string): void {
  parsePolicy(document);
  if (store.policies.find(account, name) !== undefined) {
    throw alreadyExists(`Policy cannot be created - name already exists (name=${name})`, name, account.arn(`policy/${name}`));
  }
  store.policies.add(account, name, document);
}

export function requirePolicy({ account, store }: Registry, name: string): Policy {
  const policy = store.policies.find(account, name);
  if (policy === undefined) throw notFound(`Policy not found (name=${name})`);
  return policy;
}

/** Attaching again changes nothing. @throws ServiceError LimitExceededException */
export function attachPolicy({ account, store }: Registry, policy: string, certificateId: string): void {
  const attached = store.policies.attachedTo(account, certificateId);
  if (!attached.some(({ name }) => name === policy) && attached.length >= POLICIES_PER_CERTIFICATE) {
    throw new ServiceError('LimitExceededException', `A certificate can't have more than ${POLICIES_PER_CERTIFICATE} policies.`);
  }
  store.policies.attach(account, policy, certificateId);
}
