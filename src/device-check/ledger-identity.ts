import { z } from 'zod';
import { Identity } from '../simulation/api-answers.js';
import { ApiClient } from '../client/api-client.js';
import type { Service } from './account-of-check.js';

/** In place of an authority of ours. */
const BY_AWS = 'aws';

/** What the ledger knows of a unit: certificate, chain, Thing, endpoints and roots; no chain and no authority's certificate where AWS has signed. @throws ApiProblem, ServiceUnreachable */
export async function askLedgerForIdentity({ apiKey, ...address }: Service, serial: string): Promise<Identity & { authorityCertificate: string | undefined }> {
  const api = new ApiClient(address, apiKey, { patienceMs: 10_000 });
  const identity = await api.get(`/v1/units/${encodeURIComponent(serial)}/identity`, Identity);
  const authorityCertificate = identity.authority === BY_AWS ? undefined : await api.get(`/v1/authorities/${encodeURIComponent(identity.authority)}/certificate`, z.string());
  return { ...identity, authorityCertificate };
}
