import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import { filtersMeet, topicMatches } from './topic.js';

/** A message to a reserved topic that a part of the sandbox serves. The device's policies allow it. */
export interface ReservedRequest {
  readonly account: Account;
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string;
  readonly certificate: Certificate;
  /** Answers on the connection that asked, and on no other, if it has subscribed to the topic and may receive it. */
  reply(topic: string, payload: Buffer): void;
}

export interface ReservedService {
  /** What devices may publish to, as a topic filter. */
  readonly requests: string;
  /** What they may subscribe to for the answers, as topic filters. */
  readonly replies: readonly string[];
  answer(request: ReservedRequest): void;
}

/** Events that the sandbox publishes itself. */
const EVENTS = ['$aws/events/presence/connected/+', '$aws/events/presence/disconnected/+', '$aws/events/subscriptions/subscribed/+', '$aws/events/subscriptions/unsubscribed/+', '$aws/events/certificates/registered/+'];

/** The reserved topics that the sandbox serves. AWS has many more; the sandbox refuses those, so that nobody waits for an answer. */
export class ReservedTopics {
  private readonly services: ReservedService[] = [];

  serve(service: ReservedService): void {
    this.services.push(service);
  }

  serviceOf(topic: string): ReservedService | undefined {
    return this.services.find(({ requests }) => topicMatches(requests, topic));
  }

  /** Whether any message that matches the filter can ever come. */
  canBeSubscribed(filter: string): boolean {
    return [...EVENTS, ...this.services.flatMap(({ replies }) => replies)].some((served) => filtersMeet(served, filter));
  }
}
