import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { named, Time } from '../platform/http/api-responses.js';
import { csvLine } from '../platform/http/csv.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { type OrderBalance, OrderBalanceQueries } from './order-balance.queries.js';
import { ReconciliationQueries, type UnitLine } from './reconciliation.queries.js';

const Tally = z.strictObject({
  target: z.string(), issued: z.int(), passed: z.int(), registered: z.int(), connected: z.int(), mismatched: z.int(),
  mismatches: z.array(z.strictObject({ serial: z.string(), unitState: z.string(), certificateId: z.string(), desired: z.string(), state: z.string(), detail: z.string().nullable() }))
    .meta({ description: 'The first 1,000; the CSV has all units' }),
  unknown: z.array(z.strictObject({ certificateId: z.string(), authority: z.string().nullable(), template: z.string().nullable(), status: z.string(), thing: z.string().nullable(), firstSeenAt: Time }))
    .meta({ description: 'Certificates that the target knows and the ledger does not: of the family’s CAs or on Things of its units (`authority`), or with the policy of the devices of its fleet template, which other families may have too (`template`)' }),
});

const BALANCE_EXAMPLE = {
  ordered: 100, beyondOrdered: 2, shipped: 80, scrapped: 2, inWork: 20, unaccounted: 0, unaccountedIfClosed: 8, passed: 12, begun: 5, notBegun: 3, certificates: { used: 99, onRecord: 99 },
};
const Balance = named('OrderBalance', z.strictObject({
  ordered: z.int(), beyondOrdered: z.int(), shipped: z.int(), scrapped: z.int(), inWork: z.int(), unaccounted: z.int(), unaccountedIfClosed: z.int(), passed: z.int(), begun: z.int(), notBegun: z.int(),
  certificates: z.strictObject({ used: z.int(), onRecord: z.int() }),
}), BALANCE_EXAMPLE);

const Reconciliation = named('Reconciliation', z.strictObject({ workOrder: z.string(), balance: Balance, targets: z.array(Tally) }), {
  workOrder: 'wo-1', balance: BALANCE_EXAMPLE,
  targets: [{
    target: 'eu', issued: 100, passed: 98, registered: 90, connected: 90, mismatched: 1,
    mismatches: [{ serial: 'LS-000042', unitState: 'passed', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', desired: 'ACTIVE', state: 'drifted', detail: 'In AWS the certificate has no policy attached' }],
    unknown: [],
  }],
});

const FormatQuery = z.object({ format: z.enum(['json', 'csv']).default('json') }).strict();
const HEADER = 'serial,unitState,target,method,certificateId,desired,state,observedAt,connectedAt,detail\r\n';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/work-orders')
export class ReconciliationController {
  constructor(
    private readonly queries: ReconciliationQueries,
    private readonly balances: OrderBalanceQueries,
    private readonly orders: WorkOrderRepository,
  ) {}

  @Get(':id/reconciliation')
  @Operation({
    summary: 'Compare an order with AWS',
    description: 'Where its units are (`balance`), and of each target: how many units were issued, have passed, are registered, have connected, and which are not as they should be, by what was last seen there. `format=csv` answers a line for every unit and target.',
    answers: { 200: Reconciliation },
    refusals: ['work-order-unknown'],
  })
  async reconciliation(@Param('id', { schema: Slug }) id: string, @Query({ schema: FormatQuery }) { format }: z.infer<typeof FormatQuery>) {
    const order = await this.orders.getTerms(id);
    if (format === 'csv') return new StreamableFile(Readable.from(csv(this.queries.lines(id))), { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${id}-reconciliation.csv"` });
    const [balance, targets] = await Promise.all([this.balances.of(id), this.queries.tally(order)]);
    return { workOrder: id, balance, targets };
  }

  @Get(':id/balance')
  @Operation({
    summary: 'Say where the units of an order are',
    description: '`ordered + beyondOrdered = shipped + scrapped + inWork + unaccounted`, in units. `unaccountedIfClosed` is the number that closing the order must name. `format=csv` answers the same as one record.',
    answers: { 200: Balance },
    refusals: ['work-order-unknown'],
  })
  async balance(@Param('id', { schema: Slug }) id: string, @Query({ schema: FormatQuery }) { format }: z.infer<typeof FormatQuery>) {
    const balance = await this.balances.of(id);
    return format === 'json' ? balance : new StreamableFile(Buffer.from(balanceCsv(id, balance)), { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${id}-balance.csv"` });
  }
}

function balanceCsv(workOrder: string, { certificates: { used, onRecord }, ...units }: OrderBalance): string {
  const record = { workOrder, ...units, certificatesUsed: used, certificatesOnRecord: onRecord };
  return csvLine(Object.keys(record)) + csvLine(Object.values(record));
}

async function* csv(pages: AsyncIterable<UnitLine[]>): AsyncGenerator<string> {
  yield HEADER;
  for await (const page of pages) yield page.map(lineOf).join('');
}

function lineOf({ serial, unitState, target, method, certificateId, desired, state, observedAt, connectedAt, detail }: UnitLine): string {
  return csvLine([serial, unitState, target, method, certificateId, desired, state, observedAt?.toISOString() ?? '', connectedAt?.toISOString() ?? '', detail ?? '']);
}
