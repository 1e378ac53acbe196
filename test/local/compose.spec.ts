import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

// js-yaml comes with jest's own tools.
const yaml = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };

const Service = z.looseObject({
  image: z.string().optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  user: z.string().optional(),
  security_opt: z.array(z.string()).optional(),
  pids_limit: z.number().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
/** Docker applies merge keys; this parser keeps them as members called `<<`. */
function merged(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(merged);
  if (typeof node !== 'object' || node === null) return node;
  const own = Object.entries(node).filter(([name]) => name !== '<<').map(([name, value]) => [name, merged(value)]);
  return { ...('<<' in node ? (merged(node['<<']) as object) : {}), ...Object.fromEntries(own) };
}
const compose = Compose.parse(merged(yaml.load(readFileSync('docker-compose.yml', 'utf8'))));
const services = Object.entries(compose.services);
const dockerfile = readFileSync('Dockerfile', 'utf8');

it('runs api, worker, PostgreSQL and Redis, and the sandbox only when asked for', () => {
  const byDefault = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
  expect(byDefault.toSorted()).toEqual(['api', 'postgres', 'redis', 'token', 'worker']);
  expect(compose.services['sandbox']?.profiles).toEqual(['sandbox']);
});

it('publishes ports on the loopback address only', () => {
  const published = services.flatMap(([, { ports }]) => ports ?? []);
  expect(published.length).toBeGreaterThan(0);
  expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

it('bounds every container alike: no privileges, no capabilities, files read-only, a number of processes', () => {
  expect(services.filter(([, service]) => service.privileged || 'cap_add' in service)).toEqual([]);
  for (const [name, { cap_drop, read_only, security_opt, pids_limit }] of services) {
    expect([name, cap_drop, read_only, security_opt, pids_limit]).toEqual([name, ['ALL'], true, ['no-new-privileges:true'], 512]);
  }
  // Without capabilities an image can't become another user by itself; our own image names its user.
  for (const name of ['postgres', 'redis']) expect([name, compose.services[name]?.user]).toEqual([name, name]);
});

it('names images that are not built here by their digest', () => {
  const foreign = services.map(([, { image }]) => image).filter((image) => image !== 'lineside');
  expect(foreign).toHaveLength(2);
  for (const image of foreign) expect(image).toMatch(/^(postgres:16|redis:7)-bookworm@sha256:[0-9a-f]{64}$/);
});

it('keeps what Redis is given: append-only, noeviction', () => {
  const command = [compose.services['redis']?.command].flat().join(' ');
  expect(command).toContain('--appendonly yes');
  expect(command).toContain('--maxmemory-policy noeviction');
});

it('hands secrets over in files that git does not hold, and in nothing else', () => {
  const ignored = readFileSync('.gitignore', 'utf8').split('\n');
  expect(ignored).toContain('.lineside/');
  for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.lineside\//);
  const named = services.flatMap(([, service]) => Object.entries(service.environment ?? {}).filter(([name]) => /PASSWORD|PIN|SECRET|KEY/.test(name)));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(([name, value]) => !name.endsWith('_FILE') || !value.startsWith('/run/secrets/'))).toEqual([]);
});

it('names only volumes and secrets that it declares', () => {
  const volumes = services.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
  expect(new Set(volumes)).toEqual(new Set(Object.keys(compose.volumes)));
  const secrets = services.flatMap(([, service]) => service.secrets ?? []);
  expect(new Set(secrets)).toEqual(new Set(Object.keys(compose.secrets)));
});

it('gives api and worker alike the key that seals secrets, and makes every secret that they are given', () => {
  for (const name of ['api', 'worker']) {
    const { environment, secrets } = compose.services[name]!;
    expect(secrets).toContain(environment?.['SECRETS_KEY_FILE']?.replace('/run/secrets/', '') ?? 'SECRETS_KEY_FILE');
  }
  const maker = readFileSync('setup/container/make-secrets.mjs', 'utf8');
  for (const { file } of Object.values(compose.secrets)) expect(maker).toContain(`'${file.replace('.lineside/compose/', '')}'`);
});

it('keeps each folder that a setting names in a volume, which the image hands to its user', () => {
  const made = dockerfile.match(/mkdir -p (.*) \\$/m)?.[1]?.split(' ') ?? [];
  for (const name of ['api', 'worker', 'sandbox']) {
    const { environment, volumes } = compose.services[name]!;
    const folders = Object.entries(environment ?? {}).filter(([setting]) => setting.endsWith('_DIR')).map(([, folder]) => folder);
    expect((volumes ?? []).map((volume) => volume.split(':')[1])).toEqual(expect.arrayContaining(folders));
    expect(made).toEqual(expect.arrayContaining(folders));
  }
});

it('builds an image that runs on Node 24 as an ordinary user, and watches its health', () => {
  const last = dockerfile.split(/^FROM /m).at(-1) ?? '';
  expect(last).toMatch(/^node:24-/);
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK /m);
  expect(last).toContain('softhsm2');
  expect(statSync('setup/container/run.sh').mode & 0o111).not.toBe(0);
});

it('starts programs that the build makes', () => {
  const programs = services.flatMap(([, { command }]) => [command].flat()).filter((word) => word?.startsWith('dist/') || word?.startsWith('setup/'));
  expect(programs.length).toBeGreaterThan(2);
  for (const program of programs) expect(statSync(program?.replace(/^dist\/(.*)\.js$/, 'src/$1.ts') ?? '').isFile()).toBe(true);
});
