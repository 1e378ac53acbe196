import { Injectable } from '@nestjs/common';

/** Time as a dependency, so that a test can choose it. Leases are timed by the ledger's own clock instead. */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
