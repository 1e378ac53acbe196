import { z } from 'zod';
import { Time } from '../platform/http/answers.js';
import { UNIT_STATES } from './unit-state.js';

/** Without its units, which would have to be counted for each order of a list. */
export const WorkOrderListed = z.strictObject({
  id: z.string(), product: z.string(), line: z.string(), profile: z.string(), method: z.string(), authority: z.string(), quantity: z.int(), overage: z.int(),
  state: z.enum(['planned', 'released', 'held', 'closed']), targets: z.array(z.string()), createdAt: Time, releasedAt: Time.nullable(),
  certificates: z.strictObject({ used: z.int(), quota: z.int() }),
});

/** With its units counted by state. */
export const WorkOrderAnswer = WorkOrderListed.extend({ units: z.record(z.enum([...UNIT_STATES, 'total']), z.int()) });
