-- Rules of jobs. A connection may plan while the ledger is all but empty: with these settings each statement goes along the index job_waiting
-- all the same, and stops where its limit is.

-- In which order jobs of a queue are handed out: the lowest rank first; of the same one the least tried, then the oldest. A unit that has come further in its route comes first,
-- then what is to be next of all, then by the order's priority. It is the job's priority in BullMQ too, which takes 1 to 2,097,151; a route has 16 steps at most.
create function job_rank(step_number integer, order_priority integer, precedence integer, attempt integer) returns integer language sql immutable as $$
  select (16 - least(step_number, 16)) * 1024 + case when precedence = 0 then 0 else order_priority * 64 + precedence * 8 end + least(attempt, 7) + 1 $$;

-- At most `most` queued jobs of these steps of a line that may be handed out now, the lowest rank of each order first; without steps of every one, with an order (not '') only of that. `assigned`: those
-- that are assigned so, or ('') that are not assigned.
-- An order that is not released or outside its window, or whose targets do not have the authority, gives none.
-- One whose quota is used up, whose claim has ended, or that is among resting_orders, gives units that have their certificate already. What is read is bounded by
-- the steps that are asked for, their orders with queued jobs and `most`, however many jobs there were, and however many wait in other steps.
create function next_jobs(line text, steps text[], assigned text, only_order text, resting_orders text[], most integer) returns table (job_id bigint, attempt integer, rank integer) language plpgsql stable
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
  declare
    asked_step text;
    asked_order text;
    gives text;
    claim_ended boolean;
    priority integer;
  begin
    foreach asked_step in array case when cardinality(steps) = 0 then steps_waiting(line, assigned) else steps end loop
      asked_order := case when only_order <> '' then only_order else
        (select min(job.work_order_id) from job where job.line_id = line and job.step = asked_step and job.assigned_to = assigned and job.state = 'queued') end;
      while asked_order is not null loop
        claim_ended := claim_of_order_ended(asked_order);
        select case
          when work_order.state <> 'released' or order_window(work_order) <> 'open' or not order_may_issue(work_order.id) then 'nothing'
          when claim_ended or work_order.id = any(resting_orders) or work_order.certificates_reserved >= work_order.quantity + work_order.overage then 'certified'
          else 'all' end, work_order.priority
        into gives, priority from work_order where work_order.id = asked_order;
        if gives = 'all' then
          return query select job.id, job.attempt, job_rank(job.step_number, priority, job.precedence, job.attempt) from job
            where job.line_id = line and job.step = asked_step and job.assigned_to = assigned and job.work_order_id = asked_order and job.state = 'queued'
            order by job.precedence, job.attempt, job.id limit most;
        elsif gives = 'certified' then
          -- In each precedence those that are marked (job_waiting_with_identity), up to `most` that may be handed out, and of the first 200
          -- those that got their certificate without a station a moment ago. By attempt and id, which only job_waiting has: by id alone, all jobs would be walked through.
          return query select tried.id, tried.attempt, job_rank(tried.step_number, priority, tried.precedence, tried.attempt) from generate_series(0, 3) as each (precedence) cross join lateral (
              (select job.id, job.attempt, job.step_number, job.precedence from job
                where job.line_id = line and job.step = asked_step and job.assigned_to = assigned and job.work_order_id = asked_order and job.state = 'queued' and job.has_identity and job.precedence = each.precedence
                  and goes_on_with(claim_ended, asked_order, job.unit_id)
                order by job.attempt, job.id limit most)
              union
              (select first.id, first.attempt, first.step_number, first.precedence from (
                  select job.id, job.attempt, job.unit_id, job.step_number, job.precedence from job
                  where job.line_id = line and job.step = asked_step and job.assigned_to = assigned and job.work_order_id = asked_order and job.state = 'queued' and job.precedence = each.precedence
                  order by job.attempt, job.id limit 200) as first
                where goes_on_with(claim_ended, asked_order, first.unit_id))) as tried
            order by tried.precedence, tried.attempt, tried.id limit most;
        end if;
        exit when only_order <> '';
        asked_order := (select min(job.work_order_id) from job
          where job.line_id = line and job.step = asked_step and job.assigned_to = assigned and job.state = 'queued' and job.work_order_id > asked_order);
      end loop;
    end loop;
  end $$;

-- The steps of the line in which jobs wait that are assigned so.
create function steps_waiting(line text, assigned text) returns text[] language plpgsql stable
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
  declare
    waiting text[] := '{}';
    found text := (select min(job.step) from job where job.line_id = line and job.state = 'queued');
  begin
    while found is not null loop
      if exists (select from job where job.line_id = line and job.step = found and job.assigned_to = assigned and job.state = 'queued') then
        waiting := waiting || found;
      end if;
      found := (select min(job.step) from job where job.line_id = line and job.state = 'queued' and job.step > found);
    end loop;
    return waiting;
  end $$;

