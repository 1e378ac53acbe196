import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { writeDurably } from './durable-file.js';

const run = promisify(execFile);

/**
 * A certificate request (PEM) for the key in `keyFile`, which the openssl command makes (mode 0600) when it is not there. For devices that can't make their own key. The request decides
 * nothing but the public key.
 */
export async function opensslCsr(keyFile: string, curve: 'P-256' | 'P-384' = 'P-256'): Promise<string> {
  if (!existsSync(keyFile)) {
    const { stdout: key } = await run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]);
    await writeDurably(dirname(keyFile), basename(keyFile), (file) => file.writeFile(key));
  }
  const { stdout: request } = await run('openssl', ['req', '-new', '-key', keyFile, '-subj', '/CN=device']);
  return request;
}
