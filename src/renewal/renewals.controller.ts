import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { RenewalRepository } from './renewal.repository.js';
import { RenewalAnswer, RenewalsQuery, shown } from './renewal.schema.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor', 'issuer')
@Controller('v1/renewals')
export class RenewalsController {
  constructor(private readonly renewals: RenewalRepository) {}

  @Get()
  @Operation({ summary: 'List renewals', description: 'In the order in which they were begun.', answers: { 200: pageOf(RenewalAnswer) } })
  async list(@Query({ schema: RenewalsQuery }) { state, overdue, unconfirmed, limit, cursor }: RenewalsQuery) {
    const { items, nextCursor } = page(await this.renewals.list({ state, overdue: overdue === 'true', unconfirmed: unconfirmed === 'true', after: cursor, limit: limit + 1 }), limit, ({ id }) => String(id));
    return { items: items.map(shown), nextCursor };
  }
}
