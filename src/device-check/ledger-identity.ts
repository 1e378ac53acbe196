import { z } from 'zod';
import { Identity } from '../simulation/api-answers.js';
import { ApiClient } from '../simulation/api-client.js';

/** What the ledger knows of a unit: certificate, chain, Thing, endpoints and roots. @throws ApiProblem, ServiceUnreachable */
export async function askLedgerForIdentity(baseUrl: string, apiKey: string, serial: string): Promise<Identity & { authorityCertificate: string }> {
  const api = new ApiClient(baseUrl, apiKey, 10_000);
  const identity = await api.get(`/v1/units/${encodeURIComponent(serial)}/identity`, Identity);
  const authorityCertificate = await api.get(`/v1/authorities/${encodeURIComponent(identity.authority)}/certificate`, z.string());
  return { ...identity, authorityCertificate };
}
