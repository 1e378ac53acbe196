import { matches } from '../model/pattern.js';
import { OPERATOR, type PolicyStatement } from './policy-document.js';

/** What somebody wants to do. */
export interface Question {
  readonly action: string;
  /** An ARN; undefined in trust policies, which belong to one role. */
  readonly resource?: string;
  /** The names under which a policy may mean whoever asks: ARNs, `root` of the account, or an AWS service. */
  readonly principals?: readonly string[];
  /** Values of condition keys, by their name in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** `deny` wins over `allow`; undefined where no statement speaks of it. */
export function decide(statements: readonly PolicyStatement[], question: Question): 'allow' | 'deny' | undefined {
  const fitting = statements.filter((statement) => applies(statement, question));
  if (fitting.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return fitting.length > 0 ? 'allow' : undefined;
}

function applies({ Principal, Action, NotAction, Resource, NotResource, Condition = {} }: PolicyStatement, question: Question): boolean {
  const action = question.action.toLowerCase();
  const names = (patterns: readonly string[] | undefined) => patterns?.some((pattern) => matches(pattern.toLowerCase(), action));
  const covers = (patterns: readonly string[] | undefined) => patterns?.some((pattern) => resourceMatches(pattern, question));
  return (
    (Principal === undefined || [...(Principal.AWS ?? []), ...(Principal.Service ?? [])].some((one) => principalMatches(one, question))) &&
    (names(Action) ?? true) && !(names(NotAction) ?? false) &&
    (covers(Resource) ?? true) && !(covers(NotResource) ?? false) &&
    Object.entries(Condition).every(([operator, wanted]) => Object.entries(wanted).every(([key, patterns]) => conditionHolds(operator, key, patterns, question)))
  );
}

/** An account may be named by its number, which means the same as its root. */
function principalMatches(named: string, { principals = [] }: Question): boolean {
  const name = /^[0-9]{12}$/.test(named) ? `arn:aws:iam::${named}:root` : named;
  return name === '*' ? principals.some((one) => one.startsWith('arn:')) : principals.includes(name);
}

function resourceMatches(pattern: string, question: Question): boolean {
  const resolved = resolve(pattern, question);
  return resolved !== undefined && question.resource !== undefined && matches(resolved, question.resource);
}

/** Undefined where a policy variable has no value. */
function resolve(pattern: string, { context }: Question): string | undefined {
  let complete = true;
  const resolved = pattern.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (['*', '?', '$'].includes(name)) return name;
    const values = context[name.toLowerCase()];
    if (values?.length !== 1) complete = false;
    return values?.[0] ?? '';
  });
  return complete ? resolved : undefined;
}

function conditionHolds(operator: string, key: string, patterns: readonly string[], question: Question): boolean {
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  const values = question.context[key.toLowerCase()];
  if (name === 'Null') return patterns.includes(String(values === undefined));
  const negative = name.includes('Not');
  if (values === undefined || values.length === 0) return ifExists !== undefined || quantifier === 'ForAllValues' || (negative && quantifier === undefined);
  const fits = (value: string): boolean => patterns.some((pattern) => {
    const resolved = resolve(pattern, question);
    return resolved !== undefined && compare(name, resolved, value);
  }) !== negative;
  return quantifier === 'ForAnyValue' || (quantifier === undefined && !negative) ? values.some(fits) : values.every(fits);
}

function compare(operator: string, pattern: string, value: string): boolean {
  if (operator.includes('IgnoreCase') || operator === 'Bool') return pattern.toLowerCase() === value.toLowerCase();
  // ArnEquals and ArnLike are the same (IAM, "Condition operators").
  return operator.includes('Like') || operator.startsWith('Arn') ? matches(pattern, value) : pattern === value;
}
