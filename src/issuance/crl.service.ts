import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { type CrlHead, CrlRepository } from './crl.repository.js';
import { crlNotPublished } from './issuance.errors.js';

export type CrlFormat = 'der' | 'pem';

/** A list as it is handed out. */
export interface PublishedCrl {
  bytes: Buffer;
  /** Strong, with its quotes: another one for each list and format. */
  etag: string;
  thisUpdate: Date;
  nextUpdate: Date;
}

interface Held {
  head: CrlHead;
  der: Promise<Buffer>;
  pem?: Promise<Buffer>;
}

/** 48 octets make a line of PEM; these make 1,024 lines. */
const PEM_STEP = 48 * 1_024;
const ATTEMPTS = 3;

/** Hands out the newest list of an authority. Its bytes are held in memory; the ledger is asked each time which is the newest. */
@Injectable()
export class CrlService {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly crls: CrlRepository,
    private readonly authorities: AuthorityRepository,
  ) {}

  /** Throws AuthorityNotFound or CrlNotPublished. */
  async current(authorityId: string, format: CrlFormat): Promise<PublishedCrl> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.newest(authorityId, format);
      } catch (error) {
        // Two newer ones were published while it was being read.
        if (!(error instanceof Superseded) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async newest(authorityId: string, format: CrlFormat): Promise<PublishedCrl> {
    const held = await this.hold(authorityId);
    const bytes = await (format === 'der' ? held.der : (held.pem ??= held.der.then(toPemInSteps)));
    const { number, sha256, thisUpdate, nextUpdate } = held.head;
    return { bytes, etag: `"${number}-${sha256.toString('hex', 0, 16)}-${format}"`, thisUpdate, nextUpdate };
  }

  private async hold(authorityId: string): Promise<Held> {
    const head = await this.crls.last(authorityId);
    if (!head) {
      await this.authorities.get(authorityId);
      throw crlNotPublished(authorityId);
    }
    const known = this.held.get(authorityId);
    if (known && known.head.number >= head.number) return known;
    const held: Held = { head, der: this.read(authorityId, head.number) };
    this.held.set(authorityId, held);
    held.der.catch(() => this.held.get(authorityId) === held && this.held.delete(authorityId));
    return held;
  }

  private async read(authorityId: string, number: number): Promise<Buffer> {
    const der = await this.crls.read(authorityId, number);
    if (!der) throw new Superseded();
    return der;
  }
}

class Superseded extends Error {}

/** RFC 7468, a piece at a time: a list may be of megabytes. */
async function toPemInSteps(der: Buffer): Promise<Buffer> {
  const pieces = [Buffer.from('-----BEGIN X509 CRL-----\n')];
  for (let at = 0; at < der.length; at += PEM_STEP) {
    const base64 = der.toString('base64', at, Math.min(at + PEM_STEP, der.length));
    pieces.push(Buffer.from(base64.replaceAll(/.{1,64}/g, '$&\n'), 'latin1'));
    await nextTurn();
  }
  pieces.push(Buffer.from('-----END X509 CRL-----\n'));
  return Buffer.concat(pieces);
}
