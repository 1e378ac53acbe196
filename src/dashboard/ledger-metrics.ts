import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { sql } from 'kysely';
import { Gauge, register } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';

const EVERY_MS = 15_000;
/** Counting ends here, so that a long queue or backlog costs no more than a short one. */
const MOST = 10_000;

/** One figure for each value of one label; what is not shown any more is gone. */
class LabelledGauge {
  private readonly gauge: Gauge;

  constructor(name: string, private readonly label: string, help: string) {
    // The registry is the process's, and a test builds several services in one process.
    register.removeSingleMetric(name);
    this.gauge = new Gauge({ name, help, labelNames: [label] });
  }

  show(readings: readonly (readonly [string, number])[]) {
    this.gauge.reset();
    for (const [value, figure] of readings) this.gauge.set({ [this.label]: value }, figure);
  }
}

/** Reads figures of the ledger every 15 seconds, so that a call of /metrics costs no query however often it comes. */
@Injectable()
export class LedgerMetrics implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = WorkLoop.every(LedgerMetrics.name, EVERY_MS, () => this.read());
  private readonly events = new LabelledGauge('lineside_events_total', 'event', 'Leaves of the log, by event, since the ledger was made');
  private readonly queueJobs = new LabelledGauge('lineside_queue_jobs', 'line', `Jobs that wait on a line, counted up to ${MOST}`);
  private readonly queueOldest = new LabelledGauge('lineside_queue_oldest_seconds', 'line', `How long the oldest of a line’s jobs has waited, of the first ${MOST}`);
  private readonly queueAssigned = new LabelledGauge('lineside_queue_assigned_jobs', 'line', `Of a line’s jobs that wait, those that are assigned to one station or slot, of the first ${MOST}`);
  private readonly quotaLeft = new LabelledGauge('lineside_work_order_quota_left', 'work_order', 'Certificates that a released order is still good for');
  private readonly awsBacklog = new LabelledGauge('lineside_aws_backlog_units', 'target', `Units whose state in a target is not yet as it should be, counted up to ${MOST}`);
  private readonly awsProblems = new LabelledGauge('lineside_aws_registration_problems', 'target', 'Authorities whose units something keeps out of a target');
  private readonly awsAttempts = new LabelledGauge('lineside_aws_failed_attempts', 'target', 'Failed attempts in a row at the registration of a target that fails most');
  private readonly bulkOpen = new LabelledGauge('lineside_aws_bulk_registrations', 'state', 'Bulk registrations that have not ended, by state');
  private readonly bulkOldest = new LabelledGauge('lineside_aws_bulk_oldest_seconds', 'target', 'How long the oldest bulk registration of a target that has not ended has been open');
  private readonly bulkFailed = new LabelledGauge('lineside_aws_bulk_failed_units', 'target', `Units whose lines AWS refused or left incomplete and which wait for another file, of the first ${MOST} of the backlog`);
  private readonly authorityEnd = new LabelledGauge('lineside_authority_end_seconds', 'authority', 'notAfter of an authority in use, Unix time');
  private readonly crlEnd = new LabelledGauge('lineside_crl_end_seconds', 'authority', 'nextUpdate of the newest revocation list, Unix time');
  private readonly stationEnd = new LabelledGauge('lineside_station_certificate_end_seconds', 'station', 'notAfter of the certificate of a station in service that ends last, Unix time; of the first 1,000 that end');
  private readonly renewals = new LabelledGauge('lineside_renewals', 'state', `Renewals of certificates that go on, by state, and of them those that are overdue and those that wait for somebody (held-up); counted up to ${MOST}`);
  private readonly webhooksBehind = new LabelledGauge('lineside_webhook_behind', 'webhook', 'Entries of the log that an active or paused webhook has not come to yet');
  private readonly webhooksFailing = new LabelledGauge('lineside_webhook_failing_seconds', 'webhook', 'For how long nothing could be delivered to a webhook');
  private readonly processStarts = new LabelledGauge('lineside_process_starts_total', 'counted_in', 'Processes of the service that were started since the ledger was made');

  constructor(
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('api')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  async read(): Promise<void> {
    const [events, queues, assigned, quotas, backlog, registrations, bulk, authorities, lists, stations, renewals, webhooks, starts] = await Promise.all([
      this.db.selectFrom('log_count').select(['event', 'leaves']).execute(),
      this.queues(),
      this.assigned(),
      this.quotas(),
      this.backlog(),
      this.registrations(),
      this.bulkRegistrations(),
      this.db.selectFrom('authority').select(['id', 'not_after']).where('state', 'in', ['issuing', 'retiring']).where('not_after', 'is not', null).$narrowType<{ not_after: Date }>().execute(),
      sql<{ authority_id: string; next_update: Date }>`select distinct on (authority_id) authority_id, next_update from crl order by authority_id, number desc`.execute(this.db),
      this.stationEnds(),
      this.renewalsByState(),
      this.webhooks(),
      sql<{ starts: number }>`select last_value::int as starts from instance_number`.execute(this.db),
    ]);
    this.events.show(events.map(({ event, leaves }) => [event, leaves]));
    this.queueJobs.show(queues.map(({ line, jobs }) => [line, jobs]));
    this.queueOldest.show(queues.map(({ line, seconds }) => [line, seconds]));
    this.queueAssigned.show(assigned.map(({ line, jobs }) => [line, jobs]));
    this.quotaLeft.show(quotas.map(({ id, left }) => [id, left]));
    this.awsBacklog.show(backlog.map(({ target, units }) => [target, units]));
    this.awsProblems.show(registrations.map(({ target, problems }) => [target, problems]));
    this.awsAttempts.show(registrations.map(({ target, attempts }) => [target, attempts]));
    this.bulkOpen.show([...Map.groupBy(bulk.open, ({ state }) => state)].map(([state, alike]) => [state, alike.reduce((sum, { count }) => sum + count, 0)]));
    this.bulkOldest.show([...Map.groupBy(bulk.open, ({ target }) => target)].map(([target, alike]) => [target, Math.max(...alike.map(({ seconds }) => seconds))]));
    this.bulkFailed.show(bulk.failed.map(({ target, units }) => [target, units]));
    this.authorityEnd.show(authorities.map(({ id, not_after }) => [id, +not_after / 1_000]));
    this.crlEnd.show(lists.rows.map(({ authority_id, next_update }) => [authority_id, +next_update / 1_000]));
    this.stationEnd.show(stations.map(({ station, end }) => [station, +end / 1_000]));
    this.renewals.show(renewals.map(({ state, count }) => [state, count]));
    this.webhooksBehind.show(webhooks.map(({ id, behind }) => [id, behind]));
    this.webhooksFailing.show(webhooks.map(({ id, failing }) => [id, failing]));
    this.processStarts.show(starts.rows.map(({ starts: value }) => ['ledger', value]));
  }

  private async queues() {
    const { rows } = await sql<{ line: string; jobs: number; seconds: number }>`
      select line.id as line, waiting.jobs::int as jobs, coalesce(extract(epoch from clock_timestamp() - waiting.since), 0)::float as seconds
      from line cross join lateral (
        select count(*) as jobs, min(updated_at) as since
        from (select updated_at from job where line_id = line.id and state = 'queued' limit ${MOST}) as next
      ) as waiting`.execute(this.db);
    return rows;
  }

  private async assigned() {
    const { rows } = await sql<{ line: string; jobs: number }>`
      select line.id as line, coalesce(waiting.jobs, 0)::int as jobs
      from line left join (
        select line_id, count(*) as jobs from (select line_id from job where state = 'queued' and assigned_to <> '' limit ${MOST}) as next group by line_id
      ) as waiting on waiting.line_id = line.id`.execute(this.db);
    return rows;
  }

  private stationEnds() {
    return this.db
      .selectFrom('station_certificate')
      .leftJoin('station_access', 'station_access.station_id', 'station_certificate.station_id')
      .select(({ fn }) => ['station_certificate.station_id as station', fn.max('not_after').as('end')])
      .where('certificate', 'is not', null).where('revoked_at', 'is', null).where('disabled_at', 'is', null).where('not_after', '>', sql<Date>`now() - interval '30 days'`)
      .groupBy('station_certificate.station_id')
      .orderBy('end')
      .limit(1_000)
      .execute();
  }

  private quotas() {
    return this.db
      .selectFrom('work_order')
      .select(['id', sql<number>`quantity + overage - certificates_reserved`.as('left')])
      .where('state', '=', 'released')
      .orderBy('released_at', 'desc')
      .limit(200)
      .execute();
  }

  private async registrations() {
    const { rows } = await sql<{ target: string; problems: number; attempts: number }>`
      select target.name as target, count(*) filter (where not way_is_open(target, registration) and not (authority.cloud_stopped_at is not null and registration.state = 'in-sync'))::int as problems, coalesce(max(registration.attempts), 0)::int as attempts
      from target join registration on registration.target_name = target.name
      join authority on authority.id = registration.authority_id and authority.state in ('generated', 'registered', 'issuing', 'retiring', 'frozen', 'compromised')
      where target.state <> 'retired' group by target.name`.execute(this.db);
    return rows;
  }

  private async bulkRegistrations() {
    const { rows: open } = await sql<{ target: string; state: string; count: number; seconds: number }>`
      select target.name as target, bulk.state, count(*)::int as count, extract(epoch from clock_timestamp() - min(bulk.created_at))::float as seconds
      from bulk_registration as bulk join target on target.name = bulk.target_name
      where bulk.state <> 'ended' and target.state <> 'retired' group by target.name, bulk.state`.execute(this.db);
    const { rows: failed } = await sql<{ target: string; units: number }>`
      select target.name as target, (lines.units + csrs.units)::int as units
      from target cross join lateral (
        select count(*) filter (where method = 'bulk' and step = 'again') as units from (select method, step from unit_target where target_name = target.name and state = 'pending' limit ${MOST}) as next
      ) as lines cross join lateral (
        select count(*) as units from (select from bulk_csr where target_name = target.name and state = 'refused' and bulk_registration_id is not null limit ${MOST}) as next
      ) as csrs
      where target.state <> 'retired' and exists (select from bulk_registration where target_name = target.name)`.execute(this.db);
    return { open, failed };
  }

  private async renewalsByState() {
    const { rows } = await sql<{ state: string; count: number }>`
      with going as materialized (select state, remedy from renewal where state not in ('done', 'cancelled') limit ${MOST})
      select state, count(*)::int as count from going group by state
      union all select 'held-up', count(*)::int from going where remedy is not null
      union all select 'overdue', count(*)::int from (
        select from renewal where state in ('registering', 'ready', 'delivered') and expires_at <= now() limit ${MOST}
      ) as late`.execute(this.db);
    return rows;
  }

  private async webhooks() {
    const { rows } = await sql<{ id: string; behind: number; failing: number }>`
      select webhook.id, (log_sequencer.next_index - webhook.next_index)::float as behind, coalesce(extract(epoch from clock_timestamp() - failing_since), 0)::float as failing
      from webhook join log_sequencer on log_sequencer.id = 1 where webhook.state <> 'deleted'`.execute(this.db);
    return rows;
  }

  private async backlog() {
    const { rows } = await sql<{ target: string; units: number }>`
      select target.name as target, waiting.units::int as units
      from target cross join lateral (
        select count(*) as units from (select from unit_target where target_name = target.name and state = 'pending' limit ${MOST}) as next
      ) as waiting`.execute(this.db);
    return rows;
  }
}
