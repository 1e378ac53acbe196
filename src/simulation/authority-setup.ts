import { setTimeout as wait } from 'node:timers/promises';
import { Authority, AuthorityOperation, Page } from './api-answers.js';
import type { ApiClient } from '../client/api-client.js';
import { hasCode } from './line-setup.js';

const POLL_MS = 100;

/** The family's issuing authority; makes the first generation where there is none, and finishes what was begun. */
export async function ensureIssuing(officer: ApiClient, family: string, patienceMs: number): Promise<Authority> {
  const items = await generationsOf(officer, family);
  const issuing = items.find(({ state }) => state === 'issuing');
  if (issuing) return issuing;
  const begun = items.find(({ state }) => state === 'generated' || state === 'registered');
  return activateWhenRegistered(officer, begun ?? (await beginGeneration(officer, family)), patienceMs);
}

export async function findIssuing(officer: ApiClient, family: string): Promise<Authority | undefined> {
  return (await generationsOf(officer, family)).find(({ state }) => state === 'issuing');
}

async function generationsOf(officer: ApiClient, family: string): Promise<Authority[]> {
  return (await officer.get(`/v1/authorities?family=${family}&limit=500`, Page(Authority))).items;
}

/**
 * A key in the HSM, a CA certificate, and a registration under way in every target. One that is being made for the family already is waited for.
 */
export async function beginGeneration(officer: ApiClient, family: string): Promise<Pick<Authority, 'id'>> {
  let operation = await officer.post('/v1/authorities', { family }, AuthorityOperation);
  // A try that the HSM has cut short is made again by the service, which gives up by itself.
  while (operation.state === 'under-way') {
    await wait(POLL_MS);
    operation = await officer.get(`/v1/authorities/operations/${operation.id}`, AuthorityOperation);
  }
  if (operation.state !== 'done') throw new Error(`The authority ${operation.id} was not made: ${operation.detail ?? operation.state}`);
  return operation;
}

/** Waits until every target shows the authority, then makes it its family's issuer. */
export async function activateWhenRegistered(officer: ApiClient, { id }: Pick<Authority, 'id'>, patienceMs: number): Promise<Authority> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { state, registrations } = await officer.get(`/v1/authorities/${id}`, Authority);
    const lagging = registrations.filter((each) => each.state !== 'in-sync');
    if (state !== 'generated' && lagging.length === 0) {
      try {
        return await officer.post(`/v1/authorities/${id}/activate`, {}, Authority);
      } catch (error) {
        if (!hasCode(error, 'authority-not-registered')) throw error;
      }
    }
    if (performance.now() > deadline) throw new Error(`The authority ${id} is not registered everywhere: ${lagging.map(describe).join('; ') || `it is still ${state}`}`);
    await wait(POLL_MS);
  }
}

function describe({ target, state, detail }: Authority['registrations'][number]): string {
  return `${target} is ${state}${detail ? ` (${detail})` : ''}`;
}
