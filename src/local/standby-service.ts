import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LocalChild, type ChildPlan } from './local-child.js';
import { LocalProblem } from './local.errors.js';
import { readLogTail } from './log-files.js';

const PROGRAM = fileURLToPath(new URL('../../dist/local/standby-process.js', import.meta.url));

/** So that V8 collects no garbage while it loads the code, which takes it a tenth of a second. The last of two equal options counts. */
const LARGE_HEAP = ['--initial-heap-size=256', '--min-semi-space-size=16', '--max-semi-space-size=16'];

/** What src/local/standby-process.ts answers to the order `load`. */
const LoadAnswer = z.discriminatedUnion('load', [z.object({ load: z.literal('done') }), z.object({ load: z.literal('failed'), reason: z.string() })]);
export type LoadAnswer = z.infer<typeof LoadAnswer>;

interface Standby {
  child: LocalChild;
  /** Who reads the process's messages now. */
  onMessage: (message: unknown) => void;
}

/**
 * For `npm run dev`: the next process of the service, which has loaded the npm packages before it is needed. They take more
 * than a second, and the service's own code a fifth of one, so that a change is served within a second.
 */
export class StandbyService {
  private next: Promise<Standby> | undefined;
  private loading = false;
  private stopped = false;

  /** `plan.command` ends with the path of the service's main file. */
  constructor(private readonly plan: ChildPlan) {}

  /** Starts the process, unless one stands by. */
  prepare(): void {
    if (!this.stopped) this.next ??= this.open();
  }

  /** Loads the service's code, which stands in dist, without running it. @throws LocalProblem that tells what is wrong with the code */
  async load(): Promise<void> {
    this.prepare();
    this.loading = true;
    const answer = await this.askToLoad().finally(() => (this.loading = false));
    if (answer.load === 'done') return;
    // Node remembers that a module failed, so this process can't try again.
    await this.discard();
    this.prepare();
    throw new LocalProblem(`The code can't be loaded: ${answer.reason}`, 'The service goes on with the code that it has.');
  }

  /** The process that stands by becomes the service; where there is none, or it is loading code to take the service's place, the service starts the ordinary way. */
  async take(plan: ChildPlan): Promise<LocalChild> {
    if (this.loading) return LocalChild.start(plan);
    const next = this.next;
    this.next = undefined;
    const standby = await next;
    if (!standby || standby.child.hasExited) return LocalChild.start(plan);
    standby.onMessage = (message) => plan.onMessage?.(message);
    standby.child.send('run');
    return standby.child;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.discard();
  }

  private async askToLoad(): Promise<LoadAnswer> {
    const standby = await this.next;
    if (!standby) return { load: 'done' };
    return new Promise<LoadAnswer>((resolve) => {
      standby.onMessage = (message) => {
        const { data } = LoadAnswer.safeParse(message);
        if (data) resolve(data);
      };
      void standby.child.exited.then(() => resolve({ load: 'failed', reason: readLogTail(this.plan.logFile) }));
      standby.child.send('load');
    });
  }

  private async discard(): Promise<void> {
    const standby = await this.next?.catch(() => undefined);
    this.next = undefined;
    await standby?.child.stop(['SIGTERM'], 1_000);
  }

  private async open(): Promise<Standby> {
    const command = [...this.plan.command.slice(0, -1), ...LARGE_HEAP, PROGRAM, ...this.plan.command.slice(-1)];
    const standby: Omit<Standby, 'child'> = { onMessage: () => undefined };
    const child = await LocalChild.start({ ...this.plan, command, onMessage: (message) => standby.onMessage(message) });
    return Object.assign(standby, { child });
  }
}
