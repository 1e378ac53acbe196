import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { named, pageOf, Time } from '../platform/http/api-responses.js';
import { CSV, csvLine } from '../platform/http/csv.js';
import { Operation } from '../platform/http/operation.js';
import { page, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { type OrderUnit, OrderUnitsQueries } from './order-units.queries.js';

const UnitOfOrder = named('UnitOfOrder', z.strictObject({
  serial: z.string(), state: z.enum(UNIT_STATES), fingerprint: z.string().nullable().meta({ description: 'Of its current certificate, while that is valid' }), notAfter: Time.nullable(), updatedAt: Time,
}), {
  serial: 'LS-000042', state: 'passed', fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', notAfter: '2036-11-26T08:00:00.000Z', updatedAt: '2026-11-26T08:00:00.000Z',
});

const UnitsQuery = PageQuery.extend({
  state: z.enum(UNIT_STATES).optional(),
  cursor: PageQuery.shape.cursor.refine((cursor) => cursor === undefined || /^\d{1,15}$/.test(cursor), 'is not the nextCursor of a page'),
});
const FileQuery = UnitsQuery.pick({ state: true });

const COLUMNS = ['serial', 'state', 'fingerprint', 'notAfter', 'updatedAt'] as const;

/** The units of an order, by their state. */
@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders')
export class OrderUnitsController {
  constructor(
    private readonly units: OrderUnitsQueries,
    private readonly orders: WorkOrderRepository,
  ) {}

  @Get(':id/units')
  @Operation({
    summary: 'List the units of a work order',
    description: 'In the order in which they were named; with `state` those in one state only.',
    answers: { 200: pageOf(UnitOfOrder) },
    refusals: ['work-order-unknown'],
  })
  async list(@Param('id', { schema: Slug }) id: string, @Query({ schema: UnitsQuery }) { state, limit, cursor }: z.infer<typeof UnitsQuery>) {
    await this.orders.getTerms(id);
    const { items, nextCursor } = page(await this.units.page(id, state, Number(cursor ?? 0), limit + 1), limit, (unit) => String(unit.id));
    return { items: items.map(({ id: _, ...unit }) => unit), nextCursor };
  }

  @Get(':id/units.csv')
  @Operation({
    summary: 'Download the units of a work order',
    description: 'All of them, or those in one state, as CSV (RFC 4180), however many there are. Fields that a spreadsheet would take for a formula begin with an apostrophe.',
    answers: { 200: { mediaTypes: [CSV], example: `${COLUMNS.join(',')}\r\nLS-000042,passed,9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,2036-11-26T08:00:00.000Z,2026-11-26T08:00:00.000Z\r\n` } },
    refusals: ['work-order-unknown'],
  })
  async file(@Param('id', { schema: Slug }) id: string, @Query({ schema: FileQuery }) { state }: z.infer<typeof FileQuery>) {
    await this.orders.getTerms(id);
    return new StreamableFile(Readable.from(csv(this.units.pages(id, state))), { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${id}-units.csv"` });
  }
}

async function* csv(pages: AsyncIterable<OrderUnit[]>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const units of pages) yield units.map(({ serial, state, fingerprint, notAfter, updatedAt }) => csvLine([serial, state, fingerprint, notAfter?.toISOString() ?? null, updatedAt.toISOString()])).join('');
}
