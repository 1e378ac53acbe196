import { z } from 'zod';
import { requireThing, changeThing, createThing as make } from '../registry/things.js';
import { invalidRequest, ServiceError } from '../service-error.js';
import type { Thing } from '../store/thing.repository.js';
import { operation, type Call } from './operation.js';
import {
  AttributeName,
  AttributeValue,
  BillingGroupName,
  byToken,
  QueryBoolean,
  QueryInteger,
  ThingName,
  ThingTypeName,
  TokenPaging,
} from '../model/shapes.js';

const AttributePayload = z.object({ attributes: z.record(AttributeName, AttributeValue).optional(), merge: z.boolean().default(false) });

export const createThing = operation(
  {
    path: { thingName: ThingName },
    body: {
      thingTypeName: ThingTypeName.optional(),
      billingGroupName: BillingGroupName.optional(),
      attributePayload: AttributePayload.optional(),
    },
  },
  (call, input) => {
    const wanted = {
      name: input.thingName,
      attributes: input.attributePayload?.attributes ?? {},
      type: input.thingTypeName,
      billingGroup: input.billingGroupName,
    };
    const thing = call.store.transaction(() => make(call, wanted));
    return { thingName: thing.name, thingArn: call.account.arn(`thing/${thing.name}`), thingId: thing.id };
  },
);

export const updateThing = operation(
  {
    path: { thingName: ThingName },
    body: {
      thingTypeName: ThingTypeName.optional(),
      attributePayload: AttributePayload.optional(),
      expectedVersion: z.int().optional(),
      removeThingType: z.boolean().default(false),
    },
  },
  (call, input) => {
    if (input.removeThingType && input.thingTypeName !== undefined) throw invalidRequest('removeThingType and thingTypeName exclude each other.');
    call.store.transaction(() => {
      const thing = requireThing(call, input.thingName);
      requireVersion(thing, input.expectedVersion);
      const { attributes = {}, merge } = input.attributePayload ?? { merge: true };
      // "To remove an attribute, call UpdateThing with an empty attribute value" (API reference, AttributePayload).
      const kept = Object.entries({ ...(merge ? thing.attributes : {}), ...attributes }).filter(([, value]) => value !== '');
      const type = input.removeThingType ? undefined : (input.thingTypeName ?? thing.type);
      changeThing(call, thing, { attributes: Object.fromEntries(kept), type });
    });
    return {};
  },
);

export const describeThing = operation({ path: { thingName: ThingName } }, (call, { thingName }) => {
  const thing = requireThing(call, thingName);
  return { ...summary(call, thing), defaultClientId: thing.name, thingId: thing.id, billingGroupName: thing.billingGroup };
});

export const listThings = operation(
  {
    query: {
      ...TokenPaging,
      attributeName: AttributeName.optional(),
      attributeValue: AttributeValue.optional(),
      thingTypeName: ThingTypeName.optional(),
      usePrefixAttributeValue: QueryBoolean.optional(),
    },
  },
  (call, input) => {
    if (input.attributeValue !== undefined && input.attributeName === undefined) throw invalidRequest('attributeValue needs an attributeName.');
    const { attributeName, attributeValue, usePrefixAttributeValue: prefix, thingTypeName: type } = input;
    const filter = { attributeName, attributeValue, prefix, type };
    const page = call.store.things.page(call.account, filter, byToken(input));
    return { things: page.items.map((thing) => summary(call, thing)), nextToken: page.next };
  },
);

export const deleteThing = operation(
  { path: { thingName: ThingName }, query: { expectedVersion: QueryInteger(0, 999_999_999).optional() } },
  ({ account, store }, { thingName, expectedVersion }) => {
    store.transaction(() => {
      const thing = store.things.find(account, thingName);
      // Deleting a thing that doesn't exist succeeds.
      if (thing === undefined) return;
      requireVersion(thing, expectedVersion);
      if (store.things.principalsOf(account, thingName).length > 0) {
        throw invalidRequest(`Cannot delete. Thing ${thingName} is still attached to one or more principals`);
      }
      store.things.remove(thing);
    });
    return undefined;
  },
);

function requireVersion(thing: Thing, expected: number | undefined): void {
  if (expected !== undefined && expected !== thing.version) throw new ServiceError('VersionConflictException', `The thing has version ${thing.version}.`);
}

const summary = ({ account }: Call, thing: Thing) => ({
  thingName: thing.name,
  thingArn: account.arn(`thing/${thing.name}`),
  thingTypeName: thing.type,
  attributes: thing.attributes,
  version: thing.version,
});
