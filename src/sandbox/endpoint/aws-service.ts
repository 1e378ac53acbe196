import type { Readable } from 'node:stream';
import type { AwsRequest } from './aws-request.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}

/** One of AWS's services. Requests come to it by the name that they were signed for. */
export interface AwsService {
  readonly signingNames: readonly string[];
  answer(request: AwsRequest, requestId: string): Promise<Answer>;
  /** Any error as this service writes errors. Also says whether it was a fault of the sandbox itself. */
  refusal(error: unknown, request: AwsRequest, requestId: string): { answer: Answer; internal: boolean };
}
