import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INSTALLATION, LEAST_NODE } from '../../src/config/installation.js';
import { newFolder } from '../support/run-folders.js';

const folder = newFolder('node');
const asNode20 = join(folder, 'node-20.cjs');
writeFileSync(asNode20, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\n");
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [['dist/cli.js', 'start'], 'npm start'],
  [['dist/cli.js', 'doctor', '--json'], `${INSTALLATION}/node_modules/.bin/node ${INSTALLATION}/dist/cli.js doctor --json`],
  [['dist/local/dev.js'], '/dist/local/dev.js'],
  [['dist/main.js'], '/dist/main.js'],
  [['dist/worker.js'], '/dist/worker.js'],
  [['dist/sandbox/main.js'], '/dist/sandbox/main.js'],
])('%j refuses an older Node and names the command to use', async ([program = '', ...words], command) => {
  const env = { LINESIDE_DATA_DIR: join(folder, 'data') };
  const ran = promisify(execFile)(process.execPath, ['-r', asNode20, join(INSTALLATION, program), ...words], { env });
  await expect(ran).rejects.toMatchObject({ code: 78, stderr: expect.stringContaining('Lineside needs Node 24 or later, and this is Node 20.20.2.') });
  await expect(ran).rejects.toMatchObject({ stderr: expect.stringContaining(command) });
});

it('package.json asks for the Node that the programs need', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ engines: { node: `>=${LEAST_NODE}` } });
});
