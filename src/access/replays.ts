import { createParamDecorator, type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Ledger } from '../platform/database/database.js';
import type { DomainError } from '../platform/errors/domain-error.js';

/** Metadata of a route: how a repeated request with the same Idempotency-Key is answered. Each route has it but those that answer nothing: their kept answer is given again. */
export const REPLAYS = 'lineside:replays';

/** What a repeat is answered now, from the answer that was kept: a replay says what holds at that moment. */
export interface Replay {
  /** Throws the refusal that the repeat gets instead. `reply` is for headers; its status is the first answer's. */
  answer(kept: unknown, reply: FastifyReply): Promise<unknown>;
}

export interface Replays {
  byNature?: true;
  shownOnce?: { secret: string; refusal: (told: Record<string, unknown>) => DomainError };
  by?: Type<Replay>;
}

/** A repeat of such a request finds by itself what the first one did, or is told how things are at that moment: no answer is kept. */
export const RepeatsByNature = () => SetMetadata(REPLAYS, { byNature: true } satisfies Replays);

/** `secret`: member of the answer that is never kept. A repeat is refused by what the answer told beside it. */
export const ShownOnce = (secret: string, refusal: (told: Record<string, unknown>) => DomainError) => SetMetadata(REPLAYS, { shownOnce: { secret, refusal } } satisfies Replays);

/** A repeat is answered by `replay`, and does nothing again: somebody may have undone meanwhile what the first one did. */
export const ReplaysBy = (replay: Type<Replay>) => SetMetadata(REPLAYS, { by: replay } satisfies Replays);

/**
 * Keeps the answer of this request for its repeats, in the transaction of the change, so that nothing that happens between the commit and the
 * answer makes a repeat do it again. Does nothing without an Idempotency-Key. Throws `request-in-progress` when a repeat has taken the key over:
 * then the change must not happen here.
 */
export type KeepAnswer = (tx: Ledger, body?: object) => Promise<void>;

declare module 'fastify' {
  interface FastifyRequest {
    keepAnswer?: KeepAnswer;
  }
}

/** For callers that are no request. */
export const keepNothing: KeepAnswer = () => Promise.resolve();

export const AnswerKeeper = createParamDecorator((_: unknown, context: ExecutionContext): KeepAnswer => context.switchToHttp().getRequest<FastifyRequest>().keepAnswer ?? keepNothing);
