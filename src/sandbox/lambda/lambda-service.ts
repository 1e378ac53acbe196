import { z } from 'zod';
import type { Accounts } from '../accounts.js';
import { BodyTooLarge, header, readBody } from '../endpoint/aws-request.js';
import type { Answer, AwsService } from '../endpoint/aws-service.js';
import { SIGNATURE_CODES } from '../endpoint/query-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import { SignatureRefused } from '../endpoint/signature-refused.js';
import { RateExceeded } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Caller } from '../iam/caller.js';
import { AccessDenied, UnusableRole, type Permissions } from '../iam/permissions.js';
import { MalformedPolicy } from '../iam/policy-document.js';
import type { LambdaFunction } from '../store/function.repository.js';
import type { Store } from '../store/store.js';
import { FunctionMissing, TooManyInvocations, type Functions } from './functions.js';
import { addPermission, permissionsPolicy, removePermission } from './permissions.js';
import { LambdaError } from './lambda-error.js';

/** An event that is waited for has 6 MB at most. */
const BODY_LIMIT = 6_291_456;
const SELF = 'lambda.amazonaws.com';

const Environment = z.object({ Variables: z.record(z.string().regex(/^[a-zA-Z]\w+$/), z.string()).default({}) });
const Changeable = {
  Role: z.string().optional(),
  Handler: z.string().max(128).regex(/^[\w/-]+\.\w+$/).optional(),
  Runtime: z.string().regex(/^nodejs/, 'The sandbox runs functions for Node only').optional(),
  Timeout: z.int().min(1).max(900).optional(),
  Description: z.string().max(256).optional(),
  Environment: Environment.optional(),
};
const NewFunction = z.object({
  ...Changeable,
  FunctionName: z.string().regex(/^[\w-]{1,64}$/),
  Role: z.string(),
  Handler: z.string().max(128).regex(/^[\w/-]+\.\w+$/).default('index.handler'),
  Code: z.object({ S3Bucket: z.literal('sandbox', 'The sandbox runs built handlers of this machine: S3Bucket must be sandbox, and S3Key the folder of the handler'), S3Key: z.string().regex(/^(\.|[\w-]+(\/[\w-]+)*)$/) }),
});

interface LambdaContext {
  readonly store: Store;
  readonly functions: Functions;
  readonly permissions: Permissions;
  readonly faults: Faults;
}

interface LambdaCall extends Omit<LambdaContext, 'faults'> {
  readonly caller: Caller;
  readonly body: Buffer;
  readonly headers: (name: string) => string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

type Output = Omit<Answer, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

const json = (status: number, output: object): Output => ({ status, body: JSON.stringify(output) });

/** AWS Lambda, API version 2015-03-31: handlers that were built on this machine, as functions. */
export function createLambda(signatures: SignatureCheck, accounts: Accounts, { faults, ...context }: LambdaContext): AwsService {
  return {
    signingNames: ['lambda'],
    async answer(request, requestId) {
      const body = await readBody(request, BODY_LIMIT);
      const caller = signatures.caller(request, ['lambda'], body);
      if (accounts.find(caller.accountId, caller.region) === undefined) throw new AccessDenied(`The sandbox has no account ${caller.accountId} in ${caller.region}.`);
      const { action, run } = findOperation(request.method, request.path);
      const afterwards = await faults.strike(caller, `lambda:${action}`);
      const { headers, ...answer } = await run({ ...context, caller, body, headers: (name: string) => header(request, name), query: request.query });
      afterwards();
      return { ...answer, headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...headers } };
    },
    refusal(error, _request, requestId) {
      const { type, message, status } = toLambdaError(error);
      const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': type };
      return { answer: { status, headers, body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message }) }, internal: status === 500 };
    },
  };
}

/** @throws LambdaError */
function findOperation(method: string, path: string): { action: string; run: (call: LambdaCall) => Output | Promise<Output> } {
  const [, label = '', rest = ''] = /^\/2015-03-31\/functions(?:\/([^/]*))?(?:\/(.*))?$/.exec(path) ?? [];
  if (label === '' && /^\/2015-03-31\/functions\/?$/.test(path)) {
    if (method === 'POST') return { action: 'CreateFunction', run: createFunction };
    if (method === 'GET') return { action: 'ListFunctions', run: listFunctions };
  }
  const operation = OPERATIONS[`${method} ${rest.replace(/^policy\/.*$/, 'policy/{id}')}`];
  if (label === '' || operation === undefined) throw new LambdaError('UnknownOperationException', `The sandbox does not know ${method} ${path}.`, 404);
  const [action, run] = operation;
  return { action, run: (call) => run(call, requireFunction(call, decodeURIComponent(label), `lambda:${action}`), rest.split('/')[1] ?? '') };
}

type FunctionOperation = (call: LambdaCall, found: LambdaFunction, id: string) => Output | Promise<Output>;

const OPERATIONS: Readonly<Record<string, readonly [action: string, run: FunctionOperation]>> = {
  'GET ': ['GetFunction', (_call, found) => json(200, { Configuration: describe(found), Code: { RepositoryType: 'S3', Location: found.folder } })],
  'GET configuration': ['GetFunctionConfiguration', (_call, found) => json(200, describe(found))],
  'PUT configuration': ['UpdateFunctionConfiguration', updateConfiguration],
  'DELETE ': ['DeleteFunction', ({ store, functions }, found) => {
    store.functions.remove(found);
    functions.forget(found);
    return { status: 204 };
  }],
  'POST invocations': ['InvokeFunction', invoke],
  'POST policy': ['AddPermission', ({ store, body }, found) => json(201, addPermission(store.functions, found, parse(body)))],
  'GET policy': ['GetPolicy', (_call, found) => json(200, permissionsPolicy(found))],
  'DELETE policy/{id}': ['RemovePermission', ({ store }, found, id) => {
    removePermission(store.functions, found, decodeURIComponent(id));
    return { status: 204 };
  }],
};

