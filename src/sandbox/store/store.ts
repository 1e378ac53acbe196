import { randomBytes } from 'node:crypto';
import { Account, type AccountName } from '../accounts.js';
import { BillingGroupRepository } from './billing-group.repository.js';
import { CaCertificateRepository } from './ca-certificate.repository.js';
import { CertificateRepository } from './certificate.repository.js';
import { Database, text } from './database.js';
import { PolicyRepository } from './policy.repository.js';
import { QueueRepository } from './queue.repository.js';
import { RoleRepository } from './role.repository.js';
import { SessionRepository } from './session.repository.js';
import { TemplateRepository } from './template.repository.js';
import { ThingGroupRepository } from './thing-group.repository.js';
import { ThingTypeRepository } from './thing-type.repository.js';
import { ThingRepository } from './thing.repository.js';

export interface RetainedMessage {
  topic: string;
  payload: Buffer;
  qos: 0 | 1;
}

/** Everything that must outlive a restart, for all accounts. */
export class Store {
  readonly caCertificates: CaCertificateRepository;
  readonly certificates: CertificateRepository;
  readonly templates: TemplateRepository;
  readonly things: ThingRepository;
  readonly thingTypes: ThingTypeRepository;
  readonly thingGroups: ThingGroupRepository;
  readonly billingGroups: BillingGroupRepository;
  readonly policies: PolicyRepository;
  readonly queues: QueueRepository;
  readonly roles: RoleRepository;
  readonly sessions: SessionRepository;
  private readonly database: Database;

  constructor(dataDir: string) {
    this.database = new Database(dataDir);
    this.caCertificates = new CaCertificateRepository(this.database);
    this.certificates = new CertificateRepository(this.database);
    this.templates = new TemplateRepository(this.database);
    this.things = new ThingRepository(this.database);
    this.thingTypes = new ThingTypeRepository(this.database);
    this.thingGroups = new ThingGroupRepository(this.database);
    this.billingGroups = new BillingGroupRepository(this.database);
    this.policies = new PolicyRepository(this.database);
    this.queues = new QueueRepository(this.database);
    this.roles = new RoleRepository(this.database);
    this.sessions = new SessionRepository(this.database);
  }

  transaction<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  /** The account with its endpoint prefix, which is made up once and never changes. It tells nothing about the account id. */
  account({ accountId, region }: AccountName): Account {
    const key = `${accountId}:${region}`;
    const made = `a${randomBytes(7).toString('hex').slice(0, 13)}`;
    this.database.run('INSERT INTO account (account, endpoint_prefix) VALUES (?,?) ON CONFLICT DO NOTHING', key, made);
    const row = this.database.first('SELECT * FROM account WHERE account = ?', key);
    return new Account(accountId, region, text(row ?? {}, 'endpoint_prefix'));
  }

  /** Made on first use and the same until it is deleted. */
  registrationCode(account: Account): string {
    const made = randomBytes(32).toString('hex');
    this.database.run('INSERT INTO registration_code (account, code) VALUES (?,?) ON CONFLICT DO NOTHING', account.key, made);
    return text(this.database.first('SELECT code FROM registration_code WHERE account = ?', account.key) ?? {}, 'code');
  }

  /** Whether there was one. */
  deleteRegistrationCode(account: Account): boolean {
    return this.database.run('DELETE FROM registration_code WHERE account = ?', account.key) > 0;
  }

  /** An empty payload clears the topic (MQTT 3.1.1 section 3.3.1.3). */
  retain(account: Account, message: RetainedMessage): void {
    if (message.payload.length === 0) {
      this.database.run('DELETE FROM retained_message WHERE account = ? AND topic = ?', account.key, message.topic);
      return;
    }
    const sql = `INSERT INTO retained_message (account, topic, payload, qos) VALUES (?,?,?,?)
      ON CONFLICT (account, topic) DO UPDATE SET payload = excluded.payload, qos = excluded.qos`;
    this.database.run(sql, account.key, message.topic, message.payload, message.qos);
  }

  retained(account: Account): RetainedMessage[] {
    return this.database.all('SELECT * FROM retained_message WHERE account = ?', account.key).map((row) => ({
      topic: text(row, 'topic'),
      payload: Buffer.from(row['payload'] instanceof Uint8Array ? row['payload'] : []),
      qos: row['qos'] === 1 ? 1 : 0,
    }));
  }

  close(): void {
    this.database.close();
  }
}
