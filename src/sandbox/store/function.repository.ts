import { date, text, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

/** A Lambda function: a built handler of this machine, and who may call it. */
export interface LambdaFunction {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  /** What it calls AWS with. */
  readonly roleArn: string;
  /** Below the folder of built handlers. */
  readonly folder: string;
  /** `file.export` in that folder. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly description: string | undefined;
  /** Statements of its policy (JSON) by their id: which services and accounts may call it. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly modifiedAt: Date;
}

export type FunctionSettings = Omit<LambdaFunction, 'arn' | 'permissions' | 'modifiedAt'>;

export class FunctionRepository {
  constructor(private readonly database: Database) {}

  /** Whether it is new; one of this name stays as it is. */
  add(settings: FunctionSettings): boolean {
    const { accountId, region, name } = settings;
    const sql = 'INSERT INTO function (account_id, region, name, settings, permissions, modified_at) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING';
    return this.database.run(sql, accountId, region, name, JSON.stringify(settings), '{}', Date.now()) > 0;
  }

  find(accountId: string, region: string, name: string): LambdaFunction | undefined {
    const row = this.database.first('SELECT * FROM function WHERE account_id = ? AND region = ? AND name = ?', accountId, region, name);
    return row && read(row);
  }

  withArn(arn: string): LambdaFunction | undefined {
    const [, region, accountId, name] = /^arn:aws:lambda:([a-z0-9-]+):([0-9]{12}):function:([\w-]{1,64})$/.exec(arn) ?? [];
    return region === undefined || accountId === undefined || name === undefined ? undefined : this.find(accountId, region, name);
  }

  page(accountId: string, region: string, request: PageRequest): Page<LambdaFunction> {
    return readPage(this.database, { table: 'function', where: 'account_id = ? AND region = ?', values: [accountId, region] }, request, read);
  }

  update(found: LambdaFunction, change: Partial<Pick<LambdaFunction, 'roleArn' | 'handler' | 'timeoutSeconds' | 'environment' | 'description' | 'runtime'>>): void {
    const { arn: _arn, permissions: _permissions, modifiedAt: _modifiedAt, ...settings } = { ...found, ...change };
    const sql = 'UPDATE function SET settings = ?, modified_at = ? WHERE account_id = ? AND region = ? AND name = ?';
    this.database.run(sql, JSON.stringify(settings), Date.now(), found.accountId, found.region, found.name);
  }

  setPermissions({ accountId, region, name }: LambdaFunction, permissions: Readonly<Record<string, string>>): void {
    this.database.run('UPDATE function SET permissions = ? WHERE account_id = ? AND region = ? AND name = ?', JSON.stringify(permissions), accountId, region, name);
  }

  remove({ accountId, region, name }: LambdaFunction): void {
    this.database.run('DELETE FROM function WHERE account_id = ? AND region = ? AND name = ?', accountId, region, name);
  }
}

function read(row: Row): LambdaFunction {
  const settings = JSON.parse(text(row, 'settings')) as FunctionSettings;
  return {
    ...settings,
    arn: `arn:aws:lambda:${settings.region}:${settings.accountId}:function:${settings.name}`,
    permissions: JSON.parse(text(row, 'permissions')) as Record<string, string>,
    modifiedAt: date(row, 'modified_at'),
  };
}
