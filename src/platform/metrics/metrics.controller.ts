import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, register } from 'prom-client';
import { Public } from '../http/public.js';
import { Answers } from '../http/api-responses.js';

let collecting = false;

@ApiTags('health')
@Public()
@Controller('metrics')
export class MetricsController {
  constructor() {
    // The registry is the process's, and a test builds several apps in one.
    if (!collecting) collectDefaultMetrics();
    collecting = true;
  }

  /** Prometheus text format. */
  @Get()
  @Answers({ 200: { mediaTypes: ['text/plain'] } })
  @Header('content-type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return register.metrics();
  }
}
