import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureLocalToken, hsmFiles } from '../../src/local/local-hsm.js';
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
