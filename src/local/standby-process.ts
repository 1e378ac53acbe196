import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { LoadAnswer } from './standby-service.js';

/** The service's main file. What it loads besides settings is create-app.js beside it, which does nothing by itself. */
const main = process.argv[2] ?? '';
const app = join(dirname(main), 'create-app.js');

const leave = () => process.exit(0);
process.once('disconnect', leave);
process.on('message', obey);
// A package that can't be loaded is told of by the code that needs it.
for (const name of packagesOf(app)) await import(import.meta.resolve(name)).catch(() => undefined);
await makeServer();

/** Nest and Fastify load and compile a part of themselves (an eighth of a second) with the first server, so this makes one that serves nothing. */
async function makeServer(): Promise<void> {
  class Nothing {}
  Module({})(Nothing);
  const server = await NestFactory.create(Nothing, new FastifyAdapter(), { logger: false });
  await server.init();
  await server.close();
}

async function obey(order: unknown): Promise<void> {
  if (order === 'load') return tell(await load());
  if (order !== 'run') return;
  process.off('disconnect', leave);
  process.off('message', obey);
  await import(pathToFileURL(main).href);
}

async function load(): Promise<LoadAnswer> {
  try {
    await import(pathToFileURL(app).href);
    return { load: 'done' };
  } catch (error) {
    return { load: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function tell(answer: LoadAnswer): void {
  process.send?.(answer);
}

/** The npm packages that a compiled file and those that it imports need, from their import statements. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    for (const [, from, bare] of text.matchAll(/^(?:import|export)\b[^;'"]*\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm)) {
      const target = from ?? bare ?? '';
      if (target.startsWith('.')) files.add(join(dirname(file), target));
      else if (!target.startsWith('node:')) packages.add(target);
    }
  }
  return packages;
}
