import { z } from 'zod';
import type { DomainError } from '../platform/errors/domain-error.js';
import { deviceCheckFailed, deviceCheckMissing } from './programming.errors.js';

/** Checks that one report has, at most. */
const MOST_CHECKS = 100;

const Text = z.string().max(2_000);

/** What `lineside check-device --json` says (`src/device-check/check-device-command.ts`). */
const DeviceCheckReport = z.object({
  ok: z.boolean(),
  thing: z.string().max(128),
  /** SHA-256 of the certificate with which the device was checked, hex. */
  certificateId: z.string().max(64),
  checks: z.array(z.object({ check: Text, state: z.enum(['ok', 'not-seen', 'failed']), finding: Text, remedy: Text.nullable() })).min(1).max(MOST_CHECKS),
});
export type DeviceCheckReport = z.infer<typeof DeviceCheckReport>;

/** The report in a test record's `deviceCheck`; the reason in words where that is none, undefined where there is nothing. */
export function deviceCheckIn(record: Record<string, unknown>): DeviceCheckReport | string | undefined {
  if (record['deviceCheck'] === undefined) return undefined;
  const read = DeviceCheckReport.safeParse(record['deviceCheck']);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `deviceCheck${issue?.path.map((part) => `.${String(part)}`).join('') ?? ''}: ${issue?.message ?? 'not a report'}`;
}

/** Why a PASS with this report does not count; undefined when it shows that this unit, with this certificate (null: one that only AWS knows), passed each check that could be seen. */
export function refusalOfDeviceCheck(report: DeviceCheckReport | string | undefined, { serial, certificate }: { serial: string; certificate: string | null }): DomainError | undefined {
  if (report === undefined) return deviceCheckMissing(serial, 'the record has no deviceCheck');
  if (typeof report === 'string') return deviceCheckMissing(serial, report);
  if (report.thing !== serial) return deviceCheckMissing(serial, `it is of the unit ${report.thing}`);
  if (certificate !== null && report.certificateId.toLowerCase() !== certificate) return deviceCheckMissing(serial, 'it is of another certificate than the unit has');
  const failed = report.checks.find(({ state }) => state === 'failed');
  if (failed) return deviceCheckFailed(serial, failed);
  return report.ok && report.checks.some(({ state }) => state === 'ok') ? undefined : deviceCheckMissing(serial, 'it says of no check that it passed');
}
