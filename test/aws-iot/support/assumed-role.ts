import { readFileSync } from 'node:fs';
import type { Line } from './line.js';

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

/** A role in an account of the sandbox which the service assumes, and which may do what a test says. */
export class AssumedRole {
  private readonly name = 'lineside';

  /** @param names what stands for places in the files of docs/aws, besides region and account */
  constructor(
    private readonly line: Line,
    private readonly accountId: string,
    private readonly region: string,
    private readonly names: Readonly<Record<string, string>> = {},
  ) {}

  /** What a target says to be worked in by it. */
  get ofTarget() {
    return { profile: 'sandbox-111111111111', roleArn: `arn:aws:iam::${this.accountId}:role/${this.name}` };
  }

  /** Statements of docs/aws/<method>.json. */
  statements(method: string): Statement[] {
    let text = readFileSync(`docs/aws/${method}.json`, 'utf8');
    for (const [place, name] of Object.entries({ ...this.names, REGION: this.region, ACCOUNT: this.accountId })) text = text.replaceAll(place, name);
    return (JSON.parse(text) as { Statement: Statement[] }).Statement;
  }

  /** From the next call on it may do what docs/aws says of the method, changed by `change`, and no more. */
  allow(method: string, change: (statement: Statement) => Statement = (statement) => statement): void {
    this.set(this.statements(method).map(change));
  }

  set(statements: Statement[]): void {
    const { accountId, name } = this;
    const { roles } = this.line.aws.sandbox;
    const policies = { all: JSON.stringify({ Version: '2012-10-17', Statement: statements }) };
    const role = roles.find(accountId, name);
    if (role !== undefined) return roles.setPolicies(role, policies);
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: ['sts:AssumeRole', 'sts:TagSession'] }] });
    roles.add({ accountId, name, longestSessionSeconds: 3_600, trust, policies });
  }
}
