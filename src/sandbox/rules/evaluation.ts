import type { Account } from '../accounts.js';
import type { Publisher } from '../mqtt/published-messages.js';
import { parseExpression, type Expression, type Query } from './sql.js';

/** A message as rules see it. */
export interface RuleMessage {
  readonly account: Account;
  readonly topic: string;
  readonly payload: Buffer;
  /** The device that published it; AWS's own events have none. */
  readonly publisher: Publisher | undefined;
  readonly receivedAt: number;
}

type Value = unknown;

/** What a rule's actions are to get, undefined where its WHERE does not hold. A member that has no value is left out. */
export function select(query: Query, message: RuleMessage): Buffer | undefined {
  const body = parse(message.payload);
  if (query.where !== undefined && evaluate(query.where, message, body) !== true) return undefined;
  // SELECT * alone passes on what is no JSON object, byte for byte.
  if (query.all && query.columns.length === 0) return message.payload;
  const columns = query.columns.map(({ name, expression }) => [name, evaluate(expression, message, body)] as const);
  const whole = query.all && isObject(body) ? body : {};
  return Buffer.from(JSON.stringify({ ...whole, ...Object.fromEntries(columns.filter(([, value]) => value !== undefined)) }));
}

/** A text of an action with its substitution templates, `${topic()}`, filled in. @throws SqlFault */
export function fillIn(text: string, message: RuleMessage): string {
  const body = parse(message.payload);
  return text.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const value = evaluate(parseExpression(expression), message, body);
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'Undefined');
  });
}

function parse(payload: Buffer): Value {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

const isObject = (value: Value): value is Record<string, Value> => typeof value === 'object' && value !== null && !Array.isArray(value);

function evaluate(expression: Expression, message: RuleMessage, body: Value): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return expression.names.reduce((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), body);
    case 'call':
      return call(expression, message);
    case 'not': {
      const value = evaluate(expression.operand, message, body);
      return typeof value === 'boolean' ? !value : undefined;
    }
    case 'operator':
      return compare(expression, message, body);
  }
}

function call({ name, argument }: Extract<Expression, { kind: 'call' }>, { account, topic, publisher, receivedAt }: RuleMessage): Value {
  switch (name) {
    case 'topic':
      return argument === undefined ? topic : topic.split('/')[argument - 1];
    case 'clientid':
      return publisher?.clientId ?? 'N/A';
    case 'principal':
      return publisher?.certificateId;
    case 'timestamp':
      return receivedAt;
    case 'accountid':
      return account.accountId;
  }
}

/** A comparison with something that has no value has none itself, and a WHERE without a value does not hold. */
function compare({ operator, left, right }: Extract<Expression, { kind: 'operator' }>, message: RuleMessage, body: Value): Value {
  const [a, b] = [evaluate(left, message, body), evaluate(right, message, body)];
  if (operator === 'AND') return a === true && b === true;
  if (operator === 'OR') return a === true || b === true;
  if (a === undefined || b === undefined) return undefined;
  if (operator === '=') return a === b;
  if (operator === '<>') return a !== b;
  if (!((typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string'))) return undefined;
  const order = a < b ? -1 : Number(a > b);
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
}
