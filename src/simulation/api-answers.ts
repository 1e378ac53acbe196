import { z } from 'zod';

/** What the simulation reads of the service's answers. Members that it does not read are left out. */

export const Page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const Registration = z.object({ target: z.string(), state: z.string(), detail: z.string().nullish() });

export const Authority = z.object({
  id: z.string(),
  family: z.string(),
  generation: z.number(),
  commonName: z.string(),
  state: z.string(),
  registrations: z.array(Registration).default([]),
});
export type Authority = z.infer<typeof Authority>;

/** The making of an authority; its id is the authority's. */
export const AuthorityOperation = z.object({ id: z.string(), state: z.enum(['under-way', 'done', 'failed', 'cancelled']), detail: z.string().nullable() });
export type AuthorityOperation = z.infer<typeof AuthorityOperation>;

export const Target = z.object({
  name: z.string(), accountId: z.string(), region: z.string(), mode: z.string(), state: z.string(),
  check: z.object({ items: z.array(z.object({ state: z.string(), finding: z.string() })) }).nullable(),
});

/** What a station hears about itself and the service's pace. */
export const StationSelf = z.object({
  id: z.string(),
  line: z.string(),
  slots: z.array(z.string()).min(1),
  serverTime: z.string(),
  pollWaitMs: z.number(),
  leaseMs: z.number(),
  heartbeatMs: z.number(),
});
export type StationSelf = z.infer<typeof StationSelf>;

export const StationKey = z.object({ id: z.string(), key: z.string() });

export const WorkOrder = z.object({
  id: z.string(),
  line: z.string(),
  state: z.string(),
  method: z.string(),
  authority: z.string(),
  targets: z.array(z.string()),
  quantity: z.number(),
  units: z.object({ total: z.number(), passed: z.number(), failed: z.number(), planned: z.number() }),
});
export type WorkOrder = z.infer<typeof WorkOrder>;

/** Where the units of an order are: `ordered + beyondOrdered = shipped + scrapped + inWork + unaccounted`. */
export const Balance = z.object({
  ordered: z.number(), beyondOrdered: z.number(), shipped: z.number(), scrapped: z.number(), inWork: z.number(), unaccounted: z.number(), unaccountedIfClosed: z.number(),
  passed: z.number(), begun: z.number(), notBegun: z.number(), certificates: z.object({ used: z.number(), onRecord: z.number() }),
});
export type Balance = z.infer<typeof Balance>;

/** Of an order in its targets. */
export const Reconciliation = z.object({
  targets: z.array(z.object({ target: z.string(), issued: z.number(), passed: z.number(), registered: z.number(), connected: z.number(), mismatched: z.number() })),
});

export const Endpoint = z.object({ target: z.string(), accountId: z.string(), region: z.string(), host: z.string(), port: z.number() });
export type Endpoint = z.infer<typeof Endpoint>;

/** What a device gets. Certificates in PEM. */
export const Identity = z.object({
  certificate: z.string(),
  chain: z.string(),
  fingerprint: z.string(),
  thingName: z.string(),
  authority: z.string(),
  /** SHA-256 of the certificate of the authority that has signed the unit's voucher, hex; where AWS has signed the certificate. */
  vouchedBy: z.string().optional(),
  endpoints: z.array(Endpoint),
  roots: z.string(),
});
export type Identity = z.infer<typeof Identity>;

/** What a device gets that asks AWS for its certificate itself. */
export const ClaimIdentity = z.object({
  thingName: z.string(),
  endpoints: z.array(Endpoint),
  roots: z.string(),
  claim: z.object({ certificate: z.string().optional(), privateKey: z.string().optional(), template: z.string(), voucher: z.string() }),
});
export type ClaimIdentity = z.infer<typeof ClaimIdentity>;

export const InstallerClaim = z.object({ certificate: z.string(), privateKey: z.string() });

export const UnitIdentity = z.union([Identity, ClaimIdentity]);
export type UnitIdentity = z.infer<typeof UnitIdentity>;

export const Unit = z.object({
  serial: z.string(),
  state: z.string(),
  job: z.object({ state: z.string() }).nullable(),
  attempts: z.array(z.object({ station: z.string(), slot: z.string(), fence: z.number(), endedAt: z.string().nullable(), outcome: z.string().nullable(), failureCode: z.string().nullable() })),
  certificates: z.array(z.object({ fingerprint: z.string().nullable(), serialNumber: z.string(), state: z.string(), authority: z.string().nullable() })),
});
