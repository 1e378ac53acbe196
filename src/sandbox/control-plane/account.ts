import { z } from 'zod';
import { invalidRequest, notFound } from '../service-error.js';
import { operation } from './operation.js';

/** What the calling account has in this region without making it: its data endpoint and its registration code. */

export const describeEndpoint = operation({ query: { endpointType: z.string().max(128).optional() } }, ({ account }, { endpointType }) => {
  if (endpointType !== 'iot:Data-ATS') throw invalidRequest('The sandbox has endpoints of type iot:Data-ATS only. Name it in endpointType.');
  return { endpointAddress: account.endpoint };
});

export const getRegistrationCode = operation({}, ({ account, store }) => ({ registrationCode: store.registrationCode(account) }));

export const deleteRegistrationCode = operation({}, ({ account, store }) => {
  if (!store.deleteRegistrationCode(account)) throw notFound('There is no registration code.');
  return undefined;
});
