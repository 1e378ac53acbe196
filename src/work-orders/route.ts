/** One step that a unit passes. */
export interface RouteStep {
  name: string;
  /** The unit's certificate is issued in this one; exactly one step of a route has it. */
  identity: boolean;
  /** So many FAILs in this step fail the unit. */
  retests: number;
  /** The longest that one attempt may take, in minutes, whatever its station's heartbeats say. */
  maxMinutes: number;
  /** `device`: a PASS needs the report of an end-of-line check (`lineside check-device`). */
  check?: 'device' | undefined;
  /** `shipGate`: a PASS waits until AWS knows the unit as far as its order wants. */
  waitFor?: 'shipGate' | undefined;
}

/** What a unit passes, in order: at least one step. */
export type Route = RouteStep[];

/** A failure that stations report of a product. */
export interface FailureCode {
  code: string;
  meaning: string;
  /** What the operator does. */
  action?: string | undefined;
}

/** Of a product about which nobody has said anything. */
export const ROUTE_OF_ONE_STEP: Route = [{ name: 'provision', identity: true, retests: 1, maxMinutes: 60 }];

/** Number of the step in which the certificate is issued, counted from 1. */
export function identityStep(route: Route): number {
  return route.findIndex(({ identity }) => identity) + 1;
}
