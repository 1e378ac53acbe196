import { z } from 'zod';
import { byToken, QueryBoolean, RuleName, seconds, TokenPaging } from '../model/shapes.js';
import { filterComplaint, topicMatches } from '../mqtt/topic.js';
import { parseExpression, parseQuery, SqlFault } from '../rules/sql.js';
import { alreadyExists, invalidRequest, ServiceError } from '../service-error.js';
import type { RuleAction, TopicRule } from '../store/topic-rule.repository.js';
import { operation, requirePassableRole, type Call } from './operation.js';

/** The queue of a FIFO is not for rules (AWS IoT Developer Guide, "SQS"). */
const QueueUrl = z.string().refine((url) => !url.endsWith('.fifo'), 'AWS IoT rules can not send to FIFO queues');
const Action = z
  .strictObject({
    sqs: z.object({ roleArn: z.string(), queueUrl: QueueUrl, useBase64: z.boolean().optional() }).optional(),
    lambda: z.object({ functionArn: z.string() }).optional(),
  }, 'has an action that the sandbox does not know. It has sqs and lambda.')
  .refine((action) => Object.keys(action).length === 1, 'names exactly one kind of action');

const RulePayload = {
  sql: z.string(),
  description: z.string().max(1_024).optional(),
  actions: z.array(Action).max(10),
  ruleDisabled: z.boolean().default(false),
  awsIotSqlVersion: z.enum(['2015-10-08', '2016-03-23', 'beta']).default('2015-10-08'),
  errorAction: Action.optional(),
};
type Payload = z.infer<z.ZodObject<typeof RulePayload>>;

export const createTopicRule = operation({ path: { ruleName: RuleName }, body: RulePayload }, (call, input) => {
  const { account, store } = call;
  requireGood(call, input);
  store.transaction(() => {
    if (store.topicRules.find(account, input.ruleName) !== undefined) {
      throw alreadyExists(`Rule already exists with name ${input.ruleName}`, input.ruleName, arn(call, input.ruleName));
    }
    store.topicRules.add(account, input.ruleName, contentOf(input));
  });
  return undefined;
});

export const replaceTopicRule = operation({ path: { ruleName: RuleName }, body: RulePayload }, (call, input) => {
  const rule = find(call, input.ruleName);
  requireGood(call, input);
  call.store.topicRules.replace(rule, contentOf(input));
  return undefined;
});

export const getTopicRule = operation({ path: { ruleName: RuleName } }, (call, { ruleName }) => {
  const rule = find(call, ruleName);
  const { name, sql, description, actions, errorAction, sqlVersion, disabled, createdAt } = rule;
  return {
    ruleArn: arn(call, name),
    rule: { ruleName: name, sql, description, createdAt: seconds(createdAt), actions, ruleDisabled: disabled, awsIotSqlVersion: sqlVersion, errorAction },
  };
});

export const listTopicRules = operation({ query: { ...TokenPaging, topic: z.string().optional(), ruleDisabled: QueryBoolean.optional() } }, (call, input) => {
  const page = call.store.topicRules.page(call.account, input.ruleDisabled, byToken(input));
  const rules = page.items
    .map((rule) => ({ rule, topicPattern: parseQuery(rule.sql).filter }))
    .filter(({ topicPattern }) => input.topic === undefined || topicPattern === input.topic || topicMatches(topicPattern, input.topic));
  return {
    rules: rules.map(({ rule, topicPattern }) => ({
      ruleArn: arn(call, rule.name), ruleName: rule.name, topicPattern, createdAt: seconds(rule.createdAt), ruleDisabled: rule.disabled,
    })),
    nextToken: page.next,
  };
});

export const deleteTopicRule = operation({ path: { ruleName: RuleName } }, (call, { ruleName }) => {
  call.store.topicRules.remove(find(call, ruleName));
  return undefined;
});

const switchTo = (disabled: boolean) => operation({ path: { ruleName: RuleName } }, (call, { ruleName }) => {
  const rule = find(call, ruleName);
  call.store.topicRules.replace(rule, { ...rule, disabled });
  return undefined;
});
export const enableTopicRule = switchTo(false);
export const disableTopicRule = switchTo(true);

const contentOf = ({ sql, description, actions, ruleDisabled, awsIotSqlVersion, errorAction }: Payload) =>
  ({ sql, description, actions, errorAction, sqlVersion: awsIotSqlVersion, disabled: ruleDisabled });

/** Roles are handed over with the rule. Whether a queue or a function is there shows when a message comes, as at AWS. */
function requireGood(call: Call, { sql, actions, errorAction }: Payload): void {
  try {
    const { filter } = parseQuery(sql);
    const complaint = filterComplaint(filter);
    if (complaint !== undefined) throw new SqlFault(`${filter} is not a topic filter: ${complaint}.`);
  } catch (error) {
    throw error instanceof SqlFault ? new ServiceError('SqlParseException', error.message) : error;
  }
  for (const action of [...actions, ...(errorAction === undefined ? [] : [errorAction])]) requireGoodAction(call, action);
}

function requireGoodAction(call: Call, { sqs }: RuleAction): void {
  if (sqs === undefined) return;
  requirePassableRole(call, sqs.roleArn);
  try {
    for (const [, template = ''] of sqs.queueUrl.matchAll(/\$\{([^}]*)\}/g)) parseExpression(template);
  } catch (error) {
    throw error instanceof SqlFault ? invalidRequest(error.message) : error;
  }
}

const arn = ({ account }: Call, name: string): string => account.arn(`rule/${name}`);

/** A rule that isn't there is refused like one that the caller may not see: the service model has no ResourceNotFoundException here. */
function find({ account, store }: Call, name: string): TopicRule {
  const rule = store.topicRules.find(account, name);
  if (rule === undefined) throw new ServiceError('UnauthorizedException', `Access to topic rule '${name}' was denied`);
  return rule;
}
