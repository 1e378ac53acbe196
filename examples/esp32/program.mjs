// A station program for ESP32 boards, run by the station agent (README.md beside this file):
//   lineside station run --slot 1 … -- node program.mjs (--out FOLDER | --port PORT) [--place esp_secure_cert|nvs]
// It makes the board's partitions of its Lineside identity, and writes them into a folder, or into the board with Espressif's esptool.
import { spawn } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nvsImage } from './nvs-image.mjs';
import { secureCertImage, TYPE } from './secure-cert-image.mjs';

/** RAM: what is written here stands on no disk. */
const RAM = '/dev/shm';
/** Exit codes as the agent reads them. Nothing that this program finds is the unit's own fault. */
const ERROR = 2;

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    port: { type: 'string' },
    place: { type: 'string', default: 'esp_secure_cert' },
    esptool: { type: 'string', default: 'esptool' },
    // As in partitions.csv.
    'nvs-at': { type: 'string', default: '0x9000' },
    'nvs-size': { type: 'string', default: '0x4000' },
    'secure-cert-at': { type: 'string', default: '0xd000' },
    'secure-cert-size': { type: 'string', default: '0x2000' },
  },
});

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
/** With the zero at its end that mbedTLS wants of a PEM text. */
const pem = (text) => Buffer.from(`${text}\0`);

/** Something is missing or wrong at this station. `code` is reported. */
class StationTrouble extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function readUnit({ LINESIDE_SERIAL: serial, LINESIDE_IDENTITY_FILE: identityFile, LINESIDE_KEY_FILE: keyFile } = process.env) {
  if (serial === undefined || identityFile === undefined) throw new StationTrouble('no-identity', 'There is no unit here: this program is run by lineside station run, in a step that brings an identity');
  const identity = JSON.parse(readFileSync(identityFile, 'utf8'));
  if (identity.certificate === undefined) throw new StationTrouble('no-certificate', 'The order’s method leaves it to the device to fetch its certificate: there is nothing to write');
  // As OpenSSL and Espressif's own tools write keys. None where the device made it and keeps it.
  const key = keyFile === undefined ? undefined : createPrivateKey(readFileSync(keyFile));
  return { serial, identity, key: key?.export({ type: key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1', format: 'pem' }) };
}

/** The partitions: where each goes on the flash, and its octets. */
function imagesOf({ serial, identity, key }) {
  const [endpoint] = identity.endpoints;
  const certificates = pem(`${identity.certificate}${identity.chain}`);
  const settings = { serial: { string: serial }, thing_name: { string: identity.thingName }, endpoint: { string: endpoint.host }, port: { u16: endpoint.port }, root_ca: { blob: pem(identity.roots) } };
  const nvs = { name: 'nvs', at: options['nvs-at'], size: Number(options['nvs-size']) };
  if (options.place === 'nvs') {
    const own = { device_crt: { blob: certificates }, ...(key !== undefined && { device_key: { blob: pem(key) } }) };
    return [{ ...nvs, image: nvsImage({ lineside: { ...settings, ...own } }, nvs.size) }];
  }
  if (options.place !== 'esp_secure_cert') throw new StationTrouble('arguments', '--place is nvs or esp_secure_cert');
  const entries = [{ type: TYPE.deviceCertificate, data: certificates }, { type: TYPE.caCertificate, data: pem(identity.chain) }, ...(key === undefined ? [] : [{ type: TYPE.privateKey, data: pem(key) }])];
  return [{ ...nvs, image: nvsImage({ lineside: settings }, nvs.size) }, { name: 'esp_secure_cert', at: options['secure-cert-at'], image: secureCertImage(entries, Number(options['secure-cert-size'])) }];
}

/** Files that only this user may read: the key is in one of them. */
function write(folder, images) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return images.map(({ name, at, image }) => {
    const file = join(folder, `${name}.bin`);
    writeFileSync(file, image, { mode: 0o600 });
    return { at, file };
  });
}

/** A folder for images that go into a board, in RAM where the machine has it; gone when this program ends, and what a killed one has left of this unit goes first. */
function passingFolder(unitFolder) {
  let parent = unitFolder;
  try {
    accessSync(RAM, constants.W_OK);
    parent = RAM;
  } catch {
    // No such place on this machine.
  }
  const folder = join(parent, `lineside-esp32-${createHash('sha256').update(unitFolder).digest('hex').slice(0, 16)}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  remove();
  mkdirSync(folder, { mode: 0o700 });
  process.once('exit', remove);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(ERROR));
  return folder;
}

/** esptool compares what it has written with what it was to write, and fails where they differ. */
function flash(files) {
  const given = ['--port', options.port, 'write_flash', ...files.flatMap(({ at, file }) => [at, file])];
  const child = spawn(options.esptool, given, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new StationTrouble('no-esptool', `esptool can’t be run (${error.message}): pip install esptool, or name it with --esptool`)));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new StationTrouble('esptool', `esptool failed (exit code ${code ?? 'by a signal'})`))));
  });
}

async function work() {
  if ((options.out === undefined) === (options.port === undefined)) throw new StationTrouble('arguments', 'Name either --out FOLDER or --port PORT');
  const unit = readUnit();
  const images = imagesOf(unit);
  tell({ type: 'progress', phase: 'images', share: 0.2 });
  if (options.out !== undefined) write(join(options.out, encodeURIComponent(unit.serial)), images);
  else {
    tell({ type: 'progress', phase: 'flash', share: 0.4 });
    await flash(write(passingFolder(process.env.LINESIDE_FOLDER), images));
  }
  const { fingerprint256 } = new X509Certificate(unit.identity.certificate);
  tell({ type: 'record', data: { place: options.place, certificate: fingerprint256, partitions: images.map(({ name, at, image }) => ({ name, at, bytes: image.length })), written: options.out === undefined ? 'board' : 'files' } });
}

try {
  await work();
} catch (error) {
  tell({ type: 'failure', code: error.code ?? 'images', detail: error.message });
  process.exitCode = ERROR;
}
