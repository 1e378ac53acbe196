import { dirname, join } from 'node:path';
import { type DemoCredentials, findCredentials } from '../simulation/credentials.js';
import { ensureDemoLine } from '../simulation/demo-line.js';
import { proveGoldenUnit } from '../simulation/golden-unit.js';
import { simulate } from '../simulation/simulate.js';
import type { DemoMessage } from './golden-unit-check.js';
import { findProvedMethods, keepProvedMethods } from './proved-methods.js';

/** Proved after just-in-time provisioning, which the golden unit goes through. Those of one line share the hook of fleet provisioning, so that they come one after the other. */
const OTHER_METHODS = [['jitr'], ['multi-account'], ['single-thing'], ['bulk'], ['fleet-claim', 'fleet-trusted-user']];

// Once the service and the sandbox answer: makes the demo line where it is missing, and sends one unit the whole way.

function tell(message: DemoMessage): void {
  process.send?.(message);
}

/** The sandbox's data folder lies beside the credentials file. Answers lines for the reader. */
async function demonstrate(credentialsFile: string, say: (line: string) => void): Promise<string[]> {
  const known = findCredentials(credentialsFile);
  if (!known) throw new Error(`There is no ${credentialsFile}, which says where the service is`);
  const { baseUrl, caFile, keys } = known;
  const demo = await ensureDemoLine({ baseUrl, caFile, keys, sandbox: { folder: join(dirname(credentialsFile), 'sandbox') }, credentialsFile, onStep: say });
  const golden = await proveGoldenUnit(demo, ({ name, ms }) => say(`${name} (${ms} ms)`));
  const proved = await proveOtherMethods(demo, dirname(credentialsFile), say);
  const connections = golden.targets.map(({ accountId, region, drops }) => `${accountId} in ${region} (let in at connection ${drops + 1})`);
  return [
    `Golden unit ${golden.serial} passed in ${(golden.ms / 1_000).toFixed(1)} s: signed by ${golden.authority} in the HSM, connected to ${connections.join(' and ')}, Thing found in each.`,
    proved,
    `Work order ${demo.workOrder} waits at station ${demo.station.id} on ${demo.station.line}.`,
  ];
}

/** One unit of each other method from order to connected device, once for each build: each proof is an order that stays in the ledger. Answers a line for the reader. */
async function proveOtherMethods(demo: DemoCredentials, folder: string, say: (line: string) => void): Promise<string> {
  const before = findProvedMethods(folder);
  if (before) return `Methods proved: jitp now; ${before.methods.join(', ')} at ${before.at}, by the same build. (lineside simulate --method M proves one again.)`;
  const prove = async (method: string) => {
    say(`Proving the method ${method}`);
    const { ok, problems } = await simulate(demo, { method, order: `proof-${method}-${Date.now().toString(36)}`, units: 1, stations: 1 });
    if (!ok) throw new Error(`The method ${method} was not proved: ${problems.join('; ')}`);
  };
  await Promise.all(OTHER_METHODS.map(async (methods) => {
    for (const method of methods) await prove(method);
  }));
  const methods = OTHER_METHODS.flat();
  keepProvedMethods(folder, methods);
  return `Methods proved, each with a unit that was ordered, certified, connected and found in AWS: jitp, ${methods.join(', ')}.`;
}

// The launcher has ended.
process.on('disconnect', () => process.exit(1));
try {
  const file = process.argv[2];
  if (!file) throw new Error('The first argument must name credentials.json');
  tell({ event: 'passed', lines: await demonstrate(file, (line) => tell({ event: 'progress', line })) });
} catch (error) {
  console.error(error);
  tell({ event: 'failed', message: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();
