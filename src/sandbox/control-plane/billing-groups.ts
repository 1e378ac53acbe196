import { z } from 'zod';
import { BillingGroupName, byToken, QueryInteger, ResourceDescription, seconds, Tags, ThingName, TokenPaging } from '../model/shapes.js';
import { requireBillingGroup } from '../registry/groups.js';
import { requireThing } from '../registry/things.js';
import { alreadyExists, invalidRequest, ServiceError } from '../service-error.js';
import type { BillingGroup } from '../store/billing-group.repository.js';
import { operation, type Call } from './operation.js';
import { nameOf } from './resource-name.js';

const Properties = z.object({ billingGroupDescription: ResourceDescription.optional() });
const Path = { billingGroupName: BillingGroupName };

/** The same group again is no error; with another description it is. */
export const createBillingGroup = operation(
  { path: Path, body: { billingGroupProperties: Properties.optional(), tags: Tags.optional() } },
  (call, { billingGroupName: name, billingGroupProperties }) => {
    const { account, store } = call;
    const description = billingGroupProperties?.billingGroupDescription;
    const group = store.transaction(() => {
      const known = store.billingGroups.find(account, name);
      if (known !== undefined && known.description !== description) {
        throw alreadyExists(`Billing group ${name} already exists with different properties`, name, arn(call, name));
      }
      return known ?? store.billingGroups.add(account, { name, description });
    });
    return { billingGroupName: name, billingGroupArn: arn(call, name), billingGroupId: group.id };
  },
);

export const updateBillingGroup = operation(
  { path: Path, body: { billingGroupProperties: Properties, expectedVersion: z.int().optional() } },
  (call, input) => {
    const version = call.store.transaction(() => {
      const group = requireBillingGroup(call, input.billingGroupName);
      requireVersion(group, input.expectedVersion);
      call.store.billingGroups.describe(group, input.billingGroupProperties.billingGroupDescription);
      return group.version + 1;
    });
    return { version };
  },
);

export const describeBillingGroup = operation({ path: Path }, (call, { billingGroupName }) => {
  const group = requireBillingGroup(call, billingGroupName);
  return {
    billingGroupName,
    billingGroupId: group.id,
    billingGroupArn: arn(call, billingGroupName),
    version: group.version,
    billingGroupProperties: { billingGroupDescription: group.description },
    billingGroupMetadata: { creationDate: seconds(group.createdAt) },
  };
});

/** AWS does not say what becomes of things in the group. The sandbox refuses, so that nothing comes to depend on it. */
export const deleteBillingGroup = operation(
  { path: Path, query: { expectedVersion: QueryInteger(0, 999_999_999).optional() } },
  (call, { billingGroupName, expectedVersion }) => {
    const { account, store } = call;
    store.transaction(() => {
      const group = store.billingGroups.find(account, billingGroupName);
      if (group === undefined) return;
      requireVersion(group, expectedVersion);
      const { items } = store.things.page(account, { billingGroup: billingGroupName }, { size: 1, ascending: true });
      if (items.length > 0) throw invalidRequest(`Billing group ${billingGroupName} has things.`);
      store.billingGroups.remove(group);
    });
    return {};
  },
);

export const listBillingGroups = operation({ query: { ...TokenPaging, namePrefixFilter: BillingGroupName.optional() } }, (call, input) => {
  const page = call.store.billingGroups.page(call.account, input.namePrefixFilter ?? '', byToken(input));
  return { billingGroups: page.items.map(({ name }) => ({ groupName: name, groupArn: arn(call, name) })), nextToken: page.next };
});

const Membership = {
  billingGroupName: BillingGroupName.optional(),
  billingGroupArn: z.string().optional(),
  thingName: ThingName.optional(),
  thingArn: z.string().optional(),
};

/** A thing is in one billing group at most. AWS does not say whether another one replaces it: the sandbox refuses. */
export const addThingToBillingGroup = operation({ body: Membership }, (call, input) => {
  call.store.transaction(() => {
    const group = requireBillingGroup(call, nameOf(call, 'billinggroup', input.billingGroupName, input.billingGroupArn)).name;
    const thing = requireThing(call, nameOf(call, 'thing', input.thingName, input.thingArn));
    if (thing.billingGroup === group) return;
    if (thing.billingGroup !== undefined) throw invalidRequest(`The thing is in billing group ${thing.billingGroup}.`);
    call.store.things.update(thing, { billingGroup: group });
  });
  return {};
});

export const removeThingFromBillingGroup = operation({ body: Membership }, (call, input) => {
  call.store.transaction(() => {
    const group = requireBillingGroup(call, nameOf(call, 'billinggroup', input.billingGroupName, input.billingGroupArn)).name;
    const thing = requireThing(call, nameOf(call, 'thing', input.thingName, input.thingArn));
    if (thing.billingGroup === group) call.store.things.update(thing, { billingGroup: undefined });
  });
  return {};
});

export const listThingsInBillingGroup = operation({ path: Path, query: TokenPaging }, (call, input) => {
  const billingGroup = requireBillingGroup(call, input.billingGroupName).name;
  const page = call.store.things.page(call.account, { billingGroup }, byToken(input));
  return { things: page.items.map(({ name }) => name), nextToken: page.next };
});

function requireVersion(group: BillingGroup, expected: number | undefined): void {
  if (expected !== undefined && expected !== group.version) throw new ServiceError('VersionConflictException', `The billing group has version ${group.version}.`);
}

const arn = ({ account }: Call, name: string): string => account.arn(`billinggroup/${name}`);
