import { execFile, spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../dist/local/ports.js';
import { prefixFor } from '../../dist/local/system-user.js';
import { requireProgram } from '../load.mjs';
import { runSql } from '../services.mjs';

/** cfssl's own tables (certdb/pg/migrations/001_CreateCertificates.sql), which its Debian package does not bring. */
const TABLES = `
  create table certificates (
    serial_number bytea not null, authority_key_identifier bytea not null, ca_label bytea not null, status bytea not null,
    reason int not null, expiry timestamptz, revoked_at timestamptz, pem bytea not null,
    primary key (serial_number, authority_key_identifier));
  create table ocsp_responses (
    serial_number bytea not null, authority_key_identifier bytea not null, body bytea not null, expiry timestamptz,
    primary key (serial_number, authority_key_identifier),
    foreign key (serial_number, authority_key_identifier) references certificates (serial_number, authority_key_identifier));`;

const DATABASE = 'cfssl';

/** A CA with a P-256 key in a file, in a folder of its own. */
export async function prepareCfssl(services) {
  const folder = join(services.folder, 'cfssl');
  mkdirSync(folder, { mode: 0o700 });
  const request = { CN: 'cfssl bench CA', key: { algo: 'ecdsa', size: 256 } };
  const requestFile = join(folder, 'request.json');
  writeFileSync(requestFile, JSON.stringify(request));
  const { stdout } = await promisify(execFile)(requireProgram('cfssl', 'golang-cfssl'), ['gencert', '-loglevel=5', '-initca', requestFile]);
  const { cert, key } = JSON.parse(stdout);
  writeFileSync(join(folder, 'ca.pem'), cert);
  writeFileSync(join(folder, 'ca-key.pem'), key, { mode: 0o600 });
  const url = new URL(services.postgres.url);
  url.pathname = `/${DATABASE}`;
  url.search = '?sslmode=disable';
  writeFileSync(join(folder, 'db.json'), JSON.stringify({ driver: 'postgres', data_source: url.href }), { mode: 0o600 });
  return folder;
}

/** `cfssl serve` with its default profile, as a contestant. With a database the tables are made anew. */
export async function startCfssl(services, folder, { stores }) {
  if (stores) {
    await runSql(services, 'postgres', `drop database if exists ${DATABASE} with (force)`, `create database ${DATABASE}`);
    await runSql(services, DATABASE, TABLES);
  }
  const port = await findFreePort();
  const log = openSync(join(services.folder, 'logs', 'cfssl.log'), 'a');
  const args = ['serve', '-loglevel=3', '-address', '127.0.0.1', '-port', String(port), '-ca', join(folder, 'ca.pem'), '-ca-key', join(folder, 'ca-key.pem')];
  const [program, ...words] = [...prefixFor(undefined, folder, 'TERM'), requireProgram('cfssl', 'golang-cfssl'), ...args, ...(stores ? ['-db-config', join(folder, 'db.json')] : [])];
  const child = spawn(program, words, { cwd: folder, env: { PATH: process.env['PATH'] }, stdio: ['ignore', log, log] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await untilItAnswers(`http://127.0.0.1:${port}/api/v1/cfssl/health`, child);
  const groups = { cfssl: { roots: [child.pid] }, ...(stores ? { postgres: { roots: [services.postgres.child.pid] } } : {}) };
  const contestant = { kind: 'cfssl', ports: [port], path: '/api/v1/cfssl/sign', groups };
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const stored = async () => Number((await runSql(services, DATABASE, 'select count(*) from certificates'))[0].count);
  return { contestant, stop, stored };
}

async function untilItAnswers(url, child) {
  for (let tries = 0; ; tries++) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (tries > 200 || child.exitCode !== null) throw new Error('cfssl does not answer', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
