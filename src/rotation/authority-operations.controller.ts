import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { GenerationRepository } from '../certificate-authority/generation.repository.js';
import { pageOf } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { AuthorityId } from '../certificate-authority/authority-id.js';
import { OperationAnswer } from './authorities.schema.js';

@ApiTags('authorities')
@ApiBearerAuth()
@Roles('officer', 'manager', 'auditor', 'operator')
@Controller('v1/authorities/operations')
export class AuthorityOperationsController {
  constructor(private readonly generations: GenerationRepository) {}

  @Get()
  @Operation({ summary: 'List authorities that are not made', description: 'Those that are being made, that failed, or were cancelled before they were made.', answers: { 200: pageOf(OperationAnswer) } })
  async list() {
    return { items: await this.generations.listUnmade(), nextCursor: null };
  }

  @Get(':id')
  @Operation({
    summary: 'Look up how the making of an authority stands',
    description: '`under-way` until its key and its certificate are there (`done`), or it has `failed`. The id is the authority’s.',
    answers: { 200: OperationAnswer },
    refusals: ['authority-unknown'],
  })
  get(@Param('id', { schema: AuthorityId }) id: string) {
    return this.generations.get(id);
  }
}
