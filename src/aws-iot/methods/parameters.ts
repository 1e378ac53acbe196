import { z } from 'zod';
import { named } from '../../platform/http/api-responses.js';
import type { Method } from '../../work-orders/work-order.tables.js';

// Without defaults, so that an order shows what it was made with; what is left out is filled in where it is read.

export const JitpParameters = named('JitpParameters', z.object({}).strict(), {});

export const MultiAccountParameters = named('MultiAccountParameters', z
  .object({
    activate: z.enum(['at-issue', 'at-pass']).optional()
      .meta({ description: 'When a unit’s certificates become ACTIVE: as soon as they are registered with policy and Thing (at-issue, the default), or once the unit has passed' }),
  })
  .strict(), { activate: 'at-pass' });

/** The methods that an order may name, each with what the order may say of it. */
export const METHOD_PARAMETERS = {
  jitp: JitpParameters,
  'multi-account': MultiAccountParameters,
} as const satisfies Partial<Record<Method, z.ZodType>>;

export type BuiltMethod = keyof typeof METHOD_PARAMETERS;
export const METHOD_NAMES = Object.keys(METHOD_PARAMETERS) as [BuiltMethod, ...BuiltMethod[]];
