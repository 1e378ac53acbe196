import { HttpException } from '@nestjs/common';
import { isLedgerDown } from '../database/pg-errors.js';
import { DomainError } from '../errors/domain-error.js';
import type { NextStep } from '../errors/next-step.js';
import type { ErrorCode } from '../errors/error-codes.js';

/** What the HTTP edge itself refuses, before any of our code runs. */
const EDGE_CODES: Partial<Record<number, ErrorCode>> = {
  400: 'request-invalid',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'request-too-large',
  414: 'uri-too-long',
  415: 'media-type-unsupported',
  417: 'expectation-failed',
  429: 'too-many-requests',
  431: 'headers-too-large',
};

export const PROBLEM_JSON = 'application/problem+json';

/** RFC 9457 problem details with our own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  retryable: boolean;
  operatorAction: string;
  /** For stations. */
  nextStep?: NextStep;
  retryAfterMs?: number;
}

/** `caller`: whom `operatorAction` speaks to. */
export function toProblem(error: unknown, caller: 'station' | 'others' = 'station'): Problem {
  const { code, title, status, message, retryable, action, nextStep, retryAfterMs, members } = toDomainError(error);
  return {
    ...members,
    type: `urn:lineside:problem:${code}`, title, status, detail: message, code, retryable, operatorAction: action[caller],
    ...(caller === 'station' ? { nextStep } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isLedgerDown(error)) return new DomainError('ledger-unavailable', 'The ledger does not answer');
  const edge = EDGE_CODES[statusOf(error)];
  if (edge && error instanceof Error) return new DomainError(edge, error.message);
  return new DomainError('internal', 'Something went wrong inside the service');
}

/** Fastify's own refusals carry `statusCode`; Nest's are HttpExceptions. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return 500;
}
