import { Injectable } from '@nestjs/common';

export interface HealthReport {
  ready: boolean;
  checks: Record<string, { ok: boolean; ms: number; detail?: string }>;
}

const PROBE_DEADLINE_MS = 3_000;

/** What must work before stations are let in. Each capability adds the probe of what it stands on. */
@Injectable()
export class HealthChecks {
  private readonly probes = new Map<string, () => Promise<unknown>>();

  /** `probe` rejects with a message that may be shown when its part does not work. */
  add(name: string, probe: () => Promise<unknown>) {
    this.probes.set(name, probe);
  }

  async run(): Promise<HealthReport> {
    const entries = await Promise.all([...this.probes].map(async ([name, probe]) => [name, await timed(probe)] as const));
    return { ready: entries.every(([, check]) => check.ok), checks: Object.fromEntries(entries) };
  }
}

async function timed(probe: () => Promise<unknown>) {
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_DEADLINE_MS} ms`)), PROBE_DEADLINE_MS);
  });
  try {
    await Promise.race([probe(), deadline]);
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), detail: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
