import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptAttributes } from '../../src/hsm/softhsm-files.js';
import { type Examined, lookAround } from '../../src/local/examination.js';
import { ensureLocalToken, hsmFiles } from '../../src/local/local-hsm.js';
import { checkToken } from '../../src/local/service-checks.js';
import { damaged } from '../hsm/key-files.js';
import { makeScratch } from './scratch.js';

const scratch = makeScratch('local-hsm');
afterAll(() => scratch.remove());
const place = (name: string) => join(scratch.folder, name);

it('makes its token once, and takes it again', async () => {
  const first = await ensureLocalToken(place('once'));
  const tokens = readdirSync(join(place('once'), 'tokens'));
  expect(await ensureLocalToken(place('once'))).toEqual(first);
  expect(readdirSync(join(place('once'), 'tokens'))).toEqual(tokens);
});

it('refuses two tokens of its label, and does not tell anybody to give the keys up', async () => {
  await ensureLocalToken(place('two'));
  await ensureLocalToken(place('strange'));
  cpSync(join(place('strange'), 'tokens'), join(place('two'), 'tokens'), { recursive: true });
  const refused = ensureLocalToken(place('two'));
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('2 tokens labelled'), remedy: expect.stringContaining(join(place('two'), 'tokens')) });
  await expect(refused).rejects.toMatchObject({ remedy: expect.not.stringMatching(/lost|start again/) });
});

it('says where the right PIN belongs when the token refuses it', async () => {
  const { pinFile } = hsmFiles(place('pin'));
  await ensureLocalToken(place('pin'));
  writeFileSync(pinFile, 'not the one');
  await expect(ensureLocalToken(place('pin'))).rejects.toMatchObject({ message: expect.stringContaining('PIN'), remedy: expect.stringContaining(`Put the right PIN back into ${pinFile}`) });
});

it('names a file of its token that SoftHSM can’t read through, and the backup of just that, but no PIN', async () => {
  const folder = place('damaged');
  await ensureLocalToken(folder);
  const [name = ''] = readdirSync(join(folder, 'tokens'), { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.object'));
  const path = join(folder, 'tokens', name);
  const { at } = keptAttributes(readFileSync(path)).find(({ length }) => length > 8)!;
  const { hsmModule: _, ...settings } = (await lookAround('.', process.env)).settings;
  const token = { ...hsmFiles(folder), folder };
  const doctor = () => checkToken({ place: { hsm: token }, settings } as Examined);
  const remedy = expect.stringMatching(/^Stop Lineside, put this file back from the last backup of .*damaged: .*\.object \(from octet \d+ on\)/);
  await damaged(path, { from: at - 8, length: 8 }, async () => {
    expect(await doctor()).toMatchObject({ state: 'fail', finding: expect.stringContaining(`${path} (from octet ${at - 8} on)`), remedy });
    await expect(ensureLocalToken(folder)).rejects.toMatchObject({ remedy });
  });
  expect(await doctor()).toMatchObject({ state: 'ok' });
});
