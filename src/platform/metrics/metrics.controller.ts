import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { lostOutputLines } from '../../config/program-output.js';
import { Public } from '../http/public.js';
import { Answers } from '../http/api-responses.js';

let collecting = false;

@ApiTags('health')
@Public()
@Controller('metrics')
export class MetricsController {
  constructor() {
    // The registry is the process's, and a test builds several apps in one.
    if (collecting) return;
    collecting = true;
    collectDefaultMetrics();
    new Gauge({
      name: 'lineside_log_lines_lost',
      help: 'Lines of the log that could not be written since the process started',
      collect() {
        this.set(lostOutputLines());
      },
    });
  }

  /** Prometheus text format. */
  @Get()
  @Answers({ 200: { mediaTypes: ['text/plain'] } })
  @Header('content-type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return register.metrics();
  }
}
