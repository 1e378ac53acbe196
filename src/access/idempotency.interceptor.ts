import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import { idempotencyKeyReused, requestInProgress, requestInvalid } from '../platform/errors/platform.errors.js';

const UNREPLAYABLE = 'lineside:unreplayable';

/** The answer (to such a body) holds a secret that is shown once, so it is never kept for a replay. */
export const Unreplayable = (when: (body: unknown) => boolean = () => true) => SetMetadata(UNREPLAYABLE, when);

/** Station software in LabVIEW sends the key bare, as the draft has it is a quoted string: both are taken. */
const KEY = /^"?([\x21\x23-\x7e]{1,128})"?$/;

interface Identified {
  caller: string;
  key: string;
  requestSha256: Buffer;
}

/**
 * `Idempotency-Key` on any mutation (draft-ietf-httpapi-idempotency-key-header): a repeated request answers what the
 * first one answered. Refusals are not kept: they changed nothing, and the next try may go through.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly db: Database,
    private readonly instance: Instance,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    const unreplayable = this.reflector.get<((body: unknown) => boolean) | undefined>(UNREPLAYABLE, context.getHandler());
    if (header === undefined || request.method === 'GET' || !request.caller || unreplayable?.(request.body)) return next.handle();
    const identified = identify(request, String(header));
    return from(this.once(identified, next, http.getResponse<FastifyReply>()));
  }

  private async once(identified: Identified, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const kept = await this.hold(identified);
    if (kept) {
      void reply.status(kept.status);
      return kept.body ?? undefined;
    }
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (reply.sent) await this.forget(identified); // answered by itself: such routes repeat by nature
      else await this.keep(identified, reply.statusCode, body);
      return body;
    } catch (error) {
      await this.forget(identified).catch(() => undefined);
      throw error;
    }
  }

  /** Takes the key for this request, or answers what the first request with it answered. */
  private async hold({ caller, key, requestSha256 }: Identified): Promise<{ status: number; body: unknown } | undefined> {
    const held = await this.db
      .insertInto('idempotency')
      .values({ caller, key, request_sha256: requestSha256, held_by: this.instance.number })
      .onConflict((conflict) => conflict.doNothing())
      .returning('key')
      .executeTakeFirst();
    if (held) return undefined;
    const first = await this.db
      .selectFrom('idempotency')
      .select(['request_sha256', 'status', 'body', 'held_by'])
      .where('caller', '=', caller)
      .where('key', '=', key)
      .executeTakeFirst();
    if (!first) throw requestInProgress();
    if (!first.request_sha256.equals(requestSha256)) throw idempotencyKeyReused();
    if (first.status !== null) return { status: first.status, body: first.body };
    await this.takeOver(caller, key, first.held_by);
    return undefined;
  }

  /** The first request's process died over it: the request is done again, by whoever gets hold of it first. */
  private async takeOver(caller: string, key: string, heldBy: number) {
    if (!(await goneInstances([heldBy], this.db)).has(heldBy)) throw requestInProgress();
    await this.db
      .updateTable('idempotency')
      .set({ held_by: this.instance.number })
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('held_by', '=', heldBy)
      .where('status', 'is', null)
      .returning('key')
      .executeTakeFirstOrThrow(() => requestInProgress());
  }

  private async keep({ caller, key }: Identified, status: number, body: unknown) {
    const kept = { status, body: body === undefined ? null : JSON.stringify(body) };
    await this.db.updateTable('idempotency').set(kept).where('caller', '=', caller).where('key', '=', key).execute();
  }

  private async forget({ caller, key }: Identified) {
    await this.db.deleteFrom('idempotency').where('caller', '=', caller).where('key', '=', key).execute();
  }
}

function identify(request: FastifyRequest, header: string): Identified {
  const key = KEY.exec(header)?.[1];
  if (key === undefined) throw requestInvalid('Idempotency-Key must be 1 to 128 printable characters without spaces');
  const requestSha256 = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  return { caller: request.caller?.actor ?? '', key, requestSha256 };
}
