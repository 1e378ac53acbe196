import type { Readable } from 'node:stream';
import type { Account } from '../accounts.js';
import type { Credential } from '../credentials.js';
import type { Store } from '../store/store.js';
import type { ObjectFiles } from './object-files.js';
import { signedUrl } from './signed-url.js';

/** How long a link to a report is good. AWS does not say. */
const LINK_SECONDS = 3_600;

const bucketOf = ({ accountId, region }: Account): string => `aws-iot-reports-${region}-${accountId}`;

/** Reports of AWS IoT's bulk tasks, in a bucket for each account, which readers reach by signed links. */
export class TaskReports {
  constructor(
    private readonly store: Store,
    private readonly files: ObjectFiles,
    private readonly credentials: readonly Credential[],
    private readonly endpointUrl: () => string,
  ) {}

  async keep(account: Account, name: string, content: Readable): Promise<void> {
    const bucket = bucketOf(account);
    if (this.store.objects.bucket(bucket) === undefined) this.store.objects.addBucket(bucket, account.accountId, account.region);
    await this.files.put(bucket, name, { 'content-type': 'application/json' }, { stream: content, decoder: undefined }, {});
  }

  /** Undefined where there is no such report. */
  link(account: Account, name: string): string | undefined {
    const bucket = bucketOf(account);
    const credential = this.credentials.find(({ accountId }) => accountId === account.accountId);
    if (credential === undefined || this.store.objects.find(bucket, name) === undefined) return undefined;
    return signedUrl({ endpointUrl: this.endpointUrl(), region: account.region, bucket, key: name }, credential, LINK_SECONDS);
  }
}
