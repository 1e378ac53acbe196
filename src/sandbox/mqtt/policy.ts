import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { Store } from '../store/store.js';
import { parsePolicy, type Statement } from '../model/policy-document.js';

export type Action = 'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Receive' | 'iot:Subscribe';

/** Who acts: a certificate in an account, over one connection. */
export interface Actor {
  readonly account: Account;
  readonly certificate: Certificate;
  readonly clientId: string;
  readonly sourceIp: string;
  /** For iot:Connect only: the condition keys iot:ConnectAttributes and iot:LastWillTopic. */
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
    const statements = this.store.policies
      .attachedTo(actor.account, actor.certificate.id)
      .flatMap(({ document }) => this.statementsOf(document))
      .filter((statement) => this.applies(statement, actor, action, arn));
    return statements.length > 0 && statements.every(({ Effect }) => Effect === 'Allow');
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

  private applies(statement: Statement, actor: Actor, action: Action, arn: string): boolean {
    return (
      statement.Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      statement.Resource.some((pattern) => this.resourceMatches(pattern, actor, arn)) &&
      this.conditionHolds(statement, actor)
    );
  }

  private resourceMatches(pattern: string, actor: Actor, arn: string): boolean {
    const resolved = this.resolve(pattern, actor);
    return resolved !== undefined && matches(resolved, arn);
  }

  /** Undefined where a variable has no value: the statement then says nothing about this connection. */
  private resolve(pattern: string, actor: Actor): string | undefined {
    let complete = true;
    const resolved = pattern.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      const value = this.variable(name.trim(), actor);
      // Values that hold wildcards are not substituted, or a client id of * would match every resource.
      if (value === undefined || /[*$+?#]/.test(value)) complete = false;
      return value ?? '';
    });
    return complete ? resolved : undefined;
  }

  private variable(name: string, actor: Actor): string | undefined {
    if (name === 'iot:ClientId') return actor.clientId;
    if (name === 'aws:SourceIp') return actor.sourceIp;
    if (name.startsWith('iot:Connection.Thing.')) return this.thingVariable(name.slice('iot:Connection.Thing.'.length), actor);
    if (name === 'iot:Certificate.SerialNumber') return actor.certificate.serialNumber;
    const [, part, field = '', index = '0'] = /^iot:Certificate\.(Subject|Issuer)\.([A-Za-z]+)(?:\.([0-9]))?$/.exec(name) ?? [];
    if (part === undefined) return undefined;
    return actor.certificate[part === 'Subject' ? 'subject' : 'issuer'][field]?.[Number(index)];
  }

  /** The thing of a connection is the one that is named like the client id, when the certificate is attached to it. */
  private thingVariable(name: string, { account, certificate, clientId }: Actor): string | undefined {
    const attached = this.store.things.isAttached(account, clientId, certificate.id);
    if (name === 'IsAttached') return String(attached);
    if (!attached) return undefined;
    if (name === 'ThingName') return clientId;
    const attribute = /^Attributes\[(.+)\]$/.exec(name)?.[1];
    return attribute === undefined ? undefined : this.store.things.find(account, clientId)?.attributes[attribute];
  }

  /** Bool, StringEquals and StringLike. With an operator that the sandbox doesn't know a Deny applies, and an Allow does not. */
  private conditionHolds({ Condition = {}, Effect }: Statement, actor: Actor): boolean {
    return Object.entries(Condition).every(([operator, wanted]) =>
      Object.entries(wanted).every(([name, patterns]) => {
        if (!['Bool', 'StringEquals', 'StringLike'].includes(operator)) return Effect === 'Deny';
        const value = this.variable(name, actor);
        if (value === undefined) return false;
        return patterns.some((pattern) => {
          const resolved = this.resolve(pattern, actor);
          if (resolved === undefined) return false;
          return operator === 'StringLike' ? matches(resolved, value) : resolved === value;
        });
      }),
    );
  }
}

/**
 * `*` stands for any characters and `?` for one. Both pointers move forward and remember one star only, so hostile patterns
 * cost no more than length times length.
 */
export function matches(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let position = 0; position < value.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      afterStar = position;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++afterStar;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
