import { CreateTopicRuleCommand, GetTopicRuleCommand, ReplaceTopicRuleCommand } from '@aws-sdk/client-iot';
import { CreateQueueCommand, DeleteMessageBatchCommand, GetQueueUrlCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { toAwsIotError } from './aws-failure.js';
import { type AwsIotCaller, inTimeOf } from './aws-iot-caller.js';

export interface ObservedRule {
  sql: string;
  queueUrl: string | null;
  roleArn: string | null;
  enabled: boolean;
}

/** A rule as it is to be. */
export interface WantedRule {
  sql: string;
  roleArn: string;
  queueUrl: string;
}

/** How long SQS waits for a message before it answers that there is none, in seconds. */
const WAIT_S = 5;

/** What AWS IoT tells of first connections in one target: the rules that put it into a queue of SQS, and the queue. */
export class RegistrationEventsClient {
  private readonly sqs: SQSClient;
  private readonly urls = new Map<string, string>();

  constructor(private readonly caller: AwsIotCaller, private readonly closing: AbortSignal) {
    // The SDK would give up a long poll after its usual time.
    const { settings } = caller;
    this.sqs = new SQSClient({ ...settings, requestHandler: { ...settings.requestHandler, ...inTimeOf((WAIT_S + 5) * 1_000) } });
  }

  /** As it was known last; asked for where it is not known. */
  async queueUrl(name: string): Promise<string | undefined> {
    return this.urls.get(name) ?? this.findQueue(name);
  }

  /** As it is now: its URL, undefined where there is none. */
  async findQueue(name: string): Promise<string | undefined> {
    this.urls.delete(name);
    try {
      const { QueueUrl } = await this.call('GetQueueUrl', () => this.sqs.send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: this.closing }));
      if (QueueUrl !== undefined) this.urls.set(name, QueueUrl);
      return QueueUrl;
    } catch (error) {
      if (error instanceof AwsIotRefused && /NonExistentQueue|QueueDoesNotExist/.test(error.code)) return undefined;
      throw error;
    }
  }

  async createQueue(name: string): Promise<void> {
    await this.call('CreateQueue', () => this.sqs.send(new CreateQueueCommand({ QueueName: name }), { abortSignal: this.closing }));
  }

  /** At most ten messages, as soon as there is one; none after a few seconds. A queue that is gone is looked up anew the next time. */
  async receive(name: string): Promise<Message[]> {
    const QueueUrl = await this.queueUrl(name);
    if (QueueUrl === undefined) return [];
    try {
      const { Messages = [] } = await this.call('ReceiveMessage', () =>
        this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_S }), { abortSignal: this.closing }));
      return Messages;
    } catch (error) {
      this.urls.delete(name);
      throw error;
    }
  }

  async remove(name: string, messages: readonly Message[]): Promise<void> {
    const QueueUrl = await this.queueUrl(name);
    const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await this.call('DeleteMessageBatch', () => this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal: this.closing }));
  }

  /** AWS says of a rule that is not there that access to it is unauthorized. */
  async rule(ruleName: string): Promise<ObservedRule | undefined> {
    const found = await this.caller
      .find('GetTopicRule', (iot, options) => iot.send(new GetTopicRuleCommand({ ruleName }), options))
      .catch((error: unknown) => {
        if (error instanceof AwsIotRefused && error.code === 'UnauthorizedException') return undefined;
        throw error;
      });
    const rule = found?.rule;
    const sqs = rule?.actions?.find((action) => action.sqs !== undefined)?.sqs;
    return rule && { sql: rule.sql ?? '', queueUrl: sqs?.queueUrl ?? null, roleArn: sqs?.roleArn ?? null, enabled: rule.ruleDisabled !== true };
  }

  /** One that exists already is left as it is. */
  async createRule(ruleName: string, rule: WantedRule): Promise<void> {
    await this.caller.create('CreateTopicRule', (iot, options) => iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload: payloadOf(rule) }), options));
  }

  /** Whatever was in it before, and enabled. */
  async replaceRule(ruleName: string, rule: WantedRule): Promise<void> {
    await this.caller.call('ReplaceTopicRule', (iot, options) => iot.send(new ReplaceTopicRuleCommand({ ruleName, topicRulePayload: payloadOf(rule) }), options));
  }

  close() {
    this.sqs.destroy();
  }

  private async call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw toAwsIotError(operation, error, 'SQS');
    }
  }
}

const payloadOf = ({ sql, roleArn, queueUrl }: WantedRule) =>
  ({ sql, awsIotSqlVersion: '2016-03-23', ruleDisabled: false, description: 'Made by Lineside', actions: [{ sqs: { roleArn, queueUrl, useBase64: false } }] });
