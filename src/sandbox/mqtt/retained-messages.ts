import type { Account } from '../accounts.js';
import type { RetainedMessage, RetainedMessageRepository } from '../store/retained-message.repository.js';
import type { ForwardedProperties, Message } from './message.js';

/** Keeps or clears what a message with RETAIN leaves on its topic: an empty payload clears it (MQTT 5 section 3.3.1.3). */
export function retain(retained: RetainedMessageRepository, account: Account, { topic, payload, qos, properties }: Message): void {
  if (payload.length === 0) return retained.remove(account, topic);
  const { correlationData, ...others } = properties;
  const stored = { ...others, ...(correlationData === undefined ? {} : { correlationData: correlationData.toString('base64') }) };
  return retained.keep(account, { topic, payload, qos, properties: stored, modifiedAt: Date.now() });
}

/** The message for a new subscription. At AWS retained messages don't expire. */
export function retainedMessage({ topic, payload, qos, properties }: RetainedMessage): Message {
  const { correlationData, ...others } = properties;
  const known = typeof correlationData === 'string' ? { ...others, correlationData: Buffer.from(correlationData, 'base64') } : others;
  return { topic, payload, qos, retain: true, properties: known as ForwardedProperties, expiresAt: undefined };
}
