import { z } from 'zod';
import { Label, Slug } from '../access/access.schema.js';
import { type BuiltMethod, METHOD_NAMES, METHOD_PARAMETERS } from '../aws-iot/methods/parameters.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { Json, named, Time } from '../platform/http/api-responses.js';
import { PageQuery } from '../platform/http/page.js';
import { NORMAL_PRIORITY } from '../work-orders/order-priority.js';
import { ORDER_STATES } from '../work-orders/order-state.js';
import { Serial } from '../work-orders/serial.js';
import { SerialRules } from '../work-orders/serial-rules.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { Revision } from '../work-orders/revision.js';
import { AheadAnswer, ProductName, RouteAnswer } from './products.schema.js';

/** The form of each method's parameters, for /openapi.json; the one that counts is that of the order's method. */
const AnyParameters = z.union([...Object.values(METHOD_PARAMETERS), z.record(z.string(), Json)]);

const SHIP_GATES = ['certified', 'registered', 'connected'] as const;

const CANARY_RULES = ['off', 'required'] as const;

const WHEN_TARGET_UNREACHABLE = ['issue', 'refuse'] as const;

/** RFC 3339, with its offset. */
const Instant = z.iso.datetime({ offset: true });

const Priority = z.number().int().min(1).max(9);

const SerialRange = z
  .object({
    prefix: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,47}$/),
    start: z.number().int().min(0).max(999_999_999).default(1),
    digits: z.number().int().min(1).max(12).default(6),
    /** How many serials there are; more than `quantity` leaves spares that the quota does not cover. */
    count: z.number().int().min(1).max(100_000).optional(),
  })
  .strict();

const FromAllowList = z
  .object({
    allowList: z.literal(true),
    count: z.number().int().min(1).max(100_000).optional().meta({ description: 'How many; without it the quantity' }),
  })
  .strict();

const NewOrder = z
  .object({
    id: Slug.optional(),
    externalId: Label.optional().meta({ description: 'What the order is called in the system that it comes from (ERP, MES): the same order sent again is found by it' }),
    product: ProductName,
    revision: Revision.optional().meta({ description: 'Of the product’s hardware. One of those that the product allows; where it allows one only, that one without being said' }),
    line: Slug,
    profile: Slug.optional().meta({ description: 'Without it the product’s, or `device`' }),
    method: z.enum(METHOD_NAMES).optional().meta({ description: 'How its units become known to AWS; without it the product’s, or `jitp`' }),
    /** Of the method. */
    parameters: AnyParameters.optional().meta({ description: 'Of the method, in the form that bears its name' }),
    shipGate: z.enum(SHIP_GATES).default('certified').meta({ description: 'What a unit must have come to in each target before it may be shipped: nothing, known there, or its device connected' }),
    canary: z.enum(CANARY_RULES).default('off').meta({ description: 'Whether the order is released only once a canary (POST /v1/work-orders/{id}/canary) has passed' }),
    whenTargetUnreachable: z.enum(WHEN_TARGET_UNREACHABLE).default('issue').meta({ description: 'While AWS does not answer in a target where all was well when it was last seen: go on, or wait for it' }),
    maxStaleHours: z.number().int().min(1).max(8_760).default(72).meta({ description: 'How long ago each target must have been seen, in hours, for as long as the order goes on by it' }),
    notBefore: Instant.optional().meta({ description: 'RFC 3339: nothing is handed out or issued before' }),
    notAfter: Instant.optional().meta({ description: 'RFC 3339: from then on nothing more is handed out or issued; a station finishes a unit that has its certificate' }),
    /** Family of the authorities that sign for this order. */
    authority: Slug,
    /** How many certificates the order is good for. */
    quantity: z.number().int().min(1).max(100_000),
    overage: z.number().int().min(0).max(10_000).default(0),
    targets: z.array(Slug).min(1).max(32),
    priority: Priority.optional().meta({ description: `Whose units are handed out first: from 1, which comes first, to 9; without it ${NORMAL_PRIORITY}` }),
    serials: z.union([SerialRange, z.array(Serial).min(1).max(10_000), FromAllowList]).meta({ description: 'A range, a list, or the next ones of the product’s list. A range has the digits before the check digit, where the product has one' }),
  })
  .strict();

/** `parameters` are read by the schema of the method that the order says; those of one that says none, by its product's (`parametersFor`). */
export const CreateWorkOrder = named('CreateWorkOrder', NewOrder.transform(({ parameters = {}, ...order }, context) => {
  if (order.notBefore !== undefined && order.notAfter !== undefined && Date.parse(order.notBefore) >= Date.parse(order.notAfter)) {
    context.addIssue({ code: 'custom', path: ['notAfter'], message: 'must be after notBefore', input: order.notAfter });
  }
  if (order.method === undefined) return { ...order, parameters };
  const read = METHOD_PARAMETERS[order.method].safeParse(parameters);
  for (const { path, message } of read.error?.issues ?? []) context.addIssue({ code: 'custom', path: ['parameters', ...path], message, input: parameters });
  return { ...order, parameters: (read.data ?? {}) as Record<string, z.infer<typeof Json>> };
}), { id: 'wo-1', product: 'sensor', line: 'line-1', authority: 'lineside', quantity: 100, targets: ['eu'], serials: { prefix: 'LS-', start: 1, digits: 6 } });
export type CreateWorkOrder = z.infer<typeof CreateWorkOrder>;

/** `undefined`: the order does not say. */
export function instantOf(time: string | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}

