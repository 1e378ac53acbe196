import type { AuditEvent } from '../audit/audit-log.js';

/** What other systems can be told of: results, units, orders, certificates. Each is an event of the log, but `unit.passed`. */
export const WEBHOOK_EVENTS = [
  'unit.passed', 'unit.shipped', 'unit.scrapped', 'unit.reworked', 'unit.quarantined', 'unit.released', 'job.result', 'job.set-aside', 'certificate.issued', 'certificate.imported', 'certificate.revoked',
  'work-order.created', 'work-order.released', 'work-order.held', 'work-order.resumed', 'work-order.raised', 'work-order.prioritised', 'work-order.closed', 'work-order.cancelled',
] as const satisfies readonly (AuditEvent | 'unit.passed')[];
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** The events of the log of which these follow. */
export function leafEvents(events: readonly WebhookEvent[]): AuditEvent[] {
  return [...new Set(events.map((event) => (event === 'unit.passed' ? 'job.result' : event)))];
}
