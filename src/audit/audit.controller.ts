import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Json, named, pageOf, Time } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { pageByNumber, PageQuery } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { readLeaf } from './log-follower.js';

const LogEntry = named('LogEntry', z.strictObject({
  index: z.int(), at: Time, actor: z.string(), event: z.string(), subject: z.string(), data: z.record(z.string(), Json),
  leafHash: z.string().meta({ description: 'RFC 6962 leaf hash, hex: SHA-256 of one zero octet and the canonical JSON (RFC 8785) of {actor, at, event, facts, subject}; facts is data' }),
  madeCanonical: z.boolean().meta({ description: 'The leaf is older than canonical leaves and got its bytes once, at an upgrade' }),
}), {
  index: 41, at: '2026-11-26T08:00:00.000Z', actor: 'key:0123456789ab', event: 'line.created', subject: 'line:line-1', data: { id: 'line-1' }, leafHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', madeCanonical: false,
});

const LeavesQuery = PageQuery.extend({
  cursor: z.string().regex(/^\d{1,15}$/, 'must be the index of a leaf').optional().meta({ description: 'Index of the last leaf seen', example: '41' }),
  subject: z.string().max(128).regex(/^[a-z-]+:/, 'must say what kind of subject it is, such as unit:LS-000042').optional().meta({ example: 'unit:LS-000042' }),
  event: z.string().max(64).optional(),
});
type LeavesQuery = z.infer<typeof LeavesQuery>;

@ApiTags('audit')
@ApiBearerAuth()
@Roles('auditor', 'officer')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly db: Database) {}

  @Get('leaves')
  @Operation({
    summary: 'Read the log',
    description: 'Oldest first. A leaf has its index about 100 ms after its change; cursor is the last index seen, and whoever goes on from there misses none.',
    answers: { 200: pageOf(LogEntry) },
  })
  async leaves(@Query({ schema: LeavesQuery }) query: LeavesQuery) {
    let leaves = this.db
      .selectFrom('log_index')
      .innerJoin('log_leaf', 'log_leaf.seq', 'log_index.seq')
      .select(['index', 'body', 'leaf_hash as leafHash', 'made_canonical as madeCanonical'])
      .orderBy('index')
      .limit(query.limit + 1);
    if (query.cursor !== undefined) leaves = leaves.where('index', '>', Number(query.cursor));
    if (query.subject !== undefined) leaves = leaves.where('subject', '=', query.subject);
    if (query.event !== undefined) leaves = leaves.where('event', '=', query.event);
    const rows = (await leaves.execute()).map(({ index, body, leafHash, madeCanonical }) => {
      const { at, actor, event, subject, facts } = readLeaf(body);
      return { index, at, actor, event, subject, data: facts, leafHash: leafHash.toString('hex'), madeCanonical };
    });
    return pageByNumber(rows, query.limit, ({ index }) => index);
  }
}
