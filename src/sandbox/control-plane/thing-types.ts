import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { SEARCHABLE_ATTRIBUTES } from '../model/limits.js';
import { AttributeName, byToken, ResourceDescription, seconds, Tags, ThingTypeName, TokenPaging } from '../model/shapes.js';
import { requireType } from '../registry/things.js';
import { alreadyExists, invalidRequest } from '../service-error.js';
import type { ThingType } from '../store/thing-type.repository.js';
import { operation, type Call } from './operation.js';

const Properties = z.object({
  thingTypeDescription: ResourceDescription.optional(),
  searchableAttributes: z.array(AttributeName).max(SEARCHABLE_ATTRIBUTES).optional(),
});

/** The same type again is no error; with other properties it is. */
export const createThingType = operation(
  { path: { thingTypeName: ThingTypeName }, body: { thingTypeProperties: Properties.optional(), tags: Tags.optional() } },
  (call, { thingTypeName: name, thingTypeProperties }) => {
    const { account, store } = call;
    const given = { name, description: thingTypeProperties?.thingTypeDescription, searchable: thingTypeProperties?.searchableAttributes ?? [] };
    const type = store.transaction(() => {
      const known = store.thingTypes.find(account, name);
      if (known !== undefined && !(known.description === given.description && isDeepStrictEqual(known.searchable, given.searchable))) {
        throw alreadyExists(`Thing type ${name} already exists with different properties`, name, arn(call, name));
      }
      return known ?? store.thingTypes.add(account, given);
    });
    return { thingTypeName: name, thingTypeArn: arn(call, name), thingTypeId: type.id };
  },
);

export const describeThingType = operation({ path: { thingTypeName: ThingTypeName } }, (call, { thingTypeName }) => {
  const type = requireType(call, thingTypeName);
  return { ...summary(call, type), thingTypeId: type.id };
});

export const deprecateThingType = operation(
  { path: { thingTypeName: ThingTypeName }, body: { undoDeprecate: z.boolean().default(false) } },
  (call, { thingTypeName, undoDeprecate }) => {
    call.store.thingTypes.setDeprecated(requireType(call, thingTypeName), !undoDeprecate);
    return {};
  },
);

/** AWS wants five minutes between deprecation and deletion; the sandbox does not. */
export const deleteThingType = operation({ path: { thingTypeName: ThingTypeName } }, (call, { thingTypeName }) => {
  call.store.transaction(() => {
    const type = requireType(call, thingTypeName);
    if (type.deprecatedAt === undefined) throw invalidRequest(`Thing type ${thingTypeName} must be deprecated before it is deleted.`);
    if (call.store.thingTypes.isUsed(type)) throw invalidRequest(`Thing type ${thingTypeName} has things.`);
    call.store.thingTypes.remove(type);
  });
  return {};
});

export const listThingTypes = operation({ query: { ...TokenPaging, thingTypeName: ThingTypeName.optional() } }, (call, input) => {
  const page = call.store.thingTypes.page(call.account, input.thingTypeName, byToken(input));
  return { thingTypes: page.items.map((type) => summary(call, type)), nextToken: page.next };
});

const arn = ({ account }: Call, name: string): string => account.arn(`thingtype/${name}`);

const summary = (call: Call, type: ThingType) => ({
  thingTypeName: type.name,
  thingTypeArn: arn(call, type.name),
  thingTypeProperties: { thingTypeDescription: type.description, searchableAttributes: type.searchable },
  thingTypeMetadata: {
    deprecated: type.deprecatedAt !== undefined,
    ...(type.deprecatedAt === undefined ? {} : { deprecationDate: seconds(type.deprecatedAt) }),
    creationDate: seconds(type.createdAt),
  },
});
