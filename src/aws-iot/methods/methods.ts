import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { Bulk } from './bulk.js';
import type { Authority } from '../../certificate-authority/authority.js';
import type { Resource } from '../registrations/resources.js';
import { stoppedCaResource } from '../registrations/stopped-ca.js';
import { type Endpoint, Endpoints } from '../targets/endpoints.js';
import type { Target } from '../targets/targets.schema.js';
import { FleetClaim } from './fleet-claim.js';
import { FleetTrustedUser } from './fleet-trusted-user.js';
import { Jitp } from './jitp.js';
import { Jitr } from './jitr.js';
import { MultiAccount } from './multi-account.js';
import type { BuiltMethod } from './parameters.js';
import type { Parameters, ProvisioningMethod } from './provisioning-method.js';
import { SingleThing } from './single-thing.js';

/** The provisioning methods that there are. A new one is added here and to `parameters.ts`. */
export const METHODS = [Jitp, Jitr, MultiAccount, SingleThing, Bulk, FleetClaim, FleetTrustedUser] as const;

/** Finds the methods by name. */
export class ProvisioningMethods {
  /** Of a family in a target as long as no order says otherwise. */
  readonly byDefault: BuiltMethod = 'jitp';
  private readonly byName: ReadonlyMap<string, ProvisioningMethod>;

  constructor(methods: readonly ProvisioningMethod[], private readonly targetEndpoints: Endpoints) {
    this.byName = new Map(methods.map((method) => [method.name, method]));
  }

  /** Those whose units become known by what their devices do. */
  meetingDevices(): Method[] {
    return [...this.byName.values()].filter((method) => method.arrivesAs.length > 0 || 'sweep' in method).map(({ name }) => name);
  }

  /** Those whose families do nothing else anywhere. */
  everywhere(): Method[] {
    return [...this.byName.values()].filter((method) => method.everywhere === true).map(({ name }) => name);
  }

  /** What must stand in the target for the authority; of one that an officer has stopped there only that stop, which nothing else may hold up. */
  resources(name: Method, authority: Authority, target: Target, parameters: Parameters): Resource[] {
    if (authority.cloudStoppedAt !== null) return [stoppedCaResource(authority, target) as Resource];
    return this.get(name).resources(authority, target, parameters);
  }

  /** Where units of the order connect, whatever their method: what a station loads into a device besides its certificate. */
  endpoints({ targets }: Pick<WorkOrderTerms, 'targets'>): Promise<Endpoint[]> {
    return this.targetEndpoints.for(targets);
  }

  /** Orders and the ledger's rows name methods that exist. */
  get(name: Method): ProvisioningMethod {
    const method = this.byName.get(name);
    if (!method) throw new Error(`There is no provisioning method ${name}`);
    return method;
  }
}
