import { z } from 'zod';

const Status = z.object({
  /** Where the service answers; null while it is being started for the first time. */
  url: z.string().nullable(),
  parts: z.array(z.object({
    name: z.string(),
    state: z.enum(['stopped', 'starting', 'running', 'waiting']),
    restarts: z.number(),
    lastEnd: z.object({ at: z.string(), reason: z.string() }).optional(),
  })),
  /** Times that a log, or the record of the run, could not be written. */
  writesLost: z.number(),
});

/** What a running start tells whoever visits its lock, one JSON line at once and one when it is ready. Any user of the machine can ask, so no secret is in it. */
export type LauncherStatus = z.infer<typeof Status>;

export function readStatusLine(line: string): LauncherStatus | undefined {
  try {
    return Status.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
