import type { DemoMessage } from './golden-unit-check.js';

/** What src/simulation/demo.ts exports: makes the demo line if it is missing, sends one unit the whole way, answers lines for the reader. */
interface Demo {
  ensureDemo(credentialsFile: string, say: (line: string) => void): Promise<string[]>;
}

const DEMO = new URL('../simulation/demo.js', import.meta.url).href;

function tell(message: DemoMessage): void {
  process.send?.(message);
}

// Nobody waits for the answer any more.
process.on('disconnect', () => process.exit(1));
try {
  const file = process.env['LINESIDE_CREDENTIALS'];
  if (!file) throw new Error('LINESIDE_CREDENTIALS must name credentials.json');
  const demo = (await import(DEMO)) as Demo;
  tell({ event: 'passed', lines: await demo.ensureDemo(file, (line) => tell({ event: 'progress', line })) });
} catch (error) {
  console.error(error);
  tell({ event: 'failed', message: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();
