import type { Account } from '../accounts.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

/** One of the two, as the service model has them. */
export interface RuleAction {
  readonly sqs?: { readonly roleArn: string; readonly queueUrl: string; readonly useBase64?: boolean | undefined } | undefined;
  readonly lambda?: { readonly functionArn: string } | undefined;
}

export interface TopicRule {
  readonly account: string;
  readonly name: string;
  readonly sql: string;
  readonly sqlVersion: string;
  readonly description: string | undefined;
  readonly disabled: boolean;
  readonly actions: readonly RuleAction[];
  readonly errorAction: RuleAction | undefined;
  readonly createdAt: Date;
}

type Content = Omit<TopicRule, 'account' | 'name' | 'createdAt'>;

export class TopicRuleRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, name: string, content: Content): void {
    const sql = `INSERT INTO topic_rule (account, name, sql, sql_version, description, disabled, actions, error_action, created_at) VALUES (?,?,?,?,?,?,?,?,?)`;
    this.database.run(sql, account.key, name, ...columns(content), Date.now());
  }

  replace(rule: TopicRule, content: Content): void {
    const sql = 'UPDATE topic_rule SET sql = ?, sql_version = ?, description = ?, disabled = ?, actions = ?, error_action = ? WHERE account = ? AND name = ?';
    this.database.run(sql, ...columns(content), rule.account, rule.name);
  }

  remove({ account, name }: TopicRule): void {
    this.database.run('DELETE FROM topic_rule WHERE account = ? AND name = ?', account, name);
  }

  find(account: Account, name: string): TopicRule | undefined {
    const row = this.database.first('SELECT * FROM topic_rule WHERE account = ? AND name = ?', account.key, name);
    return row && readRule(row);
  }

  enabled(account: Account): TopicRule[] {
    return this.database.all('SELECT * FROM topic_rule WHERE account = ? AND disabled = 0', account.key).map(readRule);
  }

  page(account: Account, disabled: boolean | undefined, request: PageRequest): Page<TopicRule> {
    const where = `account = ?${disabled === undefined ? '' : ' AND disabled = ?'}`;
    return readPage(this.database, { table: 'topic_rule', where, values: [account.key, ...(disabled === undefined ? [] : [Number(disabled)])] }, request, readRule);
  }
}

const columns = ({ sql, sqlVersion, description, disabled, actions, errorAction }: Content) =>
  [sql, sqlVersion, description ?? null, Number(disabled), JSON.stringify(actions), errorAction === undefined ? null : JSON.stringify(errorAction)] as const;

function readRule(row: Row): TopicRule {
  const errorAction = textOrNone(row, 'error_action');
  return {
    account: text(row, 'account'),
    name: text(row, 'name'),
    sql: text(row, 'sql'),
    sqlVersion: text(row, 'sql_version'),
    description: textOrNone(row, 'description'),
    disabled: number(row, 'disabled') === 1,
    actions: JSON.parse(text(row, 'actions')) as RuleAction[],
    errorAction: errorAction === undefined ? undefined : (JSON.parse(errorAction) as RuleAction),
    createdAt: date(row, 'created_at'),
  };
}