/** Throws `request-invalid` for what the method's schema does not take. */
export function parametersFor(method: BuiltMethod, parameters: CreateWorkOrder['parameters']): Record<string, z.infer<typeof Json>> {
  const read = METHOD_PARAMETERS[method].safeParse(parameters);
  if (!read.success) throw requestInvalid(read.error.issues.map(({ path, message }) => `${['parameters', ...path].join('.')}: ${message}`).join('; '));
  return read.data as Record<string, z.infer<typeof Json>>;
}

/** Why a manager does something to an order or a unit, for the record. */
export const Reason = named('Reason', z.object({ reason: z.string().min(1).max(200).optional() }).strict(), { reason: 'fixture 2 is worn' });
export type Reason = z.infer<typeof Reason>;

/** `unaccounted`: `unaccountedIfClosed` of the order's balance, where that is not 0. */
export const CloseWorkOrder = named('CloseWorkOrder', Reason.extend({ unaccounted: z.number().int().min(0).optional().meta({ description: 'How many of its units nobody can account for (`unaccountedIfClosed` of its balance); needs a reason' }) }).strict()
  .refine(({ unaccounted, reason }) => !unaccounted || reason !== undefined, { path: ['reason'], message: 'must say why units are unaccounted for' }), { unaccounted: 3, reason: 'lost when the fixture burned, see protocol 17' });
export type CloseWorkOrder = z.infer<typeof CloseWorkOrder>;

export const PrioritiseWorkOrder = named('PrioritiseWorkOrder', Reason.extend({ priority: Priority.meta({ description: 'From 1, which comes first, to 9' }) }).strict(), { priority: 1, reason: 'the truck leaves at noon' });
export type PrioritiseWorkOrder = z.infer<typeof PrioritiseWorkOrder>;

/** `?limit=&cursor=`, or the one order of this name in another system. */
export const WorkOrdersQuery = PageQuery.extend({ externalId: Label.optional(), unconfirmed: z.enum(['true']).optional().meta({ description: 'Only those that wait to be confirmed after a restore' }) });
export type WorkOrdersQuery = z.infer<typeof WorkOrdersQuery>;

/** What an order is to have from now on, each at least what it has; `serials` are added to those it has. */
export const RaiseWorkOrder = named('RaiseWorkOrder', NewOrder.pick({ quantity: true, serials: true })
  .extend({ overage: z.number().int().min(0).max(10_000), notAfter: Instant.nullable().meta({ description: 'A later end of the window; null: none' }) })
  .partial()
  .strict()
  .refine((body) => Object.keys(body).length > 0, 'needs quantity, overage, serials or notAfter'), { quantity: 120 });
export type RaiseWorkOrder = z.infer<typeof RaiseWorkOrder>;

const EXAMPLE = {
  id: 'wo-1', externalId: '4500017', product: 'sensor', revision: 'B', route: [{ name: 'provision', identity: true, retests: 1, maxMinutes: 60 }], serialRules: {}, line: 'line-1', profile: 'device', method: 'jitp', parameters: {}, authority: 'lineside', shipGate: 'registered' as const, canary: 'off' as const, whenTargetUnreachable: 'issue' as const, maxStaleHours: 72, notBefore: '2026-11-26T06:00:00.000Z', notAfter: null, quantity: 100, overage: 2, priority: 5, ahead: ['retest' as const], state: 'released' as const, stateReason: null,
  stateSince: '2026-11-26T08:00:00.000Z', targets: ['eu'], createdAt: '2026-11-26T08:00:00.000Z', releasedAt: '2026-11-26T08:00:00.000Z', releasedBy: 'key:0123456789ab', unconfirmed: false, certificates: { used: 12, quota: 102 },
};

/** Without its units, which would have to be counted for each order of a list. */
export const WorkOrderListed = named('WorkOrderListed', z.strictObject({
  id: z.string(), externalId: z.string().nullable(), product: z.string(), revision: z.string().nullable(), route: RouteAnswer, serialRules: SerialRules, line: z.string(), profile: z.string(), method: z.string(), parameters: z.record(z.string(), Json), authority: z.string(), shipGate: z.enum(SHIP_GATES), canary: z.enum(CANARY_RULES), whenTargetUnreachable: z.enum(WHEN_TARGET_UNREACHABLE), maxStaleHours: z.int(), notBefore: Time.nullable(), notAfter: Time.nullable(), quantity: z.int(), overage: z.int(), priority: z.int(), ahead: AheadAnswer,
  state: z.enum(ORDER_STATES), stateReason: z.string().nullable(), stateSince: Time, targets: z.array(z.string()), createdAt: Time, releasedAt: Time.nullable(), releasedBy: z.string().nullable(),
  unconfirmed: z.boolean().meta({ description: 'The ledger was accepted after a restore, and nobody has confirmed the order since: its units get no renewal' }),
  certificates: z.strictObject({ used: z.int(), quota: z.int() }),
}), EXAMPLE);

const Finding = z.strictObject({ target: z.string(), problem: z.string(), remedy: z.string() });
const Warning = Finding.omit({ target: true });

const NONE = Object.fromEntries(UNIT_STATES.map((state) => [state, 0])) as Record<UnitState, number>;

/** With its units counted by state, what keeps them from AWS at present, and what a second person should look at. */
export const WorkOrderAnswer = named(
  'WorkOrder',
  WorkOrderListed.extend({ units: z.record(z.enum([...UNIT_STATES, 'total']), z.int()), findings: z.array(Finding), warnings: z.array(Warning) }),
  { ...EXAMPLE, units: { ...NONE, planned: 80, claimed: 8, passed: 12, total: 100 }, findings: [{ target: 'eu', problem: 'the CA is INACTIVE', remedy: 'Set it ACTIVE again, or ask who switched it off.' }], warnings: [] },
);
