import type { InjectOptions } from 'fastify';
import { type OpenApiDocument, operationsOf, resolved, type Schema } from '../support/openapi-document.js';
import { seeded } from '../x509/random.js';

/** A request as it is sent, and what it was made from. */
export interface FuzzedRequest {
  operation: ReturnType<typeof operationsOf>[number];
  changes: string[];
  url: string;
  headers: Record<string, string>;
  payload?: string;
}

/** What operations need so that some requests get past the first check: values for parameters and members, by their names. */
export interface Footing {
  path: (operation: string, name: string) => string | undefined;
  member: (operation: string, name: string) => unknown;
}

const LONG = 'x'.repeat(5_000);
const HOSTILE: readonly unknown[] = [
  '\u0000', 'a\u0000b', '\ud800', 'a\udfffb', '', ' ', LONG, '‮', '../..', '%00', "'; --", '\\u0000', '${x}', '🏭', '-1', '00', 'null', 'NaN', '__proto__', '1'.repeat(30),
  null, true, false, 0, 1, -1, 1.5, -0, 1e308, 2 ** 53, 2 ** 31, 99_999_999_999_999, [], {}, [null], [[]], { a: 1 }, ['\u0000'], { '\u0000': 1 }, { __proto__x: 1 }, [1, 2, 3],
];
/** What PostgreSQL can't hold. */
const UNKEEPABLE = ['\u0000', 'a\u0000b', '\ud800', 'a\udfffb'];
const HOSTILE_TEXT = HOSTILE.filter((value) => typeof value === 'string');
const RAW_BODIES = ['', '{', '[]', 'null', '"x"', '1', '{"a":1}}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":1}}', '\ufeff{}', '{"a":'.repeat(3_000), `${'['.repeat(2_500)}${']'.repeat(2_500)}`, '{"fence":1,"fence":2}', '\u0000'];
const MEDIA_TYPES = ['application/x-ndjson', 'text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=utf-16', 'application/x-www-form-urlencoded', ''];
const IDEMPOTENCY_KEYS = ['k', '"quoted"', '', ' ', 'x'.repeat(200), 'a b', '\u00e9'];
const ESCAPES = ['%00', '%ff', '%E0%A4%A', '%2e%2e', '%2F', 'a'.repeat(300), '%F0%9F%8F%AD', '*', '%', '~', '%ED%A0%80'];

/** `count` requests, the same ones for the same seed: each operation in its turn, as its examples have it, and with one to three changes. */
export function* fuzzedRequests(document: OpenApiDocument, footing: Footing, seed: number, count: number): Generator<FuzzedRequest> {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  const operations = operationsOf(document);

  for (let made = 0; made < count; made++) {
    const operation = operations[made % operations.length]!;
    const path: Record<string, string> = {};
    const query: [string, string][] = [];
    const headers: Record<string, string> = {};
    const changes: string[] = [];
    const parameters = (operation.parameters ?? []).filter(({ $ref }) => $ref === undefined);
    for (const { name, in: place, schema } of parameters) if (place === 'path') path[name] = encodeURIComponent(footing.path(operation.name, name) ?? String(resolved(document, schema).example));
    const [[type, media] = []] = Object.entries(operation.requestBody?.content ?? {});
    let body: unknown = structuredClone(media?.example ?? media?.schema.example);
    let text: string | undefined;
    if (type !== undefined) headers['content-type'] = type;
    if (isObject(body)) for (const name of Object.keys(body)) body[name] = footing.member(operation.name, name) ?? body[name];

    const changeBody = () => {
      if (typeof body === 'string') {
        const at = below(body.length);
        body = `${body.slice(0, at)}${String(oneOf(HOSTILE_TEXT)).slice(0, 40)}${body.slice(at + below(3))}`;
      } else if (random() < 0.15) text = oneOf(RAW_BODIES);
      else body = changed(body, media?.schema ?? {});
    };
    /** One place in the body, found by going down at random. */
    const changed = (value: unknown, schema: Schema): unknown => {
      if (Array.isArray(value) && value.length > 0 && random() < 0.7) return value.map((item, at) => (at === 0 ? changed(item, {}) : item) as unknown);
      if (!isObject(value) || random() < 0.1) return random() < 0.3 ? oneOf(UNKEEPABLE) : oneOf(HOSTILE);
      const known = Object.keys((resolved(document, schema).properties ?? {}) as object);
      const name = random() < 0.15 ? String(oneOf(HOSTILE_TEXT)).slice(0, 80) : oneOf([...Object.keys(value), ...known, 'unknown']);
      if (random() < 0.15) return Object.fromEntries(Object.entries(value).filter(([own]) => own !== name));
      return { ...value, [name]: changed(value[name], {}) };
    };
    const kinds = ['query', 'headers', ...(Object.keys(path).length > 0 ? ['path', 'path'] : []), ...(body === undefined ? [] : ['body', 'body', 'body', 'body', 'body']), ...(parameters.some(({ in: place }) => place === 'query') ? ['query', 'query'] : [])];
    // The first round goes out as it stands.
    for (let left = made < operations.length ? 0 : 1 + below(3); left > 0; left--) {
      const kind = oneOf(kinds);
      changes.push(kind);
      if (kind === 'body') changeBody();
      else if (kind === 'path') path[oneOf(Object.keys(path))] = random() < 0.5 ? oneOf(ESCAPES) : encodeURIComponent(wellFormed(String(oneOf(HOSTILE))));
      else if (kind === 'query') {
        const names = parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
        query.push([random() < 0.2 || names.length === 0 ? oneOf(['nosuch', '__proto__', 'limit[]', '']) : oneOf(names), random() < 0.3 ? oneOf(ESCAPES) : encodeURIComponent(wellFormed(String(oneOf(HOSTILE))).slice(0, 600))]);
      } else if (random() < 0.5) headers['idempotency-key'] = oneOf(IDEMPOTENCY_KEYS);
      else if (operation.method !== 'GET') headers['content-type'] = oneOf(MEDIA_TYPES);
    }
    const search = query.length === 0 ? '' : `?${query.map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join('&')}`;
    const payload = text ?? (body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    yield { operation, changes, url: operation.path.replace(/\{(\w+)\}/g, (_, name: string) => path[name]!) + search, headers, ...(payload === undefined ? {} : { payload }) };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const wellFormed = (text: string) => text.toWellFormed();

/** As `app.inject` takes it. */
export function toInject({ operation, url, headers, payload }: FuzzedRequest, key: string | undefined): InjectOptions {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return { method: operation.method as 'GET', url, headers: { ...authorization, ...headers }, ...(payload === undefined ? {} : { payload }) };
}
