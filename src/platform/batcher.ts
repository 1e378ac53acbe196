import { isLedgerDown } from './database/pg-errors.js';

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Lets requests that are in flight together share work. What comes in while the lanes are busy goes out as one batch
 * when a lane is free; a lone request goes out at once, so nobody waits for company.
 */
export class Batcher<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private busy = 0;
  private scheduled = false;

  /**
   * `work` answers one answer an item, in order, or throws and has then changed nothing; a batch that throws is halved
   * until only the item at fault fails. `isShared`: errors that are nobody's in particular, so that halving finds nothing.
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<readonly Answer[]>,
    private readonly limits: { lanes: number; most: number; isShared?: (error: unknown) => boolean },
  ) {}

  submit(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** After the present round of events, so that requests which arrived in one packet travel together. */
  private schedule() {
    if (this.scheduled || this.busy >= this.limits.lanes) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.fillLanes();
    });
  }

  private fillLanes() {
    while (this.busy < this.limits.lanes && this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.limits.most);
      this.busy += 1;
      void this.run(batch).finally(() => {
        this.busy -= 1;
        this.fillLanes();
      });
    }
  }

  private async run(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (batch.length === 1 || isLedgerDown(error) || this.limits.isShared?.(error)) return batch.forEach(({ reject }) => reject(error));
      const middle = batch.length >> 1;
      await this.run(batch.slice(0, middle));
      await this.run(batch.slice(middle));
    }
  }
}
