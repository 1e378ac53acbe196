import type { Target } from '../targets/targets.schema.js';

/** Events of one kind, which AWS puts into a queue of SQS of the same name in each target. An event only makes its unit due: events repeat, come out of order and get lost. */
export interface QueuedEvents {
  readonly queue: string;
  /** For how long a target that refuses is left alone, in milliseconds. */
  readonly afterRefusalMs: number;
  /** Names of the targets whose queue is listened to. */
  targets(): Promise<string[]>;
  /** Makes what the events come by; for each target once in a process, and again after a failure. */
  prepare?(target: Target): Promise<void>;
  /** Takes note of events in the ledger; `events` as JSON, whatever somebody has put into the queue. Answers how many units are due now. */
  note(target: Target, events: readonly unknown[]): Promise<number>;
}
