import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { EventLog } from '../event-log.js';
import { AccessDenied, type Permissions } from '../iam/permissions.js';
import { decide } from '../iam/policy-decision.js';
import { parsePolicyDocument } from '../iam/policy-document.js';
import type { LambdaFunction } from '../store/function.repository.js';
import type { Store } from '../store/store.js';
import { openSession } from '../sts/role-session.js';
import { FunctionProcess } from './function-process.js';
import type { Outcome } from './function-program.js';

export class FunctionMissing extends Error {}
export class TooManyInvocations extends Error {}

/** Processes of one function at the same time. */
const MOST_PROCESSES = 10;
/** Of a function's processes that have nothing to do, this many wait for its next event. */
const MOST_WAITING = 2;
/** A process is replaced before the keys that it got at its start expire. */
const LIFE_MS = 45 * 60_000;
const KEYS_SECONDS = 3_600;

/** On whose behalf an AWS service calls a function. */
export interface ServiceCall {
  readonly service: string;
  /** The rule or template. */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

interface Kept {
  readonly process: FunctionProcess;
  readonly madeAt: number;
}

/** Runs functions, each in processes of its own. A process that has nothing to do waits for the function's next event. */
export class Functions {
  private readonly idle = new Map<string, Kept[]>();
  private readonly running = new Map<string, Set<FunctionProcess>>();
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly permissions: Permissions,
    private readonly log: EventLog,
    private readonly place: { readonly folder: string; readonly endpointUrl: () => string },
  ) {}

  /** The file of a handler and what it exports. @throws FunctionMissing where there is none */
  handlerOf({ folder, handler }: Pick<LambdaFunction, 'folder' | 'handler'>): { file: string; exported: string } {
    const [, name = '', exported = ''] = /^([\w/-]+)\.(\w+)$/.exec(handler) ?? [];
    const path = normalize(join(folder, name));
    const file = ['.js', '.mjs'].map((ending) => join(this.place.folder, `${path}${ending}`)).find((one) => existsSync(one));
    if (name === '' || path.startsWith('..') || path.startsWith('/') || file === undefined) {
      throw new FunctionMissing(`There is no handler ${handler} in ${folder} below ${this.place.folder}. SANDBOX_FUNCTIONS_DIR names the folder of built handlers.`);
    }
    return { file, exported };
  }

  /**
   * An AWS service calls a function. The function's own policy must allow it.
   * @throws FunctionMissing, AccessDenied, and Error with what the function has thrown
   */
  async callByService(arn: string, event: unknown, by: ServiceCall, limitMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    const found = this.store.functions.withArn(arn);
    if (found === undefined) throw new FunctionMissing(`Function not found: ${arn}`);
    const question = { action: 'lambda:InvokeFunction', resource: arn, principals: [by.service], context: { 'aws:sourcearn': [by.sourceArn], 'aws:sourceaccount': [by.sourceAccount] } };
    const statements = Object.values(found.permissions).map((statement) => JSON.parse(statement) as object);
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    if (statements.length === 0 || decide(parsePolicyDocument(policy, 'resource'), question) !== 'allow') {
      throw new AccessDenied(`${by.service} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} for ${by.sourceArn}. AddPermission allows it.`);
    }
    const outcome = await this.run(found, event, limitMs);
    if ('failure' in outcome) throw new Error(`${outcome.failure.errorType}: ${outcome.failure.errorMessage}`);
    return JSON.parse(outcome.answer) as unknown;
  }

  /** @throws FunctionMissing, TooManyInvocations, UnusableRole */
  async run(found: LambdaFunction, event: unknown, limitMs = Number.POSITIVE_INFINITY): Promise<Outcome> {
    const { file, exported } = this.handlerOf(found);
    const kept = this.take(found);
    const milliseconds = Math.min(found.timeoutSeconds * 1_000, limitMs);
    const context = { functionName: found.name, functionVersion: '$LATEST', invokedFunctionArn: found.arn, memoryLimitInMB: '128', awsRequestId: randomUUID() };
    const running = this.running.get(found.arn) ?? new Set();
    this.running.set(found.arn, running.add(kept.process));
    const outcome = await kept.process.run({ file, exported, event, context }, milliseconds);
    running.delete(kept.process);
    if ('failure' in outcome) this.log('sandbox.function-failed', { function: found.arn, errorType: outcome.failure.errorType, reason: outcome.failure.errorMessage });
    const waiting = this.idle.get(this.versionOf(found)) ?? [];
    if (this.stopped || kept.process.ended || Date.now() - kept.madeAt > LIFE_MS || waiting.length >= MOST_WAITING) kept.process.stop();
    else this.idle.set(this.versionOf(found), [...waiting, kept]);
    return outcome;
  }

  stop(): Promise<void> {
    this.stopped = true;
    for (const kept of [...this.idle.values()].flat()) kept.process.stop();
    for (const running of [...this.running.values()].flatMap((set) => [...set])) running.stop();
    return Promise.resolve();
  }

  /** Ends the processes that wait: what they were started with counts no more. */
  forget(found: LambdaFunction): void {
    for (const kept of this.idle.get(this.versionOf(found)) ?? []) kept.process.stop();
    this.idle.delete(this.versionOf(found));
  }

  private versionOf({ arn, modifiedAt }: LambdaFunction): string {
    return `${arn} ${+modifiedAt}`;
  }

  private take(found: LambdaFunction): Kept {
    const waiting = this.idle.get(this.versionOf(found)) ?? [];
    for (let kept = waiting.pop(); kept !== undefined; kept = waiting.pop()) {
      if (!kept.process.ended && Date.now() - kept.madeAt <= LIFE_MS) return kept;
      kept.process.stop();
    }
    if ((this.running.get(found.arn)?.size ?? 0) >= MOST_PROCESSES) throw new TooManyInvocations(`Rate Exceeded: the sandbox runs ${MOST_PROCESSES} processes of a function at most.`);
    return { process: new FunctionProcess(this.environmentOf(found), (line) => this.log('sandbox.function-output', { function: found.arn, line: line.slice(0, 1_000) })), madeAt: Date.now() };
  }

  /** AWS's own names (Lambda Developer Guide, "Defined runtime environment variables"), and the sandbox's address for the SDKs in it. */
  private environmentOf({ roleArn, accountId, region, name, handler, environment }: LambdaFunction): Record<string, string> {
    const role = this.permissions.requireUsable(roleArn, 'lambda.amazonaws.com', region);
    const session = openSession(this.store, role, { sessionName: name, seconds: KEYS_SECONDS, tags: {}, policy: undefined });
    return {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.token,
      AWS_ENDPOINT_URL: this.place.endpointUrl(),
      AWS_LAMBDA_FUNCTION_NAME: name,
      _HANDLER: handler,
      SANDBOX_ACCOUNT_ID: accountId,
      TZ: ':UTC',
      ...environment,
    };
  }
}

