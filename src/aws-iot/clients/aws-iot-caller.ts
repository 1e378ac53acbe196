import { Agent } from 'node:https';
import { IoTClient } from '@aws-sdk/client-iot';
import type { SigningClock } from '../../platform/signing-clock.js';
import { AwsIotUnavailable } from '../aws-iot.errors.js';
import { isAwsIot } from '../targets/control-endpoint.js';
import type { Target } from '../targets/targets.schema.js';
import { TargetCredentials } from './target-credentials.js';
import { codeOf, dateOf, isAnswer, toAwsIotError } from './aws-failure.js';
import type { CallBudget } from './call-budget.js';
import { operationOf, type TargetSilence } from './target-silence.js';

/** In milliseconds: until an answer begins, and in which nothing may go to or fro. The latter is a little longer, so that an answer which does not begin ends as such. */
export function inTimeOf(requestTimeout: number, silence = requestTimeout) {
  return { requestTimeout, socketTimeout: silence + 500 };
}

const TIMEOUTS = { connectionTimeout: 3_000, ...inTimeOf(5_000), throwOnRequestTimeout: true };

/** How all calls of AWS are made. */
export interface WayToAws {
  requestHandler: typeof TIMEOUTS & { httpsAgent?: Agent };
  /** Aborted when the service stops. */
  closing: AbortSignal;
}

/** Through the proxy at `proxyUrl`, if any (`http://host:port`), but for hosts of this machine. */
export function wayToAws(proxyUrl: string | undefined, closing: AbortSignal): WayToAws {
  if (proxyUrl === undefined) return { requestHandler: TIMEOUTS, closing };
  const httpsAgent = new Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: proxyUrl, NO_PROXY: '127.0.0.1,localhost,[::1]' } });
  return { requestHandler: { ...TIMEOUTS, httpsAgent }, closing };
}

/** Sends one command with these options, which break it off when the service stops. */
type Send<T> = (iot: IoTClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/**
 * Calls AWS IoT's control plane in one target. Each call waits for the account's budget, takes seconds at most, is refused while the target keeps others waiting (`target-silence.ts`), and rejects
 * with AwsIotRefused, AwsIotThrottled or AwsIotUnavailable; no error of the SDK leaves this class.
 */
export class AwsIotCaller {
  readonly credentials: TargetCredentials;
  /** What the clients of all AWS services have in common in the target. */
  readonly settings: ReturnType<typeof settingsOf> & TargetCredentials['forClient'] & { requestHandler: WayToAws['requestHandler'] };
  /** Requests of all calls so far of which nobody knows what AWS did: it may do it later. The SDK sends a request that had no answer again. */
  leftOpen = 0;
  private readonly iot: IoTClient;
  /** Sends each request once, made when first needed. */
  private once: IoTClient | undefined;

  constructor(
    private readonly target: Target,
    private readonly budget: CallBudget,
    private readonly clock: SigningClock,
    private readonly way: WayToAws,
    private readonly silence: TargetSilence,
  ) {
    this.credentials = new TargetCredentials(target, way.requestHandler, way.closing);
    this.settings = { ...settingsOf(target), requestHandler: way.requestHandler, ...this.credentials.forClient };
    this.iot = this.clientWith({});
  }

  /** `operation` is AWS's name of it, for messages. */
  call<T>(operation: string, send: Send<T>): Promise<T> {
    return this.ask(operation, this.iot, send);
  }

  /** The same, sent once whatever comes back: for what must not be done twice. Only an AwsIotUnavailable leaves open whether it was done. */
  callOnce<T>(operation: string, send: Send<T>): Promise<T> {
    this.once ??= this.clientWith({ maxAttempts: 1 });
    return this.ask(operation, this.once, send);
  }

  /** Undefined when AWS has no such resource. */
  find<T>(operation: string, send: Send<T>): Promise<T | undefined> {
    return this.call(operation, (iot, options) => send(iot, options).catch(unless('ResourceNotFoundException')));
  }

  /** False when it exists already; it is left as it is. */
  async create<T>(operation: string, send: Send<T>): Promise<boolean> {
    return (await this.call(operation, (iot, options) => send(iot, options).catch(unless('ResourceAlreadyExistsException')))) !== undefined;
  }

  close() {
    this.iot.destroy();
    this.once?.destroy();
  }

  private async ask<T>(operation: string, iot: IoTClient, send: Send<T>): Promise<T> {
    try {
      return await this.silence.ask(operation, () => send(iot, { abortSignal: this.way.closing }));
    } catch (error) {
      throw toAwsIotError(operation, error);
    }
  }

  private clientWith(more: { maxAttempts?: number }): IoTClient {
    const { target, budget, clock, way, silence } = this;
    const client = new IoTClient({ ...this.settings, ...(target.controlEndpoint === null ? {} : { endpoint: target.controlEndpoint }), ...more });
    // Inside the SDK's retry loop, so that its second attempt is counted too.
    client.middlewareStack.add(
      (next, { commandName }) => async (args) => {
        await budget.take(target, operationOf(commandName), way.closing);
        return next(args);
      },
      { name: 'callBudget', step: 'finalizeRequest', priority: 'low' },
    );
    silence.listen(client.middlewareStack);
    client.middlewareStack.add(
      (next) => (args) => next(args).catch((error: unknown) => {
        if (!isAnswer(error)) this.leftOpen += 1;
        throw error;
      }),
      { name: 'leftOpen', step: 'deserialize', priority: 'high' },
    );
    // Below the deserializer, so that refusals are seen too.
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const date = dateOf(result.response);
        if (date) clock.observe(`AWS in ${target.region}`, date);
        return result;
      },
      { name: 'clockOfAws', step: 'deserialize', priority: 'low' },
    );
    return client;
  }
}

/** For an answer that must hold something. */
export function given(text: string | undefined, operation: string): string {
  if (text === undefined || text === '') throw new AwsIotUnavailable(`AWS IoT answered ${operation} without a result`);
  return text;
}

function unless(code: string) {
  return (error: unknown): undefined => {
    if (codeOf(error) !== code) throw error;
  };
}

/** A control endpoint that is not AWS IoT's own serves the other services too, as the sandbox does. */
function settingsOf({ region, controlEndpoint }: Target) {
  return {
    region,
    ...(controlEndpoint === null || isAwsIot(controlEndpoint, region) ? {} : { endpoint: controlEndpoint }),
    retryMode: 'standard' as const,
    maxAttempts: 2,
    customUserAgent: [['lineside', '1']] as [string, string][],
  };
}
