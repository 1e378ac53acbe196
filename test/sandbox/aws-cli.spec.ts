import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../setup/programs.mjs';
import { Bench, EU } from './support/bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.stop());

/** As in docs/sandbox.md: the endpoint, a profile of the sandbox's credentials file, and a region. Answers what the AWS CLI prints, as JSON where it is; rejects with what it says of a refusal. */
async function aws(...words: string[]): Promise<any> {
  const { accountId, region } = bench.account(EU);
  const place = ['--endpoint-url', bench.sandbox.endpointUrl, '--profile', `sandbox-${accountId}`, '--region', region, '--output', 'json'];
  const env = { PATH: process.env['PATH'], HOME: bench.folder, AWS_SHARED_CREDENTIALS_FILE: join(bench.folder, 'data', 'credentials'), AWS_CONFIG_FILE: '/dev/null', AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' };
  const { stdout } = await promisify(execFile)(findProgram('aws') ?? 'aws', [...place, ...words], { env });
  return /^\s*[{[]/.test(stdout) ? JSON.parse(stdout) : stdout;
}

it('the AWS CLI makes, finds and removes a Thing, and is told what is not there', async () => {
  const { accountId, region, endpoint } = bench.account(EU);
  const [caller, made, data] = await Promise.all([
    aws('sts', 'get-caller-identity'),
    aws('iot', 'create-thing', '--thing-name', 'cli-1', '--attribute-payload', '{"attributes":{"line":"L1"}}'),
    aws('iot', 'describe-endpoint', '--endpoint-type', 'iot:Data-ATS'),
  ]);
  expect(caller).toMatchObject({ Account: accountId });
  expect(made).toMatchObject({ thingName: 'cli-1', thingArn: `arn:aws:iot:${region}:${accountId}:thing/cli-1` });
  expect(data).toEqual({ endpointAddress: endpoint });
  expect(await aws('iot', 'list-things')).toMatchObject({ things: [{ thingName: 'cli-1', attributes: { line: 'L1' } }] });
  await aws('iot', 'delete-thing', '--thing-name', 'cli-1');
  await expect(aws('iot', 'describe-thing', '--thing-name', 'cli-1')).rejects.toThrow(/ResourceNotFoundException/);
});

it('the AWS CLI brings a file to S3 and back, and a message through SQS', async () => {
  const [file, back] = [join(bench.folder, 'lines.jsonl'), join(bench.folder, 'back.jsonl')];
  writeFileSync(file, '{"SerialNumber":"S-1"}\n'.repeat(500));
  const [, queue] = await Promise.all([aws('s3api', 'create-bucket', '--bucket', 'cli', '--create-bucket-configuration', `LocationConstraint=${bench.account(EU).region}`), aws('sqs', 'create-queue', '--queue-name', 'cli')]);
  const url: string = queue.QueueUrl;
  await Promise.all([aws('s3', 'cp', file, 's3://cli/bulk/lines.jsonl'), aws('sqs', 'send-message', '--queue-url', url, '--message-body', 'hello')]);
  const [listed, , received] = await Promise.all([
    aws('s3', 'ls', 's3://cli/bulk/'),
    aws('s3', 'cp', 's3://cli/bulk/lines.jsonl', back),
    aws('sqs', 'receive-message', '--queue-url', url),
  ]);
  expect(listed).toMatch(/11500 lines\.jsonl/);
  expect(readFileSync(back, 'utf8')).toBe(readFileSync(file, 'utf8'));
  expect(received).toMatchObject({ Messages: [{ Body: 'hello' }] });
});
