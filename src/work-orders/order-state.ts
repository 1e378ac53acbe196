import type { OrderWindow, WorkOrderState } from './work-order.tables.js';

/** Every step an order may take. Units at stations: see `Passing`. */
const NEXT: Readonly<Record<WorkOrderState, readonly WorkOrderState[]>> = {
  planned: ['released', 'cancelled'],
  released: ['held', 'closed', 'cancelled'],
  held: ['released', 'closed', 'cancelled'],
  closed: [],
  cancelled: [],
};

export const ORDER_STATES = Object.keys(NEXT) as [WorkOrderState, ...WorkOrderState[]];

/** Nothing more is made for an order in one of these states, ever. */
export const ENDED: readonly WorkOrderState[] = ['closed', 'cancelled'];

/** The states from which an order may come to `to`. */
export function orderStatesBefore(to: WorkOrderState): WorkOrderState[] {
  return ORDER_STATES.filter((state) => NEXT[state].includes(to));
}

/** Whether jobs of the order may be handed out, as far as its own state says. */
export const isOpen = ({ state, window }: { state: WorkOrderState; window: OrderWindow }) => state === 'released' && window === 'open';
