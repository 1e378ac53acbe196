-- Whom a stop of the authority in AWS locks out: units whose current certificate it has signed, of which a target would learn by their first connection, which has not come.
-- Counted by indexes alone but for the units' states; `shown` serial numbers at most, of the units that were planned first.
create function locked_out(of_authority text, methods text[], shown integer) returns table (units integer, on_the_line integer, of_targets jsonb, serials text[]) language sql stable set jit = off set work_mem = '64MB' as $$
  with unmet as materialized (
    select u.target_name, unit.id, unit.state = 'certified' as is_on_the_line
    from certificate join unit_target u on u.unit_id = certificate.unit_id join unit on unit.id = certificate.unit_id
    where certificate.authority_id = of_authority and certificate.state = 'valid' and certificate.standing = 'current' and unit.state in ('certified', 'passed', 'shipped') and not unit.canary
      and u.desired = 'ACTIVE' and u.state in ('pending', 'failed') and u.connected_at is null and u.succeeds is null and not u.beyond_order and u.method = any(methods))
  select
    (select count(distinct id)::integer from unmet where not is_on_the_line),
    (select count(distinct id)::integer from unmet where is_on_the_line),
    (select coalesce(jsonb_object_agg(target_name, units), '{}') from (select target_name, count(*)::integer as units from unmet where not is_on_the_line group by target_name) as counted),
    (select coalesce(array_agg(serial order by serial), '{}') from unit where id in (select distinct id from unmet where not is_on_the_line order by id limit shown)) $$;
