import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Each folder of `src/` may import from itself and from the folders after it in this list, and read their tables. */
const LAYERS = [
  'dashboard', 'webhooks', 'planning', 'programming', 'stations', 'renewal', 'identity', 'rotation', 'canary', 'aws-iot', 'issuance', 'certificate-authority', 'work-orders', 'approvals',
  'access', 'audit', 'hsm', 'device-connection', 'x509', 'platform', 'config',
];

/** Programs and what belongs to no layer: what each may import besides itself. */
const APART: Record<string, readonly string[]> = {
  sandbox: ['x509', 'config'],
  // What station software is written with; published as a package of its own.
  client: [],
  // What runs on a station's own machine.
  agent: ['client', 'x509', 'config'],
  simulation: ['client', 'device-connection', 'x509', 'config'],
  'device-check': ['client', 'simulation', 'device-connection', 'x509', 'config'],
  'device-connection': [],
  // Handlers for AWS Lambda, which run without the service.
  lambda: ['x509'],
  x509: [],
  // '..': the set-up beside src, which knows where Debian puts programs.
  local: ['audit', 'hsm', 'client', 'simulation', 'platform', 'x509', 'config', '..'],
};

const ENDINGS = ['module', 'controller', 'processor', 'service', 'repository', 'client', 'queries', 'schema', 'tables', 'job', 'errors'];
/** Endings that the libraries' own documentation uses. */
const IDIOMS = ['filter', 'guard', 'interceptor'];
const FORBIDDEN_NAMES = /(util|helper|manager|common|shared|misc|dto|interface)s?(\.|-|$)/;

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' });
const files = paths.filter((path) => path.endsWith('.ts'));
const textOf = (file: string) => readFileSync(`src/${file}`, 'utf8');

/** Every import of ours: the importing file and the folder it reaches into ('' for the top of `src`). */
const imports = files.flatMap((file) =>
  [...textOf(file).matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g)].map(([, target]) => {
    const reached = normalize(join(dirname(file), target!));
    return { file, own: topFolder(file), reached, folder: topFolder(reached) };
  }),
);

function topFolder(path: string): string {
  return path.includes('/') ? path.split('/')[0]! : '';
}

describe('imports', () => {
  it('are found', () => {
    expect(imports.length).toBeGreaterThan(200);
  });

  it('go one way, down the list of capabilities', () => {
    const upward = imports
      .filter(({ own, folder }) => LAYERS.includes(own) && !(own in APART) && folder !== own)
      .filter(({ own, folder }) => LAYERS.indexOf(folder) < LAYERS.indexOf(own))
      .map(({ file, reached }) => `${file} reaches up to ${reached}`);
    expect(upward).toEqual([]);
  });

  it.each(Object.entries(APART))('of %s reach nothing of ours but %j', (folder, allowed) => {
    const strays = imports
      .filter((each) => each.own === folder && each.folder !== folder && !allowed.includes(each.folder))
      .map(({ file, reached }) => `${file} imports ${reached}`);
    expect(strays).toEqual([]);
  });

  it('of the PKCS#11 library stand in the programs of hsm/ only', () => {
    const users = files.filter((file) => /from 'pkcs11js'/.test(textOf(file)));
    expect(users.filter((file) => !file.startsWith('hsm/'))).toEqual([]);
  });
});

/** Tables that no module's `*.tables.ts` names, since no TypeScript of ours touches them. */
const UNTYPED = { log_gap: 'audit', installed_rules: 'platform', instance_number: 'platform' };

/** Table → the module that owns its rows, by the `*.tables.ts` that declares it. */
const owners = new Map([
  ...Object.entries(UNTYPED),
  ...files.filter((file) => file.endsWith('.tables.ts')).flatMap((file) => {
    const [, members = ''] = /interface Schema \{([^}]*)\}/.exec(textOf(file)) ?? [];
    return [...members.matchAll(/^ +(\w+): \w+;/gm)].map(([, table]) => [table!, topFolder(file)] as const);
  }),
]);

/** Functions of the ledger → the module whose `.sql` file holds it. */
const sqlFiles = paths.filter((path) => path.endsWith('.sql'));
const functions = new Map(sqlFiles.flatMap((file) => [...textOf(file).matchAll(/^create function (\w+)/gm)].map(([, name]) => [name!, topFolder(file)] as const)));

