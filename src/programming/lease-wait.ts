import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { LeaseAbsence } from '../work-orders/lease-absence.js';

/** Before a station is answered, leases that ended while the service was away last a whole one again. */
@Injectable()
export class LeaseWait implements NestInterceptor {
  constructor(private readonly absence: LeaseAbsence) {}

  async intercept(_context: ExecutionContext, next: CallHandler) {
    await this.absence.makeGood();
    return next.handle();
  }
}
