import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Replay } from '../access/replays.js';
import type { Making } from '../certificate-authority/generation.js';
import { GenerationRepository } from '../certificate-authority/generation.repository.js';
import { AuthorityDescriptions } from './authority-descriptions.js';

/** A repeated request about an authority is answered with the authority as it is now. */
@Injectable()
export class AuthorityReplay implements Replay {
  constructor(private readonly descriptions: AuthorityDescriptions) {}

  answer(kept: unknown) {
    return this.descriptions.describe((kept as { id: string }).id);
  }
}

/** One that asks for an authority again, with how the making of the first one stands. */
@Injectable()
export class MakingReplay implements Replay {
  constructor(private readonly generations: GenerationRepository) {}

  answer(kept: unknown, reply: FastifyReply): Promise<Making> {
    const { id } = kept as { id: string };
    void reply.header('location', addressOfMaking(id));
    return this.generations.get(id);
  }
}

export const addressOfMaking = (id: string) => `/v1/authorities/operations/${id}`;
