import { Readable } from 'node:stream';
import { Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { named } from '../platform/http/api-responses.js';
import { OCTETS } from '../platform/http/body-bounds.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { stationNotFound } from '../stations/station.errors.js';
import { AttachmentRepository } from './attachment.repository.js';
import { Attachments } from './attachments.js';
import { attachmentUnknown } from './programming.errors.js';
import { Sha256 } from './result.schema.js';

const AttachmentAnswer = named('Attachment', z.strictObject({ sha256: z.string(), bytes: z.int() }), {
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', bytes: 4,
});

/** Files that belong to results, by the hash of what is in them. */
@ApiTags('station')
@ApiBearerAuth()
@Controller('v1/attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: Attachments,
    private readonly stored: AttachmentRepository,
  ) {}

  @Put(':sha256')
  @Roles('station')
  @RepeatsByNature()
  @Operation({
    summary: 'Upload an attachment',
    description: 'Before or after the result that names it. 201, or 200 where it is there already. The body is the file as it is, at most ATTACHMENT_BYTES (16 MiB), whose SHA-256 is that of the address; it must arrive within 30 s. What no result names within a day is deleted.',
    answers: { 200: AttachmentAnswer, 201: AttachmentAnswer },
    refusals: ['station-unknown', 'attachment-differs', 'attachments-busy', 'attachments-over-rate'],
    takes: { mediaType: OCTETS, example: 'test' },
  })
  async upload(@Param('sha256', { schema: Sha256 }) sha256: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @CurrentCaller() caller: Caller) {
    if (caller.station === null) throw stationNotFound('of this key');
    const { bytes, isNew } = await this.attachments.take(caller.station, sha256, bodyOf(request), Number(request.headers['content-length'] ?? 0));
    void reply.status(isNew ? 201 : 200);
    return { sha256, bytes };
  }

  @Get(':sha256')
  @Roles('manager', 'operator', 'officer', 'auditor')
  @Operation({
    summary: 'Read an attachment',
    description: 'As it was uploaded. Which attachments a result names, with their names and types, stands with the attempts of a unit.',
    answers: { 200: { mediaTypes: [OCTETS], example: 'test' } },
    refusals: ['attachment-unknown'],
  })
  async read(@Param('sha256', { schema: Sha256 }) sha256: string, @Res() reply: FastifyReply) {
    const bytes = await this.stored.sizeOf(sha256);
    if (bytes === undefined) throw attachmentUnknown();
    // Whatever type the station gave it: no browser shows it.
    await reply
      .headers({ 'content-type': OCTETS, 'content-length': bytes, 'content-disposition': `attachment; filename="${sha256}"` })
      .send(Readable.from(this.stored.contentOf(sha256, bytes), { objectMode: false }));
  }
}

/** An empty file comes as no body. */
function bodyOf({ body, headers }: FastifyRequest): Readable {
  if (!headers['content-type']?.startsWith(OCTETS)) throw requestInvalid(`The body must be sent as ${OCTETS}`);
  return body instanceof Readable ? body : Readable.from([]);
}
