import { isDeepStrictEqual } from 'node:util';
import { ATTRIBUTES_PER_THING, ATTRIBUTES_PER_TYPED_THING } from '../model/limits.js';
import { alreadyExists, invalidRequest, notFound } from '../service-error.js';
import type { ThingType } from '../store/thing-type.repository.js';
import type { Attributes, Thing, ThingPrincipalType } from '../store/thing.repository.js';
import { requireBillingGroup } from './groups.js';
import type { Registry } from './registry.js';

export interface WantedThing {
  readonly name: string;
  readonly attributes: Attributes;
  readonly type?: string | undefined;
  readonly billingGroup?: string | undefined;
}

/** Makes a thing, or finds the one that is there and is the same. @throws ServiceError ResourceAlreadyExistsException where it differs */
export function createThing(registry: Registry, wanted: WantedThing): Thing {
  const { account, store } = registry;
  const { name, attributes, type, billingGroup } = wanted;
  const known = store.things.find(account, name);
  if (known !== undefined) {
    const same = isDeepStrictEqual({ ...known.attributes }, { ...attributes }) && known.type === type && known.billingGroup === billingGroup;
    if (same) return known;
    throw alreadyExists(`Thing ${name} already exists in account with different attributes`, name, account.arn(`thing/${name}`));
  }
  if (type !== undefined) requireUsableType(registry, type);
  if (billingGroup !== undefined) requireBillingGroup(registry, billingGroup);
  requireFewAttributes(attributes, type);
  return store.things.add(account, name, attributes, { type, billingGroup });
}

/** `type: undefined` as a member of the change takes the type away. */
export function changeThing(registry: Registry, thing: Thing, change: { attributes?: Attributes; type?: string | undefined }): void {
  const next = { ...thing, ...change };
  if (next.type !== undefined && next.type !== thing.type) requireUsableType(registry, next.type);
  requireFewAttributes(next.attributes, next.type);
  registry.store.things.update(thing, { attributes: next.attributes, type: next.type });
}

function requireFewAttributes(attributes: Attributes, type: string | undefined): void {
  const most = type === undefined ? ATTRIBUTES_PER_THING : ATTRIBUTES_PER_TYPED_THING;
  if (Object.keys(attributes).length <= most) return;
  throw invalidRequest(`A thing ${type === undefined ? 'without' : 'with'} a thing type can't have more than ${most} attributes.`);
}

export function requireThing({ account, store }: Registry, name: string): Thing {
  const thing = store.things.find(account, name);
  if (thing === undefined) throw notFound(`Thing ${name} not found.`);
  return thing;
}

export function requireType({ account, store }: Registry, name: string): ThingType {
  const type = store.thingTypes.find(account, name);
  if (type === undefined) throw notFound(`Thing type ${name} not found.`);
  return type;
}

function requireUsableType(registry: Registry, name: string): void {
  if (requireType(registry, name).deprecatedAt !== undefined) throw invalidRequest(`Can not use deprecated thing type: ${name}`);
}

/** @throws ServiceError InvalidRequestException where the certificate is exclusive to another thing, or is to become so */
export function attachPrincipal({ account, store }: Registry, thing: string, certificateId: string, type: ThingPrincipalType): void {
  const others = store.things.thingsOf(account, certificateId).filter((other) => other.thing !== thing);
  if (others.some((other) => type === 'EXCLUSIVE_THING' || other.type === 'EXCLUSIVE_THING')) {
    throw invalidRequest('The principal is attached to another thing, and one of the two attachments is exclusive.');
  }
  store.things.attach(account, { thing, certificateId, type });
}
