import { randomUUID } from 'node:crypto';
import { reasonOf, type EventLog } from '../event-log.js';
import type { PublishListener } from '../mqtt/published-messages.js';
import { topicMatches } from '../mqtt/topic.js';
import type { RuleAction, TopicRule } from '../store/topic-rule.repository.js';
import type { Store } from '../store/store.js';
import { select, type RuleMessage } from './evaluation.js';
import { parseQuery, type Query } from './sql.js';

/** Carries one action out. Rejects with what AWS would log. */
export type RunAction = (action: RuleAction, rule: TopicRule, output: Buffer, message: RuleMessage) => Promise<void>;

/** The topic rules of all accounts: each published message goes to the actions of the rules that it fits. */
export class RuleEngine {
  /** By their text, which never changes its meaning. */
  private readonly queries = new Map<string, Query>();

  constructor(
    private readonly store: Store,
    private readonly runAction: RunAction,
    private readonly log: EventLog,
  ) {}

  readonly hear: PublishListener = (account, topic, payload, publisher) => {
    const message: RuleMessage = { account, topic, payload, publisher, receivedAt: Date.now() };
    for (const rule of this.store.topicRules.enabled(account)) {
      const query = this.query(rule.sql);
      if (!topicMatches(query.filter, topic)) continue;
      const output = select(query, message);
      if (output !== undefined) void this.carryOut(rule, output, message);
    }
  };

  /** As at AWS a failure is told nobody but the log and the rule's error action; nothing is tried again. */
  private async carryOut(rule: TopicRule, output: Buffer, message: RuleMessage): Promise<void> {
    const failures = await Promise.all(rule.actions.map(async (action) => {
      try {
        await this.runAction(action, rule, output, message);
        return [];
      } catch (error) {
        const failure = { failedAction: nameOf(action), failedResource: resourceOf(action), errorMessage: reasonOf(error) };
        this.log('sandbox.rule-failed', { account: message.account.key, rule: rule.name, topic: message.topic, ...failure });
        return [failure];
      }
    }));
    if (failures.flat().length === 0 || rule.errorAction === undefined) return;
    const { topic, publisher, payload } = message;
    const report = {
      ruleName: rule.name, topic, cloudwatchTraceId: randomUUID(), clientId: publisher?.clientId ?? 'N/A', base64OriginalPayload: payload.toString('base64'), failures: failures.flat(),
    };
    await this.runAction(rule.errorAction, rule, Buffer.from(JSON.stringify(report)), message).catch((error: unknown) => {
      this.log('sandbox.rule-failed', { account: message.account.key, rule: rule.name, topic, failedAction: 'errorAction', errorMessage: reasonOf(error) });
    });
  }

  private query(sql: string): Query {
    let query = this.queries.get(sql);
    if (query === undefined) {
      if (this.queries.size >= 1_000) this.queries.clear();
      query = parseQuery(sql);
      this.queries.set(sql, query);
    }
    return query;
  }
}

/** As AWS names actions to the error action. */
const nameOf = (action: RuleAction): string => (action.sqs === undefined ? 'LambdaAction' : 'SqsAction');
const resourceOf = (action: RuleAction): string => action.sqs?.queueUrl ?? action.lambda?.functionArn ?? '';
