import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Each folder of `src/` may import from itself and from the folders after it in this list. */
const LAYERS = [
  'dashboard', 'programming', 'stations', 'aws-iot', 'work-orders', 'issuance', 'certificate-authority', 'approvals', 'access',
  'audit', 'hsm', 'x509', 'platform', 'config',
];

/** Programs and what belongs to no layer: what each may import besides itself. */
const APART: Record<string, readonly string[]> = {
  sandbox: ['x509'],
  simulation: ['x509'],
  x509: [],
  // '..': the set-up beside src, which knows where Debian puts programs.
  local: ['hsm', 'simulation', 'platform', 'config', '..'],
};

const ENDINGS = ['module', 'controller', 'processor', 'service', 'repository', 'client', 'queries', 'schema', 'job', 'errors'];
/** Endings of one capability's own vocabulary, and of libraries' idioms. */
const IDIOMS = ['filter', 'guard', 'interceptor', 'method'];
const FORBIDDEN_NAMES = /(util|helper|manager|common|shared|misc|dto|interface)s?(\.|-|$)/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

/** Every import of ours: the importing file and the folder it reaches into ('' for the top of `src`). */
const imports = files.flatMap((file) =>
  [...readFileSync(`src/${file}`, 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g)].map(([, target]) => {
    const reached = normalize(join(dirname(file), target!));
    return { file, own: topFolder(file), reached, folder: topFolder(reached) };
  }),
);

function topFolder(path: string): string {
  return path.includes('/') ? path.split('/')[0]! : '';
}

it('finds the imports that it judges', () => {
  expect(imports.length).toBeGreaterThan(200);
});

it('lets imports go one way, down the list of capabilities', () => {
  const upward = imports
    .filter(({ own, folder }) => LAYERS.includes(own) && !(own in APART) && folder !== own)
    .filter(({ own, folder }) => LAYERS.indexOf(folder) < LAYERS.indexOf(own))
    .map(({ file, reached }) => `${file} reaches up to ${reached}`);
  expect(upward).toEqual([]);
});

it.each(Object.entries(APART))('lets %s import nothing of ours but %j', (folder, allowed) => {
  const strays = imports
    .filter((each) => each.own === folder && each.folder !== folder && !allowed.includes(each.folder))
    .map(({ file, reached }) => `${file} imports ${reached}`);
  expect(strays).toEqual([]);
});

it('keeps every folder of src in one of the two lists', () => {
  const folders = new Set(files.map(topFolder).filter((folder) => folder !== ''));
  expect([...folders].filter((folder) => !LAYERS.includes(folder) && !(folder in APART))).toEqual([]);
});

it('keeps the PKCS#11 library out of everything but the programs of hsm/', () => {
  const users = files.filter((file) => /from 'pkcs11js'/.test(readFileSync(`src/${file}`, 'utf8')));
  expect(users.filter((file) => !file.startsWith('hsm/'))).toEqual([]);
});

it('reads process.env only where settings are read or handed to a child', () => {
  const readers = files.filter((file) => /process\.env/.test(readFileSync(`src/${file}`, 'utf8')));
  const allowed = /^(config|local|sandbox|hsm|simulation)\/|^(main|worker|cli)\.ts$/;
  expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
});

it('gives files the endings of the closed list, and no names that say nothing', () => {
  const endings = files.flatMap((file) => /\.([a-z]+)\.ts$/.exec(file)?.[1] ?? []);
  expect([...new Set(endings)].filter((ending) => !ENDINGS.includes(ending) && !IDIOMS.includes(ending))).toEqual([]);
  expect(files.filter((file) => FORBIDDEN_NAMES.test(file))).toEqual([]);
  expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
});
