import { z } from 'zod';
import { Time } from '../platform/http/answers.js';

export const UNIT_STATES = ['planned', 'claimed', 'reserved', 'certified', 'registered', 'passed', 'shipped', 'failed', 'quarantined', 'scrapped', 'reworking'] as const;

const Summary = z.strictObject({
  id: z.string(), product: z.string(), line: z.string(), profile: z.string(), method: z.string(), authority: z.string(), quantity: z.int(), overage: z.int(),
  state: z.enum(['planned', 'released', 'held', 'closed']), targets: z.array(z.string()), createdAt: Time, releasedAt: Time.nullable(),
});

/** In a list: without the counts, and with the ledger's own names. */
export const WorkOrderListed = Summary.omit({ authority: true }).extend({ authorityFamily: z.string(), certificatesReserved: z.int() });

/** With its units counted by state and its quota. */
export const WorkOrderAnswer = Summary.extend({
  units: z.record(z.enum([...UNIT_STATES, 'total']), z.int()),
  certificates: z.strictObject({ used: z.int(), quota: z.int() }),
});
