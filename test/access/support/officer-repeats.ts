import { randomUUID } from 'node:crypto';
import type { Role } from '../../../src/platform/http/roles.js';
import { makeAuthority, registerEverywhere, type ServiceBench } from '../../support/service-bench.js';
import { until } from '../../support/until.js';
import { refused, type Repeat, state } from './repeat.js';

/** The operations of officers: authorities, and what stands in AWS. */
export function officerRepeatsOn(bench: () => ServiceBench): Record<string, () => Promise<Repeat>> {
  const post = (role: Role, url: string, body: object = {}) => (headers: Record<string, string>) => bench().as(role).post(url, body, headers);

  async function authority() {
    const family = `F${randomUUID().slice(0, 8)}`;
    const { id } = await makeAuthority(bench().app, { family, keyType: 'P-256' });
    await registerEverywhere(bench().db, id);
    await bench().db.updateTable('authority').set({ state: 'registered' }).where('id', '=', id).execute();
    const officer = (step: string, body: object = {}) => post('officer', `/v1/authorities/${id}/${step}`, body);
    return { id, officer, freeze: officer('freeze', { reason: 'a rumour' }), unfreeze: officer('unfreeze', { reason: 'it was nothing' }) };
  }

  let accounts = 300_000_000_000;
  async function target() {
    const [name, accountId] = [`t-${randomUUID().slice(0, 8)}`, String(accounts++)];
    const body = { name, accountId, region: 'eu-west-1', mode: 'SNI_ONLY', controlEndpoint: 'http://127.0.0.1:9', provisioningRoleArn: `arn:aws:iam::${accountId}:role/lineside` };
    const officer = (step: string) => post('officer', `/v1/aws/targets/${name}${step}`, {});
    const patch = (changes: object) => (headers: Record<string, string> = {}) => bench().call('PATCH', `/v1/aws/targets/${name}`, bench().keys.officer, changes, headers);
    const retire = (headers: Record<string, string> = {}) => bench().call('DELETE', `/v1/aws/targets/${name}`, bench().keys.officer, undefined, headers);
    return { body, officer, patch, retire, make: () => bench().as('officer').post('/v1/aws/targets', body) };
  }

  return {
    'POST /v1/authorities': async () => {
      const family = `F${randomUUID().slice(0, 8)}`;
      const id = `${family.toLowerCase()}-g1`;
      const made = () => until('it is made', async () => ((await bench().as('officer').get(`/v1/authorities/operations/${id}`)).body['state'] === 'done' ? true : undefined));
      return { request: post('officer', '/v1/authorities', { family }), meanwhile: made, now: () => ({ status: 202, body: { id, state: 'done' }, headers: { location: `/v1/authorities/operations/${id}` } }) };
    },
    'POST /v1/authorities/{id}/cancel': async () => {
      const { officer } = await authority();
      return { request: officer('cancel'), now: state('cancelled') };
    },
    'POST /v1/authorities/{id}/activate': async () => {
      const { officer, freeze, id } = await authority();
      // Without an AWS nobody could activate it.
      await bench().db.updateTable('authority').set({ state: 'issuing', activated_at: new Date() }).where('id', '=', id).execute();
      return { request: officer('activate'), meanwhile: () => freeze({}), now: state('frozen') };
    },
    'POST /v1/authorities/{id}/freeze': async () => {
      const { freeze, unfreeze } = await authority();
      return { request: freeze, meanwhile: () => unfreeze({}), now: state('registered') };
    },
    'POST /v1/authorities/{id}/unfreeze': async () => {
      const { freeze, unfreeze } = await authority();
      await freeze({});
      return { request: unfreeze, meanwhile: () => freeze({}), now: state('frozen') };
    },
    'POST /v1/authorities/{id}/compromise': async () => {
      const { officer, id } = await authority();
      const seen = () => bench().db.updateTable('registration').set({ detail: 'told meanwhile' }).where('authority_id', '=', id).execute();
      return { request: officer('compromise', { reason: 'its key was copied' }), meanwhile: seen, now: () => ({ status: 200, body: { state: 'compromised', registrations: expect.arrayContaining([expect.objectContaining({ detail: 'told meanwhile' })]) } }) };
    },

    'POST /v1/aws/targets': async () => {
      const { body, patch } = await target();
      return { request: post('officer', '/v1/aws/targets', body), meanwhile: () => patch({ quotaPercent: 33 })(), now: () => ({ status: 201, body: { quotaPercent: 33 } }) };
    },
    'PATCH /v1/aws/targets/{name}': async () => {
      const { make, patch } = await target();
      await make();
      return { request: patch({ quotaPercent: 40 }), meanwhile: () => patch({ quotaPercent: 41 })(), now: () => ({ status: 200, body: { quotaPercent: 41 } }) };
    },
    'DELETE /v1/aws/targets/{name}': async () => {
      const { make, retire } = await target();
      await make();
      return { request: retire, now: state('retired') };
    },
    'POST /v1/aws/targets/{name}/pause': async () => {
      const { make, officer } = await target();
      await make();
      return { request: officer('/pause'), meanwhile: () => officer('/resume')({}), now: state('unverified') };
    },
    'POST /v1/aws/targets/{name}/resume': async () => {
      const { make, officer } = await target();
      await make();
      await officer('/pause')({});
      return { request: officer('/resume'), meanwhile: () => officer('/pause')({}), now: state('paused') };
    },
    'POST /v1/aws/targets/{name}/check': async () => {
      const { make, officer, retire } = await target();
      await make();
      return { request: officer('/check'), meanwhile: () => retire(), now: refused(409, 'target-state') };
    },
    'POST /v1/aws/targets/{name}/permissions': async () => {
      const { make, officer, retire } = await target();
      await make();
      return { request: officer('/permissions'), meanwhile: () => retire(), now: refused(409, 'target-state') };
    },
    'POST /v1/aws/registrations/{authority}/{target}/retry': async () => {
      const { id } = await authority();
      const seen = () => bench().db.updateTable('registration').set({ detail: 'seen meanwhile' }).where('authority_id', '=', id).execute();
      return { request: post('operator', `/v1/aws/registrations/${id}/eu/retry`), meanwhile: seen, now: () => ({ status: 200, body: { detail: 'seen meanwhile' } }) };
    },
    'POST /v1/aws/claims/{workOrder}/end': async () => {
      const { id } = await bench().order(1);
      await bench().db.insertInto('fleet_claim').values({ work_order_id: id, target_name: 'eu', state: 'pending', retire_after: 'date', expires_at: new Date('2100-01-01') }).execute();
      const over = () => bench().db.updateTable('fleet_claim').set({ state: 'ended', ended_at: new Date() }).where('work_order_id', '=', id).execute();
      return { request: post('officer', `/v1/aws/claims/${id}/end`, { reason: 'a bench was stolen' }), meanwhile: over, now: state('ended') };
    },
    'POST /v1/aws/claims/{workOrder}/replace': async () => {
      const { id } = await bench().order(1);
      await bench().db.insertInto('fleet_claim').values({ work_order_id: id, target_name: 'eu', state: 'ended', retire_after: 'date', expires_at: new Date('2100-01-01') }).execute();
      const over = () => bench().db.updateTable('fleet_claim').set({ state: 'ended', ended_at: new Date() }).where('work_order_id', '=', id).execute();
      return { request: post('officer', `/v1/aws/claims/${id}/replace`, { reason: 'its date had come' }), meanwhile: over, now: state('ended') };
    },
  };
}
