import { Injectable } from '@nestjs/common';
import type { BulkRegistration } from './bulk-registrations.repository.js';
import type { BulkSigner } from './bulk-signer.js';
import { SignedByAws } from './signed-by-aws.js';
import { SignedByHsm } from './signed-by-hsm.js';

/** Finds who signs for the units of a file: our HSM before, or AWS line by line. */
@Injectable()
export class BulkSigners {
  constructor(private readonly hsm: SignedByHsm, private readonly aws: SignedByAws) {}

  of({ signer }: Pick<BulkRegistration, 'signer'>): BulkSigner {
    return signer === 'aws' ? this.aws : this.hsm;
  }
}
