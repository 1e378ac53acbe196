import { spawnSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { type CertificationRequest, readCsr, verifyProofOfPossession } from '../../src/x509/csr.js';
import { contextTag, DerReader, encodeBitString, sequence, TAG } from '../../src/x509/der.js';
import { X509Error } from '../../src/x509/x509.errors.js';
import { unlessEndless } from '../support/unless-endless.js';
import { ECDSA_SHA256 } from './csr-samples.js';
import { openssl, Scratch } from './external-tools.js';
import { keyOfOriginals, ORIGINALS } from './fuzz-originals.js';
import { mutate, seeded } from './random.js';

export interface FuzzRun {
  /** The same seed makes the same changes again. */
  seed: number;
  mutants: number;
  /** Of those that we accept, one in so many is shown to openssl: a process each. */
  oneForOpenssl: number;
}

export interface FuzzReport {
  mutants: number;
  /** Codes of refusals → how often. */
  refused: Record<string, number>;
  /** Read, and refused because of the signature. */
  unproven: number;
  /** Accepted: changed where any bytes will do, and signed again with the right key. */
  accepted: number;
  shownToOpenssl: number;
  finds: Find[];
}

export interface Find {
  what: 'not an X509Error' | 'never ends' | 'proves possession though what is signed has changed' | 'openssl refuses it';
  /** The whole request, hex. */
  der: string;
  detail: string;
}

const SIGNED = Object.values(ORIGINALS).map((base64) => readCsr(Buffer.from(base64, 'base64')));

interface Mutant {
  der: Buffer;
  signedAgain: boolean;
}

const CHUNK = 5_000;
/** One in so many mutants has a right signature, so that what stands behind the check of it is reached. */
const ONE_SIGNED_AGAIN = 17;
/** Less of P-384, whose signatures take ten times as long to refuse as those of P-256. */
const ORIGINAL_OF_ROUND = [0, 1, 3, 0, 1, 3, 0, 2];
/** Requests that are read, but whose signature is wrong, are many; openssl looks whether it can read so few of them. */
const ONE_READ_FOR_OPENSSL = 50;

/** Changes good requests at random and looks what our reader does with them. It never throws because of what it finds. */
export function fuzzCsrs({ seed, mutants, oneForOpenssl }: FuzzRun): FuzzReport {
  const report: FuzzReport = { mutants: 0, refused: {}, unproven: 0, accepted: 0, shownToOpenssl: 0, finds: [] };
  const next = mutantsOf(seed);
  // Most mutants end in an error, and its stack costs more than the reading.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    while (report.mutants < mutants) {
      let mutant = next();
      const accepted: Buffer[] = [];
      const unproven: Buffer[] = [];
      try {
        unlessEndless(() => {
          for (const end = Math.min(mutants, report.mutants + CHUNK); report.mutants < end; mutant = next()) {
            report.mutants++;
            const verdict = verdictOn(mutant, report);
            if (verdict === 'accepted' && report.accepted++ % oneForOpenssl === 0) accepted.push(mutant.der);
            if (verdict === 'unproven' && report.unproven++ % (oneForOpenssl * ONE_READ_FOR_OPENSSL) === 0) unproven.push(mutant.der);
          }
        });
      } catch (error) {
        report.finds.push({ what: 'never ends', der: mutant.der.toString('hex'), detail: String(error) });
      }
      report.shownToOpenssl += accepted.length + unproven.length;
      for (const refused of [...refusedByOpenssl(accepted, '-verify'), ...refusedByOpenssl(unproven, '-pubkey')]) {
        const { text } = openssl(['req', '-inform', 'DER', '-verify', '-noout'], refused);
        report.finds.push({ what: 'openssl refuses it', der: refused.toString('hex'), detail: text.trim() });
      }
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return report;
}

function verdictOn({ der, signedAgain }: Mutant, report: FuzzReport): 'accepted' | 'unproven' | 'refused' {
  try {
    const csr = readCsr(der);
    try {
      verifyProofOfPossession(csr);
    } catch (error) {
      if (error instanceof X509Error && error.code === 'csr-signature-invalid') return 'unproven';
      throw error;
    }
    if (!signedAgain && !isSigned(csr)) report.finds.push({ what: 'proves possession though what is signed has changed', der: der.toString('hex'), detail: '' });
    return 'accepted';
  } catch (error) {
    if (error instanceof X509Error) report.refused[error.code] = (report.refused[error.code] ?? 0) + 1;
    else report.finds.push({ what: 'not an X509Error', der: der.toString('hex'), detail: String(error) });
    return 'refused';
  }
}

/** Whether what was signed, the key and the signature are those of an original: around them some octets decide nothing. */
function isSigned({ tbs, spki, signature }: CertificationRequest): boolean {
  return SIGNED.some((original) => original.tbs.equals(tbs) && original.spki.equals(spki) && original.signature.equals(signature));
}

function mutantsOf(seed: number): () => Mutant {
  const random = seeded(seed);
  const key = keyOfOriginals();
  const originals = Object.values(ORIGINALS).map((base64) => Buffer.from(base64, 'base64'));
  const toSign = [ORIGINALS['P-256 with attributes'], ORIGINALS['P-256']].map((base64) => partsOf(readCsr(Buffer.from(base64, 'base64')).tbs));
  let round = 0;
  return function next(): Mutant {
    const signedAgain = ++round % ONE_SIGNED_AGAIN === 0;
    if (signedAgain) {
      const parts = [...toSign[Math.floor(random() * toSign.length)]!];
      // One part, so that the lengths around it are right: the subject, the key or, as they hold most, the attributes.
      const at = [1, 1, 2, 3, 3, 3][Math.floor(random() * 6)]!;
      parts[at] = mutate(parts[at]!, random);
      const info = sequence(...parts);
      return { der: sequence(info, ECDSA_SHA256, encodeBitString(sign('sha256', info, key))), signedAgain };
    }
    const original = originals[ORIGINAL_OF_ROUND[round % ORIGINAL_OF_ROUND.length]!]!;
    const changed = mutate(original, random);
    return changed.equals(original) ? next() : { der: changed, signedAgain };
  };
}

/** Of a CertificationRequestInfo: version, subject, key, attributes. */
function partsOf(tbs: Buffer): Buffer[] {
  const info = new DerReader(tbs).sequence();
  return [info.whole(TAG.integer), info.whole(TAG.sequence), info.whole(TAG.sequence), info.whole(contextTag(0))];
}

/** One shell for all of them: a process of node's own for each would take three times as long. */
function refusedByOpenssl(requests: readonly Buffer[], check: keyof typeof SAYS): Buffer[] {
  if (requests.length === 0) return [];
  const scratch = new Scratch();
  try {
    const files = requests.map((der, at) => scratch.write(`${at}.der`, der));
    const script = `for file; do case $(openssl req -inform DER -in "$file" ${check} -noout 2>&1) in *"${SAYS[check]}"*) ;; *) basename "$file" .der;; esac; done`;
    const { status, stdout, error } = spawnSync('sh', ['-c', script, 'sh', ...files], { encoding: 'utf8' });
    if (error || status !== 0) throw new Error('openssl could not be asked', { cause: error });
    return stdout.split('\n').filter(Boolean).map((at) => requests[Number(at)]!);
  } finally {
    scratch.remove();
  }
}

/** What openssl says when it is content. */
const SAYS = { '-verify': 'verify OK', '-pubkey': 'END PUBLIC KEY' } as const;
