import { Injectable } from '@nestjs/common';
import type { Method } from '../../work-orders/work-order.tables.js';
import { Jitp } from './jitp.js';
import type { ProvisioningMethod } from './provisioning-method.js';

/** The provisioning methods that there are, by name. A new one is added here and to the list that an order may name. */
@Injectable()
export class ProvisioningMethods {
  /** The method of every new registration. */
  readonly forNewRegistrations: Method = 'jitp';
  private readonly byName: ReadonlyMap<string, ProvisioningMethod>;

  constructor(jitp: Jitp) {
    this.byName = new Map([jitp].map((method) => [method.name, method]));
  }

  /** Orders and the ledger's rows name methods that exist. */
  get(name: Method): ProvisioningMethod {
    const method = this.byName.get(name);
    if (!method) throw new Error(`There is no provisioning method ${name}`);
    return method;
  }
}
