import { POLICIES_PER_CERTIFICATE } from '../model/limits.js';
import { parsePolicy } from '../model/policy-document.js';
import { alreadyExists, notFound, ServiceError } from '../service-error.js';
import type { Policy } from '../store/policy.repository.js';
import { requireCertificateArn } from './certificate-input.js';
import { operation, type Call } from './operation.js';
import { byMarker, MarkerPaging, PolicyDocument, PolicyName, PolicyTarget, QueryBoolean, seconds, Tags } from '../model/shapes.js';

export const createPolicy = operation(
  { path: { policyName: PolicyName }, body: { policyDocument: PolicyDocument, tags: Tags.optional() } },
  (call, { policyName, policyDocument }) => {
    const { account, store } = call;
    parsePolicy(policyDocument);
    const policyArn = arn(call, policyName);
    store.transaction(() => {
      if (store.policies.find(account, policyName) !== undefined) {
        throw alreadyExists(`Policy cannot be created - name already exists (name=${policyName})`, policyName, policyArn);
      }
      store.policies.add(account, policyName, policyDocument);
    });
    return { policyName, policyArn, policyDocument, policyVersionId: '1' };
  },
);

export const getPolicy = operation({ path: { policyName: PolicyName } }, (call, { policyName }) => {
  const policy = find(call, policyName);
  const created = seconds(policy.createdAt);
  return {
    ...summary(call, policy.name),
    policyDocument: policy.document,
    defaultVersionId: '1',
    creationDate: created,
    lastModifiedDate: created,
    generationId: '1',
  };
});

export const listPolicies = operation({ query: MarkerPaging }, (call, input) => {
  const page = call.store.policies.page(call.account, byMarker(input));
  return { policies: page.items.map(({ name }) => summary(call, name)), nextMarker: page.next };
});

export const deletePolicy = operation({ path: { policyName: PolicyName } }, (call, { policyName }) => {
  call.store.transaction(() => {
    const policy = find(call, policyName);
    if (call.store.policies.countTargets(policy) > 0) {
      throw new ServiceError('DeleteConflictException', `The policy cannot be deleted as the policy is attached to one or more principals (name=${policyName})`);
    }
    call.store.policies.remove(policy);
  });
  return undefined;
});

export const attachPolicy = operation({ path: { policyName: PolicyName }, body: { target: PolicyTarget } }, (call, input) => {
  const { account, store } = call;
  store.transaction(() => {
    const policy = find(call, input.policyName).name;
    const certificateId = requireCertificateArn(call, input.target);
    const attached = store.policies.attachedTo(account, certificateId);
    if (!attached.some(({ name }) => name === policy) && attached.length >= POLICIES_PER_CERTIFICATE) {
      throw new ServiceError('LimitExceededException', `A certificate can't have more than ${POLICIES_PER_CERTIFICATE} policies.`);
    }
    store.policies.attach(account, policy, certificateId);
  });
  return undefined;
});

export const detachPolicy = operation({ path: { policyName: PolicyName }, body: { target: PolicyTarget } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input.target);
  call.store.policies.detach(call.account, find(call, input.policyName).name, certificateId);
  return undefined;
});

const PolicyPaging = { pageSize: MarkerPaging.pageSize, marker: MarkerPaging.marker };

export const listAttachedPolicies = operation(
  { path: { target: PolicyTarget }, query: { ...PolicyPaging, recursive: QueryBoolean.optional() } },
  (call, input) => {
    const certificateId = requireCertificateArn(call, input.target);
    const page = call.store.policies.attachedPage(call.account, certificateId, byMarker({ ...input, isAscendingOrder: true }));
    return { policies: page.items.map((name) => summary(call, name)), nextMarker: page.next };
  },
);

export const listTargetsForPolicy = operation({ path: { policyName: PolicyName }, query: PolicyPaging }, (call, input) => {
  const policy = find(call, input.policyName).name;
  const page = call.store.policies.targetsPage(call.account, policy, byMarker({ ...input, isAscendingOrder: true }));
  return { targets: page.items.map((id) => call.account.certificateArn(id)), nextMarker: page.next };
});

const arn = ({ account }: Call, name: string): string => account.arn(`policy/${name}`);

const summary = (call: Call, name: string) => ({ policyName: name, policyArn: arn(call, name) });

function find({ account, store }: Call, name: string): Policy {
  const policy = store.policies.find(account, name);
  if (policy === undefined) throw notFound(`Policy not found (name=${name})`);
  return policy;
}
