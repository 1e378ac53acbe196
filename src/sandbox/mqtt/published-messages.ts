import type { Account } from '../accounts.js';
import { reasonOf, type EventLog } from '../event-log.js';

/** The device that has published a message. Events of AWS itself have none. */
export interface Publisher {
  /** Undefined with HTTPS, which has none. */
  readonly clientId: string | undefined;
  readonly certificateId: string;
}

/** Called once for each message that a broker has accepted, in the order in which they came. */
export type PublishListener = (account: Account, topic: string, payload: Buffer, publisher: Publisher | undefined) => void;

/** Who hears of published messages besides the subscribers: the topic rules. */
export class PublishedMessages {
  private readonly listeners: PublishListener[] = [];

  constructor(private readonly log: EventLog) {}

  onPublish(listener: PublishListener): void {
    this.listeners.push(listener);
  }

  /** A listener that throws takes nothing from the others, nor from the device that has published. */
  tell(account: Account, topic: string, payload: Buffer, publisher?: Publisher): void {
    for (const listener of this.listeners) {
      try {
        listener(account, topic, payload, publisher);
      } catch (error) {
        this.log('sandbox.publish-listener-failed', { account: account.key, topic, reason: reasonOf(error) });
      }
    }
  }
}
