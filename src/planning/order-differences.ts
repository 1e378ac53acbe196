import { Injectable } from '@nestjs/common';
import { differing } from '../platform/differing.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { OrderSerials } from './order-serials.js';
import { type CreateWorkOrder, instantOf, parametersFor } from './work-orders.schema.js';

/** What a new order says otherwise than the one that is there. */
@Injectable()
export class OrderDifferences {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly serials: OrderSerials,
  ) {}

  /** Names of what differs from the order as it stands by now, in alphabetical order. Serials of the product's list never do: an order takes the next ones. */
  async of(body: CreateWorkOrder, id: string): Promise<string[]> {
    const order = await this.orders.get(id);
    const { authority, targets, serials: _, method, parameters, ...terms } = body;
    const differs = differing({ ...order, authority: order.authorityFamily }, {
      ...terms, authority, method, externalId: body.externalId ?? null, notBefore: instantOf(body.notBefore), notAfter: instantOf(body.notAfter), targets: [...new Set(targets)].toSorted(),
      ...((method ?? order.method) === order.method && { parameters: readFor(order, parameters) }),
    });
    return [...differs, ...((await this.serialsDiffer(order, body)) ? ['serials'] : [])].toSorted();
  }

  private async serialsDiffer(order: WorkOrder, { serials, quantity }: CreateWorkOrder): Promise<boolean> {
    if ('allowList' in serials) return false;
    try {
      const named = this.serials.named(order, serials, quantity);
      return (await this.units.countAmong(order.id, named)) < named.length;
    } catch (error) {
      // Serials that the order could not have.
      if (error instanceof DomainError) return true;
      throw error;
    }
  }
}

/** As the order's method reads them; as they are where it does not take them. */
function readFor({ method }: WorkOrder, parameters: CreateWorkOrder['parameters']): WorkOrder['parameters'] {
  try {
    return parametersFor(method as Parameters<typeof parametersFor>[0], parameters);
  } catch (error) {
    if (error instanceof DomainError) return parameters as WorkOrder['parameters'];
    throw error;
  }
}
