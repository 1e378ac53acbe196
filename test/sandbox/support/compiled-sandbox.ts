import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

/** Compiles the sandbox into `folder`, so that a test can run it as the process that it is. Answers the path of its main file. */
export function compileSandbox(folder: string): string {
  for (const part of ['sandbox', 'x509', 'config']) {
    const source = join(process.cwd(), 'src', part);
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
      const target = join(folder, 'dist', part, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      const { code } = transformSync(readFileSync(join(source, file), 'utf8'), {
        filename: file,
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      });
      writeFileSync(target, code);
    }
  }
  return join(folder, 'dist', 'sandbox', 'main.js');
}

export interface Listening {
  event: string;
  pid: number;
  endpointUrl: string;
  mqttPort: number;
  proxyPort: number;
  accounts: { accountId: string; region: string; endpoint: string }[];
}

export interface SandboxProcess {
  child: ChildProcess;
  listening: Listening;
  /** Everything that it wrote so far. */
  output(): string;
}

/** Starts the program and waits until it says over IPC that it listens. */
export async function runSandbox(main: string, settings: Record<string, string>): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const outcome = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  if (outcome === undefined) throw new Error(`The sandbox did not start: ${text}`);
  return { child, listening: outcome[0] as Listening, output: () => text };
}

/** Ends a process that the test started and waits until it is gone. */
export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
