import { requireCertificateArn } from '../registry/certificates.js';
import { attachPrincipal, requireThing } from '../registry/things.js';
import { notFound } from '../service-error.js';
import { operation } from './operation.js';
import { byToken, Principal, ThingName, ThingPrincipalType, TokenPaging } from '../model/shapes.js';

const PagingOfType = { ...TokenPaging, thingPrincipalType: ThingPrincipalType.optional() };

export const attachThingPrincipal = operation(
  {
    path: { thingName: ThingName },
    query: { thingPrincipalType: ThingPrincipalType.default('NON_EXCLUSIVE_THING') },
    headers: { 'x-amzn-principal': Principal },
  },
  (call, input) => {
    call.store.transaction(() => {
      const thing = requireThing(call, input.thingName).name;
      attachPrincipal(call, thing, requireCertificateArn(call, input['x-amzn-principal']), input.thingPrincipalType);
    });
    return {};
  },
);

export const detachThingPrincipal = operation(
  { path: { thingName: ThingName }, headers: { 'x-amzn-principal': Principal } },
  (call, input) => {
    const thing = requireThing(call, input.thingName).name;
    const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
    if (!call.store.things.detach(call.account, thing, certificateId)) throw notFound('The principal is not attached to the thing.');
    return {};
  },
);

export const listThingPrincipals = operation({ path: { thingName: ThingName }, query: TokenPaging }, (call, input) => {
  const page = call.store.things.principalsPage(call.account, requireThing(call, input.thingName).name, undefined, byToken(input));
  return { principals: page.items.map(({ certificateId }) => call.account.certificateArn(certificateId)), nextToken: page.next };
});

export const listThingPrincipalsV2 = operation({ path: { thingName: ThingName }, query: PagingOfType }, (call, input) => {
  const page = call.store.things.principalsPage(call.account, requireThing(call, input.thingName).name, input.thingPrincipalType, byToken(input));
  const thingPrincipalObjects = page.items.map(({ certificateId, type }) => ({
    principal: call.account.certificateArn(certificateId),
    thingPrincipalType: type,
  }));
  return { thingPrincipalObjects, nextToken: page.next };
});

export const listPrincipalThings = operation({ query: TokenPaging, headers: { 'x-amzn-principal': Principal } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
  const page = call.store.things.thingsPage(call.account, certificateId, undefined, byToken(input));
  return { things: page.items.map(({ thing }) => thing), nextToken: page.next };
});

export const listPrincipalThingsV2 = operation({ query: PagingOfType, headers: { 'x-amzn-principal': Principal } }, (call, input) => {
  const certificateId = requireCertificateArn(call, input['x-amzn-principal']);
  const page = call.store.things.thingsPage(call.account, certificateId, input.thingPrincipalType, byToken(input));
  const principalThingObjects = page.items.map(({ thing, type }) => ({ thingName: thing, thingPrincipalType: type }));
  return { principalThingObjects, nextToken: page.next };
});
