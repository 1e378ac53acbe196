import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newApiKey } from '../../src/access/api-key.js';
import { ApiKeyRepository } from '../../src/access/api-key.repository.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { newFolder } from '../support/run-folders.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

describe('giving and taking keys', () => {
  const ROLES = ['station', 'issuer', 'operator', 'manager', 'officer', 'auditor', 'admin'] as const;
  const GIVES: Record<(typeof ROLES)[number], readonly string[]> = {
    station: [], issuer: [], operator: [], auditor: [],
    manager: ['station'],
    admin: ['station', 'operator', 'auditor', 'admin'],
    officer: ['issuer', 'manager', 'officer'],
  };

  it.each(ROLES)('%s gives the roles that it may give, and no other', async (granter) => {
    const given: string[] = [];
    const refused = new Set<string>();
    for (const role of ROLES) {
      const answer = await bench.as(granter).post('/v1/access/keys', { role, name: `by ${granter}`, ...(role === 'station' ? { station: 'a' } : {}) });
      if (answer.status === 201) given.push(role);
      else refused.add(String(answer.body['code']));
    }
    expect([...refused].filter((code) => code !== 'role-missing' && code !== 'role-not-grantable')).toEqual([]);
    expect(given).toEqual(ROLES.filter((role) => GIVES[granter].includes(role)));
    const made = await bench.db.selectFrom('api_key').select('role').where('name', '=', `by ${granter}`).where('created_by', 'like', 'key:%').execute();
    expect(made.map(({ role }) => role).toSorted()).toEqual(given.toSorted());
  });

  it.each(['admin', 'officer'] as const)('refuses to take away the last %s, also when two are taken away at once', async (role) => {
    await bench.db.updateTable('api_key').set({ revoked_at: new Date() }).where('role', '=', role).where('name', '!=', role).execute();
    const made = await bench.as(role).post('/v1/access/keys', { role, name: 'second' });
    const ids = (await bench.db.selectFrom('api_key').select('id').where('role', '=', role).where('revoked_at', 'is', null).execute()).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const [own, second] = [bench.keys[role], String(made.body['key'])];
    const remove = (id: string) => bench.call('DELETE', `/v1/access/keys/${id}`, own.includes(id) ? second : own);
    const answers = await Promise.all(ids.map(remove));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'last-key' } });
    // Gives the bench its key back.
    await bench.db.updateTable('api_key').set({ revoked_at: null }).where('id', 'in', ids).execute();
  });

  it('lets whoever holds the data folder back in with a new bootstrap key, and never with a revoked one', async () => {
    const [old, fresh] = [newApiKey('admin'), newApiKey('admin')];
    const file = join(newFolder('bootstrap'), 'keys.json');
    const admit = async (text: string) => {
      writeFileSync(file, JSON.stringify({ admin: text }));
      await new ApiKeyRepository(bench.db, new AuditLog(), { ...bench.config, BOOTSTRAP_KEYS_FILE: file }).admitBootstrapKeys();
    };
    await admit(old.text);
    await bench.db.updateTable('api_key').set({ revoked_at: new Date() }).where('id', '=', old.id).execute();
    await admit(old.text);
    await admit(fresh.text);
    expect((await bench.call('GET', '/v1/access/keys', old.text)).status).toBe(401);
    expect((await bench.call('GET', '/v1/access/keys', fresh.text)).status).toBe(200);
  });
});
