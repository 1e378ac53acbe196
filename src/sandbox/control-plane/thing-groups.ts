import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { THING_GROUP_DEPTH } from '../model/limits.js';
import { AttributeName, AttributeValue, byToken, QueryBoolean, QueryInteger, ResourceDescription, seconds, Tags, ThingGroupName, ThingName, TokenPaging } from '../model/shapes.js';
import { addToGroup, requireGroup } from '../registry/groups.js';
import { requireThing } from '../registry/things.js';
import { alreadyExists, invalidRequest, ServiceError } from '../service-error.js';
import type { ThingGroup } from '../store/thing-group.repository.js';
import { operation, type Call } from './operation.js';
import { nameOf } from './resource-name.js';

const Properties = z.object({
  thingGroupDescription: ResourceDescription.optional(),
  attributePayload: z.object({ attributes: z.record(AttributeName, AttributeValue).optional(), merge: z.boolean().default(false) }).optional(),
});
const Path = { thingGroupName: ThingGroupName };

/** The same group again is no error; with another parent or other properties it is. */
export const createThingGroup = operation(
  { path: Path, body: { parentGroupName: ThingGroupName.optional(), thingGroupProperties: Properties.optional(), tags: Tags.optional() } },
  (call, { thingGroupName: name, parentGroupName: parent, thingGroupProperties }) => {
    const { account, store } = call;
    const given = { name, parent, description: thingGroupProperties?.thingGroupDescription, attributes: thingGroupProperties?.attributePayload?.attributes ?? {} };
    const group = store.transaction(() => {
      const known = store.thingGroups.find(account, name);
      if (known === undefined) {
        const above = parent === undefined ? [] : [...store.thingGroups.ancestors(account, requireGroup(call, parent)), parent];
        if (above.length >= THING_GROUP_DEPTH) throw invalidRequest(`A hierarchy of thing groups can't be deeper than ${THING_GROUP_DEPTH}.`);
        return store.thingGroups.add(account, given);
      }
      const { parent: ofKnown, description, attributes } = known;
      if (!isDeepStrictEqual({ name, parent: ofKnown, description, attributes: { ...attributes } }, { ...given, attributes: { ...given.attributes } })) {
        throw alreadyExists(`Thing group ${name} already exists with different properties`, name, arn(call, name));
      }
      return known;
    });
    return { thingGroupName: name, thingGroupArn: arn(call, name), thingGroupId: group.id };
  },
);

export const updateThingGroup = operation(
  { path: Path, body: { thingGroupProperties: Properties, expectedVersion: z.int().optional() } },
  (call, { thingGroupName, thingGroupProperties: given, expectedVersion }) => {
    const version = call.store.transaction(() => {
      const group = requireGroup(call, thingGroupName);
      requireVersion(group, expectedVersion);
      const { attributes = {}, merge } = given.attributePayload ?? { merge: true };
      const next = Object.entries({ ...(merge ? group.attributes : {}), ...attributes }).filter(([, value]) => value !== '');
      call.store.thingGroups.update(group, { description: given.thingGroupDescription ?? group.description, attributes: Object.fromEntries(next) });
      return group.version + 1;
    });
    return { version };
  },
);

export const describeThingGroup = operation({ path: Path }, (call, { thingGroupName }) => {
  const group = requireGroup(call, thingGroupName);
  const above = call.store.thingGroups.ancestors(call.account, group);
  return {
    thingGroupName,
    thingGroupId: group.id,
    thingGroupArn: arn(call, thingGroupName),
    version: group.version,
    thingGroupProperties: { thingGroupDescription: group.description, attributePayload: { attributes: group.attributes } },
    thingGroupMetadata: { parentGroupName: group.parent, rootToParentThingGroups: above.map(({ name }) => named(call, name)), creationDate: seconds(group.createdAt) },
  };
});

export const deleteThingGroup = operation(
  { path: Path, query: { expectedVersion: QueryInteger(0, 999_999_999).optional() } },
  (call, { thingGroupName, expectedVersion }) => {
    call.store.transaction(() => {
      const group = call.store.thingGroups.find(call.account, thingGroupName);
      // "Returns successfully with no error if ... you specify a group that doesn't exist" (API reference).
      if (group === undefined) return;
      requireVersion(group, expectedVersion);
      if (call.store.thingGroups.hasChildren(group)) throw invalidRequest(`Thing group ${thingGroupName} has child groups.`);
      call.store.thingGroups.remove(group);
    });
    return {};
  },
);

export const listThingGroups = operation(
  { query: { ...TokenPaging, parentGroup: ThingGroupName.optional(), namePrefixFilter: ThingGroupName.optional(), recursive: QueryBoolean.default(true) } },
  (call, input) => {
    const parent = input.parentGroup === undefined ? undefined : requireGroup(call, input.parentGroup).name;
    const filter = { parent, recursive: input.recursive, prefix: input.namePrefixFilter ?? '' };
    const page = call.store.thingGroups.page(call.account, filter, byToken(input));
    return { thingGroups: page.items.map(({ name }) => named(call, name)), nextToken: page.next };
  },
);

const Membership = { thingGroupName: ThingGroupName.optional(), thingGroupArn: z.string().optional(), thingName: ThingName.optional(), thingArn: z.string().optional() };

export const addThingToThingGroup = operation({ body: Membership }, (call, input) => {
  call.store.transaction(() => {
    const thing = requireThing(call, nameOf(call, 'thing', input.thingName, input.thingArn)).name;
    addToGroup(call, nameOf(call, 'thinggroup', input.thingGroupName, input.thingGroupArn), thing);
  });
  return {};
});

export const removeThingFromThingGroup = operation({ body: Membership }, (call, input) => {
  const thing = requireThing(call, nameOf(call, 'thing', input.thingName, input.thingArn)).name;
  const group = requireGroup(call, nameOf(call, 'thinggroup', input.thingGroupName, input.thingGroupArn)).name;
  call.store.thingGroups.removeThing(call.account, group, thing);
  return {};
});

const Groups = z.array(ThingGroupName).default([]);

export const updateThingGroupsForThing = operation({ body: { thingName: ThingName, thingGroupsToAdd: Groups, thingGroupsToRemove: Groups } }, (call, input) => {
  call.store.transaction(() => {
    const thing = requireThing(call, input.thingName).name;
    for (const group of input.thingGroupsToRemove) call.store.thingGroups.removeThing(call.account, requireGroup(call, group).name, thing);
    for (const group of input.thingGroupsToAdd) addToGroup(call, group, thing);
  });
  return {};
});

export const listThingsInThingGroup = operation({ path: Path, query: { ...TokenPaging, recursive: QueryBoolean.default(false) } }, (call, input) => {
  const group = requireGroup(call, input.thingGroupName).name;
  const page = call.store.thingGroups.thingsPage(call.account, group, input.recursive, byToken(input));
  return { things: page.items, nextToken: page.next };
});

export const listThingGroupsForThing = operation({ path: { thingName: ThingName }, query: TokenPaging }, (call, input) => {
  const page = call.store.thingGroups.groupsPage(call.account, requireThing(call, input.thingName).name, byToken(input));
  return { thingGroups: page.items.map((name) => named(call, name)), nextToken: page.next };
});

function requireVersion(group: ThingGroup, expected: number | undefined): void {
  if (expected !== undefined && expected !== group.version) throw new ServiceError('VersionConflictException', `The thing group has version ${group.version}.`);
}

const arn = ({ account }: Call, name: string): string => account.arn(`thinggroup/${name}`);

const named = (call: Call, name: string) => ({ groupName: name, groupArn: arn(call, name) });
