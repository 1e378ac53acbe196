import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packClient } from '../../setup/pack-client.mjs';
import { stationPlace } from './station-place.js';

const run = promisify(execFile);
const place = stationPlace({ LEASE_MS: '20000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000' });

let tarball: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lineside-client-'));
  tarball = await packClient({ to: join(folder, 'packed') });
  mkdirSync(join(folder, 'program'));
  // Nothing is asked of any registry.
  await run('npm', ['install', tarball, '--offline', '--no-audit', '--no-fund'], { cwd: join(folder, 'program') });
});
afterAll(() => rmSync(folder, { recursive: true }));

const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body;

/** The README's program, at work on one unit. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { opensslCsr, Station } from '@lineside/client';

const [, , baseUrl, keyFile] = process.argv;
const station = new Station({ baseUrl, key: readFileSync(keyFile, 'utf8').trim(), slot: '1', spool: 'spool' });
for await (const job of station.jobs()) {
  const ending = await job.run(async () => {
    const identity = await job.certificate(await opensslCsr(job.serial + '.key'));
    job.progress('write', 0.5);
    await job.attach('log', Buffer.from('what it said'), 'text/plain');
    await job.report({ outcome: 'PASS', record: { thing: identity.thingName } });
  });
  console.log(ending.kind, job.serial);
  break;
}
`;

describe('the package @lineside/client', () => {
  it('says what it is, needs nothing, and brings types of what stations ask', () => {
    const at = (...path: string[]) => readFileSync(join(folder, 'program', 'node_modules', '@lineside', 'client', ...path), 'utf8');
    expect(JSON.parse(at('package.json'))).toMatchObject({ name: '@lineside/client', version: (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version, type: 'module' });
    expect(JSON.parse(at('package.json'))).not.toHaveProperty('dependencies');
    expect(at('dist', 'api.d.ts')).toContain('"/v1/station/claims"');
    expect(at('dist', 'api.d.ts')).not.toContain('/v1/work-orders');
  });

  it('takes a unit from claim to PASS in plain JavaScript', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    writeFileSync(join(folder, 'program', 'station.mjs'), PROGRAM);
    const { stdout } = await run(process.execPath, ['station.mjs', place.gate.url, join(place.folder, 'station.key')], { cwd: join(folder, 'program') });
    expect(stdout).toBe(`reported ${serial}\n`);
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
  });

  it('is type-checked where it is used, and lets no wrong call pass', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const compiled = async (source: string) => {
      writeFileSync(join(folder, 'program', 'station.ts'), source);
      const options = { strict: true, exactOptionalPropertyTypes: true, target: 'ES2022', module: 'NodeNext', types: ['node'], typeRoots: [resolve('node_modules/@types')] };
      writeFileSync(join(folder, 'program', 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['station.ts'] }));
      writeFileSync(join(folder, 'program', 'package.json'), JSON.stringify({ ...JSON.parse(readFileSync(join(folder, 'program', 'package.json'), 'utf8')) as object, type: 'module' }));
      return run(process.execPath, [resolve('node_modules/@typescript/native/bin/tsc')], { cwd: join(folder, 'program') }).then(() => '', ({ stdout }: { stdout: string }) => stdout);
    };
    const typed = PROGRAM.replace('const [, , baseUrl, keyFile] = process.argv;', `import type { components } from '@lineside/client/api';
const [, , baseUrl, keyFile] = process.argv as unknown as [string, string, string, string];
const outcome: components['schemas']['Result']['outcome'] = 'PASS';`).replace(`outcome: 'PASS'`, 'outcome');
    expect(await compiled(typed.replace('job.progress(', 'job.progess('))).toContain(`Property 'progess' does not exist`);
    expect(await compiled(typed.replace(`= 'PASS'`, `= 'GOOD'`))).toContain(`Type '"GOOD"' is not assignable`);
    expect(await compiled(typed)).toBe('');
    await run(process.execPath, ['station.js', place.gate.url, join(place.folder, 'station.key')], { cwd: join(folder, 'program') });
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
  });
});

describe('the package is not made where the client and the API’s description disagree:', () => {
  const text = readFileSync('clients/openapi.json', 'utf8');
  interface Schemas { components: { schemas: Record<string, { properties: Record<string, { enum?: string[]; type?: string }>; required: string[] }> }; paths: Record<string, object> }
  const changed = (change: (document: Schemas) => void) => {
    const document = JSON.parse(text) as Schemas;
    change(document);
    return document;
  };

  it.each<[string, (document: Schemas) => void]>([
    ['a member that it reads goes', ({ components: { schemas } }) => void (delete schemas['Granted']!.properties['lease'])],
    ['one may be left out', ({ components: { schemas } }) => void (schemas['StationItself']!.required = ['id'])],
    ['one has another type', ({ components: { schemas } }) => void (schemas['StationItself']!.properties['line'] = { type: 'integer' })],
    ['a member must be sent from now on', ({ components: { schemas } }) => void schemas['Result']!.required.push('failureCode')],
    ['there is another word', ({ components: { schemas } }) => void schemas['Result']!.properties['outcome']!.enum!.push('MAYBE')],
    ['a path goes', ({ paths }) => void (delete paths['/v1/attachments/{sha256}'])],
  ])('%s', async (_what, change) => {
    await expect(packClient({ to: join(folder, 'never'), document: changed(change) })).rejects.toThrow(/does not agree with clients\/openapi\.json[^]*agreement\.ts/);
  });
});
