import { type CallHandler, createParamDecorator, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LeaseAbsence } from '../work-orders/lease-absence.js';

declare module 'fastify' {
  interface FastifyRequest {
    leasesAsOf?: number;
  }
}

/** Before a station is answered, leases that ended while the service was away last a whole one again. */
@Injectable()
export class LeaseWait implements NestInterceptor {
  constructor(private readonly absence: LeaseAbsence) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const http = context.switchToHttp();
    const receivedAt = performance.now() - http.getResponse<FastifyReply>().elapsedTime;
    await this.absence.makeGood();
    http.getRequest<FastifyRequest>().leasesAsOf = this.absence.asOfReceipt(receivedAt);
    return next.handle();
  }
}

/** The moment at which a lease must not have been over for this request: `LeaseAbsence.asOfReceipt`, put there by `LeaseWait`. */
export const AsOf = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const { leasesAsOf } = context.switchToHttp().getRequest<FastifyRequest>();
  if (leasesAsOf === undefined) throw new Error('A route without LeaseWait asked as of when leases count');
  return leasesAsOf;
});
