import { Injectable } from '@nestjs/common';
import { targetUnverified } from '../aws-iot/aws-iot.errors.js';
import { TargetRepository } from '../aws-iot/targets/targets.repository.js';
import type { Target } from '../aws-iot/targets/targets.schema.js';
import type { Authority } from '../certificate-authority/authority.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import type { AuthorityState } from '../certificate-authority/authority.tables.js';
import { Profiles } from '../issuance/profiles.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { StationRepository } from '../stations/station.repository.js';
import { orderReferenceUnknown } from '../work-orders/work-order.errors.js';
import type { NewWorkOrder } from '../work-orders/work-order.repository.js';

/** Authorities in these states never issue again. */
const OVER: ReadonlySet<AuthorityState> = new Set<AuthorityState>(['retired', 'destroyed', 'compromised']);

/** Whether everything that a new order names exists: an order with a wrong name would be handed out, and fail unit by unit. */
@Injectable()
export class OrderReferences {
  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly targets: TargetRepository,
    private readonly stations: StationRepository,
    private readonly profiles: Profiles,
  ) {}

  /** Throws `order-reference-unknown`, which says what there is, or `target-unverified`. */
  async check({ line, profile, authorityFamily, targets }: NewWorkOrder): Promise<void> {
    const [authorities, lines, known] = await Promise.all([this.authorities.list(), this.stations.lines(), this.targets.unretired()]);
    const unknown = unknownFamily(authorityFamily, authorities) ?? unknownName('line', line, lines.map((each) => each.id)) ?? unknownName('profile', profile, this.profiles.names());
    if (unknown) throw unknown;
    for (const target of targets) {
      const missing = unknownName('target', target, known.map(({ name }) => name));
      if (missing) throw missing;
      assertVerified(known.find(({ name }) => name === target)!);
    }
  }
}

function unknownFamily(family: string, authorities: readonly Authority[]): DomainError | undefined {
  const usable = authorities.filter(({ state }) => !OVER.has(state));
  const authority = authorities.find(({ id }) => id === family);
  const hint = authority && `${family} is one authority; an order names its family, ${authority.family}`;
  return unknownName('family of authorities', family, [...new Set(usable.map((each) => each.family))], hint);
}

function unknownName(what: string, name: string, known: readonly string[], hint?: string): DomainError | undefined {
  return known.includes(name) ? undefined : orderReferenceUnknown(what, name, known, hint);
}

function assertVerified({ name, state, check }: Target): void {
  if (state !== 'unverified') return;
  throw targetUnverified(name, (check?.items ?? []).filter((item) => item.state === 'failed').map(({ finding }) => finding));
}
