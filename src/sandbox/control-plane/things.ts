import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ATTRIBUTES_PER_THING } from '../model/limits.js';
import { alreadyExists, invalidRequest, notFound, ServiceError } from '../service-error.js';
import type { Thing } from '../store/thing.repository.js';
import { requireCertificateArn } from './certificate-input.js';
import { operation, type Call } from './operation.js';
import {
  AttributeName,
  AttributeValue,
  BillingGroupName,
  byToken,
  Principal,
  QueryBoolean,
  QueryInteger,
  ThingName,
  ThingPrincipalType,
  ThingTypeName,
  TokenPaging,
} from '../model/shapes.js';

const ExpectedVersion = QueryInteger(0, 999_999_999);

export const createThing = operation(
  {
    path: { thingName: ThingName },
    body: {
      thingTypeName: ThingTypeName.optional(),
      billingGroupName: BillingGroupName.optional(),
      attributePayload: z.object({ attributes: z.record(AttributeName, AttributeValue).optional() }).optional(),
    },
  },
  ({ account, store }, input) => {
    if (input.thingTypeName !== undefined) throw notFound(`Thing type ${input.thingTypeName} not found.`);
    if (input.billingGroupName !== undefined) throw notFound(`Billing group ${input.billingGroupName} not found.`);
    const attributes = input.attributePayload?.attributes ?? {};
    if (Object.keys(attributes).length > ATTRIBUTES_PER_THING) {
      throw invalidRequest(`A thing without a thing type can't have more than ${ATTRIBUTES_PER_THING} attributes.`);
    }
    const thingArn = account.arn(`thing/${input.thingName}`);
    return store.transaction(() => {
      const known = store.things.find(account, input.thingName);
      if (known !== undefined && !isDeepStrictEqual({ ...known.attributes }, attributes)) {
        throw alreadyExists(`Thing ${input.thingName} already exists in account with different attributes`, input.thingName, thingArn);
      }
      const thing = known ?? store.things.add(account, input.thingName, attributes);
      return { thingName: thing.name, thingArn, thingId: thing.id };
    });
  },
);

export const describeThing = operation({ path: { thingName: ThingName } }, (call, { thingName }) => {
  const thing = find(call, thingName);
  return { ...summary(call, thing), defaultClientId: thing.name, thingId: thing.id };
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
    if (input.thingTypeName !== undefined) return { things: [] };
    if (input.attributeValue !== undefined && input.attributeName === undefined) throw invalidRequest('attributeValue needs an attributeName.');
    const filter = { attributeName: input.attributeName, attributeValue: input.attributeValue, prefix: input.usePrefixAttributeValue };
    const page = call.store.things.page(call.account, filter, byToken(input));
    return { things: page.items.map((thing) => summary(call, thing)), nextToken: page.next };
  },
);

export const deleteThing = operation(
  { path: { thingName: ThingName }, query: { expectedVersion: ExpectedVersion.optional() } },
  ({ account, store }, { thingName, expectedVersion }) => {
    store.transaction(() => {
      const thing = store.things.find(account, thingName);
      // Deleting a thing that doesn't exist succeeds.
      if (thing === undefined) return;
      if (expectedVersion !== undefined && expectedVersion !== thing.version) {
        throw new ServiceError('VersionConflictException', `The thing has version ${thing.version}.`);
      }
      if (store.things.principalsOf(account, thingName).length > 0) {
        throw invalidRequest(`Cannot delete. Thing ${thingName} is still attached to one or more principals`);
      }
      store.things.remove(thing);
    });
    return undefined;
  },
);

export const attachThingPrincipal = operation(
  {
    path: { thingName: ThingName },
    query: { thingPrincipalType: ThingPrincipalType.default('NON_EXCLUSIVE_THING') },
    headers: { 'x-amzn-principal': Principal },
  },
  (call, input) => {
    const { account, store } = call;
    const type = input.thingPrincipalType;
    store.transaction(() => {
      const thing = find(call, input.thingName).name;
      const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
      const others = store.things.thingsOf(account, certificateId).filter((other) => other.thing !== thing);
      if (others.some((other) => type === 'EXCLUSIVE_THING' || other.type === 'EXCLUSIVE_THING')) {
        throw invalidRequest('The principal is attached to another thing, and one of the two attachments is exclusive.');
      }
      store.things.attach(account, { thing, certificateId, type });
    });
    return {};
  },
);

export const detachThingPrincipal = operation(
  { path: { thingName: ThingName }, headers: { 'x-amzn-principal': Principal } },
  (call, input) => {
    const thing = find(call, input.thingName).name;
    const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
    if (!call.store.things.detach(call.account, thing, certificateId)) throw notFound('The principal is not attached to the thing.');
    return {};
  },
);

export const listThingPrincipals = operation({ path: { thingName: ThingName }, query: TokenPaging }, (call, input) => {
  const page = call.store.things.principalsPage(call.account, find(call, input.thingName).name, byToken(input));
  return { principals: page.items.map(({ certificateId }) => call.account.certificateArn(certificateId)), nextToken: page.next };
});

export const listThingPrincipalsV2 = operation({ path: { thingName: ThingName }, query: TokenPaging }, (call, input) => {
  const page = call.store.things.principalsPage(call.account, find(call, input.thingName).name, byToken(input));
  const thingPrincipalObjects = page.items.map(({ certificateId, type }) => ({
    principal: call.account.certificateArn(certificateId),
    thingPrincipalType: type,
  }));
  return { thingPrincipalObjects, nextToken: page.next };
});

export const listPrincipalThings = operation({ query: TokenPaging, headers: { 'x-amzn-principal': Principal } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
  const page = call.store.things.thingsPage(call.account, certificateId, byToken(input));
  return { things: page.items.map(({ thing }) => thing), nextToken: page.next };
});

export const listPrincipalThingsV2 = operation({ query: TokenPaging, headers: { 'x-amzn-principal': Principal } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
  const page = call.store.things.thingsPage(call.account, certificateId, byToken(input));
  const principalThingObjects = page.items.map(({ thing, type }) => ({ thingName: thing, thingPrincipalType: type }));
  return { principalThingObjects, nextToken: page.next };
});

const summary = ({ account }: Call, thing: Thing) => ({
  thingName: thing.name,
  thingArn: account.arn(`thing/${thing.name}`),
  attributes: thing.attributes,
  version: thing.version,
});

function find({ account, store }: Call, name: string): Thing {
  const thing = store.things.find(account, name);
  if (thing === undefined) throw notFound(`Thing ${name} not found.`);
  return thing;
}
