import { sql } from 'kysely';
import { GenerationMaker } from '../../src/certificate-authority/generation-maker.js';
import { RegistrationPlans } from '../../src/aws-iot/registrations/registration-plans.repository.js';
import { Hsm } from '../../src/hsm/hsm.js';
import { HsmUnavailable } from '../../src/hsm/hsm.errors.js';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import { type Answer, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
let hsm: Hsm;
const undo: (() => void)[] = [];
beforeAll(async () => {
  bench = await serviceBench();
  hsm = bench.app.get(Hsm, { strict: false });
});
afterEach(() => {
  for (const each of undo.splice(0)) each();
});
afterAll(() => bench.close());

/** Puts something else in the place of a method until the test ends; `own` is the method itself. */
function bend<Thing extends object, Name extends keyof Thing>(object: Thing, name: Name, other: (own: Thing[Name]) => Thing[Name]) {
  const own = object[name];
  object[name] = other((own as () => void).bind(object) as Thing[Name]);
  undo.push(() => (object[name] = own));
}

const create = (family: string, key?: string): Promise<Answer> => bench.as('officer').post('/v1/authorities', { family }, key === undefined ? {} : { 'idempotency-key': key });
const operation = async (id: string) => (await bench.as('auditor').get(`/v1/authorities/operations/${id}`)).body;
const ended = (id: string) => until(`${id} is made or not`, async () => {
  const { state, ...rest } = await operation(id);
  return state === 'under-way' ? undefined : { state, ...rest };
});
const keysOf = async (family: string) => (await hsm.listKeys()).filter(({ label }) => label.startsWith(`lineside-${family.toLowerCase()}-`));
const generations = (family: string) => bench.db.selectFrom('authority').select(['id', 'state']).where('family', '=', family).orderBy('generation').execute();
/** The pauses between tries are for HSMs that are away for minutes. */
const tryAgain = (id: string) => bench.db.updateTable('authority').set({ making_due_at: new Date(0) }).where('id', '=', id).where('making_by', 'is', null).execute();

it('is asked for, answered at once with an operation, and there a moment later', async () => {
  const answer = await create('Asked');
  expect(answer).toMatchObject({ status: 202, body: { id: 'asked-g1', state: 'under-way', family: 'Asked', generation: 1 }, headers: { location: '/v1/authorities/operations/asked-g1' } });
  expect(await ended('asked-g1')).toMatchObject({ state: 'done', attempts: 1, detail: null });
  expect(await bench.as('officer').get('/v1/authorities/asked-g1')).toMatchObject({ status: 200, body: { state: 'generated', registrations: [{ target: 'eu', state: expect.any(String) }] } });
  expect(await bench.auditTrail('authority:asked-g1')).toEqual(expect.arrayContaining(['authority.planned', 'authority.generated']));
});

it('is made once, however often it is asked for: by the same request and by any other for its family', async () => {
  const made = Promise.withResolvers<void>();
  bend(hsm, 'generateKeyPair', (own) => async (...args) => {
    await made.promise;
    return own(...args);
  });
  const first = await create('Once', 'once');
  const during = await Promise.all([create('Once', 'once'), create('Once', 'another'), create('Once')]);
  expect(during.map(({ status, body }) => [status, body['id']])).toEqual([[202, 'once-g1'], [202, 'once-g1'], [202, 'once-g1']]);
  expect((await bench.as('officer').get('/v1/authorities/once-g1')).status).toBe(404);
  expect((await bench.as('officer').get('/v1/authorities/operations')).body['items']).toContainEqual(expect.objectContaining({ id: 'once-g1', state: 'under-way' }));
  made.resolve();
  expect(await ended('once-g1')).toMatchObject({ state: 'done' });
  expect(first.body['id']).toBe('once-g1');
  const done = { status: 202, body: { id: 'once-g1', state: 'done' }, headers: { location: '/v1/authorities/operations/once-g1' } };
  expect(await create('Once', 'once')).toMatchObject(done);
  // As after a crash in which the kept answer was lost. The key may be quoted or bare.
  for (const written of ['once', '"once"']) {
    await bench.db.deleteFrom('idempotency').where('key', '=', 'once').execute();
    expect(await create('Once', written)).toMatchObject(done);
  }
  expect(await generations('Once')).toEqual([{ id: 'once-g1', state: 'generated' }]);
  expect(await keysOf('Once')).toHaveLength(1);
});

it('has its row before its key, and goes on with the key of a try whose answer was lost', async () => {
  let rows: unknown;
  bend(hsm, 'generateKeyPair', (own) => async (...args) => {
    rows = await bench.db.selectFrom('authority').select(['state', 'key_label']).where('family', '=', 'Lost').execute();
    await own(...args);
    throw new HsmUnavailable('The answer of the HSM was lost.');
  });
  await create('Lost');
  await until('one try', async () => ((await operation('lost-g1'))['detail'] === 'The answer of the HSM was lost.' ? true : undefined));
  const [key] = await keysOf('Lost');
  expect(rows).toEqual([{ state: 'planned', key_label: key!.label }]);
  await tryAgain('lost-g1');
  expect(await ended('lost-g1')).toMatchObject({ state: 'done', attempts: 2 });
  expect(await keysOf('Lost')).toEqual([key]);
});

it('rests in no transaction while the HSM works, which may take a card minutes', async () => {
  const nothingRests = Promise.withResolvers<boolean>();
  bend(hsm, 'generateKeyPair', (own) => async (...args) => {
    // Other work of the service has transactions too, but none that rest for good.
    nothingRests.resolve(await until('nothing rests', async () => {
      const { rows } = await sql`select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`.execute(bench.db);
      return rows.length === 0 ? true : undefined;
    }).catch(() => false));
    return own(...args);
  });
  await create('Slow');
  expect(await nothingRests.promise).toBe(true);
  expect(await ended('slow-g1')).toMatchObject({ state: 'done' });
});

it('is made although the HSM is not asked for a moment after the key was made', async () => {
  let refusals = 2;
  bend(hsm, 'sign', (own) => (label, ...rest) => (label.startsWith('lineside-moment-') && refusals-- > 0 ? Promise.reject(new HsmUnavailable('The HSM has failed repeatedly')) : own(label, ...rest)));
  await create('Moment');
  expect(await ended('moment-g1')).toMatchObject({ state: 'done', attempts: 1 });
});

it('is made although the ledger was cut when it should have been recorded', async () => {
  let cut = 1;
  bend(bench.app.get(RegistrationPlans, { strict: false }), 'forAuthority', (own) => async (...args) => {
    if (cut-- > 0) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    return own(...args);
  });
  await create('Cut');
  await until('one try', async () => ((await operation('cut-g1'))['detail'] === 'The ledger could not be asked.' ? true : undefined));
  expect(await generations('Cut')).toEqual([{ id: 'cut-g1', state: 'planned' }]);
  await tryAgain('cut-g1');
  expect(await ended('cut-g1')).toMatchObject({ state: 'done' });
  expect(await keysOf('Cut')).toHaveLength(1);
});

it('says why it failed when the token refuses its signature, and can be cancelled; the next one has another number', async () => {
  bend(hsm, 'sign', (own) => (label, ...rest) => (label.startsWith('lineside-refused-') ? Promise.reject(new DomainError('hsm-refused', 'The HSM refuses this (CKR_X).')) : own(label, ...rest)));
  await create('Refused');
  expect(await ended('refused-g1')).toMatchObject({ state: 'failed', detail: 'The HSM refuses this (CKR_X).' });
  expect(await bench.auditTrail('authority:refused-g1')).toEqual(['authority.planned', 'authority.failed']);
  undo.pop()!();
  const cancel = () => bench.as('officer').post('/v1/authorities/refused-g1/cancel');
  expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect((await create('Refused')).body).toMatchObject({ id: 'refused-g2' });
  expect(await ended('refused-g2')).toMatchObject({ state: 'done' });
});

it('is found by a repeat without a key also when it is there already, until it has issued; a new key asks for another one', async () => {
  await create('Again');
  await ended('again-g1');
  expect(await create('Again')).toMatchObject({ status: 202, body: { id: 'again-g1', state: 'done' } });
  const another = await bench.as('officer').post('/v1/authorities', { family: 'Again', keyType: 'P-384' });
  expect(another.body['id']).toBe('again-g2');
  await ended('again-g2');
  expect((await create('Again', 'new')).body['id']).toBe('again-g3');
  await ended('again-g3');
  await bench.db.updateTable('authority').set({ state: 'issuing' }).where('id', '=', 'again-g3').execute();
  await bench.db.updateTable('authority').set({ state: 'retiring' }).where('id', '=', 'again-g1').execute();
  expect((await create('Again')).body['id']).toBe('again-g4');
  await ended('again-g4');
  expect(await keysOf('Again')).toHaveLength(4);
});

it('can be cancelled when it was made in error, and then neither issues nor counts', async () => {
  await create('Error');
  await ended('error-g1');
  expect((await bench.as('manager').post('/v1/authorities/error-g1/cancel')).status).toBe(403);
  expect(await bench.as('officer').post('/v1/authorities/error-g1/cancel')).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect((await bench.as('officer').get('/v1/authorities/error-g1')).body).toMatchObject({ state: 'cancelled' });
  expect(await bench.as('officer').post('/v1/authorities/error-g1/activate')).toMatchObject({ status: 409, body: { code: 'authority-state' } });
  expect(await bench.as('officer').post(`/v1/authorities/${bench.authority.id}/cancel`)).toMatchObject({ status: 409, body: { code: 'authority-state' } });
  expect(await bench.as('officer').post('/v1/authorities/nobody-g1/cancel')).toMatchObject({ status: 404 });
});

it('may be cancelled while it is made: what the HSM then brings is not taken', async () => {
  const made = Promise.withResolvers<void>();
  bend(hsm, 'generateKeyPair', (own) => async (...args) => {
    const key = await own(...args);
    await made.promise;
    return key;
  });
  await create('Meanwhile');
  await until('its key is there', async () => ((await keysOf('Meanwhile')).length === 1 ? true : undefined));
  await bench.as('officer').post('/v1/authorities/meanwhile-g1/cancel');
  const recorded = Promise.withResolvers<boolean>();
  bend(bench.app.get(GenerationMaker, { strict: false }), 'record', (own) => async (...args) => {
    const isTaken = await own(...args);
    recorded.resolve(isTaken);
    return isTaken;
  });
  made.resolve();
  expect(await recorded.promise).toBe(false);
  expect(await generations('Meanwhile')).toEqual([{ id: 'meanwhile-g1', state: 'cancelled' }]);
});

it('is not named as a stray key, whatever became of it; a key without a row is, and is left alone', async () => {
  await hsm.generateKeyPair('brought by somebody', 'P-256');
  const named = async () => ((await bench.as('officer').get('/v1/hsm')).body['strayKeys'] as { label: string }[]).filter(({ label }) => label === 'brought by somebody' || /^lineside-(refused|error|meanwhile)-/.test(label));
  expect(await named()).toEqual([{ label: 'brought by somebody', id: expect.stringMatching(/^[0-9a-f]{4}$/) }]);
  expect(await named()).toHaveLength(1);
  expect((await bench.as('manager').get('/v1/hsm')).status).toBe(403);
});
