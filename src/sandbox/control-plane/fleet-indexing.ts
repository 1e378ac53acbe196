import { z } from 'zod';
import { ThingName } from '../model/shapes.js';
import { requireThing } from '../registry/things.js';
import { ServiceError } from '../service-error.js';
import { operation } from './operation.js';

/** Fleet indexing, as far as GetThingConnectivityData needs it. Nothing is indexed, and there are no searches. */

const Field = z.object({ name: z.string(), type: z.enum(['Number', 'String', 'Boolean']) });
const Fields = { managedFields: z.array(Field).optional(), customFields: z.array(Field).optional() };

const ThingIndexing = z.object({
  thingIndexingMode: z.enum(['OFF', 'REGISTRY', 'REGISTRY_AND_SHADOW']),
  thingConnectivityIndexingMode: z.enum(['OFF', 'STATUS']).default('OFF'),
  deviceDefenderIndexingMode: z.enum(['OFF', 'VIOLATIONS']).default('OFF'),
  namedShadowIndexingMode: z.enum(['OFF', 'ON']).default('OFF'),
  ...Fields,
  filter: z.looseObject({}).optional(),
});
const GroupIndexing = z.object({ thingGroupIndexingMode: z.enum(['OFF', 'ON']), ...Fields });

export const updateIndexingConfiguration = operation(
  { body: { thingIndexingConfiguration: ThingIndexing.optional(), thingGroupIndexingConfiguration: GroupIndexing.optional() } },
  ({ account, store }, input) => {
    store.transaction(() => store.setIndexingConfiguration(account, { ...store.indexingConfiguration(account), ...JSON.parse(JSON.stringify(input)) as object }));
    return {};
  },
);

export const getIndexingConfiguration = operation({}, ({ account, store }) => ({
  thingIndexingConfiguration: { thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'OFF' },
  thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'OFF' },
  ...store.indexingConfiguration(account),
}));

/**
 * The client with the Thing's name. What AWS answers while indexing is off is not known: the sandbox says IndexNotReadyException, which
 * the service model has for it.
 */
export const getThingConnectivityData = operation(
  { path: { thingName: ThingName }, body: { includeSocketInformation: z.boolean().default(false) } },
  (call, { thingName, includeSocketInformation }) => {
    const { account, store } = call;
    const configured = ThingIndexing.safeParse(store.indexingConfiguration(account)['thingIndexingConfiguration']);
    if (configured.data?.thingConnectivityIndexingMode !== 'STATUS') {
      throw new ServiceError('IndexNotReadyException', 'thingConnectivityIndexingMode is not STATUS (UpdateIndexingConfiguration).');
    }
    const client = store.connectivity.find(account, requireThing(call, thingName).name);
    // A device that has never connected has no session to tell of.
    if (client === undefined) return { thingName, connected: false };
    return {
      thingName,
      connected: client.connected,
      timestamp: client.since / 1_000,
      disconnectReason: client.connected ? 'NONE' : client.disconnectReason,
      clientId: client.clientId,
      keepAliveDuration: client.keepAliveSeconds,
      cleanSession: client.sessionExpirySeconds === 0,
      sessionExpiry: client.sessionExpirySeconds,
      ...(includeSocketInformation ? { sourceIp: client.sourceIp } : {}),
    };
  },
);
