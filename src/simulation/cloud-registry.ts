import type { IoTClient } from '@aws-sdk/client-iot';
import type { Cloud, CloudTarget } from './credentials.js';

/** What AWS IoT knows of units in one target, asked with the target's own keys and AWS's own SDK. */
export class CloudRegistry {
  private constructor(
    readonly target: CloudTarget,
    private readonly iot: IoTClient,
    private readonly sdk: typeof import('@aws-sdk/client-iot'),
  ) {}

  /** Loads the SDK, which takes 25 MB, only now. */
  static async open({ endpointUrl }: Cloud, target: CloudTarget): Promise<CloudRegistry> {
    const sdk = await import('@aws-sdk/client-iot');
    const { region, accessKeyId, secretAccessKey } = target;
    const iot = new sdk.IoTClient({ endpoint: endpointUrl, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 8 });
    return new CloudRegistry(target, iot, sdk);
  }

  /** Whether the Thing is there with this very certificate attached. */
  async hasThing(thingName: string, fingerprint: string): Promise<boolean> {
    try {
      const { principals = [] } = await this.iot.send(new this.sdk.ListThingPrincipalsCommand({ thingName }));
      return principals.some((arn) => arn.endsWith(`:cert/${fingerprint}`));
    } catch (error) {
      if (error instanceof this.sdk.ResourceNotFoundException) return false;
      throw error;
    }
  }

  /** How many of these Things there are. */
  async countThings(names: ReadonlySet<string>): Promise<number> {
    let found = 0;
    for await (const { things = [] } of this.sdk.paginateListThings({ client: this.iot, pageSize: 250 }, {})) {
      found += things.filter(({ thingName = '' }) => names.has(thingName)).length;
    }
    return found;
  }

  close(): void {
    this.iot.destroy();
  }
}
