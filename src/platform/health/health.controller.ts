import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/public.js';
import { HealthChecks } from './health-checks.js';
import { z } from 'zod';
import { Answers } from '../http/api-responses.js';

const Check = z.strictObject({ ok: z.boolean(), ms: z.int(), detail: z.string().optional() });
const Report = z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), Check) });

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  @Answers({ 200: z.strictObject({ live: z.boolean() }) })
  live() {
    return { live: true };
  }

  /** The HSM signs, the ledger takes a write, Redis keeps what it is given. */
  @Get('ready')
  @Answers({ 200: Report, 503: Report })
  async ready(@Res() reply: FastifyReply) {
    const report = await this.checks.run();
    await reply.status(report.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).send(report);
  }
}
