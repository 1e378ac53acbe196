import { Injectable } from '@nestjs/common';
import { UnitRepository } from '../../work-orders/unit.repository.js';
import { AwaitedUnits } from './awaited-units.js';
import { UnitLookRepository } from './unit-looks.repository.js';
import { type CheckedTarget, UnitLooks } from './unit-looks.js';
import { type Obstacle, UnitWays } from './unit-ways.js';

/** `inTheWay`: what keeps the unit out there besides; null when nothing does, or it is to be kept out. */
export interface UnitInTarget extends Omit<CheckedTarget, 'expected' | 'lack' | 'inVain'> {
  expected: CheckedTarget['expected'] | 'NONE';
  inTheWay: Obstacle | null;
}

/** Asks AWS about a unit, because a person wants to know what stands in its way. */
@Injectable()
export class UnitChecks {
  constructor(
    private readonly units: UnitRepository,
    private readonly rows: UnitLookRepository,
    private readonly looks: UnitLooks,
    private readonly awaited: AwaitedUnits,
    private readonly ways: UnitWays,
  ) {}

  /** Asks every target of the unit at once, and changes nothing there. Throws `serial-unknown`. */
  async checkNow(serial: string): Promise<UnitInTarget[]> {
    const unit = await this.units.getBySerial(serial);
    const rows = await this.rows.ofUnit(serial);
    const [there, ways] = await Promise.all([rows.length > 0 ? this.looks.checkUnit(serial, rows) : this.notYet(unit), this.ways.of(unit.workOrderId, rows[0]?.certificateId)]);
    return there.map((each) => ({ ...shown(each), inTheWay: each.expected === 'ACTIVE' || each.expected === 'NONE' ? (ways.get(each.target) ?? null) : null }));
  }

  private async notYet(unit: Parameters<AwaitedUnits['check']>[0]): Promise<Omit<UnitInTarget, 'inTheWay'>[]> {
    const there = await this.awaited.check(unit);
    return there.map(({ isKnown, ...shown }) => ({ ...shown, expected: 'NONE', state: isKnown && shown.problem !== null ? 'drifted' : 'pending', registered: null, connected: null }));
  }
}

/** What the look has told the service alone stays here. */
function shown<Look extends object>(look: Look): Omit<Look, 'lack' | 'inVain'> {
  const told: Partial<Record<'lack' | 'inVain', unknown>> & Look = { ...look };
  delete told.lack;
  delete told.inVain;
  return told;
}
