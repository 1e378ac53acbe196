-- From now on the units are looked for in these targets. `succeeded`: of a successor, the certificate whose place it takes; '' of others. A row that is there already stays as it is.
create function expect_units(unit_ids bigint[], targets text[], certificate_ids text[], succeeded text[], methods text[], steps text[], first_looks_ms bigint[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    insert into unit_target (unit_id, target_name, certificate_id, succeeds, method, step, state, next_attempt_at)
    select u, t, c, nullif(r, ''), m, s, 'pending', now() + f * interval '1 millisecond'
    from unnest(unit_ids, targets, certificate_ids, succeeded, methods, steps, first_looks_ms) as expected (u, t, c, r, m, s, f)
    on conflict (unit_id, target_name, certificate_id) do nothing;
  end $$;

-- The units and orders of certificates that were issued, and which certificate each is to replace. Planned once for each connection, perhaps while the ledger is all but empty.
create function issued_certificates(fingerprints text[]) returns table (certificate_id text, unit_id bigint, order_id text, succeeds text) language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    return query select certificate.fingerprint, certificate.unit_id, certificate.work_order_id, replaced.fingerprint from certificate
      left join certificate replaced on replaced.serial_number = certificate.replaces where certificate.fingerprint = any(fingerprints);
  end $$;

-- What stood in the target's account before a retired target made the certificate INACTIVE there, as the progress of a unit beyond its order; empty where none has. 'as-ordered': its order named that target.
create function stood_before(of_unit bigint, of_certificate text, in_target text) returns jsonb language plpgsql set enable_seqscan = off set jit = off as $$
  declare found_progress jsonb;
  begin
    select case when known.beyond_order then known.progress else jsonb_build_object('formerStatus', 'as-ordered') end into found_progress
      from unit_target known join target former on former.name = known.target_name and former.state = 'retired'
      join target here on here.name = in_target and here.account_id = former.account_id and here.region = former.region
      where known.unit_id = of_unit and known.certificate_id = of_certificate and known.desired = 'INACTIVE' and known.state = 'in-sync'
      order by former.created_at desc limit 1;
    return coalesce(found_progress, '{}'::jsonb);
  end $$;

-- Where devices with the certificates may come in, whatever their orders name: targets in which their CA lets devices in by itself, or ever did (not canaries, whose keys are gone for good), and those that stand for the account of a retired one which knew them.
create function ways_in(certificate_ids text[]) returns table (unit_id bigint, certificate_id text, target_name text, method text, progress jsonb, told_inactive boolean) language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    return query
      select certificate.unit_id, certificate.fingerprint, registration.target_name, coalesce(registration.let_in_as, registration.method), '{}'::jsonb, false
      from certificate join unit on unit.id = certificate.unit_id and not unit.canary
      join registration on registration.authority_id = certificate.authority_id join target on target.name = registration.target_name
      where certificate.fingerprint = any(certificate_ids) and target.state <> 'retired'
        and (registration.let_in_as is not null or 'ENABLE' in (registration.desired ->> 'autoRegistration', registration.observed ->> 'autoRegistration'))
      union all
      select known.unit_id, known.certificate_id, target.name, known.method, known.progress, known.desired = 'INACTIVE' and known.state = 'in-sync'
      from certificate join unit_target known on known.unit_id = certificate.unit_id and known.certificate_id = certificate.fingerprint
      join target former on former.name = known.target_name and former.state = 'retired'
      join target on target.account_id = former.account_id and target.region = former.region and target.state <> 'retired'
      where certificate.fingerprint = any(certificate_ids);
  end $$;

-- Targets that the order does not name in which the CA that issues for it was seen to let devices in by itself, or is wanted to: where its units wait for their PASS, they need not there.
create function open_beyond(of_order text) returns table (target_name text, authority_id text, problem text, remedy text) language sql stable as $$
  select target.name, authority.id,
    'The CA of ' || authority.id || ' lets devices in there by itself (auto-registration is on), whether they have passed or not',
    case
      when decided.work_order_id is not null then 'It stays on, since devices of order ' || decided.work_order_id || ' come in there by it: close this order, and make another one with a new family.'
      else coalesce(target_remedy(target) || ' ', '') || 'A worker turns it off once AWS answers there (GET /v1/aws/registrations?authority=' || authority.id || '&target=' || target.name || ').' end
  from work_order
  join authority on authority.family = work_order.authority_family and authority.state = 'issuing'
  join registration on registration.authority_id = authority.id and registration.state <> 'removed'
  join target on target.name = registration.target_name and target.state <> 'retired'
  left join family_target decided on decided.family = work_order.authority_family and decided.target_name = target.name and decided.method <> work_order.method
  where work_order.id = of_order and 'ENABLE' in (registration.desired ->> 'autoRegistration', registration.observed ->> 'autoRegistration')
    and not exists (select from work_order_target where work_order_target.work_order_id = of_order and work_order_target.target_name = target.name)
  order by target.name $$;
