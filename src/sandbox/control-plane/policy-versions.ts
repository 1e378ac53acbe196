import { z } from 'zod';
import { VERSIONS_PER_POLICY } from '../model/limits.js';
import { parsePolicy } from '../model/policy-document.js';
import { PolicyDocument, PolicyName, QueryBoolean, seconds } from '../model/shapes.js';
import { requirePolicy } from '../registry/policies.js';
import { notFound, ServiceError } from '../service-error.js';
import type { PolicyVersion } from '../store/policy.repository.js';
import { operation, type Call } from './operation.js';

const VersionId = z.string().regex(/^[0-9]{1,9}$/).transform(Number);
const VersionPath = { policyName: PolicyName, policyVersionId: VersionId };

export const createPolicyVersion = operation(
  { path: { policyName: PolicyName }, query: { setAsDefault: QueryBoolean.default(false) }, body: { policyDocument: PolicyDocument } },
  (call, { policyName, policyDocument, setAsDefault }) => {
    parsePolicy(policyDocument);
    const version = call.store.transaction(() => {
      const policy = requirePolicy(call, policyName);
      if (call.store.policies.versions(policy).length >= VERSIONS_PER_POLICY) {
        throw new ServiceError('VersionsLimitExceededException', `The policy ${policyName} already has the maximum number of versions (${VERSIONS_PER_POLICY})`);
      }
      const added = call.store.policies.addVersion(policy, policyDocument);
      if (setAsDefault) call.store.policies.setDefaultVersion(policy, added);
      return added;
    });
    return { policyArn: call.account.arn(`policy/${policyName}`), policyDocument, policyVersionId: String(version), isDefaultVersion: setAsDefault };
  },
);

export const listPolicyVersions = operation({ path: { policyName: PolicyName } }, (call, { policyName }) => {
  const policy = requirePolicy(call, policyName);
  const policyVersions = call.store.policies.versions(policy).map(({ version, createdAt }) => ({
    versionId: String(version),
    isDefaultVersion: version === policy.defaultVersion,
    createDate: seconds(createdAt),
  }));
  return { policyVersions };
});

export const getPolicyVersion = operation({ path: VersionPath }, (call, { policyName, policyVersionId }) => {
  const policy = requirePolicy(call, policyName);
  const { version, document, createdAt } = requireVersion(call, policyName, policyVersionId);
  return {
    policyArn: call.account.arn(`policy/${policyName}`),
    policyName,
    policyDocument: document,
    policyVersionId: String(version),
    isDefaultVersion: version === policy.defaultVersion,
    creationDate: seconds(createdAt),
    lastModifiedDate: seconds(createdAt),
    generationId: String(version),
  };
});

export const deletePolicyVersion = operation({ path: VersionPath }, (call, { policyName, policyVersionId }) => {
  call.store.transaction(() => {
    const policy = requirePolicy(call, policyName);
    const { version } = requireVersion(call, policyName, policyVersionId);
    if (version === policy.defaultVersion) throw new ServiceError('DeleteConflictException', 'Cannot delete the default version of a policy');
    call.store.policies.removeVersion(policy, version);
  });
  return undefined;
});

export const setDefaultPolicyVersion = operation({ path: VersionPath }, (call, { policyName, policyVersionId }) => {
  call.store.transaction(() => {
    const { version } = requireVersion(call, policyName, policyVersionId);
    call.store.policies.setDefaultVersion(requirePolicy(call, policyName), version);
  });
  return undefined;
});

function requireVersion(call: Call, policyName: string, wanted: number): PolicyVersion {
  const found = call.store.policies.versions(requirePolicy(call, policyName)).find(({ version }) => version === wanted);
  if (found === undefined) throw notFound(`Policy version ${wanted} not found (name=${policyName})`);
  return found;
}
