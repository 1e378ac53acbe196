import { z } from 'zod';

/** What the tests read of /openapi.json. */
export interface Schema {
  $ref?: string;
  example?: unknown;
  [keyword: string]: unknown;
}
export interface Content {
  content?: Record<string, { schema: Schema; example?: unknown; examples?: Record<string, { $ref: string }> }>;
  description?: string;
}
export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}
export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
  security?: object[];
  'x-error-codes'?: string[];
  'x-roles'?: string[];
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Each operation with its place: `GET /v1/station`. */
export function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path, name: `${method.toUpperCase()} ${path}` })));
}

/** The schema itself where `schema` only names it. */
export function resolved({ components }: OpenApiDocument, schema: Schema): Schema {
  return schema.$ref === undefined ? schema : components.schemas[schema.$ref.replace('#/components/schemas/', '')]!;
}

/** What `value` breaks of the schema, or undefined. */
export function issuesOf(document: OpenApiDocument, schema: Schema, value: unknown) {
  const here = (part: unknown) => JSON.parse(JSON.stringify(part).replaceAll('#/components/schemas/', '#/definitions/')) as object;
  const whole = { ...here(resolved(document, schema)), definitions: here(document.components.schemas) };
  return z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0], { defaultTarget: 'openapi-3.0' }).safeParse(value).error?.issues;
}
