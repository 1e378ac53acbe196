import { SetMetadata, type Type } from '@nestjs/common';
import type { DomainError } from '../platform/errors/domain-error.js';

/** Metadata of a route: how a repeated request with the same Idempotency-Key is answered, where not with the kept answer. */
export const REPLAYS = 'lineside:replays';

/** Whether a kept answer says what holds now. */
export interface ReplayCheck {
  /** Throws the refusal that a repeat gets in the answer's place. */
  assertHolds(body: unknown): Promise<void>;
}

export interface Replays {
  byNature?: (body: unknown) => boolean;
  shownOnce?: { secret: string; refusal: (told: Record<string, unknown>) => DomainError };
  while?: Type<ReplayCheck>;
}

/** A repeat of such a request finds by itself what the first one did, or is told how things are at that moment: no answer is kept. */
export const RepeatsByNature = () => SetMetadata(REPLAYS, { byNature: () => true } satisfies Replays);

/** `secret`: member of the answer that is never kept. A repeat is refused by what the answer told beside it. */
export const ShownOnce = (secret: string, refusal: (told: Record<string, unknown>) => DomainError) => SetMetadata(REPLAYS, { shownOnce: { secret, refusal } } satisfies Replays);

/** A kept answer is given again only while `check` lets it. Requests with such a body repeat by nature: `unless`. */
export const ReplaysWhile = (check: Type<ReplayCheck>, unless: (body: unknown) => boolean) => SetMetadata(REPLAYS, { while: check, byNature: unless } satisfies Replays);
