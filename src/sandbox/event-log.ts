/** Something that happened, by name, with the facts that belong to it. Never holds a key or a secret. */
export type EventLog = (event: string, facts: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line on standard output. */
export const logToStandardOutput: EventLog = (event, facts) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...facts })}\n`);
};

/** Lines of one event that are written within a minute. */
const MOST_A_MINUTE = 60;

/** Writes the first lines of each event within a minute, and then only how many more there were: a line under load, or a device that connects again and again, would fill the disk. */
export function withoutFloods(log: EventLog, now: () => number = Date.now): EventLog {
  let minute = 0;
  const counts = new Map<string, number>();
  return (event, facts) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      const unwritten = [...counts].filter(([, count]) => count > MOST_A_MINUTE).map(([name, count]) => [name, count - MOST_A_MINUTE]);
      counts.clear();
      if (unwritten.length > 0) log('sandbox.not-written', Object.fromEntries(unwritten));
    }
    const count = (counts.get(event) ?? 0) + 1;
    counts.set(event, count);
    if (count <= MOST_A_MINUTE) log(event, facts);
  };
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
