import { INSTALLATION } from '../config/installation.js';
import { CHECKS } from './checks.js';
import { type Check, type Examined, type Finding, lookAround } from './examination.js';

const SIGNS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

/** `lineside doctor`: what is wrong on this machine and how to mend it. Exit code 1 when something is. Changes nothing. */
export async function doctor({ json }: { json: boolean }): Promise<void> {
  const findings = await examine(await lookAround(INSTALLATION, process.env));
  const isWell = findings.every(({ state }) => state !== 'fail');
  const text = findings.map(({ state, name, finding, remedy }) => `${SIGNS[state]}  ${name}: ${finding}${remedy ? `\n      → ${remedy}` : ''}`);
  const verdict = isWell ? 'Nothing stands in the way.' : 'Something is wrong; the arrows say how to mend it.';
  process.stdout.write(json ? `${JSON.stringify({ ok: isWell, findings }, null, 2)}\n` : `${[...text, '', verdict].join('\n')}\n`);
  process.exitCode = isWell ? 0 : 1;
}

/** All findings, in the order of the checks. A check that fails itself is a finding too. */
export async function examine(examined: Examined): Promise<Finding[]> {
  const findings = CHECKS.map(async (check): Promise<Finding[]> => {
    try {
      return [await check(examined)].flat();
    } catch (error) {
      return [{ name: nameOf(check), state: 'fail', finding: `This check could not be made: ${error instanceof Error ? error.message : String(error)}`, remedy: 'Mend what the other arrows name, then ask again.' }];
    }
  });
  return (await Promise.all(findings)).flat();
}

/** `checkTargets` is the check of the targets. */
const nameOf = (check: Check) => check.name.replace(/^check/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
