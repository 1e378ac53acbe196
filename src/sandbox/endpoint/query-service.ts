import { RateExceeded } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import { MalformedPolicy } from '../iam/policy-document.js';
import { AccessDenied, UnusableRole } from '../iam/permissions.js';
import type { Caller } from '../iam/caller.js';
import { MarkerError } from '../store/page.js';
import { BodyTooLarge, readBody } from './aws-request.js';
import type { Answer, AwsService } from './aws-service.js';
import type { SignatureCheck } from './signature-check.js';
import { SignatureRefused, type SignatureFault } from './signature-refused.js';
import { xml, type XmlValue } from './xml.js';

/** A refusal of a service with the query protocol. `Sender` is at fault below 500. */
export class QueryError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export type QueryParameters = Readonly<Record<string, string>>;
export type QueryAction = (caller: Caller, parameters: QueryParameters) => XmlValue;

/** Of STS, IAM and SQS (STS, "Common errors"). */
export const SIGNATURE_CODES: Readonly<Record<SignatureFault, string>> = {
  missing: 'MissingAuthenticationToken',
  malformed: 'IncompleteSignature',
  'unknown-key': 'InvalidClientTokenId',
  'unknown-token': 'InvalidClientTokenId',
  'expired-token': 'ExpiredToken',
  mismatch: 'SignatureDoesNotMatch',
  service: 'SignatureDoesNotMatch',
  body: 'SignatureDoesNotMatch',
  time: 'SignatureDoesNotMatch',
  'expired-url': 'SignatureDoesNotMatch',
};

/** Bodies of the query protocol: none of ours is larger than a policy and its escapes. */
const BODY_LIMIT = 1_048_576;

/** A service whose requests are a form with an `Action`, and whose answers are XML (STS, IAM). */
export function createQueryService(
  what: { signingName: string; namespace: string; actions: Readonly<Record<string, QueryAction>> },
  signatures: SignatureCheck,
  faults: Faults,
): AwsService {
  const { signingName, namespace, actions } = what;
  const root = (name: string, content: XmlValue): string => xml(name, content, 'member', ` xmlns="${namespace}"`);
  return {
    signingNames: [signingName],
    async answer(request, requestId) {
      const body = await readBody(request, BODY_LIMIT);
      const caller = signatures.caller(request, [signingName], body);
      const parameters = { ...request.query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
      const { Action: name = '' } = parameters;
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (action === undefined) throw new QueryError('InvalidAction', `The sandbox does not know the action ${name.slice(0, 128)} of ${signingName}.`);
      const afterwards = await faults.strike(caller, `${signingName}:${name}`);
      const result = action(caller, parameters);
      afterwards();
      return xmlAnswer(200, requestId, root(`${name}Response`, { [`${name}Result`]: result, ResponseMetadata: { RequestId: requestId } }));
    },
    refusal(error, _request, requestId) {
      const { code, message, status } = toQueryError(error);
      const text = root('ErrorResponse', { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId: requestId });
      return { answer: xmlAnswer(status, requestId, text), internal: status >= 500 };
    },
  };
}

const xmlAnswer = (status: number, requestId: string, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
});

export function toQueryError(error: unknown): QueryError {
  if (error instanceof QueryError) return error;
  if (error instanceof SignatureRefused) return new QueryError(SIGNATURE_CODES[error.fault], error.message, 403);
  if (error instanceof RateExceeded) return new QueryError('Throttling', error.message);
  if (error instanceof AccessDenied) return new QueryError('AccessDenied', error.message, 403);
  if (error instanceof MalformedPolicy) return new QueryError('MalformedPolicyDocument', error.message);
  if (error instanceof UnusableRole) return new QueryError('InvalidParameterValue', error.message);
  if (error instanceof BodyTooLarge) return new QueryError('RequestEntityTooLarge', error.message, 413);
  if (error instanceof MarkerError) return new QueryError('ValidationError', error.message);
  return new QueryError('InternalFailure', 'An unexpected error has occurred.', 500);
}

/** A parameter that must be there, of a form. */
export function parameter(parameters: QueryParameters, name: string, form: RegExp): string {
  const value = parameters[name];
  if (value === undefined) throw new QueryError('ValidationError', `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  if (!form.test(value)) {
    throw new QueryError('ValidationError', `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${form.source}`);
  }
  return value;
}

export const optionalParameter = (parameters: QueryParameters, name: string, form: RegExp): string | undefined =>
  parameters[name] === undefined ? undefined : parameter(parameters, name, form);

/** `Tags.member.1.Key=a&Tags.member.1.Value=b` as a list of objects, in order. `prefix` is `Tags.member`. */
export function listOf(parameters: QueryParameters, prefix: string): Record<string, string>[] {
  const items: Record<string, string>[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    const [, number = '', field = ''] = name.startsWith(`${prefix}.`) ? (/^([0-9]{1,4})\.?(.*)$/.exec(name.slice(prefix.length + 1)) ?? []) : [];
    if (number !== '') (items[Number(number)] ??= {})[field] = value;
  }
  return items.filter((item) => item !== undefined);
}
