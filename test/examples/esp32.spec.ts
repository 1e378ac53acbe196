import { spawn } from 'node:child_process';
import { createECDH, createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { nvsImage } from '../../examples/esp32/nvs-image.mjs';
import { secureCertImage, TYPE } from '../../examples/esp32/secure-cert-image.mjs';
import { stationPlace } from '../clients/station-place.js';
import { until } from '../support/until.js';
import { readNvs, readSecureCert, textOf } from './esp32-images.js';

const byEspressif = (name: string) => readFileSync(join('test', 'examples', 'espressif', name));
const octets = (length: number, modulus: number) => Buffer.from(Array.from({ length }, (_, index) => index % modulus));
const zeroEnded = (content: string | Buffer) => Buffer.concat([Buffer.from(content), Buffer.from([0])]);

/** The key of RFC 6979, appendix A.2.5, as OpenSSL writes it. */
function publishedKey(): string {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
  const [d, point] = [pair.getPrivateKey(), pair.getPublicKey()];
  const key = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  return createPrivateKey({ format: 'jwk', key }).export({ type: 'sec1', format: 'pem' }).toString();
}

/** What espressif/make.py has put in. */
const VALUES = {
  lineside: { serial: { string: 'LS-000042' }, port: { u16: 8883 }, device_crt: { blob: zeroEnded(byEspressif('device.crt')) }, long: { blob: octets(9000, 251) } },
  other: {
    small: { u8: 7 }, large: { u32: 4_294_967_295 }, sentence: { string: 'a long line '.repeat(200) }, page: { blob: octets(4000, 241) }, empty_page: { blob: Buffer.alloc(31) }, last_of_15_char: { string: 'x' },
  },
};

describe('images of ESP32 partitions', () => {
  it('are the octets that Espressif’s own tools make', () => {
    expect(nvsImage(VALUES, 0x6000).equals(byEspressif('nvs.bin'))).toBe(true);
    const certificate = zeroEnded(byEspressif('device.crt'));
    const entries = [{ type: TYPE.deviceCertificate, data: certificate }, { type: TYPE.caCertificate, data: certificate }, { type: TYPE.privateKey, data: zeroEnded(publishedKey()) }];
    expect(secureCertImage(entries, 0x2000).equals(byEspressif('esp_secure_cert.bin'))).toBe(true);
  });

  it('hold what was put in, whatever its length, and however it falls on the ends of pages', () => {
    const read = Object.fromEntries(readNvs(byEspressif('nvs.bin')));
    expect(read).toEqual({
      'lineside/serial': 'LS-000042', 'lineside/port': 8883, 'lineside/device_crt': VALUES.lineside.device_crt.blob, 'lineside/long': VALUES.lineside.long.blob,
      'other/small': 7, 'other/large': 4_294_967_295, 'other/sentence': 'a long line '.repeat(200), 'other/page': octets(4000, 241), 'other/empty_page': Buffer.alloc(31), 'other/last_of_15_char': 'x',
    });
    for (let length = 0; length <= 4_200; length += 1) {
      const [blob, string] = [octets(length, 251), 'y'.repeat(Math.min(length, 3_999))];
      const values = readNvs(nvsImage({ a: { blob: { blob }, string: { string } } }, 0x5000));
      if (!(values.get('a/blob') as Buffer).equals(blob) || values.get('a/string') !== string) throw new Error(`not with ${length} octets`);
    }
  });

  it('are not made where something does not fit or has no place in NVS', () => {
    expect(() => nvsImage({ a: { b: { blob: Buffer.alloc(9_000) } } }, 0x3000)).toThrow('does not fit');
    expect(() => nvsImage({ a: { a_key_of_16_char: { u8: 1 } } }, 0x3000)).toThrow('a_key_of_16_char');
    expect(() => nvsImage({ a: { b: { string: 'z'.repeat(4_000) } } }, 0x4000)).toThrow('4000');
    expect(() => nvsImage({}, 0x2000)).toThrow('at least 12288');
    expect(() => secureCertImage([{ type: TYPE.deviceCertificate, data: Buffer.alloc(8_181) }], 0x2000)).toThrow('8192');
  });
});

const place = stationPlace({ LEASE_MS: '20000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000' });

function station(given: readonly string[], ...more: string[]) {
  const agent = ['station', 'run', '--slot', '1', '--once', '--server', place.gate.url, '--key-file', join(place.folder, 'station.key'), '--folder', join(place.folder, 'station')];
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...agent, ...more, '--', process.execPath, resolve('examples/esp32/program.mjs'), ...given], { cwd: place.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  place.running.add(child);
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  return {
    child,
    async end() {
      const [code] = (await once(child, 'exit')) as [number | null];
      return { code, said: (await output) + (await errors) };
    },
  };
}

const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; fingerprint: string; attempts: { outcome: string | null; failureCode: string | null }[] };
const recordOf = async (serial: string) => {
  const [{ job, number }] = (await place.bench.as('manager').get(`/v1/units/${serial}/attempts`)).body['items'] as [{ job: string; number: number }];
  return (await place.bench.as('manager').get(`/v1/jobs/${job}/attempts/${number}/record`)).body;
};
const identityOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}/identity`)).body as { certificate: string; chain: string; roots: string; endpoints: { host: string }[] };
/** Images that stand in RAM of a unit of the present test. */
const inRam = (serial: string) => readdirSync('/dev/shm').filter((name) => name === `lineside-esp32-${createHash('sha256').update(join(place.folder, 'station', 'units', serial)).digest('hex').slice(0, 16)}`);

/** A stand-in for esptool, since there is no board here: keeps what it was told and what the files had that it was to write. */
function standIn(lines: string): string {
  const file = join(place.folder, 'esptool');
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('the station program for ESP32', () => {
  it.each(['esp_secure_cert', 'nvs'])('writes images of the unit’s identity and key, which only this user may read, into %s', async (where) => {
    const { serials: [serial] } = await place.bench.order(1);
    const { code, said } = await station(['--out', 'images', '--place', where]).end();
    expect([code, said]).toEqual([0, expect.not.stringContaining('PRIVATE')]);
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });

    const folder = join(place.folder, 'images', serial!);
    const isSecure = where === 'esp_secure_cert';
    expect(readdirSync(folder)).toEqual(isSecure ? ['esp_secure_cert.bin', 'nvs.bin'] : ['nvs.bin']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const nvs = readNvs(readFileSync(join(folder, 'nvs.bin')));
    const secure = isSecure ? readSecureCert(readFileSync(join(folder, 'esp_secure_cert.bin'))) : undefined;
    const identity = await identityOf(serial!);
    const settings = { 'lineside/serial': serial, 'lineside/thing_name': serial, 'lineside/endpoint': 'x-ats.iot.eu-west-1.amazonaws.com', 'lineside/port': 8883, 'lineside/root_ca': zeroEnded(identity.roots) };
    expect(Object.fromEntries(nvs)).toEqual(isSecure ? settings : { ...settings, 'lineside/device_crt': zeroEnded(identity.certificate + identity.chain), 'lineside/device_key': expect.any(Buffer) as Buffer });
    if (secure) expect([textOf(secure.get(TYPE.deviceCertificate)!), textOf(secure.get(TYPE.caCertificate)!)]).toEqual([identity.certificate + identity.chain, identity.chain]);
    const key = textOf(secure?.get(TYPE.privateKey) ?? (nvs.get('lineside/device_key') as Buffer));
    expect(new X509Certificate(identity.certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(await recordOf(serial!)).toMatchObject({ place: where, written: 'files', certificate: new X509Certificate(identity.certificate).fingerprint256 });
  });

  it('hands the images to esptool in files that are gone afterwards, and no key to its arguments', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const esptool = standIn('echo "$*" > told; ls -l "$5" > mode; cp "$5" nvs.bin; cp "$7" esp_secure_cert.bin');
    const { code, said } = await station(['--port', '/dev/ttyUSB7', '--esptool', esptool, '--nvs-at', '0x9000']).end();
    expect([code, said]).toEqual([0, expect.not.stringContaining('PRIVATE')]);
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
    expect(readFileSync(join(place.folder, 'told'), 'utf8')).toMatch(/^--port \/dev\/ttyUSB7 write_flash 0x9000 \S+nvs\.bin 0xd000 \S+esp_secure_cert\.bin\n$/);
    expect(readFileSync(join(place.folder, 'mode'), 'utf8')).toMatch(/^-rw------- /);
    expect(readNvs(readFileSync(join(place.folder, 'nvs.bin'))).get('lineside/serial')).toBe(serial);
    expect([...readSecureCert(readFileSync(join(place.folder, 'esp_secure_cert.bin'))).keys()]).toEqual([TYPE.deviceCertificate, TYPE.caCertificate, TYPE.privateKey]);
    expect(inRam(serial!)).toEqual([]);
  });

  it.each([
    ['esptool fails', 'exit 3', 'esptool'],
    ['there is no esptool', undefined, 'no-esptool'],
  ])('reports ERROR, which is not about the unit, and leaves no image, where %s', async (_what, lines, failureCode) => {
    const { serials: [serial] } = await place.bench.order(1);
    await station(['--port', '/dev/ttyUSB7', '--esptool', lines === undefined ? 'no-such-esptool' : standIn(lines)]).end();
    expect(await unitOf(serial!)).toMatchObject({ state: 'certified', attempts: [{ outcome: 'ERROR', failureCode }] });
    expect(inRam(serial!)).toEqual([]);
  });

  it('leaves no image where the unit is taken from it in the middle', async () => {
    const { id, serials: [serial] } = await place.bench.order(1);
    const running = station(['--port', '/dev/ttyUSB7', '--esptool', standIn('touch writing; exec sleep 300')]);
    await until('it writes', () => (existsSync(join(place.folder, 'writing')) ? true : undefined));
    await place.bench.as('manager').post(`/v1/work-orders/${id}/cancel`);
    expect((await running.end()).code).toBe(0);
    expect(await unitOf(serial!)).toMatchObject({ attempts: [{ outcome: 'ABORTED' }] });
    expect(inRam(serial!)).toEqual([]);
  });

  it('is killed with an image in RAM, which goes when the unit comes again', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const first = station(['--port', '/dev/ttyUSB7', '--esptool', standIn('echo $PPID > writing.new; mv writing.new writing; exec sleep 300')]);
    await until('it writes', () => (existsSync(join(place.folder, 'writing')) ? true : undefined));
    process.kill(-Number(readFileSync(join(place.folder, 'writing'), 'utf8')), 'SIGKILL');
    first.child.kill('SIGKILL');
    await first.end();
    expect(inRam(serial!)).toHaveLength(1);
    expect(await station(['--port', '/dev/ttyUSB7', '--esptool', standIn('exit 0')]).end()).toMatchObject({ code: 0 });
    expect([await unitOf(serial!), inRam(serial!)]).toMatchObject([{ state: 'passed', attempts: [{ outcome: 'PASS' }] }, []]);
  });

  it('writes no key where the device has made its own', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const csr = 'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout device.key -subj /CN=x 2>/dev/null';
    expect(await station(['--out', 'images'], '--csr', csr).end()).toMatchObject({ code: 0 });
    expect([...readSecureCert(readFileSync(join(place.folder, 'images', serial!, 'esp_secure_cert.bin'))).keys()]).toEqual([TYPE.deviceCertificate, TYPE.caCertificate]);
  });
});
