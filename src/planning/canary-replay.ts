import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Replay } from '../access/replays.js';
import { type CanaryDescription, CanaryService } from '../canary/canary.service.js';

/** A repeated request for a canary is answered with how the one that it got stands. */
@Injectable()
export class CanaryReplay implements Replay {
  constructor(private readonly canaries: CanaryService) {}

  answer(kept: unknown, reply: FastifyReply): Promise<CanaryDescription> {
    const { workOrder, serial } = kept as CanaryDescription;
    void reply.header('location', addressOfCanary(workOrder));
    return this.canaries.describe(workOrder, serial);
  }
}

export const addressOfCanary = (order: string) => `/v1/work-orders/${order}/canary`;
