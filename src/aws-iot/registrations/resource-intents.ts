import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Authority } from '../../certificate-authority/authority.js';
import { Database } from '../../platform/database/database.js';
import type { Json } from '../../platform/database/schema.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { RegistrationTerms } from './registration-round.js';
import type { Resource } from './resources.js';

/** AWS takes a signed request for five minutes (AWS General Reference, "Signature Version 4"); what had no answer by then is done, or never will be. */
export const LATEST_MS = 10 * 60_000;

/** What AWS was asked to make of settings, which no look has seen since for sure. */
export interface Intent {
  settings: Record<string, Json>;
  /** AWS has done it. */
  answered: boolean;
}

/** What is wanted is another than when the round began: it asks nothing more. */
export class Overtaken extends Error {}

type Named = Pick<Resource, 'kind' | 'name'>;

/**
 * What a round is about to ask stands in the ledger before AWS is asked: a call may take effect when what is wanted has changed, its worker has died, or its answer was lost. What a later look finds of that is
 * our own to change again, and not a person's change. An intent ends with the first look that began when its call could take no more effect.
 */
@Injectable()
export class ResourceIntents {
  constructor(private readonly db: Database) {}

  /** Keeps the intent, makes the call, and keeps whether it was answered. Throws `Overtaken` where something else is wanted by now, before the call, and what the call does. */
  async around(terms: RegistrationTerms, authority: Authority, resource: Named, settings: Record<string, Json>, aws: AwsIotClient, call: () => Promise<void>): Promise<void> {
    const intent = { id: randomUUID(), target_name: terms.target, kind: resource.kind, name: resource.name, authority_id: terms.authority, settings: JSON.stringify(settings) };
    await this.begin(intent, terms, authority);
    let answered = false;
    try {
      answered = await aws.isAnswered(call);
    } finally {
      await this.end(intent, answered);
    }
  }

  /** Those of the resource that no look has ended. */
  open(target: string, { kind, name }: Named): Promise<Intent[]> {
    return this.db
      .selectFrom('resource_intent')
      .select(['settings', sql<boolean>`answered_at is not null`.as('answered')])
      .where('target_name', '=', target).where('kind', '=', kind).where('name', '=', name)
      .execute();
  }

  /** Ends those of which a look that began then has seen whatever came of them, and answers whether there are others. */
  async settle(target: string, { kind, name }: Named, begun: Date): Promise<boolean> {
    await this.db
      .deleteFrom('resource_intent')
      .where('target_name', '=', target).where('kind', '=', kind).where('name', '=', name)
      .where(sql<Date>`coalesce(answered_at, asked_at + ${LATEST_MS} * interval '1 millisecond')`, '<=', begun)
      .execute();
    return (await this.open(target, { kind, name })).length > 0;
  }

  private async begin(intent: NewIntent, { method, parameters }: RegistrationTerms, { cloudStoppedAt }: Authority): Promise<void> {
    const { id, target_name: target, kind, name, authority_id: authority, settings } = intent;
    const { rows } = await sql`
      insert into resource_intent (id, target_name, kind, name, authority_id, settings)
      select ${id}, ${target}, ${kind}, ${name}, ${authority}, ${settings}::jsonb
      from registration r join authority a on a.id = r.authority_id
      where r.authority_id = ${authority} and r.target_name = ${target} and r.method = ${method} and r.parameters = ${JSON.stringify(parameters)}::jsonb
        and a.state <> 'cancelled' and (a.cloud_stopped_at is not null) = ${cloudStoppedAt !== null}
      returning id`.execute(this.db);
    if (rows.length === 0) throw new Overtaken('Something else is wanted of the registration by now');
  }

  /** Also of one that was ended meanwhile, since its worker had stalled. */
  private async end(intent: NewIntent, answered: boolean): Promise<void> {
    const ended = answered ? { answered_at: sql<Date>`now()` } : { asked_at: sql<Date>`now()` };
    await this.db.insertInto('resource_intent').values({ ...intent, ...ended }).onConflict((conflict) => conflict.column('id').doUpdateSet(ended)).execute();
  }
}

interface NewIntent {
  id: string;
  target_name: string;
  kind: string;
  name: string;
  authority_id: string;
  /** JSON. */
  settings: string;
}
