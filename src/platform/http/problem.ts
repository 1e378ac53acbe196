import { HttpException, HttpStatus } from '@nestjs/common';
import { isLedgerDown } from '../database/pg-errors.js';
import { DomainError, type ErrorKind } from '../errors/domain-error.js';
import { LedgerUnavailable } from '../errors/platform.errors.js';

const STATUS: Record<ErrorKind, HttpStatus> = {
  invalid: HttpStatus.BAD_REQUEST,
  unauthenticated: HttpStatus.UNAUTHORIZED,
  forbidden: HttpStatus.FORBIDDEN,
  not_found: HttpStatus.NOT_FOUND,
  conflict: HttpStatus.CONFLICT,
  gone: HttpStatus.GONE,
  refused: HttpStatus.UNPROCESSABLE_ENTITY,
  throttled: HttpStatus.TOO_MANY_REQUESTS,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
};

const TITLE: Partial<Record<number, string>> = {
  400: 'The request can’t be read',
  401: 'The caller is not known',
  403: 'The caller may not do this',
  404: 'There is no such thing',
  409: 'The present state does not allow it',
  410: 'The lease is over',
  413: 'The request is too large',
  415: 'The media type is not supported',
  422: 'The request is against the rules',
  429: 'Too many requests',
  500: 'The service failed',
  503: 'The service can’t do this just now',
};

/** What the HTTP edge itself refuses, before any of our code runs. */
const EDGE_CODE: Partial<Record<number, [code: string, operatorAction: string]>> = {
  400: ['request-invalid', 'Call the line engineer: the station software sent a request the service can’t read.'],
  404: ['not-found', 'Call the line engineer: the station software asks for an address that does not exist.'],
  405: ['method-not-allowed', 'Call the line engineer: the station software uses a wrong method.'],
  413: ['request-too-large', 'Call the line engineer: the station software sent too much at once.'],
  415: ['media-type-unsupported', 'Call the line engineer: the request must be sent as application/json.'],
  429: ['too-many-requests', 'Wait; the station tries again by itself.'],
};

export const PROBLEM_JSON = 'application/problem+json';

/** RFC 9457 problem details with our own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  retryable: boolean;
  operatorAction: string;
  retryAfterMs?: number;
}

export function toProblem(error: unknown): Problem {
  if (error instanceof DomainError) return fromDomain(error);
  if (isLedgerDown(error)) return fromDomain(new LedgerUnavailable());
  const status = statusOf(error);
  const edge = status < 500 ? EDGE_CODE[status] : undefined;
  if (edge && error instanceof Error) return problem(status, edge[0], error.message, edge[1]);
  return problem(500, 'internal', 'Something went wrong inside the service', 'Try again; if it happens again, call the line engineer with the requestId.');
}

function fromDomain(error: DomainError): Problem {
  const made = problem(STATUS[error.kind], error.code, error.message, error.operatorAction ?? 'Call the line engineer.');
  return error.retryAfterMs === undefined ? made : { ...made, retryable: true, retryAfterMs: error.retryAfterMs };
}

function problem(status: number, code: string, detail: string, operatorAction: string): Problem {
  const retryable = status === 429 || status === 503;
  return { type: `urn:lineside:problem:${code}`, title: TITLE[status] ?? 'Refused', status, detail, code, retryable, operatorAction };
}

/** Fastify's own refusals carry `statusCode`; Nest's are HttpExceptions. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return 500;
}
