import { z } from 'zod';
import { Label, Slug } from '../access/access.schema.js';
import { METHOD_NAMES } from '../aws-iot/methods/parameters.js';
import { named, Time } from '../platform/http/api-responses.js';
import { Revision } from '../work-orders/revision.js';
import { contradictionIn, SerialRules } from '../work-orders/serial-rules.js';
import { identityStep, type Route as Steps } from '../work-orders/route.js';

/** What a product is called: orders name it so. */
export const ProductName = Label.meta({ id: 'ProductName', example: 'sensor' });

/** A step's name: stations say by it what they do. */
const StepName = Slug.meta({ description: 'What stations say that they do' });

const NewStep = z
  .object({
    name: StepName,
    identity: z.boolean().default(false).meta({ description: 'The unit’s certificate is issued in this one: exactly one step; the first where none says so' }),
    retests: z.number().int().min(1).max(100).default(1).meta({ description: 'So many FAILs in this step fail the unit' }),
    maxMinutes: z.number().int().min(1).max(10_080).default(60).meta({ description: 'The longest that one attempt may take' }),
    check: z.enum(['device']).optional().meta({ description: 'A PASS needs the report of `lineside check-device --json` as `deviceCheck` of its record' }),
    waitFor: z.enum(['shipGate']).optional().meta({ description: 'A PASS waits until AWS knows the unit as far as its order’s shipGate wants' }),
  })
  .strict();

const NewRoute = z
  .array(NewStep)
  .min(1)
  .max(16)
  .transform((steps): Steps => (steps.some(({ identity }) => identity) ? steps : steps.map((step, at) => ({ ...step, identity: at === 0 }))))
  .superRefine((steps, context) => {
    const say = (message: string) => context.addIssue({ code: 'custom', message, input: steps });
    if (new Set(steps.map(({ name }) => name)).size < steps.length) say('steps must have different names');
    if (steps.filter(({ identity }) => identity).length > 1) say('one step has the identity');
    const early = steps.slice(0, identityStep(steps) - 1).find(({ check, waitFor }) => check ?? waitFor);
    if (early) say(`${early.name} can't look at the unit in AWS: it has its certificate from the step ${steps[identityStep(steps) - 1]?.name} on`);
  });

const FailureCode = z.object({ code: Label, meaning: z.string().min(1).max(200), action: z.string().min(1).max(200).optional().meta({ description: 'What the operator does' }) }).strict();

const AHEAD = ['rework', 'retest'] as const;

const NewProduct = z
  .object({
    name: ProductName,
    revisions: z.array(Revision).max(100).default([]).refine(differ, 'revisions must differ').meta({ description: 'Of its hardware, those that may be made; empty: any' }),
    profile: Slug.nullable().default(null).meta({ description: 'Of orders that say none; null: device' }),
    method: z.enum(METHOD_NAMES).nullable().default(null).meta({ description: 'Of orders that say none; null: jitp' }),
    route: NewRoute.default(() => NewRoute.parse([{ name: 'provision' }])).meta({ description: 'The steps that a unit passes, in order' }),
    failureCodes: z.array(FailureCode).max(500).default([]).refine((codes) => differ(codes.map(({ code }) => code)), 'codes must differ').meta({ description: 'What stations may report, and what it means; empty: anything' }),
    ahead: z.array(z.enum(AHEAD)).max(AHEAD.length).default([]).refine(differ, 'entries must differ').meta({ description: 'What is handed out before the new units of its orders: units that are reworked, and those that failed a step that they may try again; empty: what was tried least comes first' }),
    serials: SerialRules.default({}).meta({ description: 'What its serials are like; without it, any' }),
  })
  .strict();

function differ(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

const ROUTE_EXAMPLE = [{ name: 'provision', identity: true, retests: 1, maxMinutes: 60 }, { name: 'test', identity: false, retests: 3, maxMinutes: 10 }];
const EXAMPLE = { name: 'sensor', revisions: ['A', 'B'], profile: 'device', method: 'jitp' as const, route: ROUTE_EXAMPLE, failureCodes: [{ code: 'E7', meaning: 'draws too much current', action: 'Look for solder bridges.' }], serials: { pattern: 'LS-[0-9]{7}', checkDigit: { scheme: 'luhn' as const, from: 3 } } };

/** What nothing could ever keep is refused where it comes in; products that were made before show what they have. */
function refuseContradictions({ serials }: { serials?: SerialRules | undefined }, context: z.RefinementCtx): void {
  const contradiction = serials && contradictionIn(serials);
  if (contradiction !== undefined) context.addIssue({ code: 'custom', path: ['serials'], message: contradiction, input: serials });
}

export const CreateProduct = named('CreateProduct', NewProduct.superRefine(refuseContradictions), { name: 'sensor', revisions: ['A', 'B'], route: [{ name: 'provision' }, { name: 'test', retests: 3, maxMinutes: 10 }] });
export type CreateProduct = z.infer<typeof CreateProduct>;

const { revisions, profile, method, route, failureCodes, serials, ahead } = NewProduct.shape;
export const ChangeProduct = named('ChangeProduct', z
  // What is not named stays: none of the defaults of a new product counts.
  .object({ revisions: revisions.removeDefault(), profile: profile.removeDefault(), method: method.removeDefault(), route: route.removeDefault(), failureCodes: failureCodes.removeDefault(), serials: serials.removeDefault(), ahead: ahead.removeDefault() })
  .partial()
  .strict()
  .refine((changes) => Object.keys(changes).length > 0, 'needs something to change')
  .superRefine(refuseContradictions), { route: [{ name: 'provision' }, { name: 'test', retests: 3 }] });
export type ChangeProduct = z.infer<typeof ChangeProduct>;

export const RouteAnswer = z.array(z.strictObject({
  name: z.string(), identity: z.boolean(), retests: z.int(), maxMinutes: z.int(), check: z.enum(['device']).optional(), waitFor: z.enum(['shipGate']).optional(),
}));

export const AheadAnswer = z.array(z.enum(AHEAD));

export const ProductAnswer = named('Product', z.strictObject({
  name: z.string(), revisions: z.array(z.string()), profile: z.string().nullable(), method: z.enum(METHOD_NAMES).nullable(), route: RouteAnswer,
  failureCodes: z.array(z.strictObject({ code: z.string(), meaning: z.string(), action: z.string().optional() })), serials: SerialRules, ahead: AheadAnswer, createdAt: Time, updatedAt: Time,
}), { ...EXAMPLE, ahead: ['retest' as const], createdAt: '2026-11-26T08:00:00.000Z', updatedAt: '2026-11-26T08:00:00.000Z' });

export const UploadedAnswer = named('UploadedSerials', z.strictObject({
  product: z.string(), added: z.int(), known: z.int().meta({ description: 'Lines whose serial stood in the product’s list before' }),
}), { product: 'sensor', added: 1_000_000, known: 0 });

export const AllowedAnswer = named('AllowedSerials', z.strictObject({ allowed: z.int(), free: z.int() }), { allowed: 1_000_000, free: 990_000 });
