import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../src/local/ports.js';
import { findProcess, type ProcessMark } from '../../src/local/running-processes.js';

/** `lineside start` as a real process over a folder of its own, on free ports. */
export class StartedLineside {
  output = '';
  readonly ended: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly env: NodeJS.ProcessEnv,
  ) {
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  static run(env: NodeJS.ProcessEnv): StartedLineside {
    const child = spawn(process.execPath, ['dist/cli.js', 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new StartedLineside(child, env);
  }

  /** Resolves when the output matches; rejects when the start ends first. */
  async says(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.output)) resolve();
      };
      this.child.stdout?.on('data', look);
      this.child.stderr?.on('data', look);
      void this.ended.then((code) => reject(new Error(`lineside start ended with ${code}:\n${this.output}`)));
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What it has started, by name. */
  children(): Record<string, ProcessMark> {
    const file = join(this.env['LINESIDE_DATA_DIR'] ?? '', 'run.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { children: Record<string, ProcessMark> }).children;
  }
}

/** An environment without the services of the test run, so that the launcher starts its own. */
export async function launcherEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const own = ['DATABASE_URL', 'REDIS_URL', 'HSM_MODULE', 'HSM_TOKEN', 'HSM_PIN_FILE', 'SOFTHSM2_CONF'];
  const inherited = Object.entries(process.env).filter(([name]) => !own.includes(name) && !name.startsWith('npm_') && !name.startsWith('JEST'));
  const [port, sandbox, mqtt, proxy] = await Promise.all([findFreePort(), findFreePort(), findFreePort(), findFreePort()]);
  return {
    ...Object.fromEntries(inherited),
    LINESIDE_DATA_DIR: folder,
    PORT: `${port}`,
    SANDBOX_PORT: `${sandbox}`,
    SANDBOX_MQTT_PORT: `${mqtt}`,
    SANDBOX_PROXY_PORT: `${proxy}`,
  };
}

/** Waits until a process has ended, however that came. */
export async function endOf(mark: ProcessMark): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (findProcess(mark.pid)?.startedAt === mark.startedAt) {
    if (Date.now() > deadline) throw new Error(`process ${mark.pid} is still there`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
