import type { Target } from './targets.schema.js';

/** Just-in-time provisioning: AWS makes the Thing when the device connects for the first time. Needs no call per unit. */
export const JITP_TEMPLATE = 'lineside-jitp';

/**
 * One policy for all devices, made once per target. With a PolicyDocument in the template AWS would call CreatePolicy
 * for each device, and that is limited to 10 a second.
 */
export const DEVICE_POLICY = 'lineside-device';

const COMMON_NAME = 'AWS::IoT::Certificate::CommonName';
const CERTIFICATE_ID = 'AWS::IoT::Certificate::Id';

/** What AWS does with a device's first connection (developer guide, "Just-in-time provisioning"). */
export function jitpTemplateBody(): string {
  return JSON.stringify({
    Parameters: { [COMMON_NAME]: { Type: 'String' }, [CERTIFICATE_ID]: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: COMMON_NAME } } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: CERTIFICATE_ID }, Status: 'ACTIVE' } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: DEVICE_POLICY } },
    },
  });
}

/** A device connects as its own Thing only, and speaks and listens under its own topics only. */
export function devicePolicyDocument({ accountId, region }: Pick<Target, 'accountId' | 'region'>): string {
  const arn = (resource: string) => `arn:${partitionOf(region)}:iot:${region}:${accountId}:${resource}`;
  const thing = '${iot:Connection.Thing.ThingName}';
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      // The variable takes any Thing that is named like the client id; the condition wants this certificate attached to it.
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${thing}`), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arn(`topic/devices/${thing}/*`) },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/devices/${thing}/*`) },
    ],
  });
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
