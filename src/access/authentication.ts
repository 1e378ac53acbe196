import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import type { Role } from '../platform/http/roles.js';
import { CallCounts } from '../platform/http/call-counts.js';
import { inClass, noteStation, type RequestClass } from '../platform/request-class.js';
import { callerUnknown, roleMissing, tooManyFailedAuthentications, tooManyRequests } from './access.errors.js';
import { addressOf } from './address.js';
import { parseApiKey } from './api-key.js';
import type { Caller } from './caller.js';
import { CallerLookup } from './caller-lookup.js';
import { type RefusedCaller, RefusedCallers } from './refused-callers.js';

/** The one change that needs no caller: a station that has a code gets its certificate. Its handler counts what fails as a failed attempt of its address. */
const OPEN_CHANGE = '/v1/enrolments';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why whoever is calling, although he shows something, is nobody here. */
    refusedAs?: { refusal: DomainError; refused: RefusedCaller };
  }
}

/**
 * Says who is calling before the body of the request is read, and bounds how much each caller may ask: calls by key or station, calls of nobody known and
 * failed attempts by address. A known caller is never held back by what others at its address do.
 */
@Injectable()
export class Authentication implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly callers: CallerLookup,
    private readonly counts: CallCounts,
    private readonly refused: RefusedCallers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit() {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addHook('onRequest', (request) => this.receive(request));
    // Reading the body has left the class behind.
    fastify.addHook('preHandler', (request, _reply, done) => inClass(classOf(request.caller?.role), done));
  }

  /** Throws unless the request's caller is known and has one of the roles. Each refusal is on record. */
  requireRole(request: FastifyRequest, allowed: readonly Role[]): Caller {
    const { caller } = request;
    if (!caller) throw this.refuse(request);
    if (allowed.includes(caller.role)) return caller;
    this.refused.note(request, { reason: 'role-missing', address: addressOf(request), key: caller.actor });
    throw roleMissing(allowed);
  }

  /** Throws when the key or certificate of a request that has waited was revoked meanwhile. */
  async assertStillKnown(request: FastifyRequest): Promise<void> {
    const found = await this.callers.find(request, true);
    if (found.caller) return;
    if (found.refusedAs) request.refusedAs = found.refusedAs;
    throw this.refuse(request);
  }

  /** What an open change has refused counts as a failed attempt of its address, and is on record. Answers the refusal to throw. */
  failedAttempt(request: FastifyRequest, refusal: DomainError, reason: RefusedCaller['reason']): DomainError {
    return this.count(request, { reason, address: addressOf(request), key: null }) ?? refusal;
  }

  private async receive(request: FastifyRequest) {
    if (request.url.startsWith('/health/')) return;
    const mayLook = !this.counts.isSpent(failedAt(request), this.config.FAILED_AUTHENTICATIONS_PER_MINUTE);
    const { role, ...found } = await this.callers.find(request, mayLook);
    if (found.unbelieved) this.count(request, { reason: 'header-unbelieved', address: addressOf(request), key: null });
    const { caller } = found;
    if (found.refusedAs) request.refusedAs = found.refusedAs;
    const retryAfterMs = this.counts.exceed(caller?.actor ?? `address:${addressOf(request)}`, this.config.RATE_LIMIT_PER_MINUTE);
    if (retryAfterMs !== undefined) {
      if (!caller && (role !== undefined || found.refusedAs || changes(request))) this.refused.count(this.refusalOf(request).refused);
      throw tooManyRequests(retryAfterMs);
    }
    if (caller?.role === 'station') noteStation();
    if (caller) request.caller = caller;
    else if (request.method === 'POST' && request.routeOptions.url === OPEN_CHANGE) this.assertMayTry(request);
    // Nothing else that changes anything is open to all, so its body need not be read.
    else if (changes(request)) throw this.refuse(request);
  }

  private assertMayTry(request: FastifyRequest) {
    if (this.counts.isSpent(failedAt(request), this.config.FAILED_AUTHENTICATIONS_PER_MINUTE)) throw this.count(request, { reason: 'enrolment-unknown', address: addressOf(request), key: null });
  }

  private refuse(request: FastifyRequest): DomainError {
    const { refusal, refused } = this.refusalOf(request);
    return this.count(request, refused) ?? refusal;
  }

  private refusalOf(request: FastifyRequest) {
    return request.refusedAs ?? { refusal: callerUnknown(), refused: { reason: 'caller-unknown' as const, address: addressOf(request), key: this.callers.keyNamed(request) } };
  }

  /** Undefined while the address may go on trying. */
  private count(request: FastifyRequest, refused: RefusedCaller): DomainError | undefined {
    const retryAfterMs = this.counts.exceed(failedAt(request), this.config.FAILED_AUTHENTICATIONS_PER_MINUTE);
    if (retryAfterMs === undefined) this.refused.note(request, refused);
    else this.refused.count(refused);
    return retryAfterMs === undefined ? undefined : tooManyFailedAuthentications(retryAfterMs);
  }
}

const changes = ({ method }: FastifyRequest) => method !== 'GET' && method !== 'HEAD';

/** Whose share of the ledger a request uses. */
function classOf(role: string | undefined): RequestClass {
  return role === 'station' || role === 'issuer' ? role : 'people';
}

const failedAt = (request: FastifyRequest) => `failed:${addressOf(request)}`;
