import { mock } from 'node:test';
import { checkDeviceCommand, type CheckDeviceOptions } from '../../../src/device-check/check-device-command.js';

/** What `lineside check-device --json` writes. */
export async function checkCommand(options: CheckDeviceOptions): Promise<{ ok: boolean; endpoint?: string; message?: string; checks?: { check: string; state: string }[] }> {
  const [said] = [mock.method(process.stdout, 'write', () => true), mock.method(process.stderr, 'write', () => true)];
  try {
    await checkDeviceCommand({ ...options, json: true }, {});
    return JSON.parse(said.mock.calls.map(({ arguments: [text] }) => String(text)).join(''));
  } finally {
    mock.restoreAll();
    process.exitCode = undefined;
  }
}
