import { Injectable } from '@nestjs/common';
import type { Replay } from '../access/replays.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { certificateRevoked } from '../issuance/issuance.errors.js';

/** An identity that was answered once is answered again only while its certificate is valid. */
@Injectable()
export class CertificateReplay implements Replay {
  constructor(private readonly certificates: CertificateRepository) {}

  async answer(body: unknown): Promise<unknown> {
    const { fingerprint, thingName } = body as { fingerprint: string; thingName: string };
    const { state } = await this.certificates.getByFingerprint(fingerprint);
    if (state !== 'valid') throw certificateRevoked(thingName);
    return body;
  }
}