/** By name, by ARN, or by a part of it. */
function requireFunction({ caller, store, permissions }: LambdaCall, given: string, action: string): LambdaFunction {
  const { accountId, region } = caller;
  const name = /^(?:arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:|[0-9]{12}:function:|function:)?([\w-]{1,64})$/.exec(given)?.[1] ?? '';
  const arn = given.startsWith('arn:') ? given : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  permissions.require(caller, action, arn);
  const found = store.functions.withArn(arn);
  if (found === undefined || found.accountId !== accountId) throw new LambdaError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return found;
}

function createFunction({ caller, store, permissions, functions, body }: LambdaCall): Output {
  const input = check(NewFunction, parse(body));
  const { accountId, region } = caller;
  permissions.require(caller, 'lambda:CreateFunction', `arn:aws:lambda:${region}:${accountId}:function:${input.FunctionName}`);
  permissions.requirePassable(caller, input.Role, SELF);
  functions.handlerOf({ folder: input.Code.S3Key, handler: input.Handler });
  const made = store.functions.add({
    accountId, region, name: input.FunctionName, roleArn: input.Role, folder: input.Code.S3Key, handler: input.Handler, runtime: input.Runtime ?? 'nodejs24.x',
    timeoutSeconds: input.Timeout ?? 3, environment: input.Environment?.Variables ?? {}, description: input.Description,
  });
  if (!made) throw new LambdaError('ResourceConflictException', `Function already exist: ${input.FunctionName}`, 409);
  const found = store.functions.find(accountId, region, input.FunctionName);
  return json(201, found === undefined ? {} : describe(found));
}

function listFunctions({ caller, store, permissions, query }: LambdaCall): Output {
  permissions.require(caller, 'lambda:ListFunctions', '*');
  const size = /^[1-9][0-9]{0,3}$/.test(query['MaxItems'] ?? '') ? Math.min(Number(query['MaxItems']), 50) : 50;
  const page = store.functions.page(caller.accountId, caller.region, { size, after: query['Marker'], ascending: true });
  return json(200, { Functions: page.items.map(describe), NextMarker: page.next });
}

function updateConfiguration({ caller, store, permissions, functions, body }: LambdaCall, found: LambdaFunction): Output {
  const input = check(z.object(Changeable), parse(body));
  if (input.Role !== undefined) permissions.requirePassable(caller, input.Role, SELF);
  if (input.Handler !== undefined) functions.handlerOf({ folder: found.folder, handler: input.Handler });
  functions.forget(found);
  store.functions.update(found, {
    roleArn: input.Role ?? found.roleArn, handler: input.Handler ?? found.handler, runtime: input.Runtime ?? found.runtime,
    timeoutSeconds: input.Timeout ?? found.timeoutSeconds, environment: input.Environment?.Variables ?? found.environment, description: input.Description ?? found.description,
  });
  const changed = store.functions.withArn(found.arn);
  return json(200, changed === undefined ? {} : describe(changed));
}

/** Answers what the handler has answered. What it has thrown is an answer, too, marked as an error. */
async function invoke({ functions, body, headers }: LambdaCall, found: LambdaFunction): Promise<Output> {
  const event: unknown = body.length === 0 ? {} : parse(body);
  const type = headers('x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'DryRun') return { status: 204 };
  if (type === 'Event') {
    void functions.run(found, event).catch(() => undefined);
    return { status: 202, body: '' };
  }
  const outcome = await functions.run(found, event);
  const version = { 'x-amz-executed-version': '$LATEST' };
  if ('answer' in outcome) return { status: 200, headers: version, body: outcome.answer };
  return { status: 200, headers: { ...version, 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(outcome.failure) };
}

const describe = (found: LambdaFunction) => ({
  FunctionName: found.name,
  FunctionArn: found.arn,
  Runtime: found.runtime,
  Role: found.roleArn,
  Handler: found.handler,
  Description: found.description ?? '',
  Timeout: found.timeoutSeconds,
  MemorySize: 128,
  LastModified: found.modifiedAt.toISOString().replace('Z', '+0000'),
  Version: '$LATEST',
  Environment: { Variables: found.environment },
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
});

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new LambdaError('InvalidRequestContentException', 'Could not parse request body into json.', 400);
  }
}

function check<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LambdaError('InvalidParameterValueException', `Value at '${issue?.path.join('.')}' failed to satisfy constraint: ${issue?.message}`, 400);
}

function toLambdaError(error: unknown): LambdaError {
  if (error instanceof LambdaError) return error;
  if (error instanceof SignatureRefused) return new LambdaError(`${SIGNATURE_CODES[error.fault]}Exception`, error.message, 403);
  if (error instanceof AccessDenied) return new LambdaError('AccessDeniedException', error.message, 403);
  if (error instanceof UnusableRole) return new LambdaError('InvalidParameterValueException', error.message, 400);
  if (error instanceof MalformedPolicy) return new LambdaError('InvalidParameterValueException', error.message, 400);
  if (error instanceof FunctionMissing) return new LambdaError('InvalidParameterValueException', error.message, 400);
  if (error instanceof TooManyInvocations || error instanceof RateExceeded) return new LambdaError('TooManyRequestsException', error.message, 429);
  if (error instanceof URIError) return new LambdaError('InvalidParameterValueException', 'The path is not well encoded.', 400);
  if (error instanceof BodyTooLarge) return new LambdaError('RequestTooLargeException', error.message, 413);
  return new LambdaError('ServiceException', 'An unexpected error has occurred.', 500);
}
