import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { CONFIG, type Config } from '../config/config.js';
import type { Role } from '../platform/http/roles.js';
import { CallCounts } from '../platform/http/call-counts.js';
import { inClass, noteStation, type RequestClass } from '../platform/request-class.js';
import { callerUnknown, roleMissing, tooManyFailedAuthentications, tooManyRequests } from './access.errors.js';
import { parseApiKey } from './api-key.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { Caller } from './caller.js';
import { type RefusedCaller, RefusedCallers } from './refused-callers.js';

/**
 * Says who is calling before the body of the request is read, and bounds how much each caller may ask: calls by key, calls without a
 * key and failed attempts by address. A known key is never held back by what others at its address do.
 */
@Injectable()
export class Authentication implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly keys: ApiKeyRepository,
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
    if (!caller) throw this.refuseUnknown(request);
    if (allowed.includes(caller.role)) return caller;
    this.refused.note(request, { reason: 'role-missing', address: addressOf(request), key: caller.actor });
    throw roleMissing(allowed);
  }

  /** Throws `caller-unknown` when the key of a request that has waited was revoked meanwhile. */
  async assertStillKnown(request: FastifyRequest): Promise<void> {
    const key = keyIn(request.headers.authorization);
    if (key === undefined || !(await this.keys.findCaller(key, true))) throw this.refuseUnknown(request);
  }

  private async receive(request: FastifyRequest) {
    if (request.url.startsWith('/health/')) return;
    const key = keyIn(request.headers.authorization);
    const mayLook = !this.counts.isSpent(failedAt(request), this.config.FAILED_AUTHENTICATIONS_PER_MINUTE);
    const caller = key === undefined ? undefined : await inClass(classOf(parseApiKey(key)?.role), () => this.keys.findCaller(key, mayLook));
    const retryAfterMs = this.counts.exceed(caller?.actor ?? `address:${addressOf(request)}`, this.config.RATE_LIMIT_PER_MINUTE);
    if (retryAfterMs !== undefined) {
      if (!caller && (key !== undefined || changes(request))) this.refused.count(unknownCaller(request));
      throw tooManyRequests(retryAfterMs);
    }
    if (caller?.role === 'station') noteStation();
    if (caller) request.caller = caller;
    // Nothing that changes anything is open to all, so its body need not be read.
    else if (changes(request)) throw this.refuseUnknown(request);
  }

  private refuseUnknown(request: FastifyRequest) {
    const retryAfterMs = this.counts.exceed(failedAt(request), this.config.FAILED_AUTHENTICATIONS_PER_MINUTE);
    const refused = unknownCaller(request);
    if (retryAfterMs === undefined) this.refused.note(request, refused);
    else this.refused.count(refused);
    return retryAfterMs === undefined ? callerUnknown() : tooManyFailedAuthentications(retryAfterMs);
  }
}

const changes = ({ method }: FastifyRequest) => method !== 'GET' && method !== 'HEAD';

function unknownCaller(request: FastifyRequest): RefusedCaller {
  const id = parseApiKey(keyIn(request.headers.authorization) ?? '')?.id;
  return { reason: 'caller-unknown', address: addressOf(request), key: id === undefined ? null : `key:${id}` };
}

/** `Bearer <key>`, and `Basic` with the key as password, which is what a browser can send. */
function keyIn(header: string | undefined): string | undefined {
  const [scheme, value] = header?.split(' ', 2) ?? [];
  if (value === undefined) return undefined;
  if (/^bearer$/i.test(scheme ?? '')) return value;
  if (!/^basic$/i.test(scheme ?? '')) return undefined;
  return Buffer.from(value, 'base64').toString('latin1').split(':', 2)[1];
}

/** Whose share of the ledger a request uses. */
function classOf(role: string | undefined): RequestClass {
  return role === 'station' || role === 'issuer' ? role : 'people';
}

const failedAt = (request: FastifyRequest) => `failed:${addressOf(request)}`;

/** Where the request comes from, as one owner has it: an IPv4 address, or the first 64 bits of an IPv6 one. */
function addressOf(request: FastifyRequest): string {
  const address = ipaddr.process(request.ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]).toString()}/64`;
}
