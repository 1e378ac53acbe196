import { Injectable } from '@nestjs/common';
import type { Replay } from '../access/replays.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { JobRepository } from './job.repository.js';
import { jobName } from './job.schema.js';
import type { Decided } from './unit-decisions.js';

/** A repeated decision is answered with the unit as it is now, and the certificate that it had when it was decided on. */
@Injectable()
export class DecisionReplay implements Replay {
  constructor(
    private readonly units: UnitRepository,
    private readonly jobs: JobRepository,
  ) {}

  async answer(kept: unknown): Promise<Decided> {
    const { serial, certificate } = kept as Decided;
    const [{ state }, job] = await Promise.all([this.units.getBySerial(serial), this.jobs.findOpenBySerial(serial)]);
    return { serial, state, certificate, job: job?.state === 'queued' ? jobName(job.id) : null };
  }
}
