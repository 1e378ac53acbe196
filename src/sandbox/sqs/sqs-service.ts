import type { Accounts } from '../accounts.js';
import { BodyTooLarge, header, readBody, type AwsRequest } from '../endpoint/aws-request.js';
import type { Answer, AwsService } from '../endpoint/aws-service.js';
import { SIGNATURE_CODES } from '../endpoint/query-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import { SignatureRefused } from '../endpoint/signature-refused.js';
import { xml } from '../endpoint/xml.js';
import { RateExceeded } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import { AccessDenied, type Permissions } from '../iam/permissions.js';
import { MalformedPolicy } from '../iam/policy-document.js';
import { MarkerError } from '../store/page.js';
import type { Store } from '../store/store.js';
import { MESSAGE_OPERATIONS } from './message-operations.js';
import { MessageWaiters } from './message-waiters.js';
import type { SqsCall, SqsOperation } from './operation.js';
import { fromForm, toElements } from './query-form.js';
import { QueueAccess } from './queue-access.js';
import { QUEUE_OPERATIONS } from './queue-operations.js';
import { invalidParameter, SqsError } from './sqs-error.js';

const OPERATIONS: Readonly<Record<string, SqsOperation>> = { ...QUEUE_OPERATIONS, ...MESSAGE_OPERATIONS };

/** Ten messages of 256 KiB, escaped. */
const BODY_LIMIT = 4_194_304;

const NAMESPACE = ' xmlns="http://queue.amazonaws.com/doc/2012-11-05/"';

/** SQS as its other parts use it: AWS IoT's rules send without a request of their own. */
export interface Sqs extends AwsService {
  run(operation: string, call: Pick<SqsCall, 'caller'>, input: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Amazon SQS, API version 2012-11-05: standard queues. A request with `application/x-amz-json-1.0` gets JSON, one with a form gets XML.
 */
export function createSqs(signatures: SignatureCheck, accounts: Accounts, store: Store, permissions: Permissions, faults: Faults): Sqs {
  const context = { store, access: new QueueAccess(store.queues, permissions), waiters: new MessageWaiters() };
  return {
    signingNames: ['sqs'],
    async answer(request, requestId) {
      const protocol = protocolOf(request);
      const body = await readBody(request, BODY_LIMIT);
      const caller = signatures.caller(request, ['sqs'], body);
      if (accounts.find(caller.accountId, caller.region) === undefined) throw new AccessDenied(`The sandbox has no account ${caller.accountId} in ${caller.region}.`);
      const { name, input } = protocol.read(request, body);
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) throw new SqsError('InvalidAction', `The sandbox does not know the action ${name.slice(0, 128)} of SQS.`);
      const afterwards = await faults.strike(caller, `sqs:${name}`);
      const output = await operation({ ...context, caller, host: header(request, 'host') ?? 'localhost', closed: request.closed }, input);
      afterwards();
      return protocol.answer(name, output, requestId);
    },
    refusal(error, request, requestId) {
      const failure = toSqsError(error);
      return { answer: protocolOf(request).refusal(failure, requestId), internal: failure.status >= 500 };
    },
    async run(operation, { caller }, input) {
      const closed = new AbortController().signal;
      return (await OPERATIONS[operation]?.({ ...context, caller, host: 'localhost', closed }, input)) ?? {};
    },
  };
}

interface Protocol {
  read(request: AwsRequest, body: Buffer): { name: string; input: unknown };
  answer(name: string, output: Readonly<Record<string, unknown>>, requestId: string): Answer;
  refusal(failure: SqsError, requestId: string): Answer;
}

const protocolOf = (request: AwsRequest): Protocol => (header(request, 'content-type')?.startsWith('application/x-amz-json') === true ? JSON_PROTOCOL : QUERY);

const JSON_PROTOCOL: Protocol = {
  read(request, body) {
    const name = header(request, 'x-amz-target')?.replace(/^AmazonSQS\./, '') ?? '';
    try {
      return { name, input: body.length === 0 ? {} : JSON.parse(body.toString('utf8')) };
    } catch {
      throw invalidParameter('The body is not JSON.');
    }
  },
  answer: (_name, output, requestId) => jsonAnswer(200, requestId, output),
  refusal({ type, queryCode, status, message }, requestId) {
    const answer = jsonAnswer(status, requestId, { __type: `com.amazonaws.sqs#${type}`, message });
    // Clients that once spoke the query protocol look for its names.
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCode};${status < 500 ? 'Sender' : 'Receiver'}` } };
  },
};

const WITHOUT_RESULT = new Set(['SetQueueAttributes', 'DeleteQueue', 'PurgeQueue', 'DeleteMessage', 'ChangeMessageVisibility']);

const QUERY: Protocol = {
  read({ query }, body) {
    const { Action: name = '', Version: _version, ...parameters } = { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
    return { name, input: fromForm(parameters) };
  },
  answer(name, output, requestId) {
    // Readers insist on the element, empty or not, where the operation has a result at all.
    const result = WITHOUT_RESULT.has(name) ? {} : { [`${name}Result`]: toElements(name, output) };
    return xmlAnswer(200, requestId, xml(`${name}Response`, { ...result, ResponseMetadata: { RequestId: requestId } }, 'flat', NAMESPACE));
  },
  refusal({ queryCode, status, message }, requestId) {
    const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: queryCode, Message: message, Detail: '' };
    return xmlAnswer(status, requestId, xml('ErrorResponse', { Error: error, RequestId: requestId }, 'flat', NAMESPACE));
  },
};

const jsonAnswer = (status: number, requestId: string, output: object): Answer => ({
  status, headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId }, body: JSON.stringify(output),
});

const xmlAnswer = (status: number, requestId: string, body: string): Answer => ({ status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body });

function toSqsError(error: unknown): SqsError {
  if (error instanceof SqsError) return error;
  if (error instanceof SignatureRefused) return new SqsError(SIGNATURE_CODES[error.fault], error.message, 403);
  if (error instanceof RateExceeded) return new SqsError('RequestThrottled', error.message);
  if (error instanceof AccessDenied) return new SqsError('AccessDenied', error.message, 403);
  if (error instanceof MalformedPolicy) return new SqsError('InvalidAttributeValue', `Invalid value for the parameter Policy. Reason: ${error.message}`);
  if (error instanceof BodyTooLarge) return new SqsError('RequestEntityTooLarge', error.message, 413);
  if (error instanceof MarkerError) return invalidParameter(error.message);
  return new SqsError('InternalFailure', 'An unexpected error has occurred.', 500);
}
