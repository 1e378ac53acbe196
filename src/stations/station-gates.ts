import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { KeepAnswer, Replay } from '../access/replays.js';
import { StationAccessRepository } from '../access/station-access.repository.js';
import { StationCertificateRepository } from '../access/station-certificate.repository.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { AssignedWork } from './assigned-work.js';
import { EnrolmentRepository } from './enrolment.repository.js';
import type { ChangeAccess } from './enrolment.schema.js';
import { Sessions } from './sessions.js';
import { StationRepository } from './station.repository.js';

/** Who lets a station in and who keeps it out, each in one transaction with its record. */
@Injectable()
export class StationGates {
  constructor(
    private readonly db: Database,
    private readonly stations: StationRepository,
    private readonly access: StationAccessRepository,
    private readonly certificates: StationCertificateRepository,
    private readonly enrolments: EnrolmentRepository,
    private readonly sessions: Sessions,
    private readonly assigned: AssignedWork,
  ) {}

  async show(id: string) {
    const { line } = await this.stations.get(id);
    const [named, access, session, certificates, enrolments] = await Promise.all([this.assigned.named(), this.access.get(id), this.sessions.show(id), this.certificates.valid(id), this.enrolments.open(id)]);
    return { station: id, inService: access.disabledAt === null, ...access, ...session, certificates, enrolments, assignedWork: named({ line, station: id, slot: null }) };
  }

  change({ actor }: Caller, id: string, { requireCertificate, requireSession }: ChangeAccess, keepAnswer: KeepAnswer) {
    return this.changed(id, keepAnswer, async (tx) => {
      if (requireCertificate !== undefined) await this.access.requireCertificate(tx, actor, id, requireCertificate);
      if (requireSession !== undefined) await this.sessions.require(tx, actor, id, requireSession);
    });
  }

  disable(caller: Caller, id: string, reason: string, keepAnswer: KeepAnswer) {
    return this.changed(id, keepAnswer, (tx) => this.access.disable(tx, caller, id, reason));
  }

  enable(caller: Caller, id: string, reason: string | null, keepAnswer: KeepAnswer) {
    return this.changed(id, keepAnswer, (tx) => this.access.enable(tx, caller, id, reason));
  }

  revoke(caller: Caller, id: string, reason: string, keepAnswer: KeepAnswer) {
    return this.changed(id, keepAnswer, async (tx) => {
      await this.access.revoke(tx, caller, id, reason, await this.enrolments.cancel(tx, id));
    });
  }

  private async changed(id: string, keepAnswer: KeepAnswer, change: (tx: Ledger) => Promise<void>) {
    await this.stations.get(id);
    await this.db.transaction().execute(async (tx) => {
      await change(tx);
      await keepAnswer(tx, { station: id });
    });
    this.access.forget();
    this.sessions.forget();
    return this.show(id);
  }
}

/** A repeat is told how the station is let in by then. */
@Injectable()
export class StationAccessReplay implements Replay {
  constructor(private readonly gates: StationGates) {}

  answer(kept: unknown) {
    return this.gates.show((kept as { station: string }).station);
  }
}
