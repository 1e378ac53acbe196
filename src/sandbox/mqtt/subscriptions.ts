import type { Session, Subscription } from './session.js';
import { hasWildcard, topicMatches } from './topic.js';

/** Which sessions want a topic. Filters without wildcards are looked up, the others compared one by one. */
export class Subscriptions {
  private readonly exact = new Map<string, Set<Session>>();
  private readonly wild = new Map<string, Set<Session>>();

  add(session: Session, subscription: Subscription): void {
    session.subscriptions.set(subscription.filter, subscription);
    const table = this.tableOf(subscription.filter);
    const sessions = table.get(subscription.filter) ?? new Set();
    table.set(subscription.filter, sessions.add(session));
  }

  /** Whether there was one. */
  remove(session: Session, filter: string): boolean {
    const table = this.tableOf(filter);
    const sessions = table.get(filter);
    sessions?.delete(session);
    if (sessions?.size === 0) table.delete(filter);
    return session.subscriptions.delete(filter);
  }

  removeAll(session: Session): void {
    for (const filter of session.subscriptions.keys()) this.remove(session, filter);
  }

  /** Each session once, with all of its subscriptions that match. */
  matching(topic: string): Map<Session, Subscription[]> {
    const found = new Map<Session, Subscription[]>();
    const add = (filter: string, sessions: Iterable<Session>) => {
      for (const session of sessions) found.set(session, [...(found.get(session) ?? []), session.subscriptions.get(filter)!]);
    };
    add(topic, this.exact.get(topic) ?? []);
    for (const [filter, sessions] of this.wild) if (topicMatches(filter, topic)) add(filter, sessions);
    return found;
  }

  private tableOf(filter: string): Map<string, Set<Session>> {
    return hasWildcard(filter) ? this.wild : this.exact;
  }
}
