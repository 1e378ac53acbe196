import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { AnswerKeeper, type KeepAnswer, RepeatsByNature, ReplaysBy } from '../access/replays.js';
import { CSV } from '../platform/http/csv.js';
import { streamOf } from '../platform/http/body-bounds.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { AllowedSerials } from '../work-orders/allowed-serials.js';
import { ProductRepository } from '../work-orders/product.repository.js';
import { ProductReplay } from './product-replay.js';
import { AllowedAnswer, ChangeProduct, CreateProduct, ProductAnswer, ProductName, UploadedAnswer } from './products.schema.js';
import { ProductsService } from './products.service.js';
import { SerialUploads } from './serial-uploads.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly service: ProductsService,
    private readonly products: ProductRepository,
    private readonly uploads: SerialUploads,
    private readonly allowed: AllowedSerials,
  ) {}

  @Post()
  @Operation({
    summary: 'Make a product',
    description: 'How its units are made: the steps that they pass, and what orders need not say. A first order that names a new product makes it by itself, with one step. A product that exists as it is sent is answered; one that is kept otherwise is refused with what differs.',
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

  @Post(':name/serials')
  @Operation({
    summary: 'Upload serials of a product',
    description: 'A CSV file with one serial a line, or with a header that names the column `serial`; streamed, up to 2 million lines. All of it is taken, or nothing: the refusal names the first 100 faulty lines. Serials that stand in the product’s list already are counted and left. Orders take theirs by `serials: {allowList: true}`; with the product’s rule `allowList` no others are made.',
    answers: { 200: UploadedAnswer },
    refusals: ['product-unknown', 'serials-faulty', 'uploads-busy'],
    takes: { mediaType: CSV, example: 'serial\nLS-0000422\nLS-0000430\n' },
  })
  @Roles('manager')
  @HttpCode(200)
  @RepeatsByNature()
  upload(@Param('name', { schema: ProductName }) name: string, @Req() request: FastifyRequest, @CurrentCaller() caller: Caller) {
    return this.uploads.take(caller.actor, name, streamOf(request, CSV));
  }

  @Get(':name/serials')
  @Operation({ summary: 'Count the serials of a product', description: 'Those that were uploaded, and how many of them have no unit yet.', answers: { 200: AllowedAnswer }, refusals: ['product-unknown'] })
  async serials(@Param('name', { schema: ProductName }) name: string) {
    return this.allowed.count((await this.products.get(name)).name);
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
