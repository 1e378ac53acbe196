import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { Profiles } from '../issuance/profiles.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { differing } from '../platform/differing.js';
import { DEFAULT_RULES, type Product, ProductRepository, type ProductRules } from '../work-orders/product.repository.js';
import { orderReferenceUnknown, productExists } from '../work-orders/work-order.errors.js';
import type { ChangeProduct, CreateProduct } from './products.schema.js';

/** Products: made, changed, and made by the first order that names one. Orders keep what they were made by. */
@Injectable()
export class ProductsService {
  constructor(
    private readonly products: ProductRepository,
    private readonly profiles: Profiles,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** A product that exists is answered as it is kept. Throws `product-exists` where that is not what is asked, or `order-reference-unknown` for a profile that there is not. */
  async create(actor: string, { name, ...rules }: CreateProduct, keepAnswer: KeepAnswer): Promise<Product> {
    this.assertProfile(rules);
    await this.db.transaction().execute(async (tx) => {
      if (!(await this.products.insertNew(tx, name, rules))) {
        const differs = differing(await this.products.get(name, tx), rules).toSorted();
        if (differs.length > 0) throw productExists(name, differs);
      } else await this.audit.record(tx, actor, 'product.created', `product:${name}`, factsOf(name, rules));
      await keepAnswer(tx, { name });
    });
    return this.products.get(name);
  }

  /** Throws `product-unknown`, or `order-reference-unknown` for a profile that there is not. */
  async change(actor: string, name: string, changes: ChangeProduct, keepAnswer: KeepAnswer): Promise<Product> {
    this.assertProfile(changes);
    await this.db.transaction().execute(async (tx) => {
      const { revisions, profile, method, route, failureCodes, serials, ahead } = await this.products.lock(tx, name);
      const rules = { revisions, profile, method, route, failureCodes, serials, ahead, ...changes } as ProductRules;
      await this.products.update(tx, name, rules);
      await this.audit.record(tx, actor, 'product.changed', `product:${name}`, factsOf(name, rules));
      await keepAnswer(tx, { name });
    });
    return this.products.get(name);
  }

  /** The rules by which a new order of the product goes. */
  async rulesOf(name: string): Promise<ProductRules> {
    return (await this.products.find(name)) ?? DEFAULT_RULES;
  }

  /** A first order that names a product makes it. */
  async makeSure(tx: Ledger, actor: string, name: string): Promise<void> {
    if (await this.products.insertNew(tx, name)) await this.audit.record(tx, actor, 'product.created', `product:${name}`, factsOf(name, DEFAULT_RULES));
  }

  private assertProfile({ profile }: { profile?: string | null | undefined }): void {
    const known = this.profiles.names();
    if (typeof profile === 'string' && !known.includes(profile)) throw orderReferenceUnknown('profile', profile, known);
  }
}

function factsOf(name: string, { revisions, profile, method, route, failureCodes, serials, ahead }: ProductRules) {
  return { name, revisions, profile, method, route: JSON.stringify(route), failureCodes: JSON.stringify(failureCodes), serials: JSON.stringify(serials), ahead };
}
