import type { CertificateFindings } from './accounting.js';
import type { Balance } from './api-answers.js';
import type { AwsFindings } from './aws-account.js';
import type { CallFigure, CallKind } from './call-figures.js';
import type { LeaseFindings } from './lease-account.js';
import type { Rotation } from './rotation.js';
import type { Memory } from './service-memory.js';
import type { Progress, SimulationRun } from './simulation-run.js';

export interface SimulationSettings {
  stations: number;
  /** Of each station; one unless it is said. */
  slots?: number;
  /** How many units are brought through; 100 unless this or `minutes` is said. */
  units?: number;
  /** For so long units are added as the line eats them; then the line comes to an end of what there is. */
  minutes?: number;
  /** A new order of that id; one that is there already is worked on, for as many units as it has left. */
  order?: string;
  /** How the units become known to AWS; jitp unless it is said. Each method has a family of authorities, and a line, of its own. */
  method?: string;
  /** Steps of the units' route, in order; the certificate is issued in the first one. One step unless it is said. */
  route?: readonly string[];
  /** How long the fixture is at work on a unit in each step, in milliseconds. */
  taktMs?: number;
  /** Share of attempts that end in a FAIL, in an error, or with the board lifted off; 0 to 1. */
  failRate?: number;
  /** Stations whose power is cut, each minute. */
  killsPerMinute?: number;
  /** The same seed has the same things happen to the same units. */
  seed?: string;
  /** Share of devices that connect to AWS before their PASS, 0 to 1. All of at most 32 slots, of more none, unless it is said. */
  connect?: number;
  /** At the end, until AWS knows all units. */
  waitForAws?: boolean;
  /** In the middle, the next generation of the authority takes over. */
  rotate?: boolean;
  /** From a device's first, dropped connection to its second. A second, unless the sandbox provisions sooner. */
  firstPauseMs?: number;
  /** Process ids of the service's programs by name, where they run on this machine; asked each second. */
  processes?: () => Readonly<Record<string, number>>;
  onProgress?: (sight: Sight) => void;
  /** Ends the run early. */
  signal?: AbortSignal;
}

/** A run as it stands, each second. */
export interface Sight {
  run: SimulationRun;
  stationsOn: number;
  stations: number;
  cuts: number;
  memory: readonly Memory[];
}

export interface SimulationReport extends Progress, AwsFindings {
  ok: boolean;
  order: string;
  method: string;
  seed: string;
  stations: number;
  slots: number;
  taktMs: number;
  unitsPerSecond: number;
  /** PASSes of steps that were not the unit's last. */
  movedOn: number;
  /** Attempts that counted for nothing, because the lease was over, at stations that were not killed. */
  lostLeases: number;
  leases: LeaseFindings;
  /** Of the stations' calls, by kind. */
  calls: Record<CallKind, CallFigure>;
  /** By code. */
  refusals: Record<string, number>;
  /** Requests to which no answer came. */
  unanswered: number;
  /** For how long no request was answered, each time, in seconds. */
  outages: number[];
  balance: Balance;
  certificates: CertificateFindings;
  memory: Memory[];
  rotation: Rotation | null;
  /** Sentences; empty when all is well. */
  problems: string[];
}

const figure = ({ count, p50, p99, most }: CallFigure) => `${p50} ms p50, ${p99} ms p99, ${most} ms at most, of ${count}`;
const listed = (counts: Readonly<Record<string, number>>) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ') || 'none';

/** For people, a fact a line. */
export function describe(report: SimulationReport): string {
  const { balance, calls, certificates, leases: { lost, powerCuts }, things, registrations, rotation, memory, problems } = report;
  const lines = [
    `${report.passed} of ${report.units} units of work order ${report.order} (${report.method}) passed at ${report.stations} stations of ${report.slots} slots in ${report.seconds} s (${report.unitsPerSecond} units/s); seed ${report.seed}`,
    `${report.failed} units failed, ${report.retried} attempts were tried again, ${report.movedOn} steps led to another one`,
    `Work order: ${balance.ordered} ordered${balance.beyondOrdered > 0 ? ` and ${balance.beyondOrdered} beyond` : ''} = ${balance.shipped} shipped + ${balance.scrapped} scrapped + ${balance.inWork} in work (${balance.passed} passed, ${balance.begun} begun, ${balance.notBegun} not begun) + ${balance.unaccounted} unaccounted`,
    `${certificates.distinct} distinct valid certificates: ${Object.entries(certificates.byAuthority).map(([id, count]) => `${count} by ${id}`).join(', ') || 'none'}`,
    ...things.map(({ accountId, region, count }) => `${count} Things in account ${accountId} in ${region}`),
    ...registrations.map(({ target, issued, registered, connected, pending }) => `${target}: ${registered} of ${issued} units registered, ${connected} have connected, ${pending} pending`),
    `Claims: ${figure(calls.claim)}`,
    `Heartbeats: ${figure(calls.heartbeat)}`,
    `Certificates: ${figure(calls.certificate)}`,
    `Results: ${figure(calls.result)}`,
    `Refusals: ${listed(report.refusals)}; ${report.unanswered} requests without an answer; away for ${report.outages.length === 0 ? '0' : report.outages.join(' + ')} s`,
    `Leases lost at stations that were there: ${listed(lost)}`,
    `${powerCuts.count} stations killed with ${powerCuts.held} units: ${powerCuts.regained} came back to their slots, ${powerCuts.returned} to the line, within ${powerCuts.longestSeconds} s (at most ${powerCuts.boundSeconds} s)`,
    ...(memory.length > 0 ? [`Memory: ${memory.map(({ name, now, most }) => `${name} ${now} MB (most ${most})`).join(', ')}`] : []),
    ...(rotation ? [`${rotation.to} took over from ${rotation.from} within ${rotation.seconds} s`] : []),
    ...problems.map((problem) => `PROBLEM: ${problem}`),
    problems.length === 0 ? 'Every unit is accounted for.' : `NOT ALL IS WELL: ${problems.length} differences`,
  ];
  return `${lines.join('\n')}\n`;
}
