import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Attempted } from '../client/api-client.js';

/** Of one kind of call, in milliseconds: answers that were no refusals. */
export interface CallFigure {
  count: number;
  p50: number;
  p99: number;
  most: number;
}

/** A time in which requests were made and none was answered. */
export interface Outage {
  /** By `performance.now()`. */
  from: number;
  to: number;
}

const KINDS = ['claim', 'heartbeat', 'certificate', 'result'] as const;
export type CallKind = (typeof KINDS)[number];
/** Answers that are further apart are an outage if requests were lost between, in milliseconds. */
const GAP_MS = 1_000;

/** What the stations' requests came to. */
export class CallFigures {
  readonly refusals = new Map<string, number>();
  readonly outages: Outage[] = [];
  unanswered = 0;
  private readonly times = Object.fromEntries(KINDS.map((kind) => [kind, createHistogram({ lowest: 1, highest: 120_000_000, figures: 3 })])) as Record<CallKind, RecordableHistogram>;
  private lastAnswer = performance.now();
  private wasLost = false;

  /** Of each request but those that the program has ended itself. */
  readonly note = ({ path, ms, status, code }: Attempted): void => {
    const now = performance.now();
    if (status === undefined || [502, 504].includes(status)) {
      this.unanswered++;
      this.wasLost = true;
      return;
    }
    if (this.wasLost && now - this.lastAnswer > GAP_MS) this.outages.push({ from: this.lastAnswer, to: now });
    [this.lastAnswer, this.wasLost] = [now, false];
    if (code !== undefined) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    const kind = KINDS.find((each) => path.endsWith(each === 'claim' ? '/claims' : `/${each}`));
    // A claim that was given nothing has waited for work.
    if (kind && code === undefined && status !== 204) this.times[kind].record(Math.max(1, Math.round(ms * 1_000)));
  };

  /** How much of a time the service was away, in milliseconds. */
  awayBetween(from: number, to: number): number {
    return this.outages.reduce((sum, outage) => sum + Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from)), 0);
  }

  of(kind: CallKind): CallFigure {
    const times = this.times[kind];
    if (times.count === 0) return { count: 0, p50: 0, p99: 0, most: 0 };
    const ms = (microseconds: number) => Number((microseconds / 1_000).toFixed(1));
    return { count: times.count, p50: ms(times.percentile(50)), p99: ms(times.percentile(99)), most: ms(times.max) };
  }

  all(): Record<CallKind, CallFigure> {
    return Object.fromEntries(KINDS.map((kind) => [kind, this.of(kind)])) as Record<CallKind, CallFigure>;
  }
}
