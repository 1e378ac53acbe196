export interface AccountName {
  accountId: string;
  region: string;
}

/** One AWS account in one region: AWS IoT keeps a registry of its own for each. */
export class Account implements AccountName {
  /** How the store tells accounts apart. */
  readonly key: string;
  /** The complete data endpoint, which devices must send as SNI. */
  readonly endpoint: string;

  constructor(
    readonly accountId: string,
    readonly region: string,
    endpointPrefix: string,
  ) {
    this.key = `${accountId}:${region}`;
    this.endpoint = `${endpointPrefix}-ats.iot.${region}.amazonaws.com`;
  }

  arn(resource: string): string {
    return `arn:aws:iot:${this.region}:${this.accountId}:${resource}`;
  }

  certificateArn(certificateId: string): string {
    return this.arn(`cert/${certificateId}`);
  }

  /** The certificate id of an ARN of this very account and region, undefined for any other text. */
  certificateIdOf(arn: string): string | undefined {
    const prefix = this.certificateArn('');
    return arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
  }
}

/** The accounts that this sandbox was set up with. */
export class Accounts {
  private readonly byKey: ReadonlyMap<string, Account>;
  private readonly byEndpoint: ReadonlyMap<string, Account>;

  constructor(readonly all: readonly Account[]) {
    this.byKey = new Map(all.map((account) => [account.key, account]));
    this.byEndpoint = new Map(all.map((account) => [account.endpoint, account]));
  }

  find(accountId: string, region: string): Account | undefined {
    return this.byKey.get(`${accountId}:${region}`);
  }

  withKey(key: string): Account | undefined {
    return this.byKey.get(key);
  }

  /** By the complete endpoint name. Host names don't tell upper from lower case (RFC 6066 section 3). */
  atEndpoint(name: string): Account | undefined {
    return this.byEndpoint.get(name.toLowerCase());
  }
}
