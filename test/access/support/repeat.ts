import type { Answer } from '../../support/service-bench.js';

/** A request, what happens between it and its repeat, and what the repeat is answered then. */
export interface Repeat {
  request: (headers: Record<string, string>) => Promise<Answer>;
  meanwhile?: (first: Answer) => Promise<unknown>;
  now: (first: Answer) => object;
}

export const same = ({ status, body }: Answer) => ({ status, body });
export const state = (name: string) => () => ({ status: 200, body: { state: name } });
export const refused = (status: number, code: string) => () => ({ status, body: { code } });
