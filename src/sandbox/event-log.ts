/** Something that happened, by name, with the facts that belong to it. Never holds a key or a secret. */
export type EventLog = (event: string, facts: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line on standard output. */
export const logToStandardOutput: EventLog = (event, facts) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...facts })}\n`);
};

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
