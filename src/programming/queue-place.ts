/** Where jobs of one step of a line wait, whoever is to get them. */
export interface LineStep {
  line: string;
  step: string;
}

/** Where jobs wait: the pool of a line's step, or what is assigned to a station of the line, or to one slot of it. */
export interface QueuePlace {
  line: string;
  /** Empty where jobs are assigned: of whichever step they are. */
  step: string;
  /** Empty: whoever on the line asks; else a station, or a slot as `leaseHolder` names it. */
  assignedTo: string;
}

export const poolOf = ({ line, step }: LineStep): QueuePlace => ({ line, step, assignedTo: '' });

/** Where a job waits that is of this step and assigned so. */
export const placeOf = ({ line, step, assignedTo }: QueuePlace): QueuePlace => ({ line, step: assignedTo === '' ? step : '', assignedTo });

/** Names of lines, steps, stations and slots have no tilde and no slash. */
const BETWEEN = '~';

export const lineStepKey = ({ line, step }: LineStep) => `${line}${BETWEEN}${step}`;

export const placeKey = (place: QueuePlace) => (place.assignedTo === '' ? lineStepKey(place) : `${place.line}${BETWEEN}${BETWEEN}${place.assignedTo}`);

export function placeOfKey(key: string): QueuePlace {
  const [line = '', step = '', assignedTo = ''] = key.split(BETWEEN, 3);
  return { line, step, assignedTo };
}

/** Also how people and callers name it: `line-<line>~<step>`, `station-<station>`, `slot-<station>~<slot>`. */
export function queueName(place: QueuePlace): string {
  if (place.assignedTo === '') return `line-${lineStepKey(place)}`;
  const [station = '', slot] = place.assignedTo.split('/', 2);
  return slot === undefined ? `station-${station}` : `slot-${station}${BETWEEN}${slot}`;
}

/** The place that is called so; `line` is that of its station. Undefined for what can be no queue's name. */
export function placeOfQueue(name: string, line: string): QueuePlace | undefined {
  const [, kind, first = '', second] = /^(line|station|slot)-([^~]+)(?:~([^~]+))?$/.exec(name) ?? [];
  if (kind === 'line' && second !== undefined) return { line: first, step: second, assignedTo: '' };
  if (kind === 'station' && second === undefined) return { line, step: '', assignedTo: first };
  if (kind === 'slot' && second !== undefined) return { line, step: '', assignedTo: `${first}/${second}` };
  return undefined;
}

/** To whom jobs may be assigned that a slot gets: first the slot itself, then its station. */
export const assigneesOf = (station: string, slot: string) => [`${station}/${slot}`, station] as const;

/** Whether a job that is assigned so may be handed to the slot. */
export const mayHave = (assignedTo: string, station: string, slot: string) => assignedTo === '' || assigneesOf(station, slot).includes(assignedTo);

/** Each place once. */
export function distinct(places: readonly QueuePlace[]): QueuePlace[] {
  return [...new Map(places.map((place) => [placeKey(place), place])).values()];
}
