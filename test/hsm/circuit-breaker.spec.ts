import { EventEmitter, once } from 'node:events';
import { CircuitBreaker } from '../../src/hsm/circuit-breaker.js';

/** An HSM that answers each probe as it is told to. */
class Probed {
  readonly emitter = new EventEmitter();
  readonly breaker = new CircuitBreaker({
    probe: () => {
      const probe = Promise.withResolvers<void>();
      this.pending.push(probe);
      this.emitter.emit('probe');
      return probe.promise;
    },
    opened: () => this.told.push('opened'),
    closed: () => {
      this.told.push('closed');
      this.emitter.emit('closed');
    },
  });
  readonly told: string[] = [];
  private readonly pending: PromiseWithResolvers<void>[] = [];

  fail(times: number) {
    for (let count = 0; count < times; count++) this.breaker.failed();
  }

  get probes(): number {
    return this.pending.length;
  }

  /** How long the breaker waits until it probes. */
  async untilProbe(): Promise<number> {
    const since = performance.now();
    await once(this.emitter, 'probe');
    return performance.now() - since;
  }

  refuseProbe() {
    this.pending.at(-1)?.reject(new Error('still away'));
  }

  async answerProbe() {
    const closed = once(this.emitter, 'closed');
    this.pending.at(-1)?.resolve();
    await closed;
  }
}

describe('the circuit breaker', () => {
  let hsm: Probed;
  beforeEach(() => {
    hsm = new Probed();
  });
  afterEach(() => hsm.breaker.stop());

  it('opens at the third failure in a row, and a success in between starts the count again', () => {
    hsm.fail(2);
    hsm.breaker.succeeded();
    hsm.fail(2);
    expect(hsm.breaker.state).toBe('closed');
    hsm.fail(1);
    expect(hsm.breaker.state).toBe('open');
    expect(hsm.told).toEqual(['opened']);
  });

  it('waits longer before each probe that follows a refused one, and starts small again after it has closed', async () => {
    hsm.fail(3);
    const first = await hsm.untilProbe();
    expect(hsm.breaker.state).toBe('probing');
    hsm.refuseProbe();
    const second = await hsm.untilProbe();
    expect(second).toBeGreaterThan(first * 1.5);
    await hsm.answerProbe();
    expect(hsm.breaker.state).toBe('closed');
    hsm.fail(3);
    expect(await hsm.untilProbe()).toBeLessThan(second);
    expect(hsm.told).toEqual(['opened', 'closed', 'opened']);
  });

  it('has one probe at a time, however often it is told to try', () => {
    hsm.fail(3);
    hsm.breaker.probeNow();
    hsm.breaker.probeNow();
    hsm.fail(5);
    expect(hsm.probes).toBe(1);
    expect(hsm.breaker.state).toBe('probing');
  });

  it('does not open because of one probe that was refused after it was stopped', async () => {
    hsm.fail(3);
    hsm.breaker.probeNow();
    hsm.breaker.stop();
    hsm.refuseProbe();
    await new Promise(setImmediate);
    expect(hsm.breaker.state).toBe('closed');
  });
});
