import { EventEmitter, once } from 'node:events';
import { mock } from 'node:test';
import { CircuitBreaker } from '../../src/hsm/circuit-breaker.js';

/** An HSM that answers each probe as it is told to. */
class Probed {
  readonly emitter = new EventEmitter();
  readonly breaker = new CircuitBreaker({
    probe: () => {
      const probe = Promise.withResolvers<void>();
      this.pending.push(probe);
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

  /** How many milliseconds the breaker lets pass until it probes. The clock is the test's own. */
  untilProbe(): number {
    const before = this.probes;
    for (let waitedMs = 1; ; waitedMs++) {
      mock.timers.tick(1);
      if (this.probes > before) return waitedMs;
      if (waitedMs > 60_000) throw new Error('it does not probe');
    }
  }

  async refuseProbe() {
    this.pending.at(-1)?.reject(new Error('still away'));
    await new Promise(setImmediate);
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
    mock.timers.enable({ apis: ['setTimeout'] });
    hsm = new Probed();
  });
  afterEach(() => {
    hsm.breaker.stop();
    mock.timers.reset();
  });

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
    const waits: number[] = [];
    for (let refused = 0; refused < 6; refused++) {
      waits.push(hsm.untilProbe());
      expect(hsm.breaker.state).toBe('probing');
      await hsm.refuseProbe();
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
    hsm.untilProbe();
    await hsm.answerProbe();
    expect(hsm.breaker.state).toBe('closed');
    hsm.fail(3);
    expect(hsm.untilProbe()).toBe(250);
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
    await hsm.refuseProbe();
    expect(hsm.breaker.state).toBe('closed');
  });
});
