import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, ReplaysBy } from '../access/replays.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { ProductRepository } from '../work-orders/product.repository.js';
import { ProductReplay } from './product-replay.js';
import { ChangeProduct, CreateProduct, ProductAnswer, ProductName } from './products.schema.js';
import { ProductsService } from './products.service.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly service: ProductsService,
    private readonly products: ProductRepository,
  ) {}

  @Post()
  @Operation({
    summary: 'Make a product',
    description: 'How its units are made: the steps that they pass, and what orders need not say. A first order that names a new product makes it by itself, with one step.',
    answers: { 201: ProductAnswer },
    refusals: ['product-exists', 'order-reference-unknown'],
  })
  @Roles('manager')
  @ReplaysBy(ProductReplay)
  create(@Body({ schema: CreateProduct }) body: CreateProduct, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.create(caller.actor, body, keepAnswer);
  }

  @Get()
  @Operation({ summary: 'List products', answers: { 200: pageOf(ProductAnswer) } })
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    return page(await this.products.list(limit + 1, cursor), limit, ({ name }) => name);
  }

  @Get(':name')
  @Operation({ summary: 'Look up a product', answers: { 200: ProductAnswer }, refusals: ['product-unknown'] })
  get(@Param('name', { schema: ProductName }) name: string) {
    return this.products.get(name);
  }

  @Patch(':name')
  @Operation({
    summary: 'Change a product',
    description: 'What is named changes, for orders that are made from then on: an order keeps the route by which it was made, and its units go on by it.',
    answers: { 200: ProductAnswer },
    refusals: ['product-unknown', 'order-reference-unknown'],
  })
  @Roles('manager')
  @ReplaysBy(ProductReplay)
  change(@Param('name', { schema: ProductName }) name: string, @Body({ schema: ChangeProduct }) changes: ChangeProduct, @CurrentCaller() caller: Caller, @AnswerKeeper() keepAnswer: KeepAnswer) {
    return this.service.change(caller.actor, name, changes, keepAnswer);
  }
}
