import { hash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { createCsr } from '../x509/csr-writer.js';
import { toPem } from '../x509/pem.js';
import { type KeyType, readPublicKey } from '../x509/public-key.js';
import { KeyMakerBusy, ServiceKeysNotAllowed } from './issuance.errors.js';
import type { Profile } from './profile.js';
import { sealTo, type StationKey } from './station-key.js';

/** Making one takes about a tenth of a second of a core; more than these in line is more than a station waits for. */
const MOST_RSA_IN_LINE = 16;

/** A key made for a device that can't make its own. The private half is here as the station's JWE only. */
export interface ServiceKey {
  /** PEM: it goes the way of every other CSR. */
  csr: string;
  keyType: KeyType;
  spkiSha256: Buffer;
  /** PKCS#8 inside, for the station's eyes only. */
  jwe: string;
  /** Of the station's key. */
  thumbprint: string;
}

/** Makes keys for devices in memory. It writes nothing anywhere and keeps nothing. */
@Injectable()
export class ServiceKeyMaker {
  private rsaInLine = 0;
  private rsaTurn: Promise<unknown> = Promise.resolve();

  /** Throws ServiceKeysNotAllowed, StationKeyRefused or KeyMakerBusy. */
  async make(profile: Profile, serial: string, station: StationKey): Promise<ServiceKey> {
    if (!profile.serviceKeys) throw new ServiceKeysNotAllowed(profile.name);
    const { privateKey, publicKey } = await this.generate(profile);
    const { spki, keyType } = readPublicKey(publicKey.export({ type: 'spki', format: 'der' }));
    const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    try {
      const sealed = await sealTo(station, pkcs8);
      return { csr, keyType, spkiSha256: hash('sha256', spki, 'buffer'), ...sealed };
    } finally {
      // The one copy that we can reach. Those inside OpenSSL and the JWE library go when their memory is used again.
      pkcs8.fill(0);
    }
  }

  /** In libuv's threads, so that the event loop goes on. */
  private async generate({ publicKeys, rsaLeastBits }: Profile): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
    const namedCurve = (['P-256', 'P-384'] as const).find((curve) => publicKeys.includes(curve));
    if (namedCurve !== undefined) return promisify(generateKeyPair)('ec', { namedCurve });
    return this.inTurn(() => promisify(generateKeyPair)('rsa', { modulusLength: rsaLeastBits ?? 2_048 }));
  }

  /** One RSA key at a time: each would hold one of the few threads that everybody shares. */
  private async inTurn<T>(make: () => Promise<T>): Promise<T> {
    if (this.rsaInLine >= MOST_RSA_IN_LINE) throw new KeyMakerBusy();
    this.rsaInLine++;
    const made = this.rsaTurn.then(make).finally(() => this.rsaInLine--);
    this.rsaTurn = made.catch(() => undefined);
    return made;
  }
}
