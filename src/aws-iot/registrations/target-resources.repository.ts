import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import type { SyncState } from '../aws-iot.tables.js';
import { ResourceIntents } from './resource-intents.js';
import { type KnownResource, type ResourceRound, settingOf, wasAsked } from './resource-rounds.js';
import type { Resource } from './resources.js';

/** What must stand in a target, and what was seen there. */
export interface TargetResource {
  target: string;
  kind: string;
  name: string;
  authority: string | null;
  method: string;
  desired: Record<string, Json>;
  observed: Record<string, Json> | null;
  accepted: Record<string, Json>;
  state: SyncState;
  detail: string | null;
  since: Date;
  updatedAt: Date;
}

const COLUMNS = ['target_name as target', 'kind', 'name', 'authority_id as authority', 'method', 'desired', 'observed', 'accepted', 'state', 'detail', 'since', 'updated_at as updatedAt'] as const;

@Injectable()
export class TargetResourceRepository {
  constructor(
    private readonly db: Database,
    readonly intents: ResourceIntents,
  ) {}

  /** The ledger's time, in whole milliseconds: processes' clocks differ. */
  async now(): Promise<Date> {
    const { now } = await this.db.selectNoFrom(sql<Date>`date_trunc('milliseconds', now())`.as('now')).executeTakeFirstOrThrow();
    return now;
  }

  async find(target: string, { kind, name }: Pick<Resource, 'kind' | 'name'>): Promise<KnownResource> {
    const asked = await this.intents.open(target, { kind, name });
    const row = await this.db
      .selectFrom('target_resource')
      .select(['applied', 'accepted'])
      .where('target_name', '=', target).where('kind', '=', kind).where('name', '=', name)
      .executeTakeFirst();
    return { applied: {}, accepted: {}, ...row, asked };
  }

  /** As it stood there at the last look; undefined when it did not stand there, null when nobody has looked yet. */
  async lastSeen(target: string, { kind, name }: Pick<Resource, 'kind' | 'name'>): Promise<object | undefined | null> {
    const row = await this.db
      .selectFrom('target_resource')
      .select('observed')
      .where('target_name', '=', target).where('kind', '=', kind).where('name', '=', name)
      .executeTakeFirst();
    if (!row?.observed) return null;
    return Object.keys(row.observed).length === 0 ? undefined : row.observed;
  }

  async list({ target, limit, after }: { target?: string; limit: number; after?: string }): Promise<TargetResource[]> {
    let rows = this.db.selectFrom('target_resource').select(COLUMNS).orderBy('target_name').orderBy('kind').orderBy('name').limit(limit);
    if (target !== undefined) rows = rows.where('target_name', '=', target);
    if (after !== undefined) {
      const [lastTarget = '', kind = '', name = ''] = after.split(':', 3);
      rows = rows.where(sql<boolean>`(target_name, kind, name) > (${lastTarget}, ${kind}, ${name})`);
    }
    return rows.execute();
  }

  /**
   * `authority`: of a resource that is the authority's own. `begun`: when the round began to look; one that was overtaken changes nothing. `known`: as it began. Each setting that was as we want it, and nobody had to take over, is what its next change is
   * measured by; so is what a call of ours has made of it for what was wanted before. What was taken over and is not so any more is forgotten.
   */
  async record(target: string, method: Method, authority: string, resource: Resource, { observed, differences, accepted }: ResourceRound, begun: Date, known: KnownResource): Promise<void> {
    const { kind, name, desired } = resource;
    const detail = differences.length === 0 ? null : differences.map(({ what }) => what).join('; ');
    const state = detail === null ? 'in-sync' as const : 'drifted' as const;
    const standing = accepted.map(settingOf);
    const theirs = differences.filter((difference) => !wasAsked(difference, resource, observed, known));
    const applied = appliedOf(observed, theirs.map(settingOf), standing, known);
    const seen = {
      desired: JSON.stringify(desired), observed: JSON.stringify(observed), state, detail, updated_at: begun,
      ...(applied === undefined ? {} : { applied: JSON.stringify(applied) }),
    };
    const over = Object.fromEntries(Object.entries(known.accepted).filter(([setting]) => !standing.includes(setting)));
    await this.db
      .insertInto('target_resource')
      .values({ target_name: target, kind, name, authority_id: kind === 'ca-certificate' ? authority : null, method, ...seen })
      .onConflict((conflict) => conflict.columns(['target_name', 'kind', 'name']).doUpdateSet({
        ...seen,
        // What was taken over anew meanwhile stands.
        ...(Object.keys(over).length === 0 ? {} : {
          accepted: sql<string>`(select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(target_resource.accepted) where ${JSON.stringify(over)}::jsonb -> key is distinct from value)`,
        }),
        since: sql<Date>`case when target_resource.state = ${state} then target_resource.since else now() end`,
      }).where('target_resource.updated_at', '<=', begun))
      .execute();
    if (known.asked.length > 0) await this.intents.settle(target, resource, begun);
  }

  /** The settings, as they are in AWS, are a person's own from now on. */
  async accept(tx: Ledger, target: string, { kind, name }: Pick<Resource, 'kind' | 'name'>, settings: Record<string, Json>): Promise<void> {
    await tx
      .updateTable('target_resource')
      .set({ accepted: sql<string>`accepted || ${JSON.stringify(settings)}::jsonb` })
      .where('target_name', '=', target).where('kind', '=', kind).where('name', '=', name)
      .execute();
  }
}

/**
 * Settings that differ, and those that a person has taken over, are no measure: of them, what stood there before. Undefined where nothing stands there, or something differs that is no setting of its own: nothing is known of the
 * parts then.
 */
function appliedOf(observed: Record<string, Json>, differing: readonly string[], accepted: readonly string[], known: KnownResource): Record<string, Json> | undefined {
  if (Object.keys(observed).length === 0 || differing.some((setting) => !(setting in observed))) return undefined;
  return Object.fromEntries(Object.entries({ ...known.applied, ...observed }).flatMap(([setting, value]) => {
    if (!accepted.includes(setting) && !differing.includes(setting)) return setting in observed ? [[setting, value]] : [];
    return setting in known.applied ? [[setting, known.applied[setting]!]] : [];
  }));
}
