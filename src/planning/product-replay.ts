import { Injectable } from '@nestjs/common';
import type { Replay } from '../access/replays.js';
import { type Product, ProductRepository } from '../work-orders/product.repository.js';

/** A repeated request about a product is answered with the product as it is now. */
@Injectable()
export class ProductReplay implements Replay {
  constructor(private readonly products: ProductRepository) {}

  answer(kept: unknown): Promise<Product> {
    return this.products.get((kept as { name: string }).name);
  }
}
