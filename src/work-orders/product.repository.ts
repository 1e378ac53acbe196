import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
import { type FailureCode, type Route, ROUTE_OF_ONE_STEP } from './route.js';
import type { SerialRules } from './serial-rules.js';
import { productNotFound } from './work-order.errors.js';
import type { Ahead, Method } from './work-order.tables.js';

/** How the units of a product are made. A change concerns orders that are made after it. */
export interface Product {
  name: string;
  /** Of its hardware, those that may be made; empty: any. */
  revisions: string[];
  /** Of orders that say none; null: the service's own. */
  profile: string | null;
  method: Method | null;
  route: Route;
  /** Empty: stations report any code. */
  failureCodes: FailureCode[];
  serials: SerialRules;
  /** What comes before the new units of its orders. */
  ahead: Ahead[];
  createdAt: Date;
  updatedAt: Date;
}

export type ProductRules = Pick<Product, 'revisions' | 'profile' | 'method' | 'route' | 'failureCodes' | 'serials' | 'ahead'>;

const COLUMNS = ['name', 'revisions', 'profile', 'method', 'route', 'failure_codes as failureCodes', 'serial_rules as serials', 'ahead', 'created_at as createdAt', 'updated_at as updatedAt'] as const;

/** By these a product goes about which nobody has said anything. */
export const DEFAULT_RULES: Readonly<ProductRules> = { revisions: [], profile: null, method: null, route: ROUTE_OF_ONE_STEP, failureCodes: [], serials: {}, ahead: [] };

/** Of a line that are looked at to say what was misread. */
const MOST_RULES = 100;

/** Products and their rules. */
@Injectable()
export class ProductRepository {
  constructor(private readonly db: Database) {}

  find(name: string, ledger: Ledger = this.db): Promise<Product | undefined> {
    return ledger.selectFrom('product').select(COLUMNS).where('name', '=', name).executeTakeFirst();
  }

  /** Throws `product-unknown`. */
  async get(name: string, ledger: Ledger = this.db): Promise<Product> {
    const product = await this.find(name, ledger);
    if (!product) throw productNotFound(name);
    return product;
  }

  /** What the serials are like of which orders are open on the line, each once. */
  rulesOnLine(line: string): Promise<{ product: string; serialRules: SerialRules }[]> {
    return this.db.selectFrom('work_order').select(['product', 'serial_rules as serialRules']).distinct().where('line_id', '=', line).where('state', '=', 'released').limit(MOST_RULES).execute();
  }

  list(limit: number, after?: string): Promise<Product[]> {
    let rows = this.db.selectFrom('product').select(COLUMNS).orderBy('name').limit(limit);
    if (after !== undefined) rows = rows.where('name', '>', after);
    return rows.execute();
  }

  /** False where there is such a product. */
  async insertNew(tx: Ledger, name: string, rules: ProductRules = DEFAULT_RULES): Promise<boolean> {
    const added = await tx.insertInto('product').values({ name, ...rowOf(rules) }).onConflict((conflict) => conflict.doNothing()).returning('name').executeTakeFirst();
    return added !== undefined;
  }

  /** Answers the product as it was, locked until `tx` ends. Throws `product-unknown`. */
  async lock(tx: Ledger, name: string): Promise<Product> {
    const product = await tx.selectFrom('product').select(COLUMNS).where('name', '=', name).forUpdate().executeTakeFirst();
    if (!product) throw productNotFound(name);
    return product;
  }

  async update(tx: Ledger, name: string, rules: ProductRules): Promise<void> {
    await tx.updateTable('product').set({ ...rowOf(rules), updated_at: new Date() }).where('name', '=', name).execute();
  }
}

function rowOf({ revisions, profile, method, route, failureCodes, serials, ahead }: ProductRules) {
  return { revisions, profile, method, ahead, route: JSON.stringify(route), failure_codes: JSON.stringify(failureCodes), serial_rules: JSON.stringify(serials) };
}
