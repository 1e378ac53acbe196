import type { ApiProblem } from './api-client.js';
import type { Ended, Report } from './station-answers.js';

/**
 * How a job came to its end here. `kept`: its report waits on disk for the service. `problem` of a lost lease: the service's word for it; without one, no heartbeat
 * got through while the lease lasted. `stopped`: the program was ended, and the slot gets the unit again with its next claim.
 */
export type Ending =
  | { kind: 'reported'; report: Report; ended: Ended | undefined; kept: boolean }
  | { kind: 'released'; problem?: ApiProblem }
  | { kind: 'lease-lost'; problem?: ApiProblem }
  | { kind: 'stopped' };
