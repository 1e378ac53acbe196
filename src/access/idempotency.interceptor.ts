import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { idempotencyKeyOf } from './idempotency-key.js';
import { type Held, type Identified, IdempotencyRepository, type KeptAnswer } from './idempotency.repository.js';
import { REPLAYS, type Replays } from './replays.js';

/**
 * `Idempotency-Key` on any mutation (draft-ietf-httpapi-idempotency-key-header): a repeated request changes nothing again, and is answered with
 * what holds by then (`replays.ts`). Refusals are not kept: they changed nothing, and the next try may go through.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly requests: IdempotencyRepository,
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const replays = this.reflector.get<Replays | undefined>(REPLAYS, context.getHandler()) ?? {};
    if (replays.byNature || request.method === 'GET' || !request.caller) return next.handle();
    const key = idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    return from(this.once(identify(request, key), replays, next, request, http.getResponse<FastifyReply>()));
  }

  private async once(identified: Identified, replays: Replays, next: CallHandler, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const run = (held: Held): Promise<unknown> => {
      request.keepAnswer = (tx, body) => this.requests.keepWithin(tx, held, { status: reply.statusCode, body: withoutSecret(body, replays) });
      return lastValueFrom(next.handle(), { defaultValue: undefined });
    };
    const keep = (body: unknown) => ({ status: reply.statusCode, body: withoutSecret(body, replays) });
    const outcome = await this.requests.once(identified, run, keep);
    return 'answer' in outcome ? outcome.answer : this.replay(outcome.kept, replays, reply);
  }

  private async replay({ status, body }: KeptAnswer, replays: Replays, reply: FastifyReply): Promise<unknown> {
    if (replays.shownOnce) throw replays.shownOnce.refusal((body ?? {}) as Record<string, unknown>);
    const answer = replays.by ? await this.modules.get(replays.by, { strict: false }).answer(body, reply) : (body ?? undefined);
    void reply.status(status);
    return answer;
  }
}

function withoutSecret(body: unknown, { shownOnce }: Replays): unknown {
  if (!shownOnce || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([member]) => member !== shownOnce.secret));
}

function identify(request: FastifyRequest, key: string): Identified {
  const requestSha256 = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  return { caller: request.caller?.actor ?? '', key, requestSha256 };
}
