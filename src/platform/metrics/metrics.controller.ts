import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { lostOutputLines } from '../../config/program-output.js';
import { Public } from '../http/public.js';
import { Operation } from '../http/operation.js';

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

  @Get()
  @Operation({
    summary: 'Read the metrics',
    description: 'Prometheus text format.',
    answers: { 200: { mediaTypes: ['text/plain'], example: 'process_cpu_seconds_total 3.14\n' } },
  })
  @Header('content-type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return register.metrics();
  }
}
