-- Rules of jobs. A connection may plan while the ledger is all but empty: with these settings each statement goes along the index job_waiting
-- all the same, and stops where its limit is.

-- At most `most` queued jobs of these steps of a line that may be handed out now, the least tried of each order first; without steps of every one, with an order (not '') only of that.
-- An order that is not released or outside its window, or whose targets do not have the authority, gives none.
-- One whose quota is used up, whose claim has ended, or that is among resting_orders, gives units that have their certificate already. What is read is bounded by
-- the steps that are asked for, their orders with queued jobs and `most`, however many jobs there were, and however many wait in other steps.
create function next_jobs(line text, steps text[], only_order text, resting_orders text[], most integer) returns table (job_id bigint, attempt integer) language plpgsql stable
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
  declare
    asked_step text;
    asked_order text;
    gives text;
    claim_ended boolean;
  begin
    foreach asked_step in array case when cardinality(steps) = 0 then steps_waiting(line) else steps end loop
      asked_order := case when only_order <> '' then only_order else
        (select min(job.work_order_id) from job where job.line_id = line and job.step = asked_step and job.state = 'queued') end;
      while asked_order is not null loop
        claim_ended := claim_of_order_ended(asked_order);
        select case
          when work_order.state <> 'released' or order_window(work_order) <> 'open' or not order_may_issue(work_order.id) then 'nothing'
          when claim_ended or work_order.id = any(resting_orders) or work_order.certificates_reserved >= work_order.quantity + work_order.overage then 'certified'
          else 'all' end
        into gives from work_order where work_order.id = asked_order;
        if gives = 'all' then
          return query select job.id, job.attempt from job
            where job.line_id = line and job.step = asked_step and job.work_order_id = asked_order and job.state = 'queued'
            order by job.attempt, job.id limit most;
        elsif gives = 'certified' then
          -- Most of these were handed out before; of those that were not, the first 200 of the order and step are looked at.
          return query select tried.id, tried.attempt from (
              (select job.id, job.attempt, job.unit_id from job
                where job.line_id = line and job.step = asked_step and job.work_order_id = asked_order and job.state = 'queued' and job.attempt > 0
                order by job.attempt, job.id limit most + 1000)
              union all
              (select job.id, job.attempt, job.unit_id from job
                where job.line_id = line and job.step = asked_step and job.work_order_id = asked_order and job.state = 'queued' and job.attempt = 0
                order by job.id limit 200)) as tried
            where (select unit.state from unit where unit.id = tried.unit_id) in ('reserved', 'certified')
              and not (claim_ended and unit_asks_no_more(asked_order, tried.unit_id))
            order by tried.attempt, tried.id limit most;
        end if;
        exit when only_order <> '';
        asked_order := (select min(job.work_order_id) from job
          where job.line_id = line and job.step = asked_step and job.state = 'queued' and job.work_order_id > asked_order);
      end loop;
    end loop;
  end $$;

-- The steps of the line in which jobs wait.
create function steps_waiting(line text) returns text[] language plpgsql stable
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
  declare
    waiting text[] := '{}';
    found text := (select min(job.step) from job where job.line_id = line and job.state = 'queued');
  begin
    while found is not null loop
      waiting := waiting || found;
      found := (select min(job.step) from job where job.line_id = line and job.state = 'queued' and job.step > found);
    end loop;
    return waiting;
  end $$;
