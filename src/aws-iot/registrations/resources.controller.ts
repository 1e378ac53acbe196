import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Slug } from '../../access/access.schema.js';
import { pageOf } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { PageQuery, page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.js';
import { TargetResourceAnswer } from './registrations.schema.js';
import { TargetResourceRepository } from './target-resources.repository.js';

const ResourcesQuery = PageQuery.extend({ target: Slug.optional() });
type ResourcesQuery = z.infer<typeof ResourcesQuery>;

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'officer', 'auditor', 'operator')
@Controller('v1/aws/resources')
export class ResourcesController {
  constructor(private readonly resources: TargetResourceRepository) {}

  @Get()
  @Operation({
    summary: 'List what must stand in the targets',
    description: 'Policies, templates, registered CAs: what should be and what was seen last. Attempts and errors stand with the registrations, in whose rounds they are looked at.',
    answers: { 200: pageOf(TargetResourceAnswer) },
  })
  async list(@Query({ schema: ResourcesQuery }) { target, limit, cursor }: ResourcesQuery) {
    const rows = await this.resources.list({ limit: limit + 1, ...(target === undefined ? {} : { target }), ...(cursor === undefined ? {} : { after: cursor }) });
    return page(rows, limit, (row) => `${row.target}:${row.kind}:${row.name}`);
  }
}
