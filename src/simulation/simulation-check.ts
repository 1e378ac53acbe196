import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Unit, WorkOrder } from './api-answers.js';
import type { ApiClient } from '../client/api-client.js';
import { CloudRegistry } from './cloud-registry.js';
import type { DemoCredentials } from './credentials.js';
import { SIGNED_BY_AWS } from './fleet-device.js';
import { checkIssued, type IssuedCertificate, readIssued } from './issued-certificate.js';
import type { PassedUnit } from './simulation-run.js';

/** What is true after a run, asked of the service and of AWS IoT. */
export interface Findings {
  /** Certificates that verify against their authority's, are for their unit, and share neither key nor serial number with another. */
  certificates: { distinct: number; byAuthority: Record<string, number> };
  things: { target: string; accountId: string; region: string; count: number }[];
  problems: string[];
}

/** Requests at the same time; the service has other callers too. */
const CONCURRENCY = 8;
/** More than a few sentences of one kind tell nothing new. */
const MOST_PROBLEMS = 10;
const IMPORT_MS = 60_000;
const POLL_MS = 250;

export async function checkUnits(manager: ApiClient, { aws }: DemoCredentials, orderId: string, passed: ReadonlyMap<string, PassedUnit>): Promise<Findings> {
  const problems: string[] = [];
  const units = [...passed.values()];
  const certificates = await checkCertificates(manager, units, problems);
  await inParallel(units, (unit) => checkLedger(manager, unit, problems));
  const order = await manager.get(`/v1/work-orders/${orderId}`, WorkOrder);
  if (order.units.failed > 0) problems.push(`Jobs of work order ${orderId} that failed: ${order.units.failed}`);

  const names = new Set(units.map(({ identity }) => identity.thingName));
  const things: Findings['things'] = [];
  for (const target of aws.targets.filter(({ name }) => order.targets.includes(name))) {
    const registry = await CloudRegistry.open(aws, target);
    const count = await registry.countThings(names).finally(() => registry.close());
    things.push({ target: target.name, accountId: target.accountId, region: target.region, count });
    if (count !== units.length) problems.push(`Account ${target.accountId} has ${count} Things for ${units.length} units`);
  }
  return { certificates, things, problems: cut(problems) };
}

async function checkCertificates(manager: ApiClient, units: readonly PassedUnit[], problems: string[]): Promise<Findings['certificates']> {
  const byAuthority: Record<string, number> = {};
  const authorities = new Map<string, string>();
  const issued: IssuedCertificate[] = [];
  for (const { serial, identity } of units) {
    const { authority, certificate } = identity;
    let caPem = authorities.get(authority);
    if (authority === SIGNED_BY_AWS) {
      issued.push(readIssued(certificate));
      byAuthority[authority] = (byAuthority[authority] ?? 0) + 1;
      continue;
    }
    if (caPem === undefined) {
      caPem = await manager.get(`/v1/authorities/${authority}/certificate`, z.string());
      authorities.set(authority, caPem);
    }
    try {
      issued.push(checkIssued(certificate, caPem, serial));
      byAuthority[authority] = (byAuthority[authority] ?? 0) + 1;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const members = ['fingerprint', 'serialNumber', 'publicKey'] as const;
  const distinct = Math.min(...members.map((member) => new Set(issued.map((each) => each[member])).size));
  if (distinct !== units.length) problems.push(`${units.length} units have ${distinct} valid certificates that differ in key and serial number`);
  return { distinct, byAuthority };
}

/** What the ledger says of the unit must be what the station was given. */
async function checkLedger(manager: ApiClient, { serial, identity }: PassedUnit, problems: string[]): Promise<void> {
  const unit = identity.authority === SIGNED_BY_AWS ? await imported(manager, serial) : await manager.get(`/v1/units/${serial}`, Unit);
  if (unit.state !== 'passed' || unit.job?.state !== 'passed') problems.push(`Unit ${serial} is ${unit.state}, and its job ${unit.job?.state ?? 'missing'}`);
  const valid = unit.certificates.filter(({ state }) => state === 'valid');
  if (valid.length !== 1) problems.push(`Unit ${serial} has ${valid.length} valid certificates`);
  else if (valid[0]?.fingerprint !== identity.fingerprint) problems.push(`Unit ${serial} carries another certificate than the ledger has`);
}

/** What AWS has signed, the service finds within AWS_SWEEP_MS. */
async function imported(manager: ApiClient, serial: string): Promise<z.infer<typeof Unit>> {
  const deadline = performance.now() + IMPORT_MS;
  for (;;) {
    const unit = await manager.get(`/v1/units/${serial}`, Unit);
    if (unit.certificates.some(({ state }) => state === 'valid') || performance.now() > deadline) return unit;
    await wait(POLL_MS);
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

function cut(problems: string[]): string[] {
  const more = problems.length - MOST_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `… and ${more} more`] : problems;
}
