import type { Accounts } from '../accounts.js';
import { BodyTooLarge, readBody } from '../endpoint/aws-request.js';
import type { Answer, AwsService } from '../endpoint/aws-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import { SignatureRefused, type SignatureFault } from '../endpoint/signature-refused.js';
import { RateExceeded } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Throttle } from '../faults/throttle.js';
import { AccessDenied, UnusableRole } from '../iam/permissions.js';
import { invalidRequest, ServiceError, type ErrorName } from '../service-error.js';
import { MarkerError } from '../store/page.js';
import { resourceArn } from './action-resource.js';
import type { CallContext } from './operation.js';
import { findOperation } from './routes.js';

/** The largest member of the service model, a policy document, has 404,600 characters. */
const BODY_LIMIT = 1_048_576;

/** Today's SDKs sign for `iot`; botocore up to 1.29 and so Debian 12's boto3 sign for the gateway in front of it. */
const SIGNING_NAMES = ['iot', 'execute-api'];

/** The control plane of AWS IoT, REST with JSON, API version 2015-05-28. */
export function createControlPlane(signatures: SignatureCheck, accounts: Accounts, context: CallContext, faults: Faults, throttle: Throttle): AwsService {
  return {
    signingNames: SIGNING_NAMES,
    async answer(request, requestId) {
      const body = await readBody(request, BODY_LIMIT);
      const caller = signatures.caller(request, SIGNING_NAMES, body);
      const account = accounts.find(caller.accountId, caller.region);
      if (account === undefined) {
        throw new ServiceError('AccessDeniedException', `The sandbox has no account ${caller.accountId} in ${caller.region}. SANDBOX_ACCOUNTS names those that it has.`);
      }
      const operation = findOperation(request.method, request.path);
      if (operation === undefined) throw new ServiceError('UnknownOperationException', `The sandbox does not know ${request.method} ${request.path}.`);
      const { name, labels: path } = operation;
      const afterwards = await faults.strike(caller, `iot:${name}`);
      throttle.take(account, name);
      const parsed = parseBody(body);
      context.permissions.require(caller, `iot:${name}`, resourceArn(account, name, { ...namedInBody(name, parsed), ...path }));
      const output = await operation.run({ ...context, account, caller }, { path, query: request.query, headers: request.headers, body: parsed });
      afterwards();
      return jsonAnswer(200, requestId, output);
    },
    refusal(error, _request, requestId) {
      const failure = toServiceError(error);
      const { status, headers, body } = jsonAnswer(failure.status, requestId, { message: failure.message, ...failure.resource });
      return { answer: { status, body: body ?? '', headers: { ...headers, 'x-amzn-errortype': failure.type } }, internal: failure.type === 'InternalFailureException' };
    },
  };
}

/** The one operation whose resource stands in its body and not in its path. */
function namedInBody(operation: string, body: unknown): Record<string, string> {
  const named = operation === 'CreateProvisioningTemplate' && typeof body === 'object' && body !== null && 'templateName' in body ? body.templateName : undefined;
  return typeof named === 'string' ? { templateName: named } : {};
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}

const SIGNATURE_ERRORS: Readonly<Record<SignatureFault, ErrorName>> = {
  missing: 'MissingAuthenticationTokenException',
  malformed: 'InvalidSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  'unknown-token': 'UnrecognizedClientException',
  'expired-token': 'ExpiredTokenException',
  mismatch: 'InvalidSignatureException',
  service: 'InvalidSignatureException',
  body: 'InvalidSignatureException',
  time: 'InvalidSignatureException',
  'expired-url': 'InvalidSignatureException',
};

export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SignatureRefused) return new ServiceError(SIGNATURE_ERRORS[error.fault], error.message);
  if (error instanceof RateExceeded) return new ServiceError('ThrottlingException', error.message);
  if (error instanceof AccessDenied) return new ServiceError('AccessDeniedException', error.message);
  if (error instanceof UnusableRole) return invalidRequest(error.message);
  if (error instanceof BodyTooLarge) return new ServiceError('RequestEntityTooLargeException', error.message);
  if (error instanceof MarkerError) return invalidRequest(error.message);
  return new ServiceError('InternalFailureException', 'An unexpected error has occurred.');
}

export function jsonAnswer(status: number, requestId: string, output: object | undefined): Answer {
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId }, body: output === undefined ? '' : JSON.stringify(output) };
}
