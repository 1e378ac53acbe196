import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Role } from '../platform/http/roles.js';
import { PUBLIC } from '../platform/http/public.js';
import { ROLES } from '../platform/http/roles.js';
import { callerUnknown, roleMissing } from './access.errors.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { Caller } from './caller.js';

/** Stands before every route. What is not declared public needs a key, and the key a role that the route names. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeyRepository,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.authenticate(request.headers.authorization);
    request.caller = caller;
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, places) ?? [];
    if (caller.role !== 'admin' && !allowed.includes(caller.role)) throw roleMissing(allowed.length > 0 ? allowed : ['admin']);
    return true;
  }

  /** Accepts `Bearer <key>`, and `Basic` with the key as password, which is what a browser can send. */
  async authenticate(header: string | undefined): Promise<Caller> {
    const key = keyIn(header);
    const caller = key === undefined ? undefined : await this.keys.findCaller(key);
    if (!caller) throw callerUnknown();
    return caller;
  }
}

function keyIn(header: string | undefined): string | undefined {
  const [scheme, value] = header?.split(' ', 2) ?? [];
  if (value === undefined) return undefined;
  if (/^bearer$/i.test(scheme ?? '')) return value;
  if (!/^basic$/i.test(scheme ?? '')) return undefined;
  return Buffer.from(value, 'base64').toString('latin1').split(':', 2)[1];
}
