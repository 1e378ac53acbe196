-- Units whose current certificate an authority of ours has signed, and of which a target would learn by their first connection, which has not come: counted as they come and go, so that nobody has to count them while an officer waits.

-- What holds now of these units and of those with these serial numbers takes the place of what was counted of them. Whoever has changed something calls it last in that transaction, or in one after it: one at a time counts, sees
-- what all before him have changed, and locks nothing that others want. So it does not matter who of two that change the same unit comes first. Answers how many units were counted otherwise before.
create function recount_unmet(unit_ids bigint[], serials text[]) returns integer language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
  declare recounted integer;
  begin
    perform pg_advisory_xact_lock(hashtext('aws-iot:unmet'));
    with asked as materialized (
      select unnest(unit_ids) as unit_id union select id from unit where serial = any(serials)),
    holds as materialized (
      select asked.unit_id, certificate.authority_id, min(u.method) as method, unit.state <> 'certified' as left_the_line, array_agg(u.target_name order by u.target_name) as targets
      from asked join unit on unit.id = asked.unit_id
      join certificate on certificate.unit_id = asked.unit_id
      join unit_target u on u.unit_id = asked.unit_id and u.certificate_id = certificate.fingerprint
      where unit.state in ('certified', 'passed', 'shipped') and not unit.canary
        and certificate.state = 'valid' and certificate.standing = 'current' and certificate.authority_id is not null
        and u.desired = 'ACTIVE' and u.state in ('pending', 'failed') and u.connected_at is null and u.succeeds is null and not u.beyond_order
      group by asked.unit_id, certificate.authority_id, unit.state),
    counted as materialized (
      select unmet_unit.* from asked join unmet_unit on unmet_unit.unit_id = asked.unit_id),
    over as materialized (
      select unit_id, authority_id, method, left_the_line, targets from counted except select unit_id, authority_id, method, left_the_line, targets from holds),
    fresh as materialized (
      select unit_id, authority_id, method, left_the_line, targets from holds except select unit_id, authority_id, method, left_the_line, targets from counted),
    removed as (
      delete from unmet_unit using over where unmet_unit.unit_id = over.unit_id and over.unit_id not in (select unit_id from fresh)),
    kept as (
      insert into unmet_unit (unit_id, authority_id, method, left_the_line, targets) select unit_id, authority_id, method, left_the_line, targets from fresh
      on conflict (unit_id) do update set authority_id = excluded.authority_id, method = excluded.method, left_the_line = excluded.left_the_line, targets = excluded.targets),
    moved as (
      select authority_id, place, method, left_the_line, sum(units) as units
      from (select *, 1 as units from fresh union all select *, -1 from over) as change, unnest(array_append(targets, '')) as place
      group by authority_id, place, method, left_the_line having sum(units) <> 0),
    summed as (
      insert into unmet_count as known (authority_id, target_name, method, left_the_line, units) select authority_id, place, method, left_the_line, units from moved
      on conflict (authority_id, target_name, method, left_the_line) do update set units = known.units + excluded.units)
    select count(*) into recounted from (select unit_id from fresh union select unit_id from over) as changed;
    return recounted;
  end $$;

-- Whom a stop of the authority in AWS locks out: the units of these methods that have left the line. `shown` serial numbers at most, of the units that were planned first.
create function locked_out(of_authority text, methods text[], shown integer) returns table (units integer, on_the_line integer, of_targets jsonb, serials text[]) language sql stable as $$
  with counted as (
    select target_name, left_the_line, sum(units)::integer as units from unmet_count where authority_id = of_authority and method = any(methods) group by target_name, left_the_line)
  select
    coalesce((select units from counted where target_name = '' and left_the_line), 0),
    coalesce((select units from counted where target_name = '' and not left_the_line), 0),
    (select coalesce(jsonb_object_agg(target_name, units), '{}') from counted where target_name <> '' and left_the_line and units > 0),
    (select coalesce(array_agg(serial order by serial), '{}') from unit where id in (
      select unit_id from unmet_unit where authority_id = of_authority and left_the_line and method = any(methods) order by unit_id limit shown)) $$;
