/**
 * Calls a second of each account in a region: defaults of Service Quotas (`list_aws_default_service_quotas`, service iotcore,
 * us-east-1, February 2024). What is not named has 10, as most have; that is also taken for operations without a published quota.
 */
const USUAL = 10;

/** Calls of the fleet provisioning MQTT API have quotas of their own (L-CAFFCA46, L-83161BB8, L-B2BBBD8C). */
export const FLEET_CREATE_KEYS = 'Fleet.CreateKeysAndCertificate';
export const FLEET_CREATE_FROM_CSR = 'Fleet.CreateCertificateFromCsr';
export const FLEET_REGISTER_THING = 'Fleet.RegisterThing';

const OTHERS: Readonly<Record<number, readonly string[]>> = {
  5: [
    'CreateDynamicThingGroup', 'DeleteDynamicThingGroup', 'GetEffectivePolicies', 'UpdateDynamicThingGroup',
  ],
  15: [
    'AttachPolicy', 'AttachPrincipalPolicy', 'CreateCertificateFromCsr', 'CreateThingType', 'DeleteBillingGroup', 'DeleteThingGroup',
    'DeleteThingType', 'DeprecateThingType', 'DetachPolicy', 'DetachPrincipalPolicy', 'GetPolicyVersion', 'ListAttachedPolicies',
    'ListPrincipalPolicies', 'UpdateBillingGroup', 'UpdateThingGroup',
  ],
  20: [
    'ListThingPrincipals', FLEET_CREATE_FROM_CSR,
  ],
  25: [
    'CreateBillingGroup', 'CreateThingGroup', 'ListThingsInBillingGroup', 'ListThingsInThingGroup',
  ],
  30: [
    'RemoveThingFromBillingGroup',
  ],
  60: [
    'AddThingToBillingGroup',
  ],
  100: [
    'AddThingToThingGroup', 'AttachThingPrincipal', 'CreateThing', 'DeleteThing', 'DescribeBillingGroup', 'DescribeThingGroup',
    'DescribeThingType', 'DetachThingPrincipal', 'ListThingGroupsForThing', 'RemoveThingFromThingGroup', 'UpdateThing',
  ],
  350: [
    'DescribeThing',
  ],
  500: [
    'GetRetainedMessage',
  ],
};

/** Quota L-3E927DFC, "Maximum number of device certificates that can be registered per second". */
export const CERTIFICATES_PER_SECOND = 15;

const RATES = new Map(Object.entries(OTHERS).flatMap(([rate, operations]) => operations.map((operation) => [operation, Number(rate)] as const)));

export const callsPerSecond = (operation: string): number => RATES.get(operation) ?? USUAL;
