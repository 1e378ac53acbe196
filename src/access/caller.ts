import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from '../platform/http/roles.js';

/** Who is calling. `actor` is how the audit log names them. */
export interface Caller {
  actor: string;
  role: Role;
  station: string | null;
  /** Serial number, hex, of the client certificate by which the station is known; it has none where it came with a key. */
  certificate?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** The caller of this request, put there by the access guard. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('A route without a caller asked who is calling');
  return caller;
});
