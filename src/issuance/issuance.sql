-- The two steps of an issuance in the ledger, for as many units as share the statement: all of them, or none. Both are in
-- PL/pgSQL, which plans a statement once for each connection. enable_seqscan is off because a connection may plan while the
-- ledger is all but empty: each statement finds its rows by an index. jit is off because PostgreSQL would compile a plan that it
-- takes for expensive, for longer than it then runs.

-- Before the HSM is asked: the intent is on record, with its leaf. A reservation is open for open_ms, after which anybody may
-- abandon it: its process hangs, and stores nothing when it wakes (LS005). `keep` is how long a lease must last at least, so that it
-- does not end while the HSM works. `quota_order_ids`: the orders of all but canaries, `canary_order_ids`: those of canaries. `stored_last`: a certificate that the caller's process stored, or ''. LS009: the ledger has
-- lost it, so that it is older than what was handed out.
create function reserve_certificates(
    holder_process integer, stored_last text, serial_numbers text[], unit_ids bigint[], order_ids text[], quota_order_ids text[], canary_order_ids text[], authority_ids text[], profiles text[], key_origins text[],
    spki_sha256s bytea[], key_identities bytea[], tbs_octets bytea[], tbs_sha256s bytea[], not_befores bigint[], not_afters bigint[],
    open_ms bigint[], holders text[], fences bigint[], as_ofs bigint[], from_states text[], keep interval,
    times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    perform require_current_ledger();
    if stored_last <> '' and not exists (select from certificate where serial_number = stored_last) then
      raise exception 'the ledger has lost a certificate' using errcode = 'LS009', detail = stored_last;
    end if;
    perform require_issuers(authority_ids);
    perform require_verdicts(order_ids, authority_ids);
    perform take_keys(key_identities, unit_ids, serial_numbers);
    insert into certificate (state, reserved_by, reserved_until, serial_number, unit_id, work_order_id, authority_id, profile, key_origin, spki_sha256, tbs, tbs_sha256, not_before, not_after)
    select 'reserved', holder_process, clock_timestamp() + m * interval '1 millisecond', s, u, o, a, p, g, k, t, h, to_timestamp(b), to_timestamp(e)
    from unnest(serial_numbers, unit_ids, order_ids, authority_ids, profiles, key_origins, spki_sha256s, tbs_octets, tbs_sha256s, not_befores, not_afters, open_ms)
      as intent (s, u, o, a, p, g, k, t, h, b, e, m);
    perform record_leaves(times, actors, events, subjects, bodies, hashes);
    perform move_units(unit_ids, holders, fences, as_ofs, from_states, 'reserved', keep);
    -- Last, because it locks the orders' rows, which all stations of a line want.
    perform take_quota(quota_order_ids);
    perform require_unended(canary_order_ids);
  end $$;

-- LS010: a key belongs to the first unit, station or authority that had it, for good, and to nobody once it was revoked as compromised. In one order
-- everywhere, so that nobody waits for each other's keys; an insert that waited for another one's end sees its row below.
create function take_keys(identities bytea[], unit_ids bigint[], serial_numbers text[]) returns void language plpgsql as $$
  declare refused record;
  begin
    insert into device_key (identity, unit_id, first_serial_number)
    select i, u, s from unnest(identities, unit_ids, serial_numbers) as asked (i, u, s) order by i
    on conflict (identity) do nothing;
    select device_key.unit_id, device_key.holder, device_key.unit_id is not distinct from asked.unit_id as is_own into refused
    from unnest(identities, unit_ids) as asked (identity, unit_id) join device_key on device_key.identity = asked.identity
    where device_key.unit_id is distinct from asked.unit_id or device_key.compromised_at is not null
    order by is_own limit 1;
    if found then
      raise exception 'the key can not be certified for this unit' using errcode = 'LS010',
        detail = coalesce((select serial from unit where id = refused.unit_id), ''), hint = case when refused.is_own then 'compromised' else coalesce(refused.holder, '') end;
    end if;
  end $$;

-- LS005: a reservation was given up meanwhile, and an attempt that lost its turn stores nothing; or its key was condemned since. Whoever condemns a key
-- has its unit locked, so this is asked once the units are.
create function complete_certificates(
    serial_numbers text[], key_identities bytea[], ders bytea[], fingerprints text[], unit_ids bigint[], holders text[], fences bigint[], as_ofs bigint[], from_states text[],
    times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  declare stored integer;
  begin
    update certificate set state = 'valid', der = signed.der, fingerprint = signed.fingerprint, tbs = null, completed_at = now()
    from unnest(serial_numbers, ders, fingerprints) as signed (serial_number, der, fingerprint)
    where certificate.serial_number = signed.serial_number and certificate.state = 'reserved';
    get diagnostics stored = row_count;
    if stored <> cardinality(serial_numbers) then
      raise exception 'a reservation was given up' using errcode = 'LS005', detail = serial_numbers[1];
    end if;
    perform record_leaves(times, actors, events, subjects, bodies, hashes);
    perform move_units(unit_ids, holders, fences, as_ofs, from_states, 'certified', interval '0');
    perform require_uncondemned(key_identities, serial_numbers);
  end $$;

-- LS005: a key was condemned while a certificate for it was being signed, which is thrown away.
create function require_uncondemned(identities bytea[], serial_numbers text[]) returns void language plpgsql as $$
  declare refused record;
  begin
    select asked.serial_number into refused
    from unnest(identities, serial_numbers) as asked (identity, serial_number) join device_key on device_key.identity = asked.identity
    where device_key.compromised_at is not null limit 1;
    if found then
      raise exception 'the key was condemned meanwhile' using errcode = 'LS005', detail = refused.serial_number;
    end if;
  end $$;

-- Before AWS is asked to sign certificates for these units: what each may have is on record with its leaf, and counts against its order.
-- Empty octets for a key: AWS makes it. A unit has one open entitlement or certificate at most (an index and its state say so).
create function entitle_units(
    ids text[], unit_ids bigint[], order_ids text[], authority_ids text[], spki_sha256s bytea[], key_identities bytea[],
    holders text[], fences bigint[], as_ofs bigint[], before_reserved text[], before_certified text[], keep interval,
    times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    perform require_current_ledger();
    perform require_issuers(authority_ids);
    perform require_verdicts(order_ids, authority_ids);
    perform take_keys(array_agg(k), array_agg(u), array_agg(i)) from unnest(ids, unit_ids, key_identities) as asked (i, u, k) where k <> '' having count(*) > 0;
    insert into aws_entitlement (id, unit_id, work_order_id, authority_id, spki_sha256, key_identity, state)
    select i::uuid, u, o, a, nullif(s, ''), nullif(k, ''), 'open' from unnest(ids, unit_ids, order_ids, authority_ids, spki_sha256s, key_identities) as asked (i, u, o, a, s, k);
    perform record_leaves(times, actors, events, subjects, bodies, hashes);
    perform move_units(unit_ids, holders, fences, as_ofs, before_reserved, 'reserved', keep);
    perform move_units(unit_ids, holders, fences, as_ofs, before_certified, 'certified', keep);
    perform take_quota(order_ids);
  end $$;

-- LS007: a target of the order does not have the authority, so that a device with its certificate could not connect there.
create function require_verdicts(order_ids text[], authority_ids text[]) returns void language plpgsql as $$
  declare refused record;
  begin
    select asked.order_id, asked.authority_id, verdict_refusal(verdict) as reason into refused
    from (select distinct o, a from unnest(order_ids, authority_ids) as pair (o, a)) as asked (order_id, authority_id)
    left join issuing_verdict verdict on verdict.work_order_id = asked.order_id and verdict.authority_id = asked.authority_id
    where verdict_allows(verdict) is not true limit 1;
    if found then
      raise exception 'the order may not issue with this authority' using errcode = 'LS007', detail = refused.order_id, hint = coalesce(refused.reason, '');
    end if;
  end $$;

-- A verdict rests on what was seen in AWS, and counts until `good_until`.
create function verdict_allows(verdict issuing_verdict) returns boolean language sql stable as $$
  select verdict.may_issue and verdict.good_until >= now() $$;

create function verdict_refusal(verdict issuing_verdict) returns text language sql stable as $$
  select case when not verdict.may_issue then verdict.reason when verdict.good_until < now() then verdict.stale_reason end $$;

-- What aws-iot says of (order, authority), written only where it has changed.
create function set_verdicts(order_ids text[], authority_ids text[], permissions boolean[], reasons text[], good_untils timestamptz[], stale_reasons text[]) returns void language plpgsql as $$
  begin
    insert into issuing_verdict (work_order_id, authority_id, may_issue, reason, good_until, stale_reason)
    select o, a, p, r, g, s from unnest(order_ids, authority_ids, permissions, reasons, good_untils, stale_reasons) as verdict (o, a, p, r, g, s)
    on conflict (work_order_id, authority_id) do update
      set may_issue = excluded.may_issue, reason = excluded.reason, good_until = excluded.good_until, stale_reason = excluded.stale_reason, updated_at = now()
    where (issuing_verdict.may_issue, issuing_verdict.reason, issuing_verdict.good_until, issuing_verdict.stale_reason)
      is distinct from (excluded.may_issue, excluded.reason, excluded.good_until, excluded.stale_reason);
  end $$;

-- Whether units of the order may get certificates at present: an authority of its family issues, and each target of the order has it.
create function order_may_issue(order_id text) returns boolean language sql stable as $$
  select exists (select from issuing_verdict join authority on authority.id = issuing_verdict.authority_id
    where issuing_verdict.work_order_id = order_id and authority.state = 'issuing' and verdict_allows(issuing_verdict)) $$;
