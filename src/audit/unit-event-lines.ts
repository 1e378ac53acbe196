import { Injectable, Logger } from '@nestjs/common';
import { LogFollower } from './log-follower.js';

/** What happens to units beside requests, or many at a time in one. What a request does to one unit stands in the request's own line. */
const EVENTS = ['certificate.issued', 'certificate.revoked', 'certificate.abandoned', 'job.lease-expired', 'unit.registered', 'unit.certificate-revoked'] as const;

/** One line in the worker's log for each of these events, with the unit's serial. */
@Injectable()
export class UnitEventLines {
  private readonly logger = new Logger('Units');

  constructor(log: LogFollower) {
    log.follow({
      name: 'unit-event-lines',
      events: EVENTS,
      read: () => Promise.resolve(),
      afterwards: (leaves) => {
        for (const { event, index, actor, facts } of leaves) {
          const { unit, serial = unit, ...rest } = facts as { unit?: string; serial?: string };
          this.logger.log({ event, index, actor, serial, ...rest });
        }
      },
    });
  }
}
