import { Readable } from 'node:stream';
import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import { requestInvalid } from '../errors/platform.errors.js';
import { findUnkeepable } from './ledger-text.js';

/**
 * Checks whatever a route takes from body, query or path against its schema, and hands it on only if the ledger can hold its
 * text. Evidence that must be kept all the same is escaped by its schema (`programming/job.schema.ts`).
 */
export class InputCheck extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => requestInvalid(describe(issues)) });
  }

  override async transform<T = unknown>(value: T, metadata: ArgumentMetadata): Promise<T> {
    // Only a route that takes a stream gets one, and it reads that itself.
    if (metadata.type === 'body' && value instanceof Readable) return value;
    // Without a body a request says nothing of its members: which of them it must have, the schema knows.
    const input = await super.transform(value === undefined && metadata.type === 'body' ? ({} as T) : value, metadata);
    if (metadata.type === 'custom') return input as T;
    const place = findUnkeepable(withoutCsr(input));
    if (place) throw requestInvalid(`${[...(metadata.data === undefined ? [] : [metadata.data]), ...place].join('.')}: must not hold U+0000 or half of a surrogate pair`);
    return input as T;
  }
}

/** A certificate request is read and never kept, and its reader says what such text is (UTF-16, DER). */
function withoutCsr(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('csr' in input)) return input;
  const { csr: _, ...kept } = input;
  return kept;
}

function describe(issues: readonly { message: string; path?: readonly unknown[] | undefined }[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => (path?.length ? `${path.map(segment).join('.')}: ${message}` : message))
    .join('; ');
}

function segment(part: unknown): string {
  return String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part);
}
