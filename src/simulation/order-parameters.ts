import type { Cloud } from './credentials.js';

/** What an order of the simulation says of its method, once the accounts have what that needs of them. */
export async function orderParameters(method: string, cloud: Cloud): Promise<object> {
  if (method !== 'bulk') return {};
  for (const target of cloud.targets) await ensureBucket(cloud, target);
  return { bucket: 'lineside-simulation-{account}', prefix: 'units' };
}

async function ensureBucket({ endpointUrl }: Cloud, { accountId, region, accessKeyId, secretAccessKey }: Cloud['targets'][number]): Promise<void> {
  const { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ endpoint: endpointUrl, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true, maxAttempts: 8 });
  try {
    await s3.send(new CreateBucketCommand({ Bucket: `lineside-simulation-${accountId}` }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    s3.destroy();
  }
}
