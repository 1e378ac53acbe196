import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.js';
import { Reconciliation } from './api-answers.js';
import { CloudRegistry } from './cloud-registry.js';
import type { DemoCredentials } from './credentials.js';
import type { Problems } from './problems.js';
import type { UnitBook } from './unit-book.js';

/** What AWS knows of an order's units, asked there and of the service. */
export interface AwsFindings {
  /** Of the units whose devices have connected. */
  things: { target: string; accountId: string; region: string; count: number }[];
  /** By what the service has last seen: of so many units with certificates so many are registered, so many have connected, and the rest has yet to come. */
  registrations: { target: string; issued: number; registered: number; connected: number; pending: number }[];
}

const LOOK_MS = 2_000;
/** Registrations that stand still for so long are not waited for any more, in milliseconds. */
const STANDSTILL_MS = 60_000;

/** @param waits for all units to be registered, for as long as it goes on */
export async function accountForAws(manager: ApiClient, { aws }: DemoCredentials, order: { id: string; targets: readonly string[] }, book: UnitBook, waits: boolean, problems: Problems): Promise<AwsFindings> {
  const names = new Set<string>();
  for (const { drops, passTold, identities } of book.allOf(order.id).values()) if (drops !== undefined && passTold) names.add([...identities.values()].at(-1)?.thingName ?? '');
  const things: AwsFindings['things'] = [];
  for (const target of names.size === 0 ? [] : aws.targets.filter(({ name }) => order.targets.includes(name))) {
    const registry = await CloudRegistry.open(aws, target);
    const count = await registry.countThings(names).finally(() => registry.close());
    things.push({ target: target.name, accountId: target.accountId, region: target.region, count });
    if (count !== names.size) problems.add('things', `Account ${target.accountId} has ${count} Things for ${names.size} units`);
  }
  const registrations = await look(manager, order.id);
  return { things, registrations: waits ? await untilRegistered(manager, order.id, registrations, problems) : registrations };
}

async function look(manager: ApiClient, order: string): Promise<AwsFindings['registrations']> {
  const { targets } = await manager.get(`/v1/work-orders/${order}/reconciliation`, Reconciliation);
  return targets.map(({ target, issued, registered, connected }) => ({ target, issued, registered, connected, pending: Math.max(0, issued - registered) }));
}

async function untilRegistered(manager: ApiClient, order: string, before: AwsFindings['registrations'], problems: Problems): Promise<AwsFindings['registrations']> {
  const left = (all: AwsFindings['registrations']) => all.reduce((sum, { pending }) => sum + pending, 0);
  let present = before;
  for (let movedAt = performance.now(); left(present) > 0 && performance.now() - movedAt < STANDSTILL_MS; ) {
    await wait(LOOK_MS);
    const next = await look(manager, order);
    if (left(next) !== left(present)) movedAt = performance.now();
    present = next;
  }
  for (const { target, pending, issued } of present) if (pending > 0) problems.add('registrations', `${target} does not know ${pending} of ${issued} units`);
  return present;
}
