import { credentialsFile, readDemoCredentials } from './credentials.js';
import { GoldenUnitFailed, proveGoldenUnit } from './golden-unit.js';

/** `lineside golden-unit`: one fresh unit the whole way, against the running service. Exit code 1 when a step fails. */
export async function goldenUnitCommand({ json }: { json: boolean }): Promise<void> {
  const say = (line: string) => void (json || process.stdout.write(`${line}\n`));
  const file = credentialsFile(process.env);
  try {
    const credentials = readDemoCredentials(file);
    const golden = await proveGoldenUnit(credentials, ({ name, ms }) => say(`  ✔ ${name} (${ms} ms)`));
    say(`Golden unit ${golden.serial} passed in ${(golden.ms / 1_000).toFixed(1)} s, signed by ${golden.authority}.`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: true, ...golden }, null, 2)}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const step = error instanceof GoldenUnitFailed ? error.step : null;
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, step, message }, null, 2)}\n`);
    else process.stderr.write(`  ✘ ${message}\n`);
    process.exitCode = 1;
  }
}
