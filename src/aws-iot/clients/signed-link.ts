import { get as getPlain, type IncomingMessage } from 'node:http';
import { type Agent, get } from 'node:https';
import { AwsIotUnavailable } from '../aws-iot.errors.js';

/** To the first byte, and between two of them, in milliseconds. */
const SILENCE_MS = 30_000;

/** What stands behind a URL that AWS has signed for later. `agent` leads through the proxy, where there is one. */
export function openLink(url: string, agent: Agent | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new AwsIotUnavailable(`S3 did not give a report of AWS IoT (${response.statusCode})`, String(response.statusCode)));
    };
    // The sandbox of this machine has no TLS.
    const request = url.startsWith('https:') ? get(url, agent === undefined ? {} : { agent }, answered) : getPlain(url, answered);
    request.setTimeout(SILENCE_MS, () => request.destroy(new AwsIotUnavailable('S3 has sent nothing of a report of AWS IoT for 30 s', 'ETIMEDOUT')));
    request.on('error', reject);
  });
}
