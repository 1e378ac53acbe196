/**
 * The part of AWS IoT's SQL that rules on AWS's own events and simple telemetry need (AWS IoT Developer Guide, "AWS IoT SQL
 * reference"): `SELECT * | expression [AS name], … FROM 'topic filter' [WHERE condition]`. What else it has is refused.
 */

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A member of the payload, `a.b.c`. */
  | { readonly kind: 'path'; readonly names: readonly string[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly argument: number | undefined }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = 'AND' | 'OR' | '=' | '<>' | '<' | '<=' | '>' | '>=';

const FUNCTIONS = ['topic', 'clientid', 'principal', 'timestamp', 'accountid'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Query {
  /** `*` takes the whole payload; the others are put beside it under their names. */
  readonly all: boolean;
  readonly columns: readonly { readonly name: string; readonly expression: Expression }[];
  readonly filter: string;
  readonly where: Expression | undefined;
}

export class SqlFault extends Error {}

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign';
  readonly text: string;
}

const TOKEN = /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?)|([A-Za-z_$@][\w$]*)|(<>|!=|<=|>=|[*=<>(),.]))/y;

function tokens(sql: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, single, double, number, word, sign] = TOKEN.exec(sql) ?? [];
    if (single !== undefined) found.push({ kind: 'text', text: single.replaceAll("''", "'") });
    else if (double !== undefined) found.push({ kind: 'text', text: double.replaceAll('""', '"') });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
    else throw new SqlFault(`The sandbox can't read the SQL statement from here on: ${sql.slice(at, at + 40).trim()}`);
  }
  return found;
}

/** @throws SqlFault */
export function parseQuery(sql: string): Query {
  const reader = new Reader(tokens(sql));
  reader.expectWord('SELECT');
  let all = false;
  const columns: { name: string; expression: Expression }[] = [];
  do {
    if (reader.takeSign('*')) {
      all = true;
      continue;
    }
    const expression = reader.expression();
    const name = reader.takeWord('AS') ? reader.name() : nameOf(expression);
    if (name === undefined) throw new SqlFault('A literal or a comparison in SELECT needs a name (AS).');
    columns.push({ name, expression });
  } while (reader.takeSign(','));
  reader.expectWord('FROM');
  const filter = reader.text();
  const where = reader.takeWord('WHERE') ? reader.expression() : undefined;
  reader.expectEnd();
  return { all, columns, filter, where };
}

/** Of a substitution template, `${…}`. @throws SqlFault */
export function parseExpression(text: string): Expression {
  const reader = new Reader(tokens(text));
  const expression = reader.expression();
  reader.expectEnd();
  return expression;
}

/** Without AS a column is called like the last member of its path, or like its function. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'path') return expression.names.at(-1);
  return expression.kind === 'call' ? expression.name : undefined;
}

/** One token after the other, by the rules of precedence: OR, AND, NOT, comparisons. */
class Reader {
  private at = 0;

  constructor(private readonly all: readonly Token[]) {}

  expression(): Expression {
    let left = this.conjunction();
    while (this.takeWord('OR')) left = { kind: 'operator', operator: 'OR', left, right: this.conjunction() };
    return left;
  }

  takeWord(word: string): boolean {
    return this.takeIf(({ kind, text }) => kind === 'word' && text.toUpperCase() === word) !== undefined;
  }

  takeSign(sign: string): boolean {
    return this.takeIf(({ kind, text }) => kind === 'sign' && text === sign) !== undefined;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word);
  }

  expectEnd(): void {
    if (this.at < this.all.length) throw this.unexpected('the end');
  }

  text(): string {
    const token = this.takeIf(({ kind }) => kind === 'text');
    if (token === undefined) throw this.unexpected('a text in quotes');
    return token.text;
  }

  name(): string {
    const token = this.takeIf(({ kind }) => kind === 'word');
    if (token === undefined) throw this.unexpected('a name');
    return token.text;
  }

  private conjunction(): Expression {
    let left = this.negation();
    while (this.takeWord('AND')) left = { kind: 'operator', operator: 'AND', left, right: this.negation() };
    return left;
  }

  private negation(): Expression {
    if (this.takeWord('NOT')) return { kind: 'not', operand: this.negation() };
    const left = this.operand();
    const sign = this.takeIf(({ kind, text }) => kind === 'sign' && ['=', '<>', '!=', '<', '<=', '>', '>='].includes(text));
    if (sign === undefined) return left;
    const operator = (sign.text === '!=' ? '<>' : sign.text) as Operator;
    return { kind: 'operator', operator, left, right: this.operand() };
  }

  private operand(): Expression {
    if (this.takeSign('(')) {
      const inner = this.expression();
      if (!this.takeSign(')')) throw this.unexpected(')');
      return inner;
    }
    const literal = this.takeIf(({ kind }) => kind === 'text' || kind === 'number');
    if (literal !== undefined) return { kind: 'literal', value: literal.kind === 'number' ? Number(literal.text) : literal.text };
    const word = this.name();
    if (['true', 'false', 'null'].includes(word.toLowerCase())) return { kind: 'literal', value: JSON.parse(word.toLowerCase()) as boolean | null };
    if (this.takeSign('(')) return this.call(word.toLowerCase());
    const names = [word];
    while (this.takeSign('.')) names.push(this.name());
    return { kind: 'path', names };
  }

  private call(name: string): Expression {
    const known = FUNCTIONS.find((one) => one === name);
    if (known === undefined) throw new SqlFault(`The sandbox does not know the function ${name}(). It has ${FUNCTIONS.join(', ')}.`);
    const argument = known === 'topic' ? this.takeIf(({ kind, text }) => kind === 'number' && /^[1-9]\d?$/.test(text)) : undefined;
    if (!this.takeSign(')')) throw this.unexpected(')');
    return { kind: 'call', name: known, argument: argument === undefined ? undefined : Number(argument.text) };
  }

  private takeIf(fits: (token: Token) => boolean): Token | undefined {
    const token = this.all[this.at];
    if (token === undefined || !fits(token)) return undefined;
    this.at++;
    return token;
  }

  private unexpected(wanted: string): SqlFault {
    const token = this.all[this.at];
    return new SqlFault(`The sandbox expects ${wanted} in the SQL statement where ${token === undefined ? 'it ends' : `${token.text.slice(0, 40)} stands`}.`);
  }
}
