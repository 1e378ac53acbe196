import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { ObservedRule } from '../clients/registration-events.client.js';
import type { Difference, Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';

/** One queue per target, for the registration events of all CAs. */
export const EVENTS_QUEUE = 'lineside-jitr';

/** The queue of registration events. What lies in it for four days (the default of SQS) is found by the sweep instead. */
export function eventsQueueResource(): Resource<{ url: string }> {
  return {
    kind: 'queue',
    name: EVENTS_QUEUE,
    desired: {},
    async observe(aws) {
      const url = await aws.registrationEvents.queueUrl(EVENTS_QUEUE);
      return url === undefined ? undefined : { url };
    },
    difference: () => [],
    create: (aws) => aws.registrationEvents.createQueue(EVENTS_QUEUE),
    apply: () => Promise.resolve(),
  };
}

/**
 * Sends each registration event of a CA to the queue (developer guide, "Auto-registration of device certificates", and "Rules for AWS IoT", SQS action).
 * A rule that somebody changed stops orders until he takes it over; units are found by the sweep meanwhile, only later.
 */
export function topicRuleResource(caCertificateId: string, target: Target): Resource<ObservedRule> {
  const name = `lineside_jitr_${caCertificateId.slice(0, 32)}`;
  const sql = `SELECT * FROM '$aws/events/certificates/registered/${caCertificateId}'`;
  const roleArn = target.provisioningRoleArn;
  return {
    kind: 'topic-rule',
    name,
    desired: { sql, queue: EVENTS_QUEUE, roleArn, enabled: true },
    observe: (aws) => aws.registrationEvents.rule(name),
    difference: (observed): Difference[] =>
      [
        observed.enabled ? [] : ['been disabled'],
        observed.sql === sql ? [] : ['another statement'],
        observed.queueUrl?.endsWith(`/${EVENTS_QUEUE}`) ? [] : ['another queue'],
        observed.roleArn === roleArn ? [] : ['another role'],
      ].flat().map((what) => ({ what: `the rule ${name} has ${what}`, mayKeepOut: true })),
    create: async (aws: AwsIotClient) => aws.registrationEvents.createRule(name, { sql, roleArn, queueUrl: (await aws.registrationEvents.queueUrl(EVENTS_QUEUE)) ?? '' }),
    apply: () => Promise.resolve(),
  };
}
