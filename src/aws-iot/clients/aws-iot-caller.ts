import { IoTClient } from '@aws-sdk/client-iot';
import { fromIni, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { SigningClock } from '../../platform/signing-clock.js';
import { AwsIotUnavailable } from '../aws-iot.errors.js';
import { isAwsIot } from '../control-endpoint.js';
import type { Target } from '../targets.schema.js';
import { codeOf, dateOf, toAwsIotError } from './aws-failure.js';
import type { CallBudget } from './call-budget.js';

export const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** Sends one command with these options, which break it off when the service stops. */
type Send<T> = (iot: IoTClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/**
 * Calls AWS IoT's control plane in one target. Each call waits for the account's budget, takes seconds at most, and rejects
 * with AwsIotRefused, AwsIotThrottled or AwsIotUnavailable; no error of the SDK leaves this class.
 */
export class AwsIotCaller {
  private readonly iot: IoTClient;

  constructor(target: Target, budget: CallBudget, clock: SigningClock, private readonly closing: AbortSignal) {
    this.iot = new IoTClient({ ...clientSettings(target), ...(target.controlEndpoint === null ? {} : { endpoint: target.controlEndpoint }) });
    // Inside the SDK's retry loop, so that its second attempt is counted too.
    this.iot.middlewareStack.add(
      (next, { commandName }) => async (args) => {
        await budget.take(target, String(commandName).replace(/Command$/, ''), this.closing);
        return next(args);
      },
      { name: 'callBudget', step: 'finalizeRequest', priority: 'low' },
    );
    // Below the deserializer, so that refusals are seen too.
    this.iot.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const date = dateOf(result.response);
        if (date) clock.observe(`AWS in ${target.region}`, date);
        return result;
      },
      { name: 'clockOfAws', step: 'deserialize', priority: 'low' },
    );
  }

  /** `operation` is AWS's name of it, for messages. */
  async call<T>(operation: string, send: Send<T>): Promise<T> {
    try {
      return await send(this.iot, { abortSignal: this.closing });
    } catch (error) {
      throw toAwsIotError(operation, error);
    }
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

/** What the clients of all AWS services have in common in a target. A control endpoint that is not AWS IoT's own serves the other services too, as the sandbox does. */
export function clientSettings(target: Target) {
  const { region, controlEndpoint } = target;
  return {
    region,
    ...(controlEndpoint === null || isAwsIot(controlEndpoint, region) ? {} : { endpoint: controlEndpoint }),
    ...credentialsFor(target),
    retryMode: 'standard' as const,
    maxAttempts: 2,
    requestHandler: TIMEOUTS,
    customUserAgent: [['lineside', '1']] as [string, string][],
  };
}

function credentialsFor({ profile, roleArn, externalId, sessionTags, accountId, region }: Target) {
  // The file is read anew whenever a client is made: keys that were rotated in it count without a restart.
  const own = profile === null ? undefined : fromIni({ profile, ignoreCache: true });
  if (roleArn === null) return own ? { credentials: own } : {};
  const Tags = Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value }));
  const params = { RoleArn: roleArn, RoleSessionName: `lineside-${accountId}`, ...(externalId === null ? {} : { ExternalId: externalId }), ...(Tags.length === 0 ? {} : { Tags }) };
  return {
    credentials: fromTemporaryCredentials({ params, clientConfig: { region, requestHandler: TIMEOUTS }, ...(own ? { masterCredentials: own } : {}) }),
  };
}
