import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { ObservedRule } from '../clients/registration-events.client.js';
import type { Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';

/** One queue per target, for the registration events of all CAs. */
export const EVENTS_QUEUE = 'lineside-jitr';

const SETTINGS = [['enabled', 'been disabled'], ['sql', 'another statement'], ['queue', 'another queue'], ['roleArn', 'another role']] as const;

/** `queue`: name of the queue to which it sends. */
type RuleToQueue = Omit<ObservedRule, 'queueUrl'> & { queue: string | null };

/** The queue of registration events. What lies in it for four days (the default of SQS) is found by the sweep instead. */
export function eventsQueueResource(): Resource<{ url: string }> {
  return {
    kind: 'queue',
    name: EVENTS_QUEUE,
    desired: {},
    async observe(aws) {
      const url = await aws.registrationEvents.findQueue(EVENTS_QUEUE);
      return url === undefined ? undefined : { url };
    },
    difference: () => [],
    create: (aws) => aws.registrationEvents.createQueue(EVENTS_QUEUE),
    apply: () => Promise.resolve(),
  };
}

/**
 * Sends each registration event of a CA to the queue (developer guide, "Auto-registration of device certificates", and "Rules for AWS IoT", SQS action).
 * A rule that somebody changed is shown; units are found by the sweep meanwhile, only later.
 */
export function topicRuleResource(caCertificateId: string, target: Target): Resource<RuleToQueue> {
  const name = `lineside_jitr_${caCertificateId.slice(0, 32)}`;
  const sql = `SELECT * FROM '$aws/events/certificates/registered/${caCertificateId}'`;
  const roleArn = target.provisioningRoleArn;
  const desired = { sql, queue: EVENTS_QUEUE, roleArn, enabled: true };
  const wanted = async ({ registrationEvents }: AwsIotClient) => ({ sql, roleArn, queueUrl: (await registrationEvents.queueUrl(EVENTS_QUEUE)) ?? '' });
  return {
    kind: 'topic-rule',
    name,
    desired,
    async observe(aws) {
      const rule = await aws.registrationEvents.rule(name);
      return rule && { sql: rule.sql, queue: rule.queueUrl?.split('/').at(-1) ?? null, roleArn: rule.roleArn, enabled: rule.enabled };
    },
    difference: (observed) => SETTINGS.filter(([change]) => observed[change] !== desired[change]).map(([change, what]) => ({ what: `the rule ${name} has ${what}`, change, mayKeepOut: true as const })),
    create: async (aws) => aws.registrationEvents.createRule(name, await wanted(aws)),
    apply: async (aws) => aws.registrationEvents.replaceRule(name, await wanted(aws)),
  };
}
