import { GROUPS_PER_THING } from '../model/limits.js';
import { invalidRequest, notFound } from '../service-error.js';
import type { BillingGroup } from '../store/billing-group.repository.js';
import type { ThingGroup } from '../store/thing-group.repository.js';
import type { Registry } from './registry.js';

export function requireGroup({ account, store }: Registry, name: string): ThingGroup {
  const group = store.thingGroups.find(account, name);
  if (group === undefined) throw notFound(`Thing group ${name} not found.`);
  return group;
}

export function requireBillingGroup({ account, store }: Registry, name: string): BillingGroup {
  const group = store.billingGroups.find(account, name);
  if (group === undefined) throw notFound(`Billing group ${name} not found.`);
  return group;
}

/** A thing is in one group of a hierarchy at most (developer guide, "Static thing groups"). */
export function addToGroup(registry: Registry, name: string, thing: string): void {
  const { account, store } = registry;
  const group = requireGroup(registry, name);
  const present = store.thingGroups.groupsOf(account, thing);
  if (present.includes(name)) return;
  if (present.length >= GROUPS_PER_THING) throw invalidRequest(`A thing can't be in more than ${GROUPS_PER_THING} groups.`);
  const root = rootOf(registry, group);
  const sibling = present.find((other) => rootOf(registry, requireGroup(registry, other)) === root);
  if (sibling !== undefined) throw invalidRequest(`The thing is in group ${sibling} of the same hierarchy.`);
  store.thingGroups.addThing(account, name, thing);
}

const rootOf = ({ account, store }: Registry, group: ThingGroup): string => store.thingGroups.ancestors(account, group)[0]?.name ?? group.name;
