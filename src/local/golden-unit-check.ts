import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataFolder } from './data-folder.js';
import { LocalChild } from './local-child.js';
import { putLogAside, readLogTail } from './log-files.js';
import { prefixFor } from './system-user.js';

const DEADLINE_MS = 180_000;

/** What demo-process.ts sends: a line of progress, or how it ended. */
const DemoMessage = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), line: z.string() }),
  z.object({ event: z.literal('passed'), lines: z.array(z.string()) }),
  z.object({ event: z.literal('failed'), message: z.string() }),
]);
export type DemoMessage = z.infer<typeof DemoMessage>;

export type DemoOutcome = { passed: true; lines: string[] } | { passed: false; message: string };

/**
 * Runs src/local/demo-process.ts, which makes the demo line and sends the golden unit the whole way. It is a process of
 * its own, because MQTT and certificates would otherwise stay in the launcher's memory for as long as the service runs.
 */
export async function checkGoldenUnit(place: DataFolder, programs: string, say: (line: string) => void): Promise<DemoOutcome> {
  const program = join(programs, 'local', 'demo-process.js');
  if (!existsSync(program)) return { passed: false, message: `${program} is missing` };
  putLogAside(place.demo.logFile);
  let outcome: DemoOutcome | undefined;
  const child = await LocalChild.start({
    name: 'The golden unit check',
    command: [...prefixFor(undefined, place.root, 'TERM'), process.execPath, program, place.credentials],
    cwd: place.root,
    env: {},
    logFile: place.demo.logFile,
    onMessage: (sent) => {
      const message = DemoMessage.safeParse(sent).data;
      if (message?.event === 'progress') say(message.line);
      if (message?.event === 'passed') outcome = { passed: true, lines: message.lines };
      if (message?.event === 'failed') outcome = { passed: false, message: message.message };
    },
  });
  const timer = setTimeout(() => child.signal('SIGKILL'), DEADLINE_MS);
  await child.exited;
  clearTimeout(timer);
  return outcome ?? { passed: false, message: `it ended without an answer:\n${readLogTail(place.demo.logFile)}` };
}
