// `npm run pack:client [-- --to FOLDER]`: makes the npm package @lineside/client of src/client and of the stations' part of clients/openapi.json, and prints the path of its tarball.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import openapiTypes, { astToString } from 'openapi-typescript';
import { SetupFailure } from './failure.mjs';
import { run } from './progress.mjs';
import { findProgram } from './programs.mjs';

const root = realpathSync(join(import.meta.dirname, '..'));
const SOURCE = join(root, 'clients', 'typescript');
const CACHE = join(root, 'node_modules', '.cache');
const READ = { encoding: 'utf8' };

/** What a station may call: the paths of the document with these operations, and the schemas that they name. Without examples, which no type shows. */
export function stationsPart(document) {
  const paths = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    const theirs = Object.entries(operations).filter(([, operation]) => operation['x-roles']?.includes('station') || path === '/v1/enrolments');
    if (theirs.length > 0) paths[path] = Object.fromEntries(theirs.map(([method, operation]) => [method, withoutExamples(operation)]));
  }
  const components = {};
  // Each pass takes in what the one before names.
  for (let left = namedIn(paths); left.length > 0; ) {
    const found = left.filter(([kind, name]) => components[kind]?.[name] === undefined).map(([kind, name]) => [kind, name, withoutExamples(document.components[kind][name])]);
    for (const [kind, name, part] of found) (components[kind] ??= {})[name] = part;
    left = namedIn(found.map(([, , part]) => part));
  }
  // A schema of itself, which is no type that TypeScript takes in this place: any JSON value.
  if (components.schemas?.Json) components.schemas.Json = { description: 'Any JSON value' };
  const { openapi, info } = document;
  return { openapi, info, paths, components };
}

const namedIn = (part) => [...JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/([^"/]+)"/g)].map(([, kind, name]) => [kind, name]);

/** `properties` may have a member of this name. */
function withoutExamples(part, isSchemas = false) {
  if (Array.isArray(part)) return part.map((each) => withoutExamples(each));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).filter(([name]) => isSchemas || !['example', 'examples', 'security'].includes(name)).map(([name, each]) => [name, withoutExamples(each, name === 'properties')]));
}

/** Answers the tarball's path. Throws SetupFailure, also where the client's types and the document disagree. */
export async function packClient({ to, document = JSON.parse(readFileSync(join(root, 'clients', 'openapi.json'), READ)) }) {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'client-'));
  try {
    const folder = join(work, 'package');
    mkdirSync(join(folder, 'dist'), { recursive: true });
    await compile(work, { rootDir: join(root, 'src', 'client'), outDir: join(folder, 'dist'), declaration: true, sourceMap: false, target: 'ES2022' }, [join(root, 'src', 'client', 'published.ts')]);
    writeFileSync(join(folder, 'dist', 'api.d.ts'), astToString(await openapiTypes(JSON.stringify(stationsPart(document)), { exportType: true })));
    writeFileSync(join(folder, 'dist', 'api.js'), 'export {};\n');
    copyFileSync(join(SOURCE, 'agreement.ts'), join(work, 'agreement.ts'));
    await compile(work, { rootDir: work, noEmit: true, skipLibCheck: false }, [join(work, 'agreement.ts')]);
    copyFileSync(join(SOURCE, 'README.md'), join(folder, 'README.md'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), READ));
    const { name, ...manifest } = JSON.parse(readFileSync(join(SOURCE, 'package.json'), READ));
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, ...manifest }, null, 2)}\n`);
    return await pack(folder, to);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function compile(work, compilerOptions, files) {
  const settings = join(work, 'tsconfig.json');
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], ...compilerOptions }, files, include: [] }));
  const compiler = createRequire(import.meta.url).resolve('@typescript/native/package.json').replace(/package\.json$/, join('bin', 'tsc'));
  const { succeeded, output } = await run(process.execPath, [compiler, '--project', settings], { cwd: root, env: process.env, logFile: join(work, 'log') });
  if (!succeeded) throw new SetupFailure(`The client does not agree with clients/openapi.json, or does not compile:\n${output.trim()}`, 'Mend src/client or clients/typescript/agreement.ts, then run: npm run pack:client');
}

async function pack(folder, to) {
  const npm = findProgram('npm');
  if (!npm) throw new SetupFailure('npm is not installed.', 'Install Node 20 or later together with npm.');
  mkdirSync(to, { recursive: true });
  const { succeeded, output } = await run(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', to], { cwd: folder, env: process.env, logFile: join(folder, '..', 'log') });
  if (!succeeded) throw new SetupFailure(`npm pack failed:\n${output.trim()}`, 'See the lines above.');
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), READ));
  return join(to, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

if (process.argv[1] === import.meta.filename) {
  const { values: { to = SOURCE } } = parseArgs({ options: { to: { type: 'string' } } });
  try {
    process.stdout.write(`${await packClient({ to: resolve(to) })}\n`);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`\n${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  }
}
