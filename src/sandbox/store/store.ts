import { randomBytes } from 'node:crypto';
import { Account, type AccountName } from '../accounts.js';
import { BillingGroupRepository } from './billing-group.repository.js';
import { CaCertificateRepository } from './ca-certificate.repository.js';
import { CertificateRepository } from './certificate.repository.js';
import { ConnectivityRepository } from './connectivity.repository.js';
import { Database, text } from './database.js';
import { FleetRepository } from './fleet.repository.js';
import { PolicyRepository } from './policy.repository.js';
import { FunctionRepository } from './function.repository.js';
import { ObjectRepository } from './object.repository.js';
import { QueueRepository } from './queue.repository.js';
import { RetainedMessageRepository } from './retained-message.repository.js';
import { RoleRepository } from './role.repository.js';
import { SessionRepository } from './session.repository.js';
import { TemplateRepository } from './template.repository.js';
import { RegistrationTaskRepository } from './registration-task.repository.js';
import { ThingGroupRepository } from './thing-group.repository.js';
import { ThingTypeRepository } from './thing-type.repository.js';
import { ThingRepository } from './thing.repository.js';
import { TopicRuleRepository } from './topic-rule.repository.js';

/** Everything that must outlive a restart, for all accounts. */
export class Store {
  readonly caCertificates: CaCertificateRepository;
  readonly certificates: CertificateRepository;
  readonly templates: TemplateRepository;
  readonly fleet: FleetRepository;
  readonly registrationTasks: RegistrationTaskRepository;
  readonly things: ThingRepository;
  readonly thingTypes: ThingTypeRepository;
  readonly thingGroups: ThingGroupRepository;
  readonly billingGroups: BillingGroupRepository;
  readonly policies: PolicyRepository;
  readonly topicRules: TopicRuleRepository;
  readonly queues: QueueRepository;
  readonly objects: ObjectRepository;
  readonly functions: FunctionRepository;
  readonly roles: RoleRepository;
  readonly sessions: SessionRepository;
  readonly connectivity: ConnectivityRepository;
  readonly retainedMessages: RetainedMessageRepository;
  private readonly database: Database;

  constructor(dataDir: string) {
    this.database = new Database(dataDir);
    this.caCertificates = new CaCertificateRepository(this.database);
    this.certificates = new CertificateRepository(this.database);
    this.templates = new TemplateRepository(this.database);
    this.fleet = new FleetRepository(this.database);
    this.registrationTasks = new RegistrationTaskRepository(this.database);
    this.things = new ThingRepository(this.database);
    this.thingTypes = new ThingTypeRepository(this.database);
    this.thingGroups = new ThingGroupRepository(this.database);
    this.billingGroups = new BillingGroupRepository(this.database);
    this.policies = new PolicyRepository(this.database);
    this.topicRules = new TopicRuleRepository(this.database);
    this.queues = new QueueRepository(this.database);
    this.functions = new FunctionRepository(this.database);
    this.objects = new ObjectRepository(this.database);
    this.roles = new RoleRepository(this.database);
    this.sessions = new SessionRepository(this.database);
    this.connectivity = new ConnectivityRepository(this.database);
    this.retainedMessages = new RetainedMessageRepository(this.database);
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

  /** Fleet indexing as it was last configured. */
  indexingConfiguration(account: Account): Readonly<Record<string, unknown>> {
    const row = this.database.first('SELECT configuration FROM indexing_configuration WHERE account = ?', account.key);
    return row === undefined ? {} : (JSON.parse(text(row, 'configuration')) as Record<string, unknown>);
  }

  setIndexingConfiguration(account: Account, configuration: Readonly<Record<string, unknown>>): void {
    const sql = 'INSERT INTO indexing_configuration (account, configuration) VALUES (?,?) ON CONFLICT (account) DO UPDATE SET configuration = excluded.configuration';
    this.database.run(sql, account.key, JSON.stringify(configuration));
  }

  close(): void {
    this.database.close();
  }
}
