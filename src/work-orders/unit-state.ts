import type { UnitState } from './work-order.tables.js';

/** Every step a unit may take, but the way back of a quarantined one (`UnitRepository.endQuarantine`). A state with no entry of its own is final for now. */
export const NEXT: Readonly<Record<UnitState, readonly UnitState[]>> = {
  planned: ['claimed', 'reserved', 'quarantined', 'scrapped'],
  claimed: ['planned', 'reserved', 'failed', 'quarantined'],
  reserved: ['certified', 'claimed', 'planned', 'failed', 'quarantined'],
  certified: ['passed', 'failed', 'reworking', 'quarantined', 'scrapped'],
  passed: ['shipped', 'reworking', 'quarantined', 'scrapped'],
  shipped: [],
  failed: ['reworking', 'quarantined', 'scrapped'],
  quarantined: ['reworking', 'scrapped'],
  reworking: ['claimed', 'reserved', 'quarantined', 'scrapped'],
  scrapped: [],
};

/** All of them. */
export const UNIT_STATES = Object.keys(NEXT) as [UnitState, ...UnitState[]];

/** The states from which a unit may come to `to`. */
export function statesBefore(to: UnitState): UnitState[] {
  return UNIT_STATES.filter((state) => NEXT[state].includes(to));
}
