import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Slug } from '../access/access.schema.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { PageQuery, page } from '../platform/http/page.js';
import { Roles } from '../platform/http/roles.js';
import { RegistrationRepository } from './registrations.repository.js';
import { RegistrationAnswer } from './targets.schema.js';

const RegistrationsQuery = PageQuery.extend({ authority: z.string().max(128).optional(), target: Slug.optional() });
type RegistrationsQuery = z.infer<typeof RegistrationsQuery>;

@ApiTags('aws')
@ApiBearerAuth()
@Roles('manager', 'officer', 'auditor', 'operator')
@Controller('v1/aws/registrations')
export class RegistrationsController {
  constructor(private readonly registrations: RegistrationRepository) {}

  @Get()
  @Operation({
    summary: 'List registrations',
    description: 'Of each authority in each target: what should be true there and what is, side by side.',
    answers: { 200: pageOf(RegistrationAnswer) },
  })
  async list(@Query({ schema: RegistrationsQuery }) { authority, target, limit, cursor }: RegistrationsQuery) {
    const rows = await this.registrations.list({
      limit: limit + 1,
      ...(authority === undefined ? {} : { authority }),
      ...(target === undefined ? {} : { target }),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    return page(rows, limit, (row) => `${row.authority}:${row.target}`);
  }
}
