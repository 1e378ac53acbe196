import type { Authority } from '../../certificate-authority/authority.js';
import type { EntitlementRequest } from '../../issuance/aws-entitlements.js';
import type { DeviceKey } from '../../issuance/device-key.js';
import type { StationKey } from '../../issuance/service-key.js';
import type { Ledger } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import type { NewWorkOrder, WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { RegisteredCertificate } from '../clients/certificates.client.js';
import type { Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import type { Sweep } from '../units/first-connections.repository.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';

/** Something that stands in a unit's way to AWS: what, in which target, and how to mend it. */
export interface Finding {
  target: string;
  problem: string;
  remedy: string;
}

/** How the authority that issues for an order stands in one target. */
export interface IssuerRegistration {
  target: string;
  /** Null when none issues. */
  authority: string | null;
  /** Registered and active there, when it was last looked at. */
  usable: boolean;
  /** What keeps units from the target, and what to do about it; null when nothing does. */
  problem: string | null;
  remedy: string | null;
}

/** The first step of a unit in one target, and when it is first looked at, in milliseconds from now. */
export interface Expectation {
  target: string;
  step: string;
  firstLookMs: number;
}

/** For which unit, for which key (the device's own; undefined where AWS makes it), and the station's key to which secrets are encrypted. */
export interface HandOver extends EntitlementRequest {
  encryptTo: StationKey | undefined;
}

/** A unit's voucher, and the claim of its order. `replayed`: the unit had this voucher already. */
export interface HandedClaim {
  replayed: boolean;
  /** Name of the fleet template. */
  template: string;
  voucher: string;
  /** Undefined where somebody else brings the claim. `certificate`: PEM. `pkcs8`: DER; whoever hands it on fills it with zeros. */
  claim?: { certificate: string; certificateId: string; pkcs8: Buffer; expiresAt: Date };
}

/** What a canary of an order may try; `{thing}` stands for its name. Undefined where the order's own policy says what devices may do. */
export interface CanaryTopics {
  allowedTopic: string | undefined;
  forbiddenTopic: string | undefined;
}

/** Parameters of a method, as its schema in `parameters.ts` read them. */
export type Parameters = Record<string, Json>;

/** Units at this step are due as soon as they have passed. */
export const AWAITS_PASS = 'await-pass';

/** A unit's second certificate begins with it in each target, whatever the method. */
export const FIRST_SUCCESSOR_STEP = 'find-former';

/**
 * A way in which AWS IoT learns of units. Everything that differs between two ways stands in its implementation; nothing outside
 * this folder asks which method an order has. `methods.ts` finds them by name, `parameters.ts` says what an order may say of each.
 */
export interface ProvisioningMethod {
  readonly name: Method;

  /** Statuses under which AWS lists a certificate whose device has connected for the first time. Empty where units don't become known by connecting. */
  readonly arrivesAs: readonly string[];

  /** Of an order's parameters, those that its family has in a target once for all orders: AWS has one setting per registered CA. */
  ofFamily(parameters: Parameters): Parameters;

  /**
   * What must stand in the target before a unit of this authority is made, in the order in which it has to be made. The last one says
   * what the authority's CA does there. `parameters`: the family's.
   */
  resources(authority: Authority, target: Target, parameters: Parameters): Resource[];

  /** A family of such orders does nothing else anywhere: in every target in which its CAs are known, also those that no order names, they do what this method says. */
  readonly everywhere?: boolean;

  /** Targets of one order at most; without it as many as there are. */
  readonly mostTargets?: number;

  /** Whether targets let units of the order in only once they have passed, so that no step of theirs can wait for it. */
  letsInAfterPass?(order: Pick<WorkOrderTerms, 'parameters'>): boolean;

  /** What a new order needs besides, made in the background. In the transaction that makes the order. */
  prepare?(tx: Ledger, order: NewWorkOrder): Promise<void>;

  /** What keeps units of this order from a target, by what was last seen there of the authority that issues for it. */
  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] | Promise<Finding[]>;

  /** What becomes of a unit of this order once its certificate is issued, in each of its targets. */
  expect(order: WorkOrderTerms): Expectation[];

  /** Why a unit can't pass: it lacks what a PASS needs, or could not connect (`may-not-issue`). Undefined when it may. Read in the transaction of the result. */
  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined>;

  /** One round for units that are due in the target and whose certificate should be known there. Keeps what it saw in their rows. */
  reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void>;

  /** Certificates of the authority's that the target knows and the ledger does not; they are on record already. */
  unknown?(target: Target, authority: string, certificates: readonly RegisteredCertificate[]): Promise<void>;

  /** Where a canary can prove the way of the order's units: what it may try once it is let in. */
  canaryTopics?(order: WorkOrderTerms): CanaryTopics;

  /** Whether AWS signs for units of the order from a CSR that goes through us. Without it our HSM does. */
  isSignedByAws?(order: WorkOrderTerms): boolean;

  /** Of an entitled unit: AWS is asked to sign its CSR (PEM). The same again changes nothing. */
  askAws?(order: WorkOrderTerms, unitId: number, key: Pick<DeviceKey, 'spkiSha256'>, csr: string): Promise<void>;

  /** What a unit gets in place of a certificate of our HSM's, where its device asks AWS itself. Entitles the unit: quota, key and lease are taken. */
  handOver?(request: HandOver): Promise<HandedClaim>;

  /** Why AWS signs nothing for the unit any more, whatever stands in its targets; undefined while it may. `unit_asks_no_more` (SQL) says whether it is so. */
  asksNoMore?(order: string, unitId: number): Promise<DomainError | undefined>;

  /** Name of the fleet template with which the order's devices get their certificates. */
  templateName?(order: Pick<WorkOrderTerms, 'parameters'>): string;

  /** Name of the policy of the order's claim in the target. */
  claimPolicy?(order: WorkOrderTerms, target: Target): string;

  /** Looks for what AWS has signed, and holds Things that must keep devices out; every AWS_SWEEP_MS for each authority in each target. Answers how many certificates were taken over. */
  sweep?(target: Target, sweep: Pick<Sweep, 'authority' | 'parameters'>): Promise<number>;

  /** What stands in the target in the way of a unit that has no certificate yet, as the end of a sentence; null when nothing does. */
  inTheWay?(target: Target, unit: { id: number; serial: string }): Promise<string | null>;

  /** Keeps a unit that is quarantined out of the target until `resume`. */
  suspend(target: Target, unit: ExpectedUnit): Promise<void>;

  /** Lets a unit in again that is quarantined no more; a person has decided so. Answers the step with which it goes on. */
  resume(target: Target, unit: ExpectedUnit): Promise<string>;

  /** Keeps a unit whose certificate was revoked out of the target. Answers whether the target knew the certificate. */
  revoke(target: Target, unit: ExpectedUnit): Promise<boolean>;
}

/** Findings of the targets in which the authority that issues for the order can't be used. */
export function registrationFindings({ targets }: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
  return targets.flatMap((target): Finding[] => {
    const registration = registrations.find((each) => each.target === target);
    if (registration?.usable) return [];
    const { problem, remedy } = registration ?? { problem: null, remedy: null };
    return [{ target, problem: `${target}: ${problem ?? 'There is no such target'}`, remedy: remedy ?? 'Name a target that exists.' }];
  });
}
