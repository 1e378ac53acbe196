import type { Files, ProbedAction } from '../clients/permission-probes.js';
import type { TriedAction } from '../clients/permission-trials.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { Target } from '../targets/targets.schema.js';
import { bulkFiles } from './bulk-files.js';
import type { Parameters } from './provisioning-method.js';

export type Permission = ProbedAction | TriedAction;

/** What every method needs. */
const COMMON = {
  Endpoint: ['iot:DescribeEndpoint'],
  CaCertificates: ['iot:DescribeCACertificate', 'iot:UpdateCACertificate', 'iot:DeleteCACertificate', 'iot:ListCertificatesByCA'],
  Certificates: ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:RegisterCertificate', 'iot:DeleteCertificate'],
  Policy: ['iot:GetPolicy', 'iot:CreatePolicy', 'iot:CreatePolicyVersion', 'iot:ListPolicyVersions', 'iot:DeletePolicyVersion'],
  Things: ['iot:DescribeThing'],
  LiveSessions: ['iot:DeleteConnection'],
} as const satisfies Statements;

/** Where the authority itself is registered. */
const REGISTERED_CA = { RegisterCa: ['iot:RegisterCACertificate', 'iot:GetRegistrationCode'] } as const satisfies Statements;

/** Where AWS IoT is handed the target's provisioning role. */
const PASSED_ROLE = { PassProvisioningRole: ['iam:PassRole'] } as const satisfies Statements;

/** Where units get another certificate in the field. */
const RENEWAL = { Renewal: ['iot:ListAttachedPolicies', 'iot:AttachPolicy', 'iot:ListPrincipalThingsV2', 'iot:AttachThingPrincipal'] } as const satisfies Statements;

/** Where a canary is removed again. */
const CANARY = { Canary: ['iot:DetachPolicy', 'iot:DetachThingPrincipal', 'iot:DeleteThing'] } as const satisfies Statements;

const GROUPINGS = { Groupings: ['iot:DescribeThingType', 'iot:DescribeThingGroup', 'iot:DescribeBillingGroup'] } as const satisfies Statements;

const TEMPLATES = {
  Templates: [
    'iot:DescribeProvisioningTemplate', 'iot:CreateProvisioningTemplate', 'iot:CreateProvisioningTemplateVersion', 'iot:ListProvisioningTemplateVersions', 'iot:DeleteProvisioningTemplateVersion',
    'iot:UpdateProvisioningTemplate',
  ],
} as const satisfies Statements;

/** Where the service makes Things and attaches them itself. */
const ATTACHED = {
  TemplateIsLookedAt: ['iot:DescribeProvisioningTemplate'],
  Attach: [
    'iot:CreateThing', 'iot:AttachThingPrincipal', 'iot:DetachThingPrincipal', 'iot:ListThingPrincipals', 'iot:AttachPolicy', 'iot:ListAttachedPolicies', 'iot:GetThingConnectivityData',
  ],
} as const satisfies Statements;

const WITHOUT_CA = { RegisterWithoutCa: ['iot:RegisterCertificateWithoutCA'] } as const satisfies Statements;

/** Statement of `docs/aws/<method>.json`, by its Sid → the permissions that it gives. */
export type Statements = Readonly<Record<string, readonly Permission[]>>;

/** What the service needs in a target, by method: the same statements as in `docs/aws/<method>.json`, which a test compares. */
export const METHOD_PERMISSIONS: Readonly<Partial<Record<Method, Statements>>> = {
  jitp: {
    ...COMMON, ...REGISTERED_CA, ...PASSED_ROLE, ...RENEWAL, ...CANARY, ...GROUPINGS,
    ...TEMPLATES,
    Connectivity: ['iot:GetThingConnectivityData', 'iot:ListThingPrincipals', 'iot:ListAttachedPolicies'],
  },
  jitr: {
    ...COMMON, ...REGISTERED_CA, ...PASSED_ROLE, ...RENEWAL, ...CANARY, ...ATTACHED,
    Rule: ['iot:GetTopicRule', 'iot:CreateTopicRule', 'iot:ReplaceTopicRule'],
    Queue: ['sqs:GetQueueUrl', 'sqs:CreateQueue', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
  },
  'multi-account': { ...COMMON, ...RENEWAL, ...CANARY, ...ATTACHED, ...WITHOUT_CA },
  'single-thing': {
    ...COMMON, ...REGISTERED_CA, ...RENEWAL, ...ATTACHED, ...WITHOUT_CA, ...GROUPINGS,
    RegisterThing: ['iot:RegisterThing', 'iot:UpdateThing', 'iot:AddThingToThingGroup', 'iot:AddThingToBillingGroup', 'iot:AttachPrincipalPolicy'],
  },
  bulk: {
    ...COMMON, ...REGISTERED_CA, ...PASSED_ROLE, ...RENEWAL, ...ATTACHED, ...WITHOUT_CA, ...GROUPINGS,
    Tasks: ['iot:StartThingRegistrationTask', 'iot:DescribeThingRegistrationTask', 'iot:ListThingRegistrationTasks', 'iot:ListThingRegistrationTaskReports'],
    Files: ['s3:PutObject'],
  },
  'fleet-claim': {
    ...COMMON, ...REGISTERED_CA, ...PASSED_ROLE, ...TEMPLATES,
    Certificates: ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:DeleteCertificate', 'iot:CreateCertificateFromCsr', 'iot:ListCertificates'],
    Things: ['iot:DescribeThing', 'iot:CreateThing', 'iot:UpdateThing'],
    Attached: ['iot:AttachPolicy', 'iot:DetachThingPrincipal', 'iot:ListThingPrincipals', 'iot:ListPrincipalThings', 'iot:ListAttachedPolicies', 'iot:GetThingConnectivityData'],
    Hook: ['lambda:InvokeFunction'],
  },
  'fleet-trusted-user': {
    ...COMMON, ...REGISTERED_CA, ...PASSED_ROLE,
    Templates: [...TEMPLATES.Templates, 'iot:CreateProvisioningClaim'],
    Certificates: ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:DeleteCertificate', 'iot:ListCertificates'],
    Things: ['iot:DescribeThing', 'iot:CreateThing', 'iot:UpdateThing'],
    Attached: ['iot:DetachThingPrincipal', 'iot:ListThingPrincipals', 'iot:ListPrincipalThings', 'iot:ListAttachedPolicies', 'iot:GetThingConnectivityData'],
    Hook: ['lambda:InvokeFunction'],
  },
};

/** Where families with these settings keep files in the target; undefined where none does. */
export function filesOf(settings: readonly { method: Method; parameters: Parameters }[], target: Target): Files | undefined {
  const bulk = settings.find(({ method }) => method === 'bulk');
  return bulk && bulkFiles(bulk.parameters, target);
}

/** Each permission that these methods need, once, with the statement that gives it. */
export function permissionsOf(methods: readonly Method[]): { permission: Permission; method: Method; statement: string }[] {
  const found = new Map<Permission, { permission: Permission; method: Method; statement: string }>();
  for (const method of methods) {
    for (const [statement, permissions] of Object.entries(METHOD_PERMISSIONS[method] ?? {})) {
      for (const permission of permissions) if (!found.has(permission)) found.set(permission, { permission, method, statement });
    }
  }
  return [...found.values()];
}
