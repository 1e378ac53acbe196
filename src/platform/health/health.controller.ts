import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/public.js';
import { HealthChecks } from './health-checks.js';
import { z } from 'zod';
import { named } from '../http/api-responses.js';
import { Operation } from '../http/operation.js';

const Check = z.strictObject({ ok: z.boolean(), ms: z.int(), detail: z.string().optional(), code: z.string().optional() });
const Report = named(
  'Readiness',
  z.strictObject({ status: z.enum(['ready', 'degraded', 'not-ready']), ready: z.boolean(), reasons: z.array(z.string()), checks: z.record(z.string(), Check) }),
  { status: 'ready', ready: true, reasons: [], checks: { hsm: { ok: true, ms: 2 }, ledger: { ok: true, ms: 1 }, redis: { ok: true, ms: 1 } } },
);
const Alive = named('Alive', z.strictObject({ live: z.boolean() }), { live: true });

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  @Get('live')
  @Operation({
    summary: 'Say whether the process lives',
    description: 'The process runs and its event loop turns.',
    answers: { 200: Alive },
  })
  live() {
    return { live: true };
  }

  @Get('ready')
  @Operation({
    summary: 'Say whether the service is ready',
    description:
      'The HSM signs with the issuing authorities’ own keys, the ledger takes a write, Redis keeps what it is given, as found a few seconds ago: asking costs nothing. 200 too while it is `degraded`: the line goes on, without Redis from the ledger.',
    answers: { 200: Report, 503: Report },
  })
  async ready(@Res() reply: FastifyReply) {
    const report = await this.checks.report();
    await reply.status(report.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).send(report);
  }
}
