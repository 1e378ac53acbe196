import { z } from 'zod';
import { Label } from '../access/access.schema.js';
import { named, Time } from '../platform/http/api-responses.js';
import { Slot } from './station.schema.js';

const Word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+:-]{0,63}$/, 'letters, digits, dot, dash, underscore, plus, colon; at most 64');

export const BeginSession = named(
  'BeginSession',
  z.object({
    software: Word,
    version: Word,
    installation: Word.optional().meta({ description: 'Who the program is over its restarts: any id that it keeps on its disk. Without one, its address says that.' }),
    fixture: Label.optional(),
    slots: z.array(Slot).min(1).max(64).optional(),
    stationTime: z.iso.datetime({ offset: true }),
  }).strict(),
  { software: 'lineside-agent', version: '1.0.0', installation: '5f2d0c7e', fixture: 'bed 4', slots: ['1', '2'], stationTime: '2026-11-26T08:00:00.000Z' },
);
export type BeginSession = z.infer<typeof BeginSession>;

export const SessionAnswer = named(
  'StationSession',
  z.strictObject({
    session: z.string(),
    station: z.string(),
    line: z.string(),
    slots: z.array(z.string()),
    serverTime: Time,
    pollWaitMs: z.int(),
    leaseMs: z.int(),
    heartbeatMs: z.int(),
    warnings: z.array(z.strictObject({ code: z.enum(['station-clock-off', 'slot-unknown']), detail: z.string() })),
  }),
  { session: '2c1f6a3e-8a55-4a0c-9d3b-5f0f6f3f7a11', station: 'station-1', line: 'line-1', slots: ['1', '2'], serverTime: '2026-11-26T08:00:00.000Z', pollWaitMs: 25_000, leaseMs: 30_000, heartbeatMs: 10_000, warnings: [] },
);
