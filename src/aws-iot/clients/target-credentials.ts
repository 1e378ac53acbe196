import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';
import { AwsIotUnavailable } from '../aws-iot.errors.js';
import { isAwsIot } from '../targets/control-endpoint.js';
import type { Target } from '../targets/targets.schema.js';
import { toAwsIotError } from './aws-failure.js';

/** So long a session is asked for, in seconds: what every role allows, also one that is assumed by a role. */
const SESSION_SECONDS = 3_600;

/** Credentials for one target: those of its profile or of the SDK's own chain, or of the role that is assumed with them (STS API reference, AssumeRole). */
export class TargetCredentials {
  private readonly own: STSClientConfig['credentials'];
  private readonly options: STSClientConfig;

  constructor(private readonly target: Target, requestHandler: NonNullable<STSClientConfig['requestHandler']>, private readonly closing: AbortSignal) {
    const { profile, region, controlEndpoint } = target;
    // The file is read anew whenever a client is made: keys that were rotated in it count without a restart.
    this.own = profile === null ? undefined : fromIni({ profile, ignoreCache: true });
    this.options = {
      region, requestHandler, retryMode: 'standard', maxAttempts: 2,
      ...(controlEndpoint !== null && !isAwsIot(controlEndpoint, region) ? { endpoint: controlEndpoint } : {}),
    };
  }

  /** For a client of the SDK, which keeps what `provide` answers and asks again some minutes before it expires. Empty: the SDK's own chain. */
  get forClient(): { credentials?: NonNullable<STSClientConfig['credentials']> } {
    if (this.target.roleArn !== null) return { credentials: () => this.assume(this.target.roleArn!) };
    return this.own ? { credentials: this.own } : {};
  }

  /** Whose they are: an account's 12 digits. STS permits this to everybody. Throws AwsIotRefused, AwsIotThrottled or AwsIotUnavailable. */
  account(): Promise<string> {
    return this.ask('GetCallerIdentity', this.forClient, async (sts, options) => {
      const { Account } = await sts.send(new GetCallerIdentityCommand({}), options);
      if (Account === undefined) throw new AwsIotUnavailable('STS answered GetCallerIdentity without an account');
      return Account;
    });
  }

  private assume(roleArn: string): Promise<AwsCredentialIdentity> {
    const { accountId, externalId, sessionTags } = this.target;
    const Tags = Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value }));
    const command = new AssumeRoleCommand({
      RoleArn: roleArn, RoleSessionName: `lineside-${accountId}`, DurationSeconds: SESSION_SECONDS,
      ...(externalId === null ? {} : { ExternalId: externalId }), ...(Tags.length === 0 ? {} : { Tags }),
    });
    return this.ask('AssumeRole', this.own ? { credentials: this.own } : {}, async (sts, options) => {
      const { Credentials: given } = await sts.send(command, options);
      if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined || given.SessionToken === undefined) throw new AwsIotUnavailable('STS answered AssumeRole without credentials');
      return { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken, ...(given.Expiration ? { expiration: given.Expiration } : {}) };
    });
  }

  private async ask<T>(operation: string, credentials: STSClientConfig, send: (sts: STSClient, options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const sts = new STSClient({ ...this.options, ...credentials });
    try {
      return await send(sts, { abortSignal: this.closing });
    } catch (error) {
      throw toAwsIotError(operation, error, 'STS');
    } finally {
      sts.destroy();
    }
  }
}
