import { dirname, join } from 'node:path';
import { findCredentials } from './credentials.js';
import { ensureDemoLine } from './demo-line.js';
import { provesGoldenUnit } from './golden-unit.js';

/**
 * What a start does once the service and the sandbox answer: makes the demo line where it is missing, and sends the golden
 * unit the whole way. The sandbox's folder lies beside the file. Answers lines for the reader.
 * @throws GoldenUnitFailed, or the refusal that kept the line from being made
 */
export async function ensureDemo(credentialsFile: string, say: (line: string) => void): Promise<string[]> {
  const known = findCredentials(credentialsFile);
  if (!known) throw new Error(`There is no ${credentialsFile}, which says where the service is`);
  const { baseUrl, keys } = known;
  const demo = await ensureDemoLine({ baseUrl, keys, sandbox: { folder: join(dirname(credentialsFile), 'sandbox') }, credentialsFile, onStep: say });
  const golden = await provesGoldenUnit(demo, ({ name, ms }) => say(`${name} (${ms} ms)`));
  const connections = golden.targets.map(({ accountId, region, drops }) => `${accountId} in ${region} (let in at connection ${drops + 1})`);
  return [
    `Golden unit ${golden.serial} passed in ${(golden.ms / 1_000).toFixed(1)} s: signed by ${golden.authority} in the HSM, connected to ${connections.join(' and ')}, Thing found in each.`,
    `Work order ${demo.workOrder} waits at station ${demo.station.id} on ${demo.station.line}.`,
  ];
}