/** Source that may touch tables: TypeScript and SQL of the layers, without comments; migrations may touch all. */
const sources = [...files, ...sqlFiles]
  .filter((file) => LAYERS.includes(topFolder(file)) && !file.includes('/migrations/'))
  .map((file) => ({ file, own: topFolder(file), text: textOf(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^\s*--.*$/gm, '') }));

const WRITES = [/\.(?:insertInto|updateTable|deleteFrom)\('(\w+)/g, /\b(?:insert into|update|delete from|truncate) (\w+)/gi];
const READS = [/\.(?:selectFrom|innerJoin|leftJoin|from)\('(\w+)/g, /\b(?:from|join|using) (\w+)/gi];

function* touched(patterns: readonly RegExp[]) {
  for (const source of sources) {
    for (const pattern of patterns) {
      for (const [, table] of source.text.matchAll(pattern)) {
        const owner = owners.get(table!);
        if (owner !== undefined) yield { ...source, table: table!, owner };
      }
    }
  }
}

describe('tables', () => {
  it('and their writers are found', () => {
    expect(owners.size).toBeGreaterThan(20);
    expect([...touched(WRITES)].length).toBeGreaterThan(30);
    expect(functions.size).toBeGreaterThan(8);
  });

  it('are written by the module that owns them only, in its .sql files too', () => {
    const strangers = [...touched(WRITES)].filter(({ own, owner }) => own !== owner).map(({ file, table, owner }) => `${file} writes ${table}, which is ${owner}'s`);
    expect(strangers).toEqual([]);
  });

  it('are read by their own module and by those above it only', () => {
    const upward = [...touched(READS)]
      .filter(({ own, owner }) => LAYERS.indexOf(owner) < LAYERS.indexOf(own))
      .map(({ file, table, owner }) => `${file} reads ${table} of ${owner}, which is above`);
    expect(upward).toEqual([]);
  });

  it('have rules in functions that only modules above call', () => {
    const upward = sources.flatMap(({ file, own, text }) =>
      [...functions].filter(([name, owner]) => LAYERS.indexOf(owner) < LAYERS.indexOf(own) && new RegExp(`\\b${name}\\b`).test(text)).map(([name]) => `${file} calls ${name}, which is above`));
    expect(upward).toEqual([]);
  });

  it('get no rules by a migration: they stand in the .sql files of the modules', () => {
    const migrations = files.filter((file) => /\/migrations\/\d{4}_/.test(file) && !/\/000[1-4]_/.test(file));
    expect(migrations.filter((file) => /create (or replace )?function/i.test(textOf(file)))).toEqual([]);
  });
});

describe('files', () => {
  it('of src stand in one of the two lists', () => {
    const folders = new Set(files.map(topFolder).filter((folder) => folder !== ''));
    expect([...folders].filter((folder) => !LAYERS.includes(folder) && !(folder in APART))).toEqual([]);
  });

  it('read process.env only where settings are read or handed to a child', () => {
    const readers = files.filter((file) => /process\.env/.test(textOf(file)));
    const allowed = [
      // Hand all of it to src/config.
      // In Lambda's own environment.
      'lambda/jitr.ts', 'lambda/fleet-hook.ts', 'lambda/trusted-user.ts',
      'main.ts', 'worker.ts', 'cli.ts', 'sandbox/main.ts', 'local/start.ts', 'local/doctor.ts', 'simulation/golden-unit-command.ts', 'simulation/simulate-command.ts',
      // Children and parents of the signers: what the parent has chosen, and what the vendors' libraries read.
      'agent/unit-program.ts', 'hsm/signer.ts', 'hsm/init-token.ts', 'hsm/signer-pool.ts', 'hsm/token-setup.ts',
    ];
    expect(readers.filter((file) => !allowed.includes(file))).toEqual([]);
  });

  it('have endings of the closed list, and no names that say nothing', () => {
    const endings = files.flatMap((file) => /\.([a-z]+)\.ts$/.exec(file)?.[1] ?? []);
    expect([...new Set(endings)].filter((ending) => !ENDINGS.includes(ending) && !IDIOMS.includes(ending))).toEqual([]);
    expect(files.filter((file) => FORBIDDEN_NAMES.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
  });
});
