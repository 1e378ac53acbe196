import { type IncomingMessage } from 'node:http';
import { Body, Controller, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Label } from '../access/access.schema.js';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { LineStreams } from '../identity/line-streams.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { named } from '../platform/http/api-responses.js';
import { CSV } from '../platform/http/csv.js';
import { NDJSON } from '../platform/http/ndjson.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { listed, MOST_LISTED, serialsIn } from './shipment-list.js';
import { Shipments, SHIP_REFUSALS } from './shipments.js';

/** Serials are read one by one: a faulty one is refused by itself. `reference`: of the shipment, such as the number of its delivery note. */
const ShipUnits = named('ShipUnits', z.object({ serials: z.array(z.string().max(128)).min(1).max(MOST_LISTED), reference: Label.optional() }).strict(), { serials: ['LS-000041', 'LS-000042'], reference: 'DN-2026-1170' });
type ShipUnits = z.infer<typeof ShipUnits>;

const ShipQuery = z.strictObject({ reference: Label.optional().meta({ description: 'Of the shipment, where the body is CSV' }) });

const ANSWER_EXAMPLE = '{"line":1,"serial":"LS-000041","status":200,"state":"shipped","already":false}\n';

/** Pallets leave, not units. */
@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator')
@Controller('v1/units')
export class ShipmentController {
  constructor(
    private readonly shipments: Shipments,
    private readonly streams: LineStreams,
  ) {}

  @Post('ship')
  @RepeatsByNature()
  @Operation({
    summary: 'Ship many units',
    description: `A list of up to 10,000 serials, or CSV of up to 100,000 lines: one column, or a header with \`serial\`. Answers one JSON object a line, in the same order, streamed: each unit by itself is shipped, was shipped (\`already\`), or is refused with its problem, and none half. Send the same again after a cut connection.
What is not known of a unit is asked of AWS for the first 100 such units; of the others the reconciler's next look decides (\`ship-gate\`, retryable).`,
    answers: { 200: { mediaTypes: [NDJSON], example: ANSWER_EXAMPLE } },
    refusals: [...SHIP_REFUSALS, 'batches-busy'],
    takes: { mediaType: CSV, example: 'serial\r\nLS-000041\r\nLS-000042\r\n', besidesJson: true },
    mostBytes: 1_048_576,
  })
  ship(@Body({ schema: ShipUnits }) body: ShipUnits | IncomingMessage, @Query({ schema: ShipQuery }) query: z.infer<typeof ShipQuery>, @Req() request: FastifyRequest, @Res() reply: FastifyReply, @CurrentCaller() { actor }: Caller): Promise<void> {
    const isList = 'serials' in body;
    if (isList && query.reference !== undefined) throw requestInvalid('reference: goes into the body of a list');
    const batch = this.shipments.batch(actor, (isList ? body.reference : query.reference) ?? null);
    return this.streams.each(request, reply, isList ? listed(body.serials) : serialsIn(body), {
      of: 'people', about: ({ serial }) => ({ serial }), answer: async ({ serial }) => ({ status: 200, ...(await batch.ship(serial)) }),
    });
  }
}
