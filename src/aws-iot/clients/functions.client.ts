import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AwsIotRefused, AwsIotUnavailable } from '../aws-iot.errors.js';
import { toAwsIotError } from './aws-failure.js';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Name of the pre-provisioning hook's function, unless an order says otherwise. */
export const FLEET_HOOK = 'lineside-fleet-hook';

/** What the pre-provisioning hook is asked to say of itself (`lambda/fleet-hook.ts`). */
export const HOOK_QUESTION = { lineside: 'authorities' } as const;

/** Functions of Lambda in one target. */
export class FunctionsClient {
  private readonly lambda: LambdaClient;

  constructor(caller: AwsIotCaller, private readonly closing: AbortSignal) {
    this.lambda = new LambdaClient(caller.settings);
  }

  /** Ids of the authorities whose vouchers the hook takes; undefined when there is no such function, null when it answers something else. */
  async hookAuthorities(functionArn: string): Promise<readonly string[] | null | undefined> {
    try {
      const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(HOOK_QUESTION)) });
      const { Payload, FunctionError } = await this.lambda.send(command, { abortSignal: this.closing });
      // Cold, and too late, or not set up yet: it may answer the next time.
      if (FunctionError !== undefined) throw new AwsIotUnavailable(`The function ${functionArn} has failed (${errorIn(Payload)}); its log in CloudWatch says why`, 'FunctionError');
      return authoritiesIn(Payload);
    } catch (error) {
      const failure = toAwsIotError('Invoke', error, 'Lambda');
      if (failure instanceof AwsIotRefused && failure.code === 'ResourceNotFoundException') return undefined;
      throw failure;
    }
  }

  close() {
    this.lambda.destroy();
  }
}

function errorIn(payload: Uint8Array | undefined): string {
  const { errorMessage } = (parsed(payload) ?? {}) as { errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : 'unknown';
}

function authoritiesIn(payload: Uint8Array | undefined): readonly string[] | null {
  const { authorities } = (parsed(payload) ?? {}) as { authorities?: unknown };
  return Array.isArray(authorities) ? authorities.map(String) : null;
}

function parsed(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString());
  } catch {
    return undefined;
  }
}
