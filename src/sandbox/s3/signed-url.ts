import { encode, signatureVersion4 } from '../endpoint/canonical-request.js';
import type { Credential } from '../credentials.js';

/** A URL with which anybody may read one object for a while (S3 API reference, "Authenticating requests: using query parameters"). */
export function signedUrl(place: { endpointUrl: string; region: string; bucket: string; key: string }, credential: Credential, seconds: number): string {
  const { host } = new URL(place.endpointUrl);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const query = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credential.accessKeyId}/${day}/${place.region}/s3/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
  };
  const search = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const path = `/${place.bucket}/${place.key.split('/').map(encode).join('/')}`;
  const scope = { day, region: place.region, service: 's3', signedHeaders: ['host'], date };
  const signature = signatureVersion4({ method: 'GET', path, search, headers: { host } }, scope, credential.secretAccessKey, 'UNSIGNED-PAYLOAD');
  return `http://${host}${path}?${search}&X-Amz-Signature=${signature.toString('hex')}`;
}
