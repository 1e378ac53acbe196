import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromIni } from '@aws-sdk/credential-providers';
import { loadCredentials } from '../../src/sandbox/credentials.js';
import { makeFolder, removeFolder } from './support/bench.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = makeFolder();
  file = join(folder, 'credentials');
});
afterEach(() => removeFolder(folder));

describe('the access keys of the sandbox', () => {
  it('are found by AWS\'s own reader, and keep their bytes from start to start', async () => {
    const [made] = loadCredentials(folder, ['111111111111', '222222222222']);
    const { accessKeyId, secretAccessKey } = await fromIni({ filepath: file, profile: 'sandbox-111111111111', ignoreCache: true })();
    expect({ accountId: '111111111111', accessKeyId, secretAccessKey }).toEqual(made);
    const written = readFileSync(file, 'utf8');
    expect(loadCredentials(folder, ['111111111111'])).toEqual([made]);
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  it('are kept when another account joins', () => {
    writeFileSync(file, '[sandbox-111111111111]\naws_access_key_id = AKIAOLD\naws_secret_access_key = a+b/c0dE\n');
    const [old, joined] = loadCredentials(folder, ['111111111111', '333333333333']);
    expect(old).toEqual({ accountId: '111111111111', accessKeyId: 'AKIAOLD', secretAccessKey: 'a+b/c0dE' });
    expect(joined?.accountId).toBe('333333333333');
    expect(loadCredentials(folder, ['111111111111', '333333333333'])).toEqual([old, joined]);
  });

  it('are not made anew over a file that can not be read', () => {
    const damaged = '[sandbox-111111111111]\naws_access_key_id = AKIAOLD\n';
    writeFileSync(file, damaged);
    expect(() => loadCredentials(folder, ['111111111111'])).toThrow("can't read its own credentials file");
    expect(readFileSync(file, 'utf8')).toBe(damaged);
  });
});
