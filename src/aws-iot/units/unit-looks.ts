import { Injectable } from '@nestjs/common';
import { inTime, TookTooLong } from './in-time.js';
import { AwsIotError, AwsIotUnavailable } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FleetStrangers } from '../methods/fleet-strangers.js';
import { type Lack, UnitSteps } from '../methods/unit-steps.js';
import type { DesiredStatus, SyncState } from '../aws-iot.tables.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { type Sight, UnitLookRepository, type UnitRow } from './unit-looks.repository.js';

/** What one target says of a unit now. `problem`: what stands against it, or why nothing is known. */
export interface CheckedTarget {
  target: string;
  expected: DesiredStatus;
  state: SyncState;
  /** Null when AWS could not be asked. */
  registered: boolean | null;
  connected: boolean | null;
  problem: string | null;
  /** AWS's name of the error for which nothing is known, or Node's code of a network failure. */
  awsError: string | null;
  /** What a unit lacks that should be able to connect. */
  lack: Lack['of'] | null;
  /** AWS was asked, and did not answer in time. */
  inVain: boolean;
}

type Seen = Sight & Pick<CheckedTarget, 'lack'>;

/** Looks at units in AWS, changes nothing there, and keeps what was seen. */
@Injectable()
export class UnitLooks {
  constructor(
    private readonly rows: UnitLookRepository,
    private readonly targets: TargetRepository,
    private readonly steps: UnitSteps,
    private readonly clients: AwsIotClients,
    private readonly strangers: FleetStrangers,
  ) {}

  /** Asks each of the unit's targets at once, and who else may connect as the unit there. */
  checkUnit(serial: string, rows: readonly UnitRow[]): Promise<CheckedTarget[]> {
    return Promise.all(rows.map((row) => this.check(row, (place) => this.strangers.onThing(place, serial))));
  }

  /** Asks every target in use in which the certificate should be known, at once. While one of them keeps others waiting, only that is answered: what the rest say would help nobody. */
  async checkCertificate(certificateId: string): Promise<CheckedTarget[]> {
    const rows = await this.rows.ofCertificate(certificateId);
    const silent = rows.filter(({ target }) => this.clients.keepsWaiting(target) !== undefined);
    return Promise.all((silent.length > 0 ? silent : rows).map((row) => this.check(row)));
  }

  /** Rejects with an AwsIotError. */
  async look(target: Target, row: UnitRow): Promise<SyncState> {
    return this.rows.record(row, await this.see(target, row));
  }

  /** `others`: who else may connect as the unit there, which says nothing of its certificate, and is not kept as that. */
  private async check(row: UnitRow, others: (place: Target) => Promise<string | null> = () => Promise.resolve(null)): Promise<CheckedTarget> {
    const { target, desired: expected } = row;
    try {
      const { intruder, ...sight } = await inTime(this.targets.get(target).then(async (place) => ({ ...(await this.seeUnlessPaused(place, row)), intruder: await others(place) })));
      const kept = await this.rows.record(row, sight);
      const state = kept === 'in-sync' && intruder !== null ? 'drifted' : kept;
      const against = [sight.missing, intruder].filter((each) => each !== null).join('; ');
      const registered = expected === 'ACTIVE' ? sight.missing === null : null;
      return { target, expected, state, registered, connected: sight.connected ?? (row.connectedAt === null ? null : true), problem: against === '' ? null : `In AWS ${against}`, awsError: null, lack: sight.lack, inVain: false };
    } catch (error) {
      if (!(error instanceof AwsIotError || error instanceof TookTooLong)) throw error;
      const why = error instanceof TookTooLong ? (this.clients.keepsWaiting(target) ?? error) : error;
      const awsError = why instanceof AwsIotError ? why.code : null;
      return { target, expected, state: row.state, registered: null, connected: row.connectedAt === null ? null : true, problem: why.message, awsError, lack: null, inVain: error instanceof TookTooLong };
    }
  }

  private seeUnlessPaused(target: Target, row: UnitRow): Promise<Seen> {
    if (target.state === 'paused' || target.state === 'retired') throw new AwsIotUnavailable(`The target ${target.name} is ${target.state}, so AWS is not asked`);
    return this.see(target, row);
  }

  private async see(target: Target, row: UnitRow): Promise<Seen> {
    if (row.desired !== 'ACTIVE') return { missing: await this.stillIn(target, row), lack: null, connected: null };
    const lack = await this.steps.lackOf(target, row);
    // Where AWS keeps no index of connections, what was seen before counts. It keeps them by Thing, not by certificate.
    const connected = row.connectedAt === null ? (row.onlyOne ? await this.clients.for(target).things.hasConnected(row.serial) : null) : true;
    return { missing: lack?.words ?? null, lack: lack?.of ?? null, connected };
  }

  private async stillIn(target: Target, { certificateId, desired }: UnitRow): Promise<string | null> {
    const known = await this.clients.for(target).certificates.find(certificateId);
    return known === undefined || known.status === desired || known.status === 'REVOKED' ? null : `the certificate is ${known.status}`;
  }
}
