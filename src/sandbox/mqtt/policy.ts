import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import { matches } from '../model/pattern.js';
import { parsePolicy, type Statement } from '../model/policy-document.js';
import type { Store } from '../store/store.js';
import { conditionsHold } from './policy-conditions.js';
import { PolicyVariables } from './policy-variables.js';

export type Action = 'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Receive' | 'iot:Subscribe';

/** Who acts: a certificate in an account, over one connection. */
export interface Actor {
  readonly account: Account;
  readonly certificate: Certificate;
  readonly clientId: string;
  readonly sourceIp: string;
  /** For iot:Connect only: the condition keys iot:ConnectAttributes and iot:LastWillTopic, which is an ARN. */
  readonly connect?: { readonly attributes: readonly ('PersistentConnect' | 'LastWill')[]; readonly lastWillTopic: string | undefined };
}

/** Answers whether the policies of a certificate allow an action. Nothing is allowed unless a statement says so, and Deny wins. */
export class PolicyCheck {
  /** Documents never change, so each is parsed once. */
  private readonly parsed = new Map<string, readonly Statement[]>();

  constructor(private readonly store: Store) {}

  /** `resource` is the part behind the account, such as `topic/line/1` or `client/unit-7`. */
  allows(actor: Actor, action: Action, resource: string): boolean {
    const arn = actor.account.arn(resource);
    const variables = new PolicyVariables(actor, this.store);
    const statements = this.documentsOf(actor)
      .flatMap((document) => this.statementsOf(document))
      .filter((statement) => applies(statement, variables, action, arn));
    return statements.length > 0 && statements.every(({ Effect }) => Effect === 'Allow');
  }

  private documentsOf({ account, certificate }: Actor): string[] {
    const claim = this.store.fleet.claim(account, certificate.id);
    if (claim !== undefined) return [claimPolicy(account, claim.template)];
    return this.store.policies.attachedTo(account, certificate.id).map(({ document }) => document);
  }

  private statementsOf(document: string): readonly Statement[] {
    let statements = this.parsed.get(document);
    if (statements === undefined) {
      if (this.parsed.size >= 1_000) this.parsed.clear();
      statements = parsePolicy(document);
      this.parsed.set(document, statements);
    }
    return statements;
  }
}

function applies(statement: Statement, variables: PolicyVariables, action: Action, arn: string): boolean {
  return (
    statement.Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.Resource.some((pattern) => {
      const resolved = variables.resolve(pattern);
      return resolved !== undefined && matches(resolved, arn);
    }) &&
    conditionsHold(statement, variables)
  );
}

/** What the certificate of a provisioning claim may do: get its permanent certificate with the template that it was made for. */
function claimPolicy(account: Account, template: string): string {
  const topics = ['$aws/certificates/create/*', '$aws/certificates/create-from-csr/*', `$aws/provisioning-templates/${template}/provision/*`];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: topics.map((topic) => account.arn(`topic/${topic}`)) },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: topics.map((topic) => account.arn(`topicfilter/${topic}`)) },
    ],
  });
}
