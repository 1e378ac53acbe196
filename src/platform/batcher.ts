import { isLedgerDown } from './database/pg-errors.js';
import { hasCode } from './errors/domain-error.js';
import { presentClass, type RequestClass } from './request-class.js';

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** The requests of one class. */
interface Queue<Item, Answer> {
  waiting: Waiting<Item, Answer>[];
  busy: number;
  scheduled: boolean;
}

/**
 * Lets requests that are in flight together share work. What comes in while the lanes are busy goes out as one batch
 * when a lane is free; a lone request goes out at once, so nobody waits for company, unless `gatherMs` says for how long it does. Each class of requests has lanes of its own.
 */
export class Batcher<Item, Answer> {
  private readonly queues = new Map<RequestClass, Queue<Item, Answer>>();

  /**
   * `work` answers one answer an item, in order, or throws and has then changed nothing; a batch that throws is halved
   * until only the item at fault fails. `isShared`: errors that are nobody's in particular, so that halving finds nothing.
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<readonly Answer[]>,
    private readonly limits: { lanes: number; most: number; gatherMs?: number; isShared?: (error: unknown) => boolean },
  ) {}

  submit(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const queue = this.queueOf(presentClass());
      queue.waiting.push({ item, resolve, reject });
      this.schedule(queue);
    });
  }

  private queueOf(name: RequestClass): Queue<Item, Answer> {
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = { waiting: [], busy: 0, scheduled: false }));
    return queue;
  }

  /** After the present round of events, so that requests which arrived in one packet travel together. */
  private schedule(queue: Queue<Item, Answer>) {
    if (queue.scheduled || queue.busy >= this.limits.lanes) return;
    queue.scheduled = true;
    // What runs from here on is of the same class as the request that submitted.
    const go = () => {
      queue.scheduled = false;
      this.fillLanes(queue);
    };
    if (this.limits.gatherMs === undefined) setImmediate(go);
    else setTimeout(go, this.limits.gatherMs);
  }

  private fillLanes(queue: Queue<Item, Answer>) {
    while (queue.busy < this.limits.lanes && queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, this.limits.most);
      queue.busy += 1;
      void this.run(batch).finally(() => {
        queue.busy -= 1;
        this.fillLanes(queue);
      });
    }
  }

  private async run(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (batch.length === 1 || isLedgerDown(error) || hasCode(error, 'ledger-busy') || this.limits.isShared?.(error)) return batch.forEach(({ reject }) => reject(error));
      const middle = batch.length >> 1;
      await this.run(batch.slice(0, middle));
      await this.run(batch.slice(middle));
    }
  }
}
