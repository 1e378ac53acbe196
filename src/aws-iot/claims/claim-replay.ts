import { Injectable } from '@nestjs/common';
import type { Replay } from '../../access/replays.js';
import { claimUnknown } from '../aws-iot.errors.js';
import { type FleetClaim, FleetClaimRepository } from './fleet-claims.repository.js';

/** A claim as the API shows it, never with its key. */
export function shownClaim({ order, target, state, certificateId, expiresAt, retireAfter, reason, detail, createdAt, endedAt }: FleetClaim) {
  return { workOrder: order, target, state, certificateId, expiresAt, retireAfter, reason, detail, createdAt, endedAt };
}

/** A repeated request about an order's claim is answered with the claim that it has now. */
@Injectable()
export class ClaimReplay implements Replay {
  constructor(private readonly claims: FleetClaimRepository) {}

  async answer(kept: unknown) {
    const { workOrder: order } = kept as { workOrder: string };
    const claim = await this.claims.find(order);
    if (!claim) throw claimUnknown(order);
    return shownClaim(claim);
  }
}
