import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '../platform/http/roles.js';
import { Database } from '../platform/database/database.js';
import { PageQuery, page } from '../platform/http/page.js';
import { Answers, pageOf, Time } from '../platform/http/answers.js';

const Leaf = z.strictObject({ seq: z.int(), at: Time, actor: z.string(), event: z.string(), subject: z.string(), data: z.record(z.string(), z.json()) });

const LeavesQuery = PageQuery.extend({ subject: z.string().max(128).optional(), event: z.string().max(64).optional() });
type LeavesQuery = z.infer<typeof LeavesQuery>;

@ApiTags('audit')
@ApiBearerAuth()
@Roles('auditor', 'officer')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly db: Database) {}

  /** The log, oldest first; `cursor` is the last sequence number seen. */
  @Get('leaves')
  @Answers({ 200: pageOf(Leaf) })
  async leaves(@Query({ schema: LeavesQuery }) query: LeavesQuery) {
    let leaves = this.db
      .selectFrom('audit_leaf')
      .select(['seq', 'at', 'actor', 'event', 'subject', 'data'])
      .orderBy('seq')
      .limit(query.limit + 1);
    if (query.cursor !== undefined) leaves = leaves.where('seq', '>', Number(query.cursor));
    if (query.subject !== undefined) leaves = leaves.where('subject', '=', query.subject);
    if (query.event !== undefined) leaves = leaves.where('event', '=', query.event);
    return page(await leaves.execute(), query.limit, (leaf) => String(leaf.seq));
  }
}
