import { LocalChild, type ChildPlan } from './local-child.js';
import { LocalProblem } from './local.errors.js';
import { readLogTail } from './log-files.js';
import type { Running } from './part.js';

export interface ProgramPlan extends Omit<ChildPlan, 'onMessage'> {
  /** How long the program may take until it says `{event: …}` over its channel. */
  readyWithinMs: number;
}

/** Starts one of our own programs. Resolves once it has said that it is ready; SIGTERM asks it to end, and its own children end with its group. */
export async function startProgram(
  plan: ProgramPlan,
  onChild: (child: LocalChild) => void,
  startChild: (plan: ChildPlan) => Promise<LocalChild> = (child) => LocalChild.start(child),
): Promise<Running> {
  let sayReady: (() => void) | undefined;
  const ready = new Promise<'ready'>((resolve) => (sayReady = () => resolve('ready')));
  const child = await startChild({
    ...plan,
    onMessage: (message) => {
      if (typeof message === 'object' && message !== null && 'event' in message) sayReady?.();
    },
  });
  onChild(child);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.signal('SIGKILL');
  }, plan.readyWithinMs);
  const outcome = await Promise.race([ready, child.exited]);
  clearTimeout(timer);
  if (outcome === 'ready') return { child, stop: async () => void (await child.stop(['SIGTERM'], 5_000)) };
  await child.stop([], 0);
  const { name, logFile } = plan;
  const what = isLate ? `was not ready within ${plan.readyWithinMs / 1_000} s` : 'stopped while starting';
  throw new LocalProblem(`${name} ${what}. The end of its log:\n${readLogTail(logFile)}`, `Read ${logFile}, mend the cause and start again.`);
}
