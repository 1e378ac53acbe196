import { fromPem, fromPemChain, toPem } from '../../src/x509/pem.js';
import { unlessEndless } from '../support/unless-endless.js';
import { openssl } from './external-tools.js';
import { testAuthority } from './test-keys.js';

const DER = Buffer.from(Array.from({ length: 200 }, (_, at) => (at * 7) & 0xff));
const PEM = toPem('CERTIFICATE REQUEST', DER);
const lines = PEM.split('\n');

describe('PEM', () => {
  it('is what openssl writes', () => {
    const { der } = testAuthority('P-256').certificate;
    expect(openssl(['x509', '-inform', 'DER'], der).text).toBe(toPem('CERTIFICATE', der));
  });

  it.each([1, 47, 48, 49, 96, 97])('has lines of 64 columns and comes back, for %i bytes', (length) => {
    const bytes = DER.subarray(0, length);
    const pem = toPem('PUBLIC KEY', bytes);
    expect(pem.endsWith('-----END PUBLIC KEY-----\n')).toBe(true);
    expect(Math.max(...pem.split('\n').slice(1, -2).map((line) => line.length), 0)).toBeLessThanOrEqual(64);
    expect(fromPem('PUBLIC KEY', pem)).toEqual(bytes);
  });

  it.each([
    ['CRLF', PEM.replaceAll('\n', '\r\n')],
    ['white space around it', `\n\t  ${PEM}\r\n\n `],
    ['no newline at the end', PEM.trimEnd()],
    ['base64 in one line', [lines[0], lines.slice(1, -2).join(''), lines.at(-2)].join('\n')],
  ])('is read with %s', (_what, text) => {
    expect(fromPem('CERTIFICATE REQUEST', text)).toEqual(DER);
  });

  it.each([
    ['nothing', ''],
    ['text before it', `Certificate Request:\n${PEM}`],
    ['text behind it', `${PEM}done`],
    ['two blocks', PEM + PEM],
    ['another label', toPem('CERTIFICATE', DER)],
    ['two labels', PEM.replace('END CERTIFICATE REQUEST', 'END CERTIFICATE')],
    ['the old label of requests', PEM.replaceAll('BEGIN CERTIFICATE', 'BEGIN NEW CERTIFICATE').replaceAll('END CERTIFICATE', 'END NEW CERTIFICATE')],
    ['an old label at one end only', PEM.replace('BEGIN CERTIFICATE', 'BEGIN NEW CERTIFICATE')],
    ['headers', PEM.replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n')],
    ['an empty line inside', PEM.replace('\n', '\n\n')],
    ['no content', '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----'],
    ['overlapping borders', '-----BEGIN CERTIFICATE REQUEST-----END CERTIFICATE REQUEST-----'],
    ['no newline behind its border', PEM.replace('REQUEST-----\n', 'REQUEST-----')],
    ['a character outside base64', PEM.replace(lines[1]!, lines[1]!.replace(/^./, '*'))],
    ['the url-safe alphabet', PEM.replace(lines[1]!, lines[1]!.replace(/^./, '_'))],
    ['padding cut off', PEM.replaceAll('=\n', '\n')],
    ['bits behind the last byte', PEM.replace(/.=\n/, 'B=\n').replace(/.==\n/, 'B==\n')],
    ['a single letter', '-----BEGIN CERTIFICATE REQUEST-----\nA\n-----END CERTIFICATE REQUEST-----'],
    ['escaped newlines', PEM.replaceAll('\n', '\\n')],
  ])('is refused with %s', (_what, text) => {
    expect(() => fromPem('CERTIFICATE REQUEST', text)).toThrow(expect.objectContaining({ code: 'pem-malformed' }));
  });

  it('never repeats the content of a private key that came in its place', () => {
    const refusal = () => fromPem('CERTIFICATE REQUEST', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
    expect(refusal).toThrow('It is a PRIVATE KEY and not a CERTIFICATE REQUEST');
    expect(refusal).not.toThrow('c2VjcmV0');
  });

  it('takes no longer for what is made to be slow', () => {
    const refusalOf = (text: string) => unlessEndless(() => expect(() => fromPem('CERTIFICATE', text)).toThrow('PEM'));
    refusalOf(`-----BEGIN CERTIFICATE-----\n${`${'A'.repeat(64)}\r\n`.repeat(50_000)}!\n-----END CERTIFICATE-----`);
    refusalOf(`-----BEGIN ${' '.repeat(3_000_000)}`);
  });
});

describe('a PEM chain', () => {
  it('is read in order, one certificate or more', () => {
    expect(fromPemChain(toPem('CERTIFICATE', DER))).toEqual([DER]);
    expect(fromPemChain(`${toPem('CERTIFICATE', DER)}\r\n${toPem('CERTIFICATE', DER.subarray(1))}`)).toEqual([DER, DER.subarray(1)]);
  });

  it.each([
    ['empty', ' \n'],
    ['text between certificates', `${toPem('CERTIFICATE', DER)}subject=x\n${toPem('CERTIFICATE', DER)}`],
    ['another kind of block', toPem('CERTIFICATE', DER) + PEM],
  ])('is refused: %s', (_what, text) => {
    expect(() => fromPemChain(text)).toThrow(expect.objectContaining({ code: 'pem-malformed' }));
  });
});
