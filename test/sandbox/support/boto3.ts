import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PYTHON = '/usr/bin/python3';

/** Runs a script of this folder, with JSON on its standard input and from its standard output. */
export async function runPython(script: string, input: object, home: string): Promise<unknown> {
  const python = spawn(PYTHON, ['-B', join(process.cwd(), 'test', 'sandbox', 'support', script)], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin', HOME: home } });
  let [stdout, stderr] = ['', ''];
  python.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  python.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  python.stdin.end(JSON.stringify(input));
  const [code] = (await once(python, 'close')) as [number];
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

export interface BotoCall {
  service: string;
  operation: string;
  arguments?: object;
  /** Instead of the account's own. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  region?: string;
  /** The argument that is bytes; its value here is base64. */
  bytes?: string;
}

interface Place {
  readonly folder: string;
  access(index: number): { endpoint: string; region: string; credentials: object };
}

/** What boto3 answers to each call, in turn; a refusal is `{ code, status }`. */
export async function boto3(bench: Place, index: number, calls: readonly BotoCall[]): Promise<Record<string, unknown>[]> {
  const { endpoint, region, credentials } = bench.access(index);
  return (await runPython('boto3_calls.py', { endpointUrl: endpoint, region, credentials, calls }, bench.folder)) as Record<string, unknown>[];
}
