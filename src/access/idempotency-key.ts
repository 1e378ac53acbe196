import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requestInvalid } from '../platform/errors/platform.errors.js';

/** Station software in LabVIEW sends the key bare, as the draft has it is a quoted string: both are taken. */
const KEY = /^"?([\x21\x23-\x7e]{1,128})"?$/;

/** The Idempotency-Key of a request; undefined where it has none. Throws `request-invalid`. */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = KEY.exec(String(header))?.[1];
  if (key === undefined) throw requestInvalid('Idempotency-Key must be 1 to 128 printable characters without spaces');
  return key;
}

/** For a change that keeps the key with what it makes, however the key was written. */
export const RequestKey = createParamDecorator((_: unknown, context: ExecutionContext) => idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()));
