import type { SimulationSettings } from './simulation-report.js';

/** As they come from the command line. */
export interface SimulateOptions {
  stations: string;
  slots: string;
  units?: string;
  minutes?: string;
  takt: string;
  order?: string;
  method: string;
  route?: string;
  failRate: string;
  kill?: string;
  connect?: string;
  waitAws?: boolean;
  seed?: string;
  rotate?: boolean;
  json?: boolean;
}

/** The options say nothing that could be done; one sentence says why. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(options: SimulateOptions): SimulationSettings {
  const { units, minutes, order, route, kill, connect, seed } = options;
  const settings: SimulationSettings = {
    stations: numberFrom('--stations', options.stations, { least: 1, most: 1_000, whole: true }),
    slots: numberFrom('--slots', options.slots, { least: 1, most: 16, whole: true }),
    taktMs: numberFrom('--takt', options.takt, { least: 0, most: 3_600, unit: 's' }) * 1_000,
    failRate: percent('--fail-rate', options.failRate),
    method: options.method,
    rotate: options.rotate === true,
    waitForAws: options.waitAws === true,
    ...(units === undefined ? {} : { units: numberFrom('--units', units, { least: 1, most: 100_000, whole: true }) }),
    ...(minutes === undefined ? {} : { minutes: numberFrom('--minutes', minutes, { least: 0.1, most: 1_440 }) }),
    ...(kill === undefined ? {} : { killsPerMinute: perMinute('--kill', kill) }),
    ...(connect === undefined ? {} : { connect: percent('--connect', connect) }),
    ...(route === undefined ? {} : { route: stepNames('--route', route) }),
    ...(order === undefined ? {} : { order: word('--order', order) }),
    ...(seed === undefined ? {} : { seed: word('--seed', seed) }),
  };
  if (units !== undefined && minutes !== undefined) throw new UsageError('--units and --minutes both say when the run is over: give one of them');
  if (minutes !== undefined && settings.rotate === true) throw new UsageError('--rotate needs --units: the next generation takes over after a third of them');
  return settings;
}

function numberFrom(option: string, text: string, { least, most, whole = false, unit = '' }: { least: number; most: number; whole?: boolean; unit?: string }): number {
  const bare = unit !== '' && text.endsWith(unit) ? text.slice(0, -unit.length) : text;
  const number = Number(bare);
  if (!/^\d+(\.\d+)?$/.test(bare) || (whole && !Number.isInteger(number)) || number < least || number > most) {
    throw new UsageError(`${option} must be a ${whole ? 'whole ' : ''}number${unit === 's' ? ' of seconds' : ''} from ${least} to ${most}`);
  }
  return number;
}

function percent(option: string, text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (number === undefined || Number(number) > 100) throw new UsageError(`${option} must be a share from 0% to 100%, such as 3%`);
  return Number(number) / 100;
}

function perMinute(option: string, text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)\/min$/.exec(text) ?? [];
  if (number === undefined || Number(number) > 600) throw new UsageError(`${option} must be a rate from 0/min to 600/min, such as 1/min`);
  return Number(number);
}

function word(option: string, text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text)) throw new UsageError(`${option} must be letters, digits, dot, dash and underscore, at most 63`);
  return text;
}

function stepNames(option: string, text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length > 16 || new Set(names).size < names.length || names.some((name) => !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))) throw new UsageError(`${option} must name 1 to 16 different steps, as in provision,test`);
  return names;
}
