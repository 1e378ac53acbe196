import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { type Held, type Identified, IdempotencyRepository, type KeptAnswer } from './idempotency.repository.js';
import { REPLAYS, type Replays } from './replays.js';

/** Station software in LabVIEW sends the key bare, as the draft has it is a quoted string: both are taken. */
const KEY = /^"?([\x21\x23-\x7e]{1,128})"?$/;

/**
 * `Idempotency-Key` on any mutation (draft-ietf-httpapi-idempotency-key-header): a repeated request answers what the
 * first one answered, as far as that still holds (`replays.ts`). Refusals are not kept: they changed nothing, and the next try may go through.
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
    const header = request.headers['idempotency-key'];
    const replays = this.reflector.get<Replays | undefined>(REPLAYS, context.getHandler()) ?? {};
    // A stream is read by its route, line by line, and each line repeats by nature.
    if (header === undefined || request.method === 'GET' || !request.caller || isStream(request.body) || replays.byNature?.(request.body)) return next.handle();
    const identified = identify(request, String(header));
    return from(this.once(identified, replays, next, request, http.getResponse<FastifyReply>()));
  }

  private async once(identified: Identified, replays: Replays, next: CallHandler, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const run = (held: Held): Promise<unknown> => {
      request.keepAnswer = (tx, body) => this.requests.keepWithin(tx, held, { status: reply.statusCode, body: withoutSecret(body, replays) });
      return lastValueFrom(next.handle(), { defaultValue: undefined });
    };
    // Answered by itself: such routes repeat by nature.
    const keep = (body: unknown) => (reply.sent || replays.unkept?.(body) ? undefined : { status: reply.statusCode, body: withoutSecret(body, replays) });
    const outcome = await this.requests.once(identified, run, keep);
    return 'answer' in outcome ? outcome.answer : this.replay(outcome.kept, replays, reply);
  }

  private async replay({ status, body }: KeptAnswer, replays: Replays, reply: FastifyReply): Promise<unknown> {
    if (replays.shownOnce) throw replays.shownOnce.refusal((body ?? {}) as Record<string, unknown>);
    const answer = replays.by ? await this.modules.get(replays.by, { strict: false }).answer(body) : (body ?? undefined);
    void reply.status(status);
    return answer;
  }
}

function withoutSecret(body: unknown, { shownOnce }: Replays): unknown {
  if (!shownOnce || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([member]) => member !== shownOnce.secret));
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function identify(request: FastifyRequest, header: string): Identified {
  const key = KEY.exec(header)?.[1];
  if (key === undefined) throw requestInvalid('Idempotency-Key must be 1 to 128 printable characters without spaces');
  const requestSha256 = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  return { caller: request.caller?.actor ?? '', key, requestSha256 };
}
