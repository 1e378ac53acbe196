import { requireCertificateArn } from '../registry/certificates.js';
import * as rules from '../registry/policies.js';
import { ServiceError } from '../service-error.js';
import { operation, type Call } from './operation.js';
import { byMarker, MarkerPaging, PolicyDocument, PolicyName, PolicyTarget, Principal, QueryBoolean, seconds, Tags } from '../model/shapes.js';

export const createPolicy = operation(
  { path: { policyName: PolicyName }, body: { policyDocument: PolicyDocument, tags: Tags.optional() } },
  (call, { policyName, policyDocument }) => {
    call.store.transaction(() => rules.createPolicy(call, policyName, policyDocument));
    return { policyName, policyArn: arn(call, policyName), policyDocument, policyVersionId: '1' };
  },
);

export const getPolicy = operation({ path: { policyName: PolicyName } }, (call, { policyName }) => {
  const policy = rules.requirePolicy(call, policyName);
  return {
    ...summary(call, policy.name),
    policyDocument: policy.document,
    defaultVersionId: String(policy.defaultVersion),
    creationDate: seconds(policy.createdAt),
    lastModifiedDate: seconds(policy.modifiedAt),
    generationId: String(policy.defaultVersion),
  };
});

export const listPolicies = operation({ query: MarkerPaging }, (call, input) => {
  const page = call.store.policies.page(call.account, byMarker(input));
  return { policies: page.items.map((name) => summary(call, name)), nextMarker: page.next };
});

export const deletePolicy = operation({ path: { policyName: PolicyName } }, (call, { policyName }) => {
  call.store.transaction(() => {
    const policy = rules.requirePolicy(call, policyName);
    if (call.store.policies.versions(policy).length > 1) {
      throw new ServiceError('DeleteConflictException', `Cannot delete the policy because it has one or more policy versions attached to it (name=${policyName})`);
    }
    if (call.store.policies.countTargets(policy) > 0) {
      throw new ServiceError('DeleteConflictException', `The policy cannot be deleted as the policy is attached to one or more principals (name=${policyName})`);
    }
    call.store.policies.remove(policy);
  });
  return undefined;
});

export const attachPolicy = operation({ path: { policyName: PolicyName }, body: { target: PolicyTarget } }, (call, input) =>
  attach(call, input.policyName, input.target),
);

export const detachPolicy = operation({ path: { policyName: PolicyName }, body: { target: PolicyTarget } }, (call, input) =>
  detach(call, input.policyName, input.target),
);

/** AWS calls these two deprecated; its provisioning role still has them. */
export const attachPrincipalPolicy = operation({ path: { policyName: PolicyName }, headers: { 'x-amzn-iot-principal': Principal } }, (call, input) =>
  attach(call, input.policyName, input['x-amzn-iot-principal']),
);

export const detachPrincipalPolicy = operation({ path: { policyName: PolicyName }, headers: { 'x-amzn-iot-principal': Principal } }, (call, input) =>
  detach(call, input.policyName, input['x-amzn-iot-principal']),
);

function attach(call: Call, policyName: string, target: string): undefined {
  call.store.transaction(() => {
    const policy = rules.requirePolicy(call, policyName).name;
    rules.attachPolicy(call, policy, requireCertificateArn(call, target));
  });
}

function detach(call: Call, policyName: string, target: string): undefined {
  const certificateId = requireCertificateArn(call, target);
  call.store.policies.detach(call.account, rules.requirePolicy(call, policyName).name, certificateId);
}

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
  const policy = rules.requirePolicy(call, input.policyName).name;
  const page = call.store.policies.targetsPage(call.account, policy, byMarker({ ...input, isAscendingOrder: true }));
  return { targets: page.items.map((id) => call.account.certificateArn(id)), nextMarker: page.next };
});

export const listPrincipalPolicies = operation({ query: MarkerPaging, headers: { 'x-amzn-iot-principal': Principal } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input['x-amzn-iot-principal']);
  const page = call.store.policies.attachedPage(call.account, certificateId, byMarker(input));
  return { policies: page.items.map((name) => summary(call, name)), nextMarker: page.next };
});

export const listPolicyPrincipals = operation({ query: MarkerPaging, headers: { 'x-amzn-iot-policy': PolicyName } }, (call, input) => {
  const policy = rules.requirePolicy(call, input['x-amzn-iot-policy']).name;
  const page = call.store.policies.targetsPage(call.account, policy, byMarker(input));
  return { principals: page.items.map((id) => call.account.certificateArn(id)), nextMarker: page.next };
});

const arn = ({ account }: Call, name: string): string => account.arn(`policy/${name}`);

const summary = (call: Call, name: string) => ({ policyName: name, policyArn: arn(call, name) });
