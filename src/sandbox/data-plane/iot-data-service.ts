import type { Account, Accounts } from '../accounts.js';
import { jsonAnswer, toServiceError } from '../control-plane/iot-service.js';
import { readBody, type AwsRequest } from '../endpoint/aws-request.js';
import type { AwsService } from '../endpoint/aws-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import type { Faults } from '../faults/faults.js';
import type { Caller } from '../iam/caller.js';
import type { Permissions } from '../iam/permissions.js';
import { PAYLOAD_BYTES } from '../model/limits.js';
import { messageOf } from '../mqtt/message.js';
import type { MessageBroker } from '../mqtt/message-broker.js';
import { isReserved, topicComplaint } from '../mqtt/topic.js';
import { invalidRequest, notFound, ServiceError } from '../service-error.js';
import type { Store } from '../store/store.js';
import { readUserProperties } from './user-properties.js';

const SIGNING_NAMES = ['iotdata'];
const PAGE = 25;
const MOST_PAGE = 200;

export interface IotDataContext {
  readonly store: Store;
  readonly permissions: Permissions;
  readonly faults: Faults;
  readonly broker: (account: Account) => MessageBroker | undefined;
}

interface DataCall {
  readonly account: Account;
  readonly caller: Caller;
  readonly request: AwsRequest;
  /** The last part of the path, decoded: a topic or a client id. */
  readonly label: string;
  readonly body: Buffer;
}

/** AWS IoT's data plane for applications (`iot-data`): publish, retained messages, and the end of a connection. Shadows are not there. */
export function createIotData(signatures: SignatureCheck, accounts: Accounts, context: IotDataContext): AwsService {
  return {
    signingNames: SIGNING_NAMES,
    async answer(request, requestId) {
      const body = await readBody(request, 2 * PAYLOAD_BYTES);
      const caller = signatures.caller(request, SIGNING_NAMES, body);
      const account = accounts.find(caller.accountId, caller.region);
      if (account === undefined) throw new ServiceError('AccessDeniedException', `The sandbox has no account ${caller.accountId} in ${caller.region}. SANDBOX_ACCOUNTS names those that it has.`);
      const [, folder = '', encoded = ''] = /^\/([a-zA-Z]+)\/?(.*)$/.exec(request.path) ?? [];
      const operation = OPERATIONS[`${request.method} ${folder}${encoded === '' ? '' : '/'}`];
      if (operation === undefined) throw new ServiceError('UnknownOperationException', `The sandbox does not know ${request.method} ${request.path} of the data plane.`);
      const afterwards = await context.faults.strike(caller, `iot:${operation.name}`);
      const output = operation.run(context, { account, caller, request, body, label: decode(encoded) });
      afterwards();
      return jsonAnswer(200, requestId, output);
    },
    refusal(error, _request, requestId) {
      const failure = toServiceError(error);
      const { status, headers, body } = jsonAnswer(failure.status, requestId, { message: failure.message });
      return { answer: { status, body: body ?? '', headers: { ...headers, 'x-amzn-errortype': failure.type } }, internal: failure.type === 'InternalFailureException' };
    },
  };
}

type DataOperation = (context: IotDataContext, call: DataCall) => object | undefined;

/** By method and first part of the path; with a slash where a label follows. */
const OPERATIONS: Readonly<Record<string, { name: string; run: DataOperation }>> = {
  'POST topics/': { name: 'Publish', run: publish },
  'GET retainedMessage/': { name: 'GetRetainedMessage', run: getRetainedMessage },
  'GET retainedMessage': { name: 'ListRetainedMessages', run: listRetainedMessages },
  'DELETE connections/': { name: 'DeleteConnection', run: deleteConnection },
};

function publish({ permissions, broker }: IotDataContext, { account, caller, request, label: topic, body: payload }: DataCall): object {
  const { qos = '0', retain = 'false', contentType, responseTopic, messageExpiry } = request.query;
  if (qos !== '0' && qos !== '1') throw invalidRequest('qos must be 0 or 1.');
  const complaint = isReserved(topic) ? 'it is reserved for AWS' : topicComplaint(topic);
  if (complaint !== undefined) throw invalidRequest(`The topic is refused: ${complaint}.`);
  if (payload.length > PAYLOAD_BYTES) throw new ServiceError('RequestEntityTooLargeException', `A message has ${PAYLOAD_BYTES} bytes at most.`);
  if (messageExpiry !== undefined && !/^[0-9]{1,10}$/.test(messageExpiry)) throw invalidRequest('messageExpiry must be a number of seconds.');
  permissions.require(caller, 'iot:Publish', account.arn(`topic/${topic}`));
  if (retain === 'true') permissions.require(caller, 'iot:RetainPublish', account.arn(`topic/${topic}`));
  const properties = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(messageExpiry === undefined ? {} : { messageExpiryInterval: Number(messageExpiry) }),
    ...readUserProperties(request),
  };
  broker(account)?.accept(messageOf({ topic, payload, qos: qos === '1' ? 1 : 0, retain: retain === 'true' }, properties));
  return {};
}

function getRetainedMessage({ permissions, store }: IotDataContext, { account, caller, label: topic }: DataCall): object {
  permissions.require(caller, 'iot:GetRetainedMessage', account.arn(`topic/${topic}`));
  const kept = store.retainedMessages.find(account, topic);
  if (kept === undefined) throw notFound(`There is no retained message on topic ${topic}.`);
  return { topic, payload: kept.payload.toString('base64'), qos: kept.qos, lastModifiedTime: kept.modifiedAt };
}

function listRetainedMessages({ permissions, store }: IotDataContext, { account, caller, request }: DataCall): object {
  permissions.require(caller, 'iot:ListRetainedMessages', '*');
  const most = Number(request.query['maxResults'] ?? PAGE);
  if (!Number.isInteger(most) || most < 1 || most > MOST_PAGE) throw invalidRequest(`maxResults must be a number from 1 to ${MOST_PAGE}.`);
  const token = request.query['nextToken'];
  const page = store.retainedMessages.page(account, { most: most + 1, after: token === undefined ? undefined : Buffer.from(token, 'base64url').toString() });
  const retainedTopics = page.slice(0, most).map(({ topic, payload, qos, modifiedAt }) => ({ topic, payloadSize: payload.length, qos, lastModifiedTime: modifiedAt }));
  const last = page.length > most ? retainedTopics.at(-1)?.topic : undefined;
  return { retainedTopics, ...(last === undefined ? {} : { nextToken: Buffer.from(last).toString('base64url') }) };
}

function deleteConnection({ permissions, broker }: IotDataContext, { account, caller, request, label: clientId }: DataCall): undefined {
  permissions.require(caller, 'iot:DeleteConnection', account.arn(`client/${clientId}`));
  const { cleanSession, preventWillMessage } = request.query;
  const wanted = { cleanSession: cleanSession === 'true', preventWillMessage: preventWillMessage === 'true' };
  if (broker(account)?.deleteConnection(clientId, wanted) !== true) throw notFound(`No client ${clientId} is connected.`);
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidRequest('The path is not well encoded.');
  }
}
