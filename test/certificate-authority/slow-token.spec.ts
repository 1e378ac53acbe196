import { sql } from 'kysely';
import { AuditLog } from '../../src/audit/audit-log.js';
import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { loadConfig } from '../../src/config/config.js';
import { HsmUnavailable } from '../../src/hsm/hsm.errors.js';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import type { HsmKey, HsmKeyType, SignOptions } from '../../src/hsm/hsm.js';
import { SignerPool } from '../../src/hsm/signer-pool.js';
import { type Database, openDatabase } from '../../src/platform/database/database.js';
import { SystemClock } from '../../src/platform/clock.js';
import { HealthChecks } from '../../src/platform/health/health-checks.js';
import { SigningClock } from '../../src/platform/signing-clock.js';
import { makeSoftHsm, type SoftHsm } from '../hsm/softhsm.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { openssl } from '../x509/external-tools.js';

/** The ledger ends a transaction that rests for so long; making a key takes longer. */
const REST_MS = 500;

/** A token that takes its time for a key, and that nobody is let to for a while after that. */
class SlowToken extends SignerPool {
  refusals: Error[] = [];
  outlast: () => Promise<unknown> = () => Promise.resolve();

  override async generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    const key = await super.generateKeyPair(label, keyType);
    await this.outlast();
    return key;
  }

  override async sign(label: string, message: Buffer, options?: SignOptions): Promise<Buffer> {
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    return super.sign(label, message, options);
  }
}

describe('an authority on a slow token', () => {
  let softHsm: SoftHsm;
  let fresh: FreshDatabase;
  let db: Database;
  let other: Database;
  let token: SlowToken;
  let ca: CertificateAuthorityService;
  beforeAll(async () => {
    softHsm = await makeSoftHsm();
    fresh = await freshDatabase();
    const open = (url: string) => openDatabase({ url, connections: 2, onIdleError: () => undefined });
    db = await open(`${fresh.url}?idle_in_transaction_session_timeout=${REST_MS}`);
    other = await open(fresh.url);
    token = new SlowToken(softHsm.settings, { environment: softHsm.environment });
    const clock = new SigningClock(new SystemClock(), db, loadConfig({ ...process.env, DATABASE_URL: fresh.url }), new HealthChecks());
    ca = new CertificateAuthorityService(new AuthorityRepository(db), token, new AuditLog(), clock);
  });
  afterAll(async () => {
    await token.close();
    await db.destroy();
    await other.destroy();
    await fresh.drop();
    await softHsm.remove();
  });
  beforeEach(() => {
    token.refusals = [];
    token.outlast = () => Promise.resolve();
  });

  const create = (family: string) => db.transaction().execute((tx) => ca.createGeneration(tx, 'test', { family, keyType: 'P-256' }));

  it('is made although the ledger ends other transactions that rest for so long', async () => {
    token.outlast = () => sql`select pg_sleep(${(REST_MS * 4) / 1_000})`.execute(other);
    const rests = db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await token.outlast();
      await sql`select 1`.execute(tx);
    });
    await expect(rests).rejects.toThrow(/connection/i);
    const { id, certificate } = await create('Slow');
    expect(id).toBe('slow-g1');
    expect(openssl(['x509', '-inform', 'DER', '-noout', '-subject'], certificate).text).toContain('Slow Device CA G1');
  });

  it('is made although the HSM is not asked for a moment after the key was made', async () => {
    token.refusals = [new HsmUnavailable('The HSM has failed repeatedly'), new HsmUnavailable('The HSM has failed repeatedly')];
    expect((await create('Moment')).id).toBe('moment-g1');
    expect(token.refusals).toEqual([]);
  });

  it('is not made when the token refuses its signature for good', async () => {
    token.refusals = [new DomainError('hsm-refused', 'no')];
    await expect(create('Never')).rejects.toMatchObject({ code: 'hsm-refused' });
    expect(await other.selectFrom('authority').select('id').where('family', '=', 'Never').execute()).toEqual([]);
  });
});
