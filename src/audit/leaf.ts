import { hash } from 'node:crypto';
import { bigintArray, byteaArray, textArray } from '../platform/database/arrays.js';
import type { AuditEvent, AuditEvents, Fact } from './audit-log.js';

/** Fails to compile where a fact is no `Fact`. */
type FlatFacts<Events extends { [E in keyof Events]: { [Name in keyof Events[E]]: Fact } }> = Events;

/** One entry of the log. `actor`: who caused it (`key:<id>` or `system`). `subject`: what it is about, for searching. */
export interface Leaf<E extends AuditEvent = AuditEvent> {
  /** Whole milliseconds. */
  at: Date;
  actor: string;
  event: E;
  subject: string;
  facts: FlatFacts<AuditEvents>[E];
}

/** A leaf of this moment, whose facts are those of its event. */
export function leaf<E extends AuditEvent>(actor: string, event: E, subject: string, facts: AuditEvents[E]): Leaf {
  return { at: new Date(), actor, event, subject, facts };
}

/**
 * The bytes that the log keeps and hashes: canonical JSON (RFC 8785), in UTF-8. JSON.stringify writes strings and numbers as RFC
 * 8785 asks, and facts hold no objects (`Fact`), so that sorted names are all that is left to do.
 */
export function leafBody({ at, actor, event, subject, facts }: Leaf): Buffer {
  const sorted: Record<string, Fact> = {};
  for (const name of Object.keys(facts).toSorted()) sorted[name] = (facts as Readonly<Record<string, Fact>>)[name]!;
  return Buffer.from(JSON.stringify({ actor, at: at.toISOString(), event, facts: sorted, subject }));
}

/** RFC 6962 section 2.1: SHA-256 of one zero octet and the entry. */
export function leafHash(body: Buffer): Buffer {
  const octets = Buffer.allocUnsafe(body.length + 1);
  octets[0] = 0;
  octets.set(body, 1);
  return hash('sha256', octets, 'buffer');
}

/** The arguments of the ledger's functions that take leaves (`log.sql`). */
export function leafArguments(leaves: readonly Leaf[]) {
  const bodies = leaves.map(leafBody);
  return {
    times: bigintArray(leaves.map(({ at }) => +at)),
    actors: textArray(leaves.map(({ actor }) => actor)),
    events: textArray(leaves.map(({ event }) => event)),
    subjects: textArray(leaves.map(({ subject }) => subject)),
    bodies: byteaArray(bodies),
    hashes: byteaArray(bodies.map(leafHash)),
  };
}
