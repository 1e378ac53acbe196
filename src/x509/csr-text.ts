import { foreignContent, privateKeySent } from './csr-diagnosis.js';
import { X509Error } from './x509.errors.js';

const LABELS: ReadonlySet<string> = new Set(['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']);
const EXPECTED = 'It must begin with "-----BEGIN CERTIFICATE REQUEST-----" and hold base64 in lines';

interface Block {
  label: string;
  /** What stands between its two lines, without white space. */
  content: string;
}

/**
 * The one certificate request in a text: PEM as toolchains and people send it (RFC 7468). Other text and other blocks may stand
 * around it, and white space within it decides nothing. Of a text that holds a private key nothing is used or repeated.
 * @throws X509Error `pem-malformed`, or `private-key-sent`
 */
export function requestFromText(text: string): Buffer {
  if (holdsPrivateKey(text)) throw privateKeySent();
  const blocks = blocksOf(text);
  if (blocks.some(({ content }) => isPrivateKey(content))) throw privateKeySent();
  const requests = blocks.filter(({ label }) => LABELS.has(label));
  if (requests.length > 1) throw malformed('It holds more than one certificate request');
  if (requests.length === 0) throw malformed(blocks.length > 0 ? `It is a ${blocks[0]!.label} and not a CERTIFICATE REQUEST` : whatElse(text));
  return decode(requests[0]!.content);
}

/** As a file of its own, behind a request, printed by openssl or certtool, as a JWK, or in lines that a shell or JSON has mangled. */
function holdsPrivateKey(text: string): boolean {
  const plain = text.replaceAll('\0', '').replaceAll(/\\[rn]/g, '\n');
  if (/-{3,5} ?BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/i.test(plain)) return true;
  if (/^[ \t]*(?:priv|private ?key|privateExponent|prime1):[ \t]*\r?$/im.test(plain)) return true;
  if (/"kty"\s*:/.test(plain) && /"d"\s*:\s*"/.test(plain)) return true;
  return isPrivateKey(plain.replaceAll(/\s/g, '')) || foreignContent(Buffer.from(text, 'latin1'))?.code === 'private-key-sent';
}

const isPrivateKey = (base64: string) => isBase64(base64) && foreignContent(Buffer.from(base64, 'base64'))?.code === 'private-key-sent';

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of text.split(/[\r\n]/)) {
    const trimmed = line.trim();
    const border = /^-----(BEGIN|END) ([A-Z0-9 .]{1,40})-----$/.exec(trimmed);
    if (!border) {
      if (open) open.content += trimmed.replaceAll(/[ \t]/g, '');
      continue;
    }
    const label = border[2]!;
    if (border[1] === 'BEGIN') {
      if (open) throw malformed(`It does not end with "-----END ${open.label}-----"`);
      open = { label, content: '' };
    } else {
      if (open?.label !== label) throw malformed(`Its line "-----END ${label}-----" has no beginning`);
      blocks.push(open);
      open = undefined;
    }
  }
  if (open) throw malformed(`It does not end with "-----END ${open.label}-----"`);
  return blocks;
}

function decode(base64: string): Buffer {
  if (base64 === '') throw malformed('Nothing stands between its first and last line');
  if (!isBase64(base64)) throw malformed('Something between its first and last line is not base64');
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) throw malformed('Its base64 is cut or wrongly padded');
  return der;
}

const isBase64 = (text: string) => /^[A-Za-z0-9+/]+={0,2}$/.test(text);

/** Why a text without a single block is none. */
function whatElse(text: string): string {
  if (text.includes('\0') && text.replaceAll('\0', '').includes('-----BEGIN ')) return 'It is UTF-16; it must be sent as ASCII or UTF-8';
  if (text.includes('-----BEGIN ')) {
    return text.includes('\\n') ? 'Its line ends are the two characters \\ and n; it must have real ones' : 'Its lines have run together; the first and the last must stand alone';
  }
  const bare = text.replaceAll(/\s/g, '');
  if (isBase64(bare) && bare.startsWith('MI')) return 'It is base64 without the lines "-----BEGIN CERTIFICATE REQUEST-----" and "-----END CERTIFICATE REQUEST-----"';
  // 0 and an octet from 0x80 on begin every DER of more than 127 bytes; read as UTF-8, that octet has become U+FFFD.
  if (/^0[\u0080-\u00ff\ufffd]/.test(text)) return 'It is DER and not PEM; it must be sent as base64 between its two lines';
  return EXPECTED;
}

function malformed(reason: string): X509Error {
  return new X509Error('pem-malformed', `The PEM text can't be read. ${reason}.`);
}
