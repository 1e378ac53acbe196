import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { CloudStopRepository } from '../aws-iot/registrations/cloud-stops.repository.js';
import { Reconciler } from '../aws-iot/registrations/reconciler.js';
import { LockOuts } from '../aws-iot/units/lock-outs.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { authorityStoppedInCloud, lockOutUncounted, lockOutUnconfirmed } from './rotation.errors.js';

/** A stop waits no longer until the ledger has counted whom it locks out. */
const COUNT_WITHIN_MS = 2_000;

/** `lockedOut`: so many units, which somebody has looked at, may be locked out by a stop in AWS. */
interface Confirmed {
  reason: string;
  lockedOut?: number | undefined;
}

/** Emergencies: an authority is stopped by one officer, here and in AWS, and started again. */
@Injectable()
export class AuthorityStops {
  constructor(
    private readonly ca: CertificateAuthorityService,
    private readonly authorities: AuthorityRepository,
    private readonly lockOuts: LockOuts,
    private readonly cloud: CloudStopRepository,
    private readonly reconciler: Reconciler,
    private readonly db: Database,
  ) {}

  /**
   * Issuing stops at once, everywhere. `cloud`: the CA is to be INACTIVE, and its auto-registration off, in every target too.
   * Throws `authority-unknown`, `authority-state`, `lock-out-unconfirmed`.
   */
  async freeze(actor: string, id: string, { reason, cloud, lockedOut }: Confirmed & { cloud: boolean }, keepAnswer: KeepAnswer): Promise<void> {
    const counted = cloud ? await this.confirmed(id, lockedOut) : 0;
    await this.change(id, keepAnswer, async (tx) => {
      await this.ca.freeze(tx, actor, id, reason);
      if (cloud) await this.cloud.stop(tx, actor, id, reason, counted);
    });
  }

  /** Its key is somebody else's too: frozen for good, and stopped in every target. Throws what `freeze` does. */
  async compromise(actor: string, id: string, { reason, lockedOut }: Confirmed, keepAnswer: KeepAnswer): Promise<void> {
    const counted = await this.confirmed(id, lockedOut);
    await this.change(id, keepAnswer, async (tx) => {
      await this.ca.compromise(tx, actor, id, reason);
      await this.cloud.stop(tx, actor, id, reason, counted);
    });
  }

  /**
   * It is what it was before, also in targets that have come meanwhile. `cloud`: a stop in AWS is lifted with it.
   * Throws `authority-unknown`, `authority-state`, `authority-stopped-in-cloud`.
   */
  async unfreeze(actor: string, id: string, { reason, cloud }: { reason: string; cloud: boolean }, keepAnswer: KeepAnswer): Promise<void> {
    await this.change(id, keepAnswer, async (tx) => {
      await this.ca.unfreeze(tx, actor, id, reason);
      const { cloudStoppedAt } = await this.authorities.get(id, tx);
      if (cloudStoppedAt !== null && !cloud) throw authorityStoppedInCloud(id);
      await this.cloud.lift(tx, actor, id, reason);
    });
  }

  /** Units may connect while people look at the count: fewer than were looked at are no surprise. Where the ledger takes too long to count them, the officer's word stands. */
  private async confirmed(id: string, lockedOut: number | undefined): Promise<number> {
    if ((await this.authorities.get(id)).cloudStoppedAt !== null) return 0;
    const counted = await this.lockOuts.count(id, COUNT_WITHIN_MS);
    if (counted === undefined && lockedOut === undefined) throw lockOutUncounted(id);
    if (counted !== undefined && counted > (lockedOut ?? 0)) throw lockOutUnconfirmed(id, counted, lockedOut ?? 0);
    return counted ?? lockedOut ?? 0;
  }

  private async change(id: string, keepAnswer: KeepAnswer, make: (tx: Ledger) => Promise<void>): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await make(tx);
      await keepAnswer(tx, { id });
    });
    this.reconciler.wake();
  }
}