-- queued → leased, with its unit, the attempt that begins, and the leaf of it: if the job still is queued, where it may be handed out at this slot (assignees), and its order is released, within its window,
-- may issue, and for a unit without a certificate has quota left and a claim that has not ended. No row where not. LS002: the unit is held. job_one_per_slot: the slot has another.
create function lease_job(of_job bigint, at_station text, at_slot text, assignees text[], next_attempt integer, of_unit bigint, holder text, next_fence bigint, lease_ms integer, as_of bigint,
    times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) returns table (attempt_left_ms integer) language plpgsql as $$
  begin
    -- The job first, as everywhere: two orders of locking could wait for each other.
    update job set state = 'leased', attempt = next_attempt, station_id = at_station, slot = at_slot, updated_at = now(),
      attempt_ends_at = clock_timestamp() + (work_order.route->(job.step_number - 1)->>'maxMinutes')::integer * interval '1 minute'
    from work_order, unit
    where job.id = of_job and job.state = 'queued' and job.attempt = next_attempt - 1 and job.assigned_to = any(assignees) and work_order.id = job.work_order_id and unit.id = job.unit_id
      and work_order.state = 'released' and order_window(work_order) = 'open' and order_may_issue(work_order.id) and not unit_asks_no_more(work_order.id, unit.id)
      and (work_order.certificates_reserved < work_order.quantity + work_order.overage or unit.state in ('reserved', 'certified'))
    returning ceil(extract(epoch from job.attempt_ends_at - clock_timestamp()) * 1000)::integer into attempt_left_ms;
    if not found then
      return;
    end if;
    perform lease_unit(of_unit, holder, next_fence, lease_ms, as_of);
    insert into attempt (job_id, number, unit_id, station_id, slot, fence) values (of_job, next_attempt, of_unit, at_station, at_slot, next_fence);
    perform record_leaves(times, actors, events, subjects, bodies, hashes);
    return next;
  end $$;

-- Heartbeats of stations, a list of {beat, job, station, fence, as_of, phase, progress}: the lease of each job that the station holds under this fence lasts as its line says from now, or default_ms, but never
-- longer than one whole lease after the attempt's time, and what it tells is kept. Of a job that it does not hold, or on which another statement is at work, comes no row: whoever called asks for that
-- one alone. So a job that is locked keeps no other waiting. No disk is waited for: a ledger that crashes forgets renewals of the last second, and each lease lasts longer than that.
create function keep_leases(beats jsonb, default_ms integer) returns table (
    beat integer, id bigint, unit_id bigint, unit_state text, work_order_id text, line_id text, station_id text, slot text, step_number integer, attempt_left_ms integer, order_state text, order_window text, expires_in_ms integer)
    language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
  begin
    perform set_config('synchronous_commit', 'off', true);
    return query
    with held as (
      select asked.beat, job.id, job.unit_id, unit.state as unit_state, job.work_order_id, job.line_id, job.station_id, job.slot, job.step_number, asked.phase, asked.progress, coalesce(line.lease_ms, default_ms) as lease_ms,
        ceil(extract(epoch from job.attempt_ends_at - clock_timestamp()) * 1000)::integer as attempt_left_ms
      from jsonb_to_recordset(beats) as asked (beat integer, job bigint, station text, fence bigint, as_of bigint, phase text, progress double precision)
      join job on job.id = asked.job join unit on unit.id = job.unit_id join line on line.id = job.line_id
      where job.state = 'leased' and job.station_id = asked.station and unit.fence = asked.fence and unit.lease_ends_at > in_time(asked.as_of)
      for no key update of job, unit skip locked),
    told as (
      update job set phase = coalesce(held.phase, job.phase), progress = coalesce(held.progress, job.progress), updated_at = now()
      from held
      where job.id = held.id and (coalesce(held.phase, job.phase) is distinct from job.phase or coalesce(held.progress, job.progress) is distinct from job.progress)),
    leases as (
      select array_agg(held.unit_id) as ids, array_agg(greatest(0, least(held.lease_ms, held.lease_ms + held.attempt_left_ms))) as last_ms from held),
    renewed as (
      select renewal.unit_id, renewal.left_ms from leases, renew_leases(leases.ids, leases.last_ms) as renewal)
    select held.beat, held.id, held.unit_id, held.unit_state, held.work_order_id, held.line_id, held.station_id, held.slot, held.step_number, held.attempt_left_ms,
      work_order.state, order_window(work_order)::text, greatest(renewed.left_ms, greatest(0, least(held.lease_ms, held.lease_ms + held.attempt_left_ms)))
    from held join renewed on renewed.unit_id = held.unit_id join work_order on work_order.id = held.work_order_id;
  end $$;

-- Whether a unit of an order that gives no more certificates goes on with the one that it has, or that is on its way.
create function goes_on_with(claim_ended boolean, order_id text, of_unit bigint) returns boolean language sql stable as $$
  select (select unit.state from unit where unit.id = of_unit) in ('reserved', 'certified') and not (claim_ended and unit_asks_no_more(order_id, of_unit)) $$;
