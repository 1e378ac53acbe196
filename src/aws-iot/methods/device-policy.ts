import { hash } from 'node:crypto';
import type { Target } from '../targets/targets.schema.js';
import type { CanaryTopics } from './provisioning-method.js';

/**
 * One policy for all devices, made once per target. With a PolicyDocument in a template AWS would call CreatePolicy
 * for each device, and that is limited to 10 a second.
 */
export const DEVICE_POLICY = 'lineside-device';

/** The policy of devices in the target: the document that the order gives, under a name of its own so that none is ever changed in place, or the usual one. */
export function devicePolicy(document: object | undefined, place: Place): { name: string; document: string } {
  const name = devicePolicyName(document);
  if (document === undefined) return { name, document: devicePolicyDocument(place) };
  const filled = JSON.stringify(document).replaceAll('{partition}', partitionOf(place.region)).replaceAll('{region}', place.region).replaceAll('{account}', place.accountId);
  return { name, document: filled };
}

/** The same in every target. */
export function devicePolicyName(document: object | undefined): string {
  return document === undefined ? DEVICE_POLICY : `${DEVICE_POLICY}-${hash('sha256', JSON.stringify(document)).slice(0, 12)}`;
}

type Place = Pick<Target, 'accountId' | 'region'>;

/** A device connects as its own Thing only, and speaks and listens under its own topics only. */
export function devicePolicyDocument(place: Place): string {
  const thing = '${iot:Connection.Thing.ThingName}';
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      // The variable takes any Thing that is named like the client id; the condition wants this certificate attached to it.
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arnOf(place, `client/${thing}`), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arnOf(place, `topic/devices/${thing}/*`) },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arnOf(place, `topicfilter/devices/${thing}/*`) },
    ],
  });
}

/** What the usual policy allows and forbids a device; nothing is known of an order's own. */
export function canaryTopics(document: unknown): CanaryTopics {
  if (document !== undefined) return { allowedTopic: undefined, forbiddenTopic: undefined };
  return { allowedTopic: 'devices/{thing}/canary', forbiddenTopic: 'devices/{thing}-other/canary' };
}

/** ARN of an AWS IoT resource in the target, such as `cert/<id>` or `thing/<name>`. */
export function arnOf({ accountId, region }: Place, resource: string): string {
  return `arn:${partitionOf(region)}:iot:${region}:${accountId}:${resource}`;
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
