import { type OpenApiDocument, operationsOf, resolved, type Schema } from '../support/openapi-document.js';

/** Schemas within one another that are looked at. */
const MOST_DEPTH = 8;

/**
 * What /openapi.json promises to callers, a line each: what a request may hold (`takes`), what it must (`needs`), which words it may name
 * (`takes … = word`), and what a good answer always has (`gives`).
 */
export function promisesOf(document: OpenApiDocument): string[] {
  const promises: string[] = [];
  for (const { name, parameters = [], requestBody, responses, ...operation } of operationsOf(document)) {
    const roles = operation['x-roles'];
    for (const role of roles ?? ['everybody']) promises.push(`${name} lets ${role}`);
    for (const parameter of parameters) {
      if (parameter.$ref !== undefined || parameter.in === 'header') continue;
      request(`${name} ${parameter.in} ${parameter.name}`, parameter.schema, parameter.required === true);
    }
    for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) request(`${name} body ${type}`, schema, true);
    for (const [status, { content }] of Object.entries(responses)) {
      if (!status.startsWith('2')) continue;
      promises.push(`${name} answers ${status}`);
      for (const { schema } of Object.values(content ?? {})) answer(`${name} ${status}`, schema);
    }
  }
  return [...new Set(promises)].toSorted();

  function request(place: string, schema: Schema, isNeeded: boolean, depth = 0) {
    promises.push(`${place} ${isNeeded ? 'needed' : 'taken'}`);
    walk(schema, depth, (part, within, deeper) => {
      for (const word of wordsOf(part)) promises.push(`${place}${within} = ${JSON.stringify(word)}`);
      const needed = new Set((part['required'] as string[] | undefined) ?? []);
      for (const [member, inner] of membersOf(part)) request(`${place}${within}.${member}`, inner, needed.has(member), deeper);
    });
  }

  function answer(place: string, schema: Schema, depth = 0) {
    walk(schema, depth, (part, within, deeper) => {
      const always = new Set((part['required'] as string[] | undefined) ?? []);
      for (const [member, inner] of membersOf(part)) {
        promises.push(`${place}${within}.${member} ${always.has(member) ? 'given' : 'may be given'}`);
        answer(`${place}${within}.${member}`, inner, deeper);
      }
    });
  }

  /** Every part of a schema that is about the same value. `within`: `[]` for the items of a list. */
  function walk(schema: Schema, depth: number, visit: (part: Schema, within: string, depth: number) => void, within = '') {
    const part = resolved(document, schema);
    if (depth > MOST_DEPTH) return;
    visit(part, within, depth + 1);
    for (const variant of [...listOf(part['anyOf']), ...listOf(part['oneOf']), ...listOf(part['allOf'])]) walk(variant, depth + 1, visit, within);
    if (part['items']) walk(part['items'] as Schema, depth + 1, visit, `${within}[]`);
  }
}

/** What of the promises is broken: callers who relied on them would fail. Nothing that is new is needed of them either. */
export function brokenPromises(promised: readonly string[], promises: readonly string[]): string[] {
  const [now, before] = [new Set(promises), new Set(promised)];
  const kept = (promise: string) => now.has(promise) || now.has(promise.replace(/ needed$/, ' taken')) || now.has(promise.replace(/ may be given$/, ' given'));
  const broken = promised.filter((promise) => !kept(promise)).map((promise) => `no longer: ${promise}`);
  const operations = new Set(promised.map(operationOf));
  const demands = promises.filter((promise) => promise.endsWith(' needed') && !before.has(promise) && operations.has(operationOf(promise)) && isDemand(promise, before));
  return [...broken, ...demands.map((promise) => `new: ${promise}`)];
}

/** Something new within what is new itself concerns nobody. */
function isDemand(promise: string, before: ReadonlySet<string>): boolean {
  const place = promise.slice(0, -' needed'.length);
  const dot = place.lastIndexOf('.');
  const around = dot < 0 ? place : place.slice(0, dot).replace(/(\[\])+$/, '');
  return dot < 0 || before.has(`${around} needed`) || before.has(`${around} taken`);
}

const operationOf = (promise: string) => promise.split(' ', 2).join(' ');
const listOf = (value: unknown) => (Array.isArray(value) ? (value as Schema[]) : []);
const wordsOf = (part: Schema) => [...listOf(part['enum']), ...('const' in part ? [part['const']] : [])];
const membersOf = (part: Schema) => Object.entries((part['properties'] as Record<string, Schema> | undefined) ?? {});
