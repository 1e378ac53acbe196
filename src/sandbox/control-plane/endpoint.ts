import { z } from 'zod';
import { invalidRequest } from '../service-error.js';
import { operation } from './operation.js';

export const describeEndpoint = operation({ query: { endpointType: z.string().max(128).optional() } }, ({ account }, { endpointType }) => {
  if (endpointType !== 'iot:Data-ATS') throw invalidRequest('The sandbox has endpoints of type iot:Data-ATS only. Name it in endpointType.');
  return { endpointAddress: account.endpoint };
});
