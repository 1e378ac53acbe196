import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export const say = (text) => process.stdout.write(`${text}\n`);

/** Runs a program with its output in a log file; answers whether it succeeded and all that it said. */
export function run(command, args, { cwd, env, logFile }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  log.write(`$ ${command} ${args.join(' ')}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-65_536);
      log.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (succeeded, more = '') => log.end(() => resolve({ succeeded, output: output + more }));
    child.once('error', (error) => end(false, error.message));
    child.once('close', (code) => end(code === 0));
  });
}

/** Says that a long step begins, that it still goes on, and how long it took. */
export async function step(title, work) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  say(`lineside set-up: ${title} …`);
  const reminder = setInterval(() => say(`lineside set-up: … still at it (${seconds()})`), 15_000);
  try {
    const result = await work();
    say(`lineside set-up: … done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

/** The last lines of what a program said, to show before the sentence about its failure. */
export function showTail(output, lines = 15) {
  process.stderr.write(`${output.trimEnd().split('\n').slice(-lines).join('\n')}\n`);
}
