import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { z } from 'zod';

// js-yaml comes with jest's own tools.
const yaml = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };

const Service = z.looseObject({
  command: z.union([z.string(), z.array(z.string())]).optional(),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
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

it('gives no container privileges, and takes all capabilities from ours', () => {
  expect(services.filter(([, service]) => service.privileged || 'cap_add' in service)).toEqual([]);
  for (const name of ['api', 'worker', 'token', 'sandbox']) expect(compose.services[name]?.cap_drop).toEqual(['ALL']);
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
