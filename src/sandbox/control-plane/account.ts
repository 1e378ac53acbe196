import { z } from 'zod';
import { invalidRequest, notFound } from '../service-error.js';
import { operation } from './operation.js';

/** What the calling account has in this region without making it: its data endpoint and its registration code. */

/**
 * Each type has a name of its own (API reference of DescribeEndpoint; without a type it is `iot:Data`). Devices reach the
 * sandbox under `iot:Data-ATS` only: nothing answers at the other names.
 */
export const describeEndpoint = operation({ query: { endpointType: z.string().max(128).default('iot:Data') } }, ({ account }, { endpointType }) => {
  const [host = '', ...domain] = account.endpoint.split('.');
  const prefix = host.replace(/-ats$/, '');
  // At AWS the credential provider's prefix is another one than that of the data endpoint.
  const ofCredentials = `c${prefix.slice(1)}`;
  const addresses: Readonly<Record<string, string>> = {
    'iot:Data-ATS': account.endpoint,
    'iot:Data': [prefix, ...domain].join('.'),
    'iot:Jobs': [prefix, 'jobs', ...domain].join('.'),
    'iot:CredentialProvider': [ofCredentials, 'credentials', ...domain].join('.'),
  };
  const endpointAddress = Object.hasOwn(addresses, endpointType) ? addresses[endpointType] : undefined;
  if (endpointAddress === undefined) throw invalidRequest(`Endpoint type ${endpointType} is not supported.`);
  return { endpointAddress };
});

export const getRegistrationCode = operation({}, ({ account, store }) => ({ registrationCode: store.registrationCode(account) }));

export const deleteRegistrationCode = operation({}, ({ account, store }) => {
  if (!store.deleteRegistrationCode(account)) throw notFound('There is no registration code.');
  return undefined;
});
