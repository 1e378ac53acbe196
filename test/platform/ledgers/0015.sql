
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.begin_epoch(new_epoch integer, new_first_index bigint, new_least_crl_number bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    insert into ledger_epoch (epoch, first_index, least_crl_number) values (new_epoch, new_first_index, new_least_crl_number);
    update ledger_identity set epoch = new_epoch, hold = null, hold_reason = null, held_at = null, held_from = null where id = 1;
  end $$;

CREATE FUNCTION public.complete_certificates(serial_numbers text[], ders bytea[], fingerprints text[], unit_ids bigint[], holders text[], fences bigint[], from_states text[], times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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
    perform move_units(unit_ids, holders, fences, from_states, 'certified', interval '0');
  end $$;

CREATE FUNCTION public.expect_units(unit_ids bigint[], targets text[], certificate_ids text[], methods text[], steps text[], first_looks_ms bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
  begin
    insert into unit_target (unit_id, target_name, certificate_id, method, step, state, next_attempt_at)
    select u, t, c, m, s, 'pending', now() + f * interval '1 millisecond' from unnest(unit_ids, targets, certificate_ids, methods, steps, first_looks_ms) as expected (u, t, c, m, s, f)
    on conflict (unit_id, target_name, certificate_id) do nothing;
  end $$;

CREATE FUNCTION public.hold_ledger(kind text, reason text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
  begin
    update ledger_identity set hold = kind, hold_reason = reason, held_at = now(), held_from = (select next_index from log_sequencer where id = 1) where id = 1 and hold is null;
    return found;
  end $$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.unit (
    id bigint NOT NULL,
    serial text NOT NULL,
    work_order_id text NOT NULL,
    state text NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_holder text,
    lease_ends_at timestamp with time zone,
    quarantined_from text,
    CONSTRAINT unit_lease_whole CHECK (((lease_holder IS NULL) = (lease_ends_at IS NULL)))
)
WITH (fillfactor='60');

CREATE FUNCTION public.holds_unit(unit public.unit, holder text, fence bigint) RETURNS boolean
    LANGUAGE sql
    AS $$
  select case when holder = '' then unit.lease_holder is null or unit.lease_ends_at <= clock_timestamp()
    else coalesce(unit.lease_holder = holder and unit.fence = fence and unit.lease_ends_at > clock_timestamp(), false) end $$;

CREATE FUNCTION public.issued_certificates(fingerprints text[]) RETURNS TABLE(certificate_id text, unit_id bigint, order_id text)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
  begin
    return query select certificate.fingerprint, certificate.unit_id, certificate.work_order_id from certificate where certificate.fingerprint = any(fingerprints);
  end $$;

CREATE FUNCTION public.judge_issuing(only_order text, only_authority text) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    perform pg_advisory_xact_lock(hashtext('issuing_verdict'));
    perform set_verdicts(array_agg(judged.order_id), array_agg(judged.authority_id), array_agg(judged.may_issue), array_agg(judged.reason))
    from (
      select work_order.id as order_id, authority.id as authority_id, bool_and(coalesce(registration_is_usable(registration), false)) as may_issue,
        coalesce(string_agg(work_order_target.target_name || ': ' || registration_problem(registration) || ' → ' || registration_remedy(registration), '; ' order by work_order_target.target_name)
          filter (where registration_is_usable(registration) is not true), '') as reason
      from work_order
      join authority on authority.family = work_order.authority_family and authority.state in ('generated', 'registered', 'issuing', 'retiring')
      join work_order_target on work_order_target.work_order_id = work_order.id
      left join registration on registration.authority_id = authority.id and registration.target_name = work_order_target.target_name
      where work_order.state <> 'closed' and work_order.id = coalesce(only_order, work_order.id) and authority.id = coalesce(only_authority, authority.id)
      group by work_order.id, authority.id) as judged;
  end $$;

CREATE FUNCTION public.move_units(ids bigint[], holders text[], fences bigint[], from_states text[], to_state text, keep interval) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare moved integer;
  begin
    update unit set state = to_state, updated_at = now(),
      lease_ends_at = case when asked.holder = '' then unit.lease_ends_at else greatest(unit.lease_ends_at, clock_timestamp() + keep) end
    from unnest(ids, holders, fences) as asked (id, holder, fence)
    where unit.id = asked.id and unit.state = any(from_states) and holds_unit(unit, asked.holder, asked.fence);
    get diagnostics moved = row_count;
    if moved <> cardinality(ids) then perform refuse_move(ids, holders, fences, to_state); end if;
  end $$;

CREATE FUNCTION public.next_jobs(line text, resting_orders text[], most integer) RETURNS TABLE(job_id bigint, attempt integer)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    AS $$
  declare
    asked_order text := (select min(job.work_order_id) from job where job.line_id = line and job.state = 'queued');
    gives text;
  begin
    while asked_order is not null loop
      select case
        when work_order.state <> 'released' or not order_may_issue(work_order.id) then 'nothing'
        when work_order.id = any(resting_orders) or work_order.certificates_reserved >= work_order.quantity + work_order.overage then 'certified'
        else 'all' end
      into gives from work_order where work_order.id = asked_order;
      if gives = 'all' then
        return query select job.id, job.attempt from job
          where job.line_id = line and job.work_order_id = asked_order and job.state = 'queued'
          order by job.attempt, job.id limit most;
      elsif gives = 'certified' then
        -- Most of these were handed out before; of those that were not, the order's first 200 are looked at.
        return query select tried.id, tried.attempt from (
            (select job.id, job.attempt, job.unit_id from job
              where job.line_id = line and job.work_order_id = asked_order and job.state = 'queued' and job.attempt > 0
              order by job.attempt, job.id limit most + 1000)
            union all
            (select job.id, job.attempt, job.unit_id from job
              where job.line_id = line and job.work_order_id = asked_order and job.state = 'queued' and job.attempt = 0
              order by job.id limit 200)) as tried
          where (select unit.state from unit where unit.id = tried.unit_id) in ('reserved', 'certified')
          order by tried.attempt, tried.id limit most;
      end if;
      asked_order := (select min(job.work_order_id) from job where job.line_id = line and job.state = 'queued' and job.work_order_id > asked_order);
    end loop;
  end $$;

CREATE FUNCTION public.order_may_issue(order_id text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select from issuing_verdict join authority on authority.id = issuing_verdict.authority_id
    where issuing_verdict.work_order_id = order_id and authority.state = 'issuing' and issuing_verdict.may_issue) $$;

CREATE FUNCTION public.raise_fences(floor_fence bigint) RETURNS void
    LANGUAGE sql
    AS $$
  update unit set fence = floor_fence where fence < floor_fence and state not in ('shipped', 'scrapped') $$;

CREATE FUNCTION public.read_log(first bigint, past bigint, wanted text[]) RETURNS TABLE(index bigint, body bytea)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
  begin
    return query select place.index, leaf.body from log_index place join log_leaf leaf on leaf.seq = place.seq
      where place.index >= first and place.index < past and leaf.event = any(wanted) order by place.index;
  end $$;

CREATE FUNCTION public.record_leaves(times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    perform pg_current_xact_id();
    insert into log_leaf (at, actor, event, subject, body, leaf_hash)
    select to_timestamp(t / 1000.0), a, e, s, b, h from unnest(times, actors, events, subjects, bodies, hashes) as leaf (t, a, e, s, b, h);
  end $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'audit leaves are append-only'; end $$;

CREATE FUNCTION public.refuse_move(ids bigint[], holders text[], fences bigint[], to_state text) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare refused record;
  begin
    select unit.serial, unit.state, unit.lease_holder, asked.holder,
      ceil(1000 * extract(epoch from unit.lease_ends_at - clock_timestamp())) as left_ms, holds_unit(unit, asked.holder, asked.fence) as held into refused
    from unnest(ids, holders, fences) as asked (id, holder, fence) join unit on unit.id = asked.id
    order by holds_unit(unit, asked.holder, asked.fence), unit.state = to_state limit 1;
    if not refused.held and refused.holder = '' then
      raise exception 'a station holds the unit' using errcode = 'LS002', detail = refused.serial, hint = refused.lease_holder || ' ' || refused.left_ms;
    elsif not refused.held then
      raise exception 'the lease is lost' using errcode = 'LS001', detail = refused.serial;
    end if;
    raise exception 'a unit can not take this step' using errcode = 'LS003', detail = refused.state, hint = to_state;
  end $$;

CREATE FUNCTION public.refuse_removal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'rows of % are never removed', tg_table_name using errcode = 'restrict_violation'; end $$;

CREATE FUNCTION public.refuse_unrevoke() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'a revocation is final'; end $$;

CREATE TABLE public.registration (
    authority_id text NOT NULL,
    target_name text NOT NULL,
    state text NOT NULL,
    desired jsonb NOT NULL,
    observed jsonb,
    ca_certificate_id text,
    detail text,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    method text DEFAULT 'jitp'::text NOT NULL,
    CONSTRAINT registration_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text, 'removed'::text])))
);

CREATE FUNCTION public.registration_is_usable(registration public.registration) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select registration.state in ('in-sync', 'drifted') and registration.observed ->> 'status' = 'ACTIVE'
    and registration.observed ->> 'autoRegistration' is distinct from 'DISABLE' and registration.observed -> 'keepsOut' is null $$;

CREATE FUNCTION public.registration_problem(registration public.registration) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when registration_is_usable(registration) then null
    when registration.authority_id is null then 'The authority was never registered there'
    when registration.state = 'failed' then coalesce(registration.detail, 'AWS IoT refuses to register the authority')
    when registration.observed is null then 'The authority is not registered there yet' || coalesce(': ' || registration.detail, '')
    when registration.observed ->> 'status' = 'INACTIVE' then 'The CA certificate ' || coalesce(registration.ca_certificate_id, '') || ' is INACTIVE there'
    when registration.observed ->> 'autoRegistration' = 'DISABLE' then 'Auto-registration of the CA certificate ' || coalesce(registration.ca_certificate_id, '') || ' is off there'
    else coalesce(registration.detail, 'The authority was not seen ACTIVE there yet') end $$;

CREATE FUNCTION public.registration_remedy(registration public.registration) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when registration_is_usable(registration) then null
    when registration.state = 'failed' then 'Give the target''s role or credentials what AWS asks for, or mend the way to AWS; it is tried again by itself within minutes.'
    when registration.observed is null then 'A worker registers it by itself; if it stays so for minutes, see that one runs and reaches AWS.'
    when registration.observed ->> 'status' = 'INACTIVE' then 'A stop that was made in AWS is lifted there, and by a person: aws iot update-ca-certificate --certificate-id '
      || coalesce(registration.ca_certificate_id, '…') || ' --new-status ACTIVE --new-auto-registration-status ENABLE. It is seen within half a minute.'
    when registration.observed ->> 'autoRegistration' = 'DISABLE' then 'Turn it on in AWS: aws iot update-ca-certificate --certificate-id '
      || coalesce(registration.ca_certificate_id, '…') || ' --new-auto-registration-status ENABLE. It is seen within half a minute.'
    else 'Make it in AWS as GET /v1/aws/registrations shows it as desired; it is looked at again within half a minute.' end $$;

CREATE FUNCTION public.require_current_ledger() RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare held record;
  begin
    select hold, hold_reason into held from ledger_identity where id = 1 and hold is not null;
    if found then
      raise exception 'the ledger is older than what was issued' using errcode = 'LS008', detail = held.hold, hint = held.hold_reason;
    end if;
  end $$;

CREATE FUNCTION public.require_issuers(authority_ids text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare former text;
  begin
    select asked.id into former from (select distinct id from unnest(authority_ids) as id) as asked
    left join authority on authority.id = asked.id and authority.state = 'issuing' where authority.id is null limit 1;
    if found then
      raise exception 'the authority does not issue' using errcode = 'LS006', detail = former;
    end if;
  end $$;

CREATE FUNCTION public.require_verdicts(order_ids text[], authority_ids text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare refused record;
  begin
    select asked.order_id, asked.authority_id, verdict.reason into refused
    from (select distinct o, a from unnest(order_ids, authority_ids) as pair (o, a)) as asked (order_id, authority_id)
    left join issuing_verdict verdict on verdict.work_order_id = asked.order_id and verdict.authority_id = asked.authority_id
    where verdict.may_issue is not true limit 1;
    if found then
      raise exception 'the order may not issue with this authority' using errcode = 'LS007', detail = refused.order_id, hint = coalesce(refused.reason, '');
    end if;
  end $$;

CREATE FUNCTION public.reserve_certificates(holder_process integer, stored_last text, serial_numbers text[], unit_ids bigint[], order_ids text[], authority_ids text[], profiles text[], key_origins text[], spki_sha256s bytea[], key_identities bytea[], tbs_octets bytea[], tbs_sha256s bytea[], not_befores bigint[], not_afters bigint[], open_ms bigint[], holders text[], fences bigint[], from_states text[], keep interval, times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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
    perform move_units(unit_ids, holders, fences, from_states, 'reserved', keep);
    -- Last, because it locks the orders' rows, which all stations of a line want.
    perform take_quota(order_ids);
  end $$;

CREATE FUNCTION public.sequence_leaves(most integer) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
  declare
    place log_sequencer;
    gaps bigint[];
    seen pg_snapshot;
    late bigint[];
    fresh bigint[];
    found_now integer;
    horizon xid8;
  begin
    if not pg_try_advisory_xact_lock(hashtext('log_sequencer')) then return null; end if;
    select * into place from log_sequencer where id = 1;
    gaps := array(select seq from log_gap);
    -- One statement, so that all leaves are seen in one snapshot.
    select pg_current_snapshot(),
      array(select seq from log_leaf where seq = any(gaps) order by seq limit most),
      array(select seq from log_leaf where seq > place.last_seq order by seq limit most)
    into seen, late, fresh;
    found_now := cardinality(late) + cardinality(fresh);
    if found_now = 0 and not exists (select from log_gap where open_until <= pg_snapshot_xmin(seen)) then return 0; end if;

    insert into log_index (index, seq)
    select place.next_index + place_in_batch - 1, seq from unnest(late || fresh) with ordinality as found (seq, place_in_batch);

    -- A gap is over when its leaf has come, or when every transaction that could have written it has ended without.
    delete from log_gap where seq = any(late) or (open_until <= pg_snapshot_xmin(seen) and cardinality(late) < most);
    -- The writer of a missing number took its transaction id earlier, so that it is below this one.
    horizon := pg_current_xact_id();
    insert into log_gap (seq, open_until)
    select missing, horizon from generate_series(place.last_seq + 1, fresh[cardinality(fresh)]) as missing where missing <> all(fresh);

    insert into log_count as known (event, leaves)
    select event, count(*) from log_leaf where seq = any(late || fresh) group by event order by event
    on conflict (event) do update set leaves = known.leaves + excluded.leaves;

    update log_sequencer set last_seq = coalesce(fresh[cardinality(fresh)], place.last_seq), next_index = place.next_index + found_now where id = 1;
    if found_now > 0 then
      perform pg_notify('lineside_log', (select string_agg(distinct event, ',') from log_leaf where seq = any(late || fresh)));
    end if;
    return found_now;
  end $$;

CREATE FUNCTION public.set_verdicts(order_ids text[], authority_ids text[], permissions boolean[], reasons text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    insert into issuing_verdict (work_order_id, authority_id, may_issue, reason)
    select o, a, p, r from unnest(order_ids, authority_ids, permissions, reasons) as verdict (o, a, p, r)
    on conflict (work_order_id, authority_id) do update set may_issue = excluded.may_issue, reason = excluded.reason, updated_at = now()
    where (issuing_verdict.may_issue, issuing_verdict.reason) is distinct from (excluded.may_issue, excluded.reason);
  end $$;

CREATE FUNCTION public.take_keys(identities bytea[], unit_ids bigint[], serial_numbers text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare refused record;
  begin
    insert into device_key (identity, unit_id, first_serial_number)
    select i, u, s from unnest(identities, unit_ids, serial_numbers) as asked (i, u, s) order by i
    on conflict (identity) do nothing;
    select device_key.unit_id, device_key.unit_id = asked.unit_id as is_own into refused
    from unnest(identities, unit_ids) as asked (identity, unit_id) join device_key on device_key.identity = asked.identity
    where device_key.unit_id <> asked.unit_id or device_key.compromised_at is not null
    order by is_own limit 1;
    if found then
      raise exception 'the key can not be certified for this unit' using errcode = 'LS010',
        detail = (select serial from unit where id = refused.unit_id), hint = case when refused.is_own then 'compromised' else '' end;
    end if;
  end $$;

CREATE FUNCTION public.take_quota(order_ids text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare asked record;
  begin
    for asked in select id, count(*) as certificates from unnest(order_ids) as id group by id order by id loop
      update work_order set certificates_reserved = certificates_reserved + asked.certificates
      where id = asked.id and state = 'released' and certificates_reserved + asked.certificates <= quantity + overage;
      if not found then
        raise exception 'the order gives no more' using errcode = 'LS004', detail = asked.id;
      end if;
    end loop;
  end $$;

CREATE TABLE public.api_key (
    id text NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    station_id text,
    secret_sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    created_by text DEFAULT 'system'::text NOT NULL
);

CREATE TABLE public.attempt (
    job_id bigint NOT NULL,
    number integer NOT NULL,
    unit_id bigint NOT NULL,
    station_id text NOT NULL,
    slot text NOT NULL,
    fence bigint NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    failure_code text,
    record jsonb
);

CREATE TABLE public.authority (
    id text NOT NULL,
    family text NOT NULL,
    generation integer NOT NULL,
    common_name text NOT NULL,
    key_type text NOT NULL,
    key_label text NOT NULL,
    key_id text,
    key_attributes jsonb,
    hsm_token jsonb,
    certificate bytea,
    fingerprint text,
    not_before timestamp with time zone,
    not_after timestamp with time zone,
    state text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    activated_at timestamp with time zone,
    hash text,
    requested_by text,
    request_key text,
    making_detail text,
    making_attempts integer DEFAULT 0 NOT NULL,
    making_by integer,
    making_due_at timestamp with time zone,
    CONSTRAINT authority_generation_check CHECK ((generation > 0)),
    CONSTRAINT authority_made CHECK (((state = ANY (ARRAY['planned'::text, 'failed'::text, 'cancelled'::text])) OR (ROW(key_id, key_attributes, hsm_token, certificate, fingerprint, not_before, not_after) IS NOT NULL)))
);

CREATE TABLE public.certificate (
    serial_number text NOT NULL,
    unit_id bigint NOT NULL,
    work_order_id text NOT NULL,
    authority_id text NOT NULL,
    profile text NOT NULL,
    state text NOT NULL,
    spki_sha256 bytea NOT NULL,
    tbs bytea,
    tbs_sha256 bytea NOT NULL,
    der bytea,
    fingerprint text,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    reserved_at timestamp with time zone DEFAULT now() NOT NULL,
    reserved_by integer NOT NULL,
    completed_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revocation_reason text,
    crl_entry bytea,
    key_origin text DEFAULT 'device'::text NOT NULL,
    reserved_until timestamp with time zone,
    reworked_at timestamp with time zone,
    CONSTRAINT certificate_check CHECK (((state <> ALL (ARRAY['valid'::text, 'revoked'::text])) OR ((der IS NOT NULL) AND (fingerprint IS NOT NULL)))),
    CONSTRAINT certificate_key_origin_check CHECK ((key_origin = ANY (ARRAY['device'::text, 'service'::text]))),
    CONSTRAINT certificate_revoked_whole CHECK (((state <> 'revoked'::text) OR ((revoked_at IS NOT NULL) AND (revocation_reason IS NOT NULL) AND (crl_entry IS NOT NULL)))),
    CONSTRAINT certificate_reworked_is_over CHECK (((reworked_at IS NULL) OR (state = 'revoked'::text))),
    CONSTRAINT certificate_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'valid'::text, 'revoked'::text, 'abandoned'::text])))
);

CREATE TABLE public.crl (
    authority_id text NOT NULL,
    number bigint NOT NULL,
    previous bigint,
    this_update timestamp with time zone NOT NULL,
    next_update timestamp with time zone NOT NULL,
    entries integer NOT NULL,
    sha256 bytea NOT NULL,
    der bytea,
    CONSTRAINT crl_check CHECK ((next_update > this_update)),
    CONSTRAINT crl_entries_check CHECK ((entries >= 0)),
    CONSTRAINT crl_grows CHECK ((previous < number)),
    CONSTRAINT crl_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY public.crl ALTER COLUMN der SET STORAGE EXTERNAL;

CREATE TABLE public.crl_draft (
    id bigint NOT NULL,
    authority_id text NOT NULL,
    number bigint NOT NULL,
    held_by integer NOT NULL,
    ends_at timestamp with time zone NOT NULL
);

ALTER TABLE public.crl_draft ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.crl_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.crl_due (
    id bigint NOT NULL,
    authority_id text NOT NULL
);

ALTER TABLE public.crl_due ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.crl_due_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device_key (
    identity bytea NOT NULL,
    unit_id bigint NOT NULL,
    first_serial_number text NOT NULL,
    compromised_at timestamp with time zone
);

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    status integer,
    body jsonb,
    held_by integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    held_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    fence integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.installed_rules (
    id integer DEFAULT 1 NOT NULL,
    digest text NOT NULL,
    CONSTRAINT installed_rules_id_check CHECK ((id = 1))
);

CREATE SEQUENCE public.instance_number
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
    CYCLE;

CREATE TABLE public.issuing_verdict (
    work_order_id text NOT NULL,
    authority_id text NOT NULL,
    may_issue boolean NOT NULL,
    reason text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.job (
    id bigint NOT NULL,
    unit_id bigint NOT NULL,
    work_order_id text NOT NULL,
    line_id text NOT NULL,
    state text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    station_id text,
    slot text,
    phase text,
    progress double precision,
    checkpoint jsonb,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    lapses integer DEFAULT 0 NOT NULL,
    errors integer DEFAULT 0 NOT NULL,
    refused_at_slot text,
    refused_until timestamp with time zone,
    follows bigint,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'leased'::text, 'passed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE public.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.job_tally (
    id bigint NOT NULL,
    line_id text NOT NULL,
    state text NOT NULL,
    jobs bigint NOT NULL,
    CONSTRAINT job_tally_state_check CHECK ((state = ANY (ARRAY['passed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE public.job_tally ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);

CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.late_report (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    fence bigint NOT NULL,
    actor text NOT NULL,
    report jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.late_report ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.late_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_epoch (
    epoch integer NOT NULL,
    first_index bigint NOT NULL,
    least_crl_number bigint NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.ledger_identity (
    id integer DEFAULT 1 NOT NULL,
    ledger text DEFAULT (gen_random_uuid())::text NOT NULL,
    epoch integer DEFAULT 0 NOT NULL,
    hold text,
    hold_reason text,
    held_at timestamp with time zone,
    held_from bigint,
    CONSTRAINT ledger_identity_check CHECK ((num_nulls(hold, hold_reason, held_at, held_from) = ANY (ARRAY[0, 4]))),
    CONSTRAINT ledger_identity_hold_check CHECK ((hold = ANY (ARRAY['older'::text, 'failover'::text]))),
    CONSTRAINT ledger_identity_id_check CHECK ((id = 1))
);

CREATE TABLE public.line (
    id text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.log_count (
    event text NOT NULL,
    leaves bigint NOT NULL
);

CREATE TABLE public.log_gap (
    seq bigint NOT NULL,
    open_until xid8 NOT NULL
);

CREATE TABLE public.log_index (
    index bigint NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT log_index_index_check CHECK ((index >= 0))
);

CREATE TABLE public.log_leaf (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    event text NOT NULL,
    subject text NOT NULL,
    body bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    made_canonical boolean DEFAULT false NOT NULL
);

ALTER TABLE public.log_leaf ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.log_leaf_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.log_position (
    reader text NOT NULL,
    next_index bigint NOT NULL
);

CREATE TABLE public.log_sequencer (
    id integer DEFAULT 1 NOT NULL,
    last_seq bigint NOT NULL,
    next_index bigint NOT NULL,
    CONSTRAINT log_sequencer_id_check CHECK ((id = 1))
);

CREATE TABLE public.shared_device_key (
    identity bytea NOT NULL,
    unit_id bigint NOT NULL
);

CREATE TABLE public.station (
    id text NOT NULL,
    line_id text NOT NULL,
    name text NOT NULL,
    slots text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT station_slots_check CHECK ((cardinality(slots) > 0))
);

CREATE TABLE public.target (
    name text NOT NULL,
    account_id text NOT NULL,
    region text NOT NULL,
    mode text NOT NULL,
    profile text,
    role_arn text,
    provisioning_role_arn text NOT NULL,
    control_endpoint text,
    mqtt_host text,
    mqtt_port integer DEFAULT 8883 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT target_mode_check CHECK ((mode = ANY (ARRAY['SNI_ONLY'::text, 'DEFAULT'::text])))
);

CREATE TABLE public.target_resource (
    target_name text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    authority_id text,
    method text NOT NULL,
    desired jsonb NOT NULL,
    observed jsonb,
    state text NOT NULL,
    detail text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT target_resource_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text])))
);

ALTER TABLE public.unit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.unit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.unit_target (
    unit_id bigint NOT NULL,
    target_name text NOT NULL,
    certificate_id text NOT NULL,
    state text NOT NULL,
    detail text,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    observed_at timestamp with time zone,
    desired text DEFAULT 'ACTIVE'::text NOT NULL,
    method text DEFAULT 'jitp'::text NOT NULL,
    step text DEFAULT 'look'::text NOT NULL,
    progress jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT unit_target_desired_check CHECK ((desired = ANY (ARRAY['ACTIVE'::text, 'INACTIVE'::text, 'REVOKED'::text]))),
    CONSTRAINT unit_target_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text])))
);

CREATE TABLE public.work_order (
    id text NOT NULL,
    product text NOT NULL,
    line_id text NOT NULL,
    profile text NOT NULL,
    method text NOT NULL,
    authority_family text NOT NULL,
    quantity integer NOT NULL,
    overage integer DEFAULT 0 NOT NULL,
    certificates_reserved integer DEFAULT 0 NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    released_at timestamp with time zone,
    state_reason text,
    state_since timestamp with time zone DEFAULT now() NOT NULL,
    released_by text,
    CONSTRAINT work_order_certificates_reserved_check CHECK ((certificates_reserved >= 0)),
    CONSTRAINT work_order_overage_check CHECK ((overage >= 0)),
    CONSTRAINT work_order_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT work_order_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'released'::text, 'held'::text, 'closed'::text, 'cancelled'::text])))
);

CREATE TABLE public.work_order_target (
    work_order_id text NOT NULL,
    target_name text NOT NULL
);

INSERT INTO public.api_key VALUES
	('5d4aafa43ebd', 'admin', 'bootstrap', NULL, '\xf8f269292d39d9bcf9d1c9b110da66c8226bc2481260d4c36283477440edf37f', '2026-11-26 17:20:56.290578+00', NULL, 'system'),
	('d245e2268449', 'manager', 'bootstrap', NULL, '\x5f73992552e34b9816e9cfa6309e5b2656d5d38bb76ca807c45c8042f5ee26e2', '2026-11-26 17:20:56.302251+00', NULL, 'system'),
	('2f07be0c0895', 'officer', 'bootstrap', NULL, '\xc073d83ada23ec497ec47641f69dbe9a908240c1a3b774eae20424350d9e60f1', '2026-11-26 17:20:56.31253+00', NULL, 'system'),
	('591e8b181c13', 'issuer', 'bootstrap', NULL, '\xc006a24e21f4dea88d405cce2870e0c5da72b2e952a330dee2461f9e71acff45', '2026-11-26 17:20:56.323333+00', NULL, 'system'),
	('c533adcee810', 'station', 'station-1', 'station-1', '\xef60182e5d30d6c83e2899b8cd82ed24e7fdab9cdf67893787f7c6518263dbf8', '2026-11-26 17:20:58.680265+00', NULL, 'key:d245e2268449'),
	('01acddaa2b0b', 'station', 'golden', 'golden', '\xafaa2e6debccb9d329fdeb144eeb587066993c8bbde2b1a11b2609d3781a8148', '2026-11-26 17:20:58.700635+00', NULL, 'key:d245e2268449'),
	('1e08127eaf79', 'station', 'sim-001', 'sim-001', '\xa1ef9771baaff008e19ad971fbf8287c55f910c929f3d4eadea13d0984185b9e', '2026-11-26 17:21:00.904466+00', '2026-11-26 17:21:02.658+00', 'key:d245e2268449'),
	('180965944d98', 'station', 'old station', 'old-station', '\x233d712e2489879ddb92065dd430a9cb54a8d1dbb3f22e05afbb9fef6f1a2b01', '2026-11-26 17:21:03.107613+00', NULL, 'key:d245e2268449'),
	('4bc2772eda09', 'operator', 'shift lead', NULL, '\x2a5062f8675c9c3a5f12964e7402262626f7c1ec7ca4f9b29e14d0e7b5e50f74', '2026-11-26 17:21:09.391172+00', '2026-11-26 17:21:09.404+00', 'key:5d4aafa43ebd');

INSERT INTO public.attempt VALUES
	(1001, 1, 1001, 'golden', '1', 1, '2026-11-26 17:20:59.178228+00', '2026-11-26 17:20:59.954+00', 'PASS', NULL, NULL),
	(1026, 1, 1026, 'sim-001', '1', 1, '2026-11-26 17:21:00.936881+00', '2026-11-26 17:21:01.489+00', 'PASS', NULL, '{"drops": 2}'),
	(1027, 1, 1027, 'sim-001', '1', 1, '2026-11-26 17:21:01.515587+00', '2026-11-26 17:21:01.772+00', 'PASS', NULL, '{"drops": 2}'),
	(1028, 1, 1028, 'sim-001', '1', 1, '2026-11-26 17:21:01.803572+00', '2026-11-26 17:21:02.127+00', 'PASS', NULL, '{"drops": 2}'),
	(1029, 1, 1029, 'sim-001', '1', 1, '2026-11-26 17:21:02.329601+00', '2026-11-26 17:21:02.631+00', 'PASS', NULL, '{"drops": 2}'),
	(1030, 1, 1030, 'old-station', '1', 1, '2026-11-26 17:21:04.190575+00', '2026-11-26 17:21:04.301+00', 'PASS', NULL, NULL),
	(1031, 1, 1031, 'old-station', '1', 1, '2026-11-26 17:21:04.321039+00', '2026-11-26 17:21:04.421+00', 'FAIL', 'current-too-high', '{"milliamperes": 812}'),
	(1032, 1, 1032, 'old-station', '1', 1, '2026-11-26 17:21:04.470696+00', '2026-11-26 17:21:04.599+00', 'FAIL', 'no-boot', '{"milliamperes": 812}'),
	(1048, 1, 1032, 'old-station', '1', 2, '2026-11-26 17:21:04.675569+00', '2026-11-26 17:21:04.758+00', 'PASS', NULL, NULL),
	(1033, 1, 1033, 'old-station', '1', 1, '2026-11-26 17:21:04.788754+00', '2026-11-26 17:21:04.866+00', 'FAIL', 'burnt', '{"milliamperes": 812}'),
	(1034, 1, 1034, 'old-station', '1', 1, '2026-11-26 17:21:04.97087+00', '2026-11-26 17:21:05.097+00', 'ERROR', NULL, NULL),
	(1035, 1, 1035, 'old-station', '1', 1, '2026-11-26 17:21:05.140196+00', '2026-11-26 17:21:05.235+00', 'ABORTED', 'released', NULL),
	(1036, 1, 1036, 'old-station', '1', 1, '2026-11-26 17:21:05.272573+00', '2026-11-26 17:21:05.325+00', 'PASS', NULL, NULL),
	(1037, 1, 1037, 'old-station', '2', 1, '2026-11-26 17:21:17.447708+00', NULL, NULL, NULL, NULL);

INSERT INTO public.authority VALUES
	('lineside-g1', 'Lineside', 1, 'Lineside Device CA G1', 'P-256', 'lineside-lineside-g1-3c1cc550', '34d3', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "d7da5835e309b2ac"}', '\x308201a83082014ea003020102021458807f0c1d02299e2a9557630dde781af7ca0126300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132353137323035375a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047313059301306072a8648ce3d020106082a8648ce3d030107034200047bb4e2dce506cc6f8931ce034ca21cdd7a1c9facbf9a029b2383f8f20e50aae9dc6f7cd416ca576f38f77361d2df408c0bf1b4429896a99bccf2488de1600f90a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe301d0603551d0e0416041441939546c208fa1e7fb5e6e0b518ba99a8a35abe300a06082a8648ce3d0403020348003045022100dc0ee770885d6dc5be542f83f5d23d33d54d7890e0d6ca6c4d8d3e65bdfd39c4022065d95b042ac73b41dbc768c906af9768472c62320c6dd3084b4191d77609fe43', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', '2026-11-25 17:20:57+00', '2046-11-26 00:00:00+00', 'retiring', '2026-11-26 17:20:57.533449+00', '2026-11-26 17:20:58.61+00', NULL, 'key:2f07be0c0895', '3b00f15e-2481-42e1-8dd7-8f5ad9ba28fe', NULL, 1, NULL, NULL),
	('lineside-g2', 'Lineside', 2, 'Lineside Device CA G2', 'P-256', 'lineside-lineside-g2-370d27a2', '66c9', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "d7da5835e309b2ac"}', '\x308201a73082014ea00302010202146664f2ea1f0fcf86fb97f4332ccc480760225cba300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132353137323130315a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047323059301306072a8648ce3d020106082a8648ce3d030107034200049b4f01f50f9bf1c1e7aba761249a1323f5fc98c8ba4f299a997b3c4890328ccae6eddeaf3d70b08b66d590c85d68528bbfda5948a3b316d57b003ec58509c155a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e041604149a5c0b0ba41e908de3489e123e2dab327dd4a578300a06082a8648ce3d04030203470030440220026b8052c5cc4a681b3cbeea987b544765a408c20bf1acc6153aa3538683b3c40220339a3f2a95006b8c4076bfa9508ae5e836dbb1e18ac86cad9655da5c92842b16', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', '2026-11-25 17:21:01+00', '2046-11-26 00:00:00+00', 'issuing', '2026-11-26 17:21:01.80485+00', '2026-11-26 17:21:02.301+00', NULL, 'key:2f07be0c0895', '5cd66be4-7b21-4fc9-a8d4-2f35e5be1fee', NULL, 1, NULL, NULL),
	('other-g1', 'Other', 1, 'Other Device CA G1', 'P-256', 'lineside-other-g1-392a4b5a', '764f', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "d7da5835e309b2ac"}', '\x308201a130820148a003020102021446779542067f6b4c87da45e0584c4fc173080afc300a06082a8648ce3d040302301d311b301906035504030c124f7468657220446576696365204341204731301e170d3236313132353137323130395a170d3436313132363030303030305a301d311b301906035504030c124f74686572204465766963652043412047313059301306072a8648ce3d020106082a8648ce3d030107034200044a3b7f3608047d6a54817445b39d7cea60ce8378e9d58d48c7f798d2499088ec6e057f825c0c775a4a6b1f965445f18c633f81ca6e99c800729346c735b0cd20a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d23041830168014945594b5b4aab46cef1ed03f2575415e830fc8c6301d0603551d0e04160414945594b5b4aab46cef1ed03f2575415e830fc8c6300a06082a8648ce3d0403020347003044022068a3e7786a601fe7eff7cb6f4e5029c353b809678c36814023ab2e03093fd60102203fe60423ce062b0f54d61c36e1627531b545606686b2b9e92ee2d2e37bb4854a', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', '2026-11-25 17:21:09+00', '2046-11-26 00:00:00+00', 'registered', '2026-11-26 17:21:09.372583+00', NULL, NULL, 'key:2f07be0c0895', NULL, NULL, 1, NULL, NULL);

INSERT INTO public.certificate VALUES
	('6ccafb353d53fb9b65095c095fc2fb1de7262235', 1001, 'golden-1', 'lineside-g1', 'device', 'valid', '\x5d88e0a5583e0849bab9d145f503ec36bc5517a2489b869a54edf8b2fd8c28b6', NULL, '\x48c29d4fa12aa660b61ca0ee23b0e719bc73f3ecf7f3c4fa3780d3567637bbe0', '\x308201c53082016ca00302010202146ccafb353d53fb9b65095c095fc2fb1de7262235300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363136323035395a170d3336313132363137323035395a302f31163014060355040a0c0d4c696e65736964652044656d6f3115301306035504030c0c474f4c44454e2d312d3030313059301306072a8648ce3d020106082a8648ce3d03010703420004e73fc6c233176c5f1339876cd98626682042bb7766a6688ac6d0b0a7966ca0d55bbf7015c1b7c41ce0eee41d5fe9b2d02f3c1572fc11a3cd7e56d00756909eeaa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe301d0603551d0e0416041416710d301b58b117c1d71b4271a527060eaa6b21300a06082a8648ce3d04030203470030440220337c71ef952ac4c0450674336493b705f7ab143987cf9bdd01171f4b8c5baafd022072383731d902029a5bbcdfac2f173d3d07d42251410e67fcfe09ff808d798531', '1ed633209d06cf4e381eb384f1dc1154b0373d768b191f24fb461f51b9655c29', '2026-11-26 16:20:59+00', '2036-11-26 17:20:59+00', '2026-11-26 17:20:59.289201+00', 1, '2026-11-26 17:20:59.307494+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:14.298893+00', NULL),
	('66239aa1bde5bdb71243fd003a4fa659bebbd54c', 1026, 'sim-20261126-172100', 'lineside-g1', 'device', 'valid', '\xc6b3fb94b65c770cfd7c9594f456fabdfee6981435d5f571817755a66bed9a5d', NULL, '\x869c032e9ab5a4899f827b4d1b27e84f56ab9bea2a84449aaf7fd86e8506c5de', '\x308201d43082017aa003020102021466239aa1bde5bdb71243fd003a4fa659bebbd54c300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363136323130305a170d3336313132363137323130305a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3137323130302d3030303030313059301306072a8648ce3d020106082a8648ce3d03010703420004334f5ae2344c5b5eec66416ad4cfa6d7eccf988d56f934143bf475eaa556d5e6b6dc609dd82f6325bc1d6d97c88ddb2cc4f74bd72e8a7ab4ec517762bb347731a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe301d0603551d0e041604147bcfb2795fad1e919f75980749014523f00fe17f300a06082a8648ce3d0403020348003045022100e54c94089323ab8a3947405810c68b4c77a6ac70ea26c926ea94eda7659fb2df0220511552346cfc4d0ad1770aa01bc73f0afbcedb192c16e7bea9885cea548b0d0e', '507fc15436ddab535728a182cc4d9dc5c3cb76ed7a6ffb92aaa4b86cad8ef72a', '2026-11-26 16:21:00+00', '2036-11-26 17:21:00+00', '2026-11-26 17:21:00.982633+00', 1, '2026-11-26 17:21:00.994744+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:15.988119+00', NULL),
	('63fd55e1510da16e0769c3aa1e105724153b8053', 1027, 'sim-20261126-172100', 'lineside-g1', 'device', 'valid', '\x9dcde1de4a6363214aced6f1fa4f3a088cb36064dc0083d3bd244c77e8205def', NULL, '\x0f10c75427d3d4c302cff537ea531af6a73d6d33acb83aa42e80e6ada093c504', '\x308201d33082017aa003020102021463fd55e1510da16e0769c3aa1e105724153b8053300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363136323130315a170d3336313132363137323130315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3137323130302d3030303030323059301306072a8648ce3d020106082a8648ce3d030107034200046ade8e28e56e9b5e0afdeb4d0e7d4c6e1357d8d05129400b62562968dbe1fe97805c99fcd2c71a446a24277cae28c617493996e7f7e73c8334c98051056105efa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe301d0603551d0e0416041453fc6ae9cad3551a1bf585b6d3a878d7045a4a53300a06082a8648ce3d040302034700304402203dea216015e18bcf11ecf40ae94f9d301f4fc3e04767f537ed287812677b835402200e08c87f92cb6a12f6a6c94e6ea90cf489531a25a80dbf323a00aa8f5b093879', '210b18dcdb5c37c14fe5a9b2f20b42bb567140bbeef5b5ef1e9cfcc7776f52eb', '2026-11-26 16:21:01+00', '2036-11-26 17:21:01+00', '2026-11-26 17:21:01.534119+00', 1, '2026-11-26 17:21:01.542105+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:16.535146+00', NULL),
	('5e4aeaa2be9f1c793251ab334b692a453b28d09f', 1028, 'sim-20261126-172100', 'lineside-g1', 'device', 'valid', '\xc04c7e771ee1bb26b202badf77dea8f5252bd40d77b7bc032311f3c39f04d538', NULL, '\x6fc591032bd45e2d34ee33fa209824f2204d253e1b0eebc60efcaa1b03127aa2', '\x308201d33082017aa00302010202145e4aeaa2be9f1c793251ab334b692a453b28d09f300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363136323130315a170d3336313132363137323130315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3137323130302d3030303030333059301306072a8648ce3d020106082a8648ce3d0301070342000485112e73d605f51b0f3fe180c8df9998b8de885c0597b12a37fc19aa7ffcdbbe9f8e325e3fe71dc06ec4218f359658ae2f18590a84302fe38d6cc0067e33d35aa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe301d0603551d0e0416041418fa4257b1be43ecc30cdb3b96f69a2483793e12300a06082a8648ce3d040302034700304402200663490d7404cc4bfc7c748ff6580ef932344ba4bf06d99600f1cfea48f6c15002206c30a1b904d453e0f8263be1e3ea1cdac9bfb3f0ddeaafd6febf2c643c0a3c15', '2d9fc831f44c4e801d41ab9bb153f61988f553d2c40e04042b01d856130a9b8f', '2026-11-26 16:21:01+00', '2036-11-26 17:21:01+00', '2026-11-26 17:21:01.838368+00', 1, '2026-11-26 17:21:01.850118+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:16.839571+00', NULL),
	('58af6f6f93343c600bd65a50af0b2915e19456fc', 1029, 'sim-20261126-172100', 'lineside-g2', 'device', 'valid', '\xdb00597ab1c5696d751fd3238122b1ec3927b01e2a71fe9b4bde226bf701b339', NULL, '\x7067ce1893e769c0eae6368c0b43db58cccd2f545a15edfb2c4b40bdd85cf0fa', '\x308201d53082017aa003020102021458af6f6f93343c600bd65a50af0b2915e19456fc300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130325a170d3336313132363137323130325a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3137323130302d3030303030343059301306072a8648ce3d020106082a8648ce3d030107034200040708a8d6247c99f6384cbeea1f631a9bb7ab4a0d0eac13c13fd559782c8e73eec71bfbcc7d3833676956c6fac4993c6ea2c6b6aae4f24f5816a3e2f5a5c30a62a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414f2da1cd2e5a53afba377a6cc35232d68a49a2c66300a06082a8648ce3d0403020349003046022100bf1fc93f2c97be4bd85fde0cdc50c3e7fe2fa99009aac8edba7772dce956fae602210098b0aa693684994a2bf876be57815995114a4865956b5f8e527b683fed7ae58f', '686e454e47aa92f40bfd1f5be58fb8e13d44254d2ab11a65b46820a2b7ae5409', '2026-11-26 16:21:02+00', '2036-11-26 17:21:02+00', '2026-11-26 17:21:02.365109+00', 1, '2026-11-26 17:21:02.37367+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:17.366165+00', NULL),
	('47f878f4d64ea8626f0a532be07dacd7e046a2d8', 1042, 'old-direct', 'lineside-g2', 'device', 'valid', '\x000b4e8d65b9cdc6557090e6c659e3dab7296f562c4e8f61b559c0a180d5abd1', NULL, '\x7ab72186f260fcc866005cd46bd335284f4f3d44af7cb1b32530957d0ae6e135', '\x308201c73082016da003020102021447f878f4d64ea8626f0a532be07dacd7e046a2d8300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130335a170d3336313132363137323130335a303031163014060355040a0c0d4c696e65736964652044656d6f3116301406035504030c0d4f4c442d4449524543542d30313059301306072a8648ce3d020106082a8648ce3d03010703420004f13bdeb02a640e8a0fe9bb37d806b89c52f16fc16e7042549da9a17996ae0c3e588419b0e24b3375bee06e183db1304e1a5c687c2fc31843b3222a96f34d48fba3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e041604145ef4b23c13aac7e5318d0118f5750f9b5b53b74a300a06082a8648ce3d040302034800304502202ca5f3e68cf72f0275b91c889493a0f61ba707f1264028135dfe5b6f1b6f01970221009b66cead13e47af21306fc37fe63de1f8c80c94ba0e063b37aacfcc55bcc02c6', 'd9ea7068e1c213eec7acd73d60aa127b8119adda98275779f62a856448fc1b3c', '2026-11-26 16:21:03+00', '2036-11-26 17:21:03+00', '2026-11-26 17:21:03.513015+00', 1, '2026-11-26 17:21:03.530155+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:18.51834+00', NULL),
	('56a8c5775997bcea20292027447dd894b15e19fc', 1043, 'old-direct', 'lineside-g2', 'device', 'valid', '\x6ad53c5e2c14d4a41067930aec72e737943dfc47db1b1f17fc30027887cf8841', NULL, '\xf60b1b0487658166a50dfa23e7197c0c98b8d1d0beef981740385953d246dd3a', '\x3082029230820238a003020102021456a8c5775997bcea20292027447dd894b15e19fc300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a303031163014060355040a0c0d4c696e65736964652044656d6f3116301406035504030c0d4f4c442d4449524543542d303230820122300d06092a864886f70d01010105000382010f003082010a0282010100b4235e37eabb15ffe5d4b0135b467f992ffbcf73fde34c6651b29bd8394fbd7fe384bf1968ec5d2a365a61ce5a9cc8719de411341d587435f3ea60b440481a3a14e22ae778b1602696255e2f21bfdf316f40216d94147b575eef4fe68147849931804f5dadb7ead68182a730df62a6c5cd2726590408af7e6ac2d4a2f870494197c528ba78fa1e2c170a8abb16b079c9cbda4f9638615be14f85888296f398b3dc40245497f7878beafc7c4a3b7559785da1ccda47f195eadd6d8ebd760dd52a07c7bfc8f0c87768671f1c9d98146722340beb88b5970d16872ec94942e4b2c232e8576a717ade50ea541dabac42f017a9d367ce9eeec18e0fa4d29100436ed90203010001a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e041604142b9599c26fd3eb06aa54ce5492fa730f523c9cee300a06082a8648ce3d0403020348003045022038c51ac937afe9e543bd243f8ed1627bac2a1ae8410a4f4d74fcb34fc17ba597022100878966a9611a67dbcbe274854979d3a01930a6693553f2d9eaf47a34df1aabe7', '80152c6f753c8bb27a6105a704f127f0872067312d5f21bf69613246b585aea2', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.162402+00', 1, '2026-11-26 17:21:04.172333+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:19.163869+00', NULL),
	('47927d606fb2af32aeb019ab26a0ca6caea4d7e1', 1030, 'old-work', 'lineside-g2', 'device', 'valid', '\x874b449be695c113f4a30e98fb8752022e23aef279680b36b2b1a87ecd86e4bd', NULL, '\x302c2f1a4e535834c29ca2155768331d0edfd677cb766f4a951703808f699108', '\x308201c53082016ba003020102021447927d606fb2af32aeb019ab26a0ca6caea4d7e1300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30313059301306072a8648ce3d020106082a8648ce3d03010703420004f754b09cc3ce04e6c209a518eea39a2e8c4b08cdc76fd8323064f115bbe57a6db4ff93ddddc493b2764fd02d36388486a7187e53250abd66ffa922855ae772b7a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e041604140164d6a185eeaee68499d7d82fcb842a3783c2f1300a06082a8648ce3d04030203480030450220172a8b4a413296f479f5e1d91608a0c4cb95368c327c22f9bb06a4d64b431d9f022100ac6e1a7630922efe13ea1dfb958632ce1c5f73b1268b7745d8b48d058a31960e', 'b47cc1cb45fa845d7abad2b10e4526b1bc7a80fe0bf1e7e6aef4fa52d107f6b2', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.234057+00', 1, '2026-11-26 17:21:04.242508+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:19.238017+00', NULL),
	('42a77075358e2065b595fd1e369e0b21093c1f66', 1031, 'old-work', 'lineside-g2', 'device', 'revoked', '\x95411d96634355acb0b418e150b6e5bf79c19055f54b2722ea0b8375bebe9049', NULL, '\x1ec53895f1dd43e64d1b0a8169f028c8c9eda99536e22ca618af6bb30c8a50c7', '\x308201c63082016ba003020102021442a77075358e2065b595fd1e369e0b21093c1f66300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30323059301306072a8648ce3d020106082a8648ce3d030107034200044ddf6e78cc528b7bdf4133ac9bf40260060148f7651db4207bfd4f728d169f916e27452cf6d70eae9e85965d5814cc95d590cd2be731453bff37ea84c58c4f13a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e0416041479c370ab1065e79e9931b8f43c4c75b8d484c87f300a06082a8648ce3d0403020349003046022100e5001353b27b52d1e3f5061bf0fab3169d48e31ab093c11d1d561bc48bd0951502210088a7d5221a8b2c23f3f3e604fcd7749c3a7f2177eb6613a6b7182300b7cd23dd', 'ad5d6e4cb832de71ecab3e0dc844f2723294aa567fcb806d5d53fd01cf41ed4d', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.391583+00', 1, '2026-11-26 17:21:04.399216+00', '2026-11-26 17:21:04.437+00', 'cessationOfOperation', '\x3033021442a77075358e2065b595fd1e369e0b21093c1f66170d3236313132363137323130345a300c300a0603551d1504030a0105', 'device', '2026-11-26 17:21:19.392931+00', NULL),
	('4b6b68b2d0529645d3814df5ca694c14672196dd', 1032, 'old-work', 'lineside-g2', 'device', 'revoked', '\xf1ca2d069af5684107373539ecd3120f32dc529eeb6c1f6da4606d8a31186939', NULL, '\x1b6d01a64d7c66bc252f1f4ae98dc3e04864056695440e4ca80de5c87f0f11be', '\x308201c43082016ba00302010202144b6b68b2d0529645d3814df5ca694c14672196dd300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30333059301306072a8648ce3d020106082a8648ce3d0301070342000475aeb06c87ba7ea8d7a6b3550eedc0dbc1170cb3eb7df4a24a3fe5894f0c4aa38fd2104ad191b1a6391c12cef4b9579cd59d078d473f8e5c9ec28d781f46a7cca3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414e703ea1c1c9d6674768ef9fe77cbf35700db1865300a06082a8648ce3d040302034700304402205c42f776a1fb33cabf898849d8da363e7a895367c5879b40adbedf9c2a69606702206e17084acb4a7cfcb4cca7f60c1dd697589585293baa609ef0aea2640b88f817', 'd44275e9a9826ee69d3bc3917a2e528b38b6590e7ba54415dffc3fde8aad3f57', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.558474+00', 1, '2026-11-26 17:21:04.568066+00', '2026-11-26 17:21:04.626+00', 'cessationOfOperation', '\x303302144b6b68b2d0529645d3814df5ca694c14672196dd170d3236313132363137323130345a300c300a0603551d1504030a0105', 'device', '2026-11-26 17:21:19.559601+00', '2026-11-26 17:21:04.647+00'),
	('67a892541567018743ccfb3acd55af259c93e8a3', 1032, 'old-work', 'lineside-g2', 'device', 'valid', '\xdc133fc03786ce75fce118e04c68d6ff711488d2c6050e43ab5f837aa469be21', NULL, '\xb2f1e66d848dc1905010034be8742f2e6cf463f705dc73c4fd8760655f93baec', '\x308201c53082016ba003020102021467a892541567018743ccfb3acd55af259c93e8a3300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30333059301306072a8648ce3d020106082a8648ce3d0301070342000477e03f200f2199ea62364b196ecd19a608d58cfc8ffd0498280b53be4ffd15c12c51b1bcd862e1bc8273a57f15c8464da2c196aa104cb4a92d29aa45441e0b90a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e0416041453328700b3bf6c5c37281d6779a8466d207cdce7300a06082a8648ce3d040302034800304502210097aaefe984c42c35cc2cabd5f9860a7edd08d22ae9c566eab26e35ff1bd5129002201eb6afdde7c72b943a0ab52ec170fd1240f8c8072e5810568d3cba742db15f1c', 'f022d467d8d5cc2a942fceefcc851e94087559afa944ef3009629529f4d7e5e6', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.723783+00', 1, '2026-11-26 17:21:04.738544+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:19.724837+00', NULL),
	('60e59a16f939066053baa15f99aa2561317d330b', 1033, 'old-work', 'lineside-g2', 'device', 'revoked', '\x9338a25f0923643c3604c4aa547a89919fbdedf1677334cc1a1cb893ce1af294', NULL, '\xa2ca8a4771d221af140e2f3733166da1be7d36cd6edac0f42ee03ac47371640a', '\x308201c63082016ba003020102021460e59a16f939066053baa15f99aa2561317d330b300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130345a170d3336313132363137323130345a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30343059301306072a8648ce3d020106082a8648ce3d0301070342000434905bfface6c4432930e4e6f6654ad50ee641636cc27e76d05d433701228fbb73e561d7fc2ba5e0059e886e2d127cff90c46277b3c13ecf6ea45930e2a0cc3aa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414483dfe93abb24a8626fbd76c4da805cea1576f8e300a06082a8648ce3d0403020349003046022100eb109f40553aa5c6754ed79736d99ab93fb6e4688419d8889eeababa9e1dab380221009f4fe6beb194764522736739c6e5c04bdfafc20efd7ace14db5da613780e75aa', '2bf0c096bb167b2aed4fee614d986b770e4521acd68deb2a6941eb0972c1369c', '2026-11-26 16:21:04+00', '2036-11-26 17:21:04+00', '2026-11-26 17:21:04.834676+00', 1, '2026-11-26 17:21:04.847782+00', '2026-11-26 17:21:04.885+00', 'cessationOfOperation', '\x3033021460e59a16f939066053baa15f99aa2561317d330b170d3236313132363137323130345a300c300a0603551d1504030a0105', 'device', '2026-11-26 17:21:19.835999+00', NULL),
	('480b46c1c8221d60ad49802c0e496773aadb9fda', 1034, 'old-work', 'lineside-g2', 'device', 'valid', '\x04c83a4dc19850dfebfbe3deb952cad52454e2453edca2564ba42599219ab7ce', NULL, '\xee226db8e0b911400fd3770db1a7a89b0df35f66f61f3355af4dc9d10f96390d', '\x308201c63082016ba0030201020214480b46c1c8221d60ad49802c0e496773aadb9fda300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130355a170d3336313132363137323130355a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30353059301306072a8648ce3d020106082a8648ce3d03010703420004e06c4c0b42fb2f2f116b2436d6ebeebd1237d54b7c35f283eaaf6082e61461f822a4956510a654f1e7489d9e420dc7a1af75f26edf35f261da2675811a00a1efa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414c4dbb798b6d13ea0ba56cac638ec352160c96889300a06082a8648ce3d0403020349003046022100d55ea01a846e88c99a55f6d34ca3e51b845576c8edc4f75931581b1bcb38ab78022100cb6628616dc74705d080f67fdf80d212311014b2d2ffb3f431e65ac4704fc405', 'efe36e9be64ac8a11908296f7ad319942fda99f82b676aa445e96d91b33eba6b', '2026-11-26 16:21:05+00', '2036-11-26 17:21:05+00', '2026-11-26 17:21:05.058541+00', 1, '2026-11-26 17:21:05.068157+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:20.059742+00', NULL),
	('5dd06c012e05c4cca44f4d817b6d02715fe966de', 1035, 'old-work', 'lineside-g2', 'device', 'valid', '\x24f28939e0cf3ba7cce72d8afe1503512175fda51a7f5f8885207f1b0f257343', NULL, '\x867db9708e57875955c7ba1f6e7a712462473483943203164acc8df32c6eea79', '\x308201c53082016ba00302010202145dd06c012e05c4cca44f4d817b6d02715fe966de300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130355a170d3336313132363137323130355a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30363059301306072a8648ce3d020106082a8648ce3d0301070342000426669198f7f5282d60373e04ed89538381fc02b42afb2fef629c90930717c4f870f951aeefb142ddedb7add20e08c6731ae6b3eca25131aa4494fb93e2a173d5a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414673040d6992afc39683da56dca2e1dff934e10e7300a06082a8648ce3d040302034800304502202399b420abf9630973bba24aa26bcbf8dff83890329ae9c9e4237ec70ede6a6c022100d1bf7949d47f70ab30fbb37def6585a69c6cb924efad7377ea1194e65640d782', '2178f6a0143d24f0b4e729a3c64432ad4a61e82894f30df936324ef79f70515a', '2026-11-26 16:21:05+00', '2036-11-26 17:21:05+00', '2026-11-26 17:21:05.208587+00', 1, '2026-11-26 17:21:05.222738+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:20.209114+00', NULL),
	('7f5ae4703d8e00499a03d8f2eef8c8ac21f4789c', 1036, 'old-work', 'lineside-g2', 'device', 'revoked', '\x6712d96c91f3741a354a7c11489eea5081884a86c645da9b0d67556f073478ba', NULL, '\x4a1c690922c4d55cd3b6b370960b9ec5bc56be9baf157863ebff5655b4613f85', '\x308201c43082016ba00302010202147f5ae4703d8e00499a03d8f2eef8c8ac21f4789c300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323130355a170d3336313132363137323130355a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30373059301306072a8648ce3d020106082a8648ce3d03010703420004bfad0ff57dd4f828065e5a8dc5c709ef1693dd8068f0523f5f503bdc005d88fcfec4b7829d0a4d0a47d9c4b9d5d0184567f0d5e29304dea68d9ca688633bf2a3a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414a15bc90d6faae58e02d0fb2576ca33bacab666fb300a06082a8648ce3d04030203470030440220111725634e8507f22952ab7e6460369841036304775d82ac276fbb6c2e9e665e02204e469a311c213e2c79411eff6db73e0b2b8c48f326ce7f553634ce5f3d096a9a', '1a38f486d63c7355389386bca856c38c297052dff55a2665d1db3ab410292b51', '2026-11-26 16:21:05+00', '2036-11-26 17:21:05+00', '2026-11-26 17:21:05.306452+00', 1, '2026-11-26 17:21:05.317283+00', '2026-11-26 17:21:09.354+00', 'keyCompromise', '\x303302147f5ae4703d8e00499a03d8f2eef8c8ac21f4789c170d3236313132363137323130395a300c300a0603551d1504030a0101', 'device', '2026-11-26 17:21:20.306977+00', NULL),
	('5a1fdca6af1fa37a48983db76713871282fe75c3', 1037, 'old-work', 'lineside-g2', 'device', 'valid', '\x713ab2b6ae41e4f8b52c6c613c8718ed39d6c7311a25bd685d2bd1262417417a', NULL, '\xd9857aa4da072121047867f868e528c03a617b21bb27bbde04c5ae68064035a6', '\x308201c63082016ba00302010202145a1fdca6af1fa37a48983db76713871282fe75c3300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363136323131375a170d3336313132363137323131375a302e31163014060355040a0c0d4c696e65736964652044656d6f3114301206035504030c0b4f4c442d574f524b2d30383059301306072a8648ce3d020106082a8648ce3d0301070342000427e5b01e0a0690e0f2a2aa6ea4cbafd0587343fd6c7265f59c8ceae5d20c57d24f9e290ccf083230cd0fad5c17e442e36cf966c5c5f90dfc4a8d8d021ba3762ca3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578301d0603551d0e04160414cc456f121cf3f325e362c43342d689c7d122bab5300a06082a8648ce3d0403020349003046022100fddf6f2c658289b59ce5e0d4e157c9183f1dafd7657f77b79cd0aaddb7e1ae3a022100bfd06be1d44f39414360dd851a9812148bd3d2ede278df88f8752b0c90c3a617', 'b9be1cbe83846367a437310ab9a11f1d46ac1732e7142fd4bd3ce3d3c2cea033', '2026-11-26 16:21:17+00', '2036-11-26 17:21:17+00', '2026-11-26 17:21:17.513982+00', 1, '2026-11-26 17:21:17.522697+00', NULL, NULL, NULL, 'device', '2026-11-26 17:21:32.514832+00', NULL);

INSERT INTO public.crl VALUES
	('lineside-g1', 1795713659, NULL, '2026-11-26 17:20:59+00', '2026-12-03 17:20:59+00', 0, '\xbc36ff73df122fece63a2cc2ae20780764953a3f86f0501ae28d4efcc840689f', '\x3081dd308183020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731170d3236313132363137323035395a170d3236313230333137323035395aa0323030301f0603551d2304183016801441939546c208fa1e7fb5e6e0b518ba99a8a35abe300d0603551d14040602046b086a7b300a06082a8648ce3d0403020349003046022100a3a7064e56a29033038212166717d68fdad3be9b158621454ea4a84fad9329cc022100a31f1cd34e30e6ae46d355a2a13b56ca7777510d2fad0bb7b044e411e7605092'),
	('lineside-g2', 1795713666, 1795713664, '2026-11-26 17:21:06+00', '2026-12-03 17:21:06+00', 3, '\x6b7e3f1424d9f88e42c422eee030c44978c62258dddb4eefaaf3f77c6dee8345', '\x3082018030820125020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363137323130365a170d3236313230333137323130365a30819f3033021442a77075358e2065b595fd1e369e0b21093c1f66170d3236313132363137323130345a300c300a0603551d1504030a0105303302144b6b68b2d0529645d3814df5ca694c14672196dd170d3236313132363137323130345a300c300a0603551d1504030a01053033021460e59a16f939066053baa15f99aa2561317d330b170d3236313132363137323130345a300c300a0603551d1504030a0105a0323030301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578300d0603551d14040602046b086a82300a06082a8648ce3d040302034900304602210093ce882e9a74ae03dcd29af2bba8a68faf583141fd4316f0f4613a0c85d817a0022100ddf2b687ddaffa3a04b3d53cb082772ad7ea32b5a3254628f36acf5b955a20f9'),
	('lineside-g2', 1795713662, NULL, '2026-11-26 17:21:02+00', '2026-12-03 17:21:02+00', 0, '\x9bf896abaeafa7aa0dbc1c6e422c85e041413fc69fe43a09c4bb5a00120f8fdf', NULL),
	('lineside-g2', 1795713669, 1795713666, '2026-11-26 17:21:09+00', '2026-12-03 17:21:09+00', 4, '\xc4c76d6d51892fb02154e36393c330e033981db2f76618dee1367efae341290b', '\x308201b43082015a020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363137323130395a170d3236313230333137323130395a3081d43033021442a77075358e2065b595fd1e369e0b21093c1f66170d3236313132363137323130345a300c300a0603551d1504030a0105303302144b6b68b2d0529645d3814df5ca694c14672196dd170d3236313132363137323130345a300c300a0603551d1504030a01053033021460e59a16f939066053baa15f99aa2561317d330b170d3236313132363137323130345a300c300a0603551d1504030a0105303302147f5ae4703d8e00499a03d8f2eef8c8ac21f4789c170d3236313132363137323130395a300c300a0603551d1504030a0101a0323030301f0603551d230418301680149a5c0b0ba41e908de3489e123e2dab327dd4a578300d0603551d14040602046b086a85300a06082a8648ce3d0403020348003045022100eab5b01f62d6ea2376bcb5ef52336a01ecd7c152f1e059e1b9fd4dc5a9f9bbc2022015bec6fc1f80bb0b9f4eaa7ef85e3612b9ca1202f768525adda34578ba3e3997'),
	('lineside-g2', 1795713664, 1795713662, '2026-11-26 17:21:04+00', '2026-12-03 17:21:04+00', 1, '\x78b09c7b1fa1531ffd76018b49d943acf3c4117e1066b7e53127da0d8c0ecfdb', NULL);

INSERT INTO public.device_key VALUES
	('\x4d981a3e9ee0e73560f2f094b498bec8ede37c2790e14f93990fe4222438e121', 1001, '6ccafb353d53fb9b65095c095fc2fb1de7262235', NULL),
	('\x7ad91d6628493741831172ff5dbe053d4c5bda30f64155c32a6219fc61eae800', 1026, '66239aa1bde5bdb71243fd003a4fa659bebbd54c', NULL),
	('\x6bf929b019cfb260e016c51ea5387e67c280690d3c7fea2122f5bf2f9f7cc376', 1027, '63fd55e1510da16e0769c3aa1e105724153b8053', NULL),
	('\x6c9075976bf16860fc2978c5a828073120dc4473b96f6dd8560ee91809a247a3', 1028, '5e4aeaa2be9f1c793251ab334b692a453b28d09f', NULL),
	('\x24a2c2f3f12a1d2811c04a1f7478ab4e9f9fdd37969025fa2dc9c6e764b977da', 1029, '58af6f6f93343c600bd65a50af0b2915e19456fc', NULL),
	('\x88333d7e9bdc770155e0a9f4772b80dae83cc43f1ee3041064b5e4207da93ed9', 1042, '47f878f4d64ea8626f0a532be07dacd7e046a2d8', NULL),
	('\x84504648b06c719eb04001246dc80a54c7deb84ec884bbdbd8e637f50b8f104a', 1043, '56a8c5775997bcea20292027447dd894b15e19fc', NULL),
	('\xc9e9e760fde8e75284dc8a20b2bd642daffcfb31fabd2046d8582f4960a4a1fd', 1030, '47927d606fb2af32aeb019ab26a0ca6caea4d7e1', NULL),
	('\x4332a948c450289f2f688be807363846c6112b7531665c85e941808de54c85ba', 1031, '42a77075358e2065b595fd1e369e0b21093c1f66', NULL),
	('\x3ff9d6f3460ff7de260e5c251e9329aef213b4e513a4275539ac409c8afdf84c', 1032, '4b6b68b2d0529645d3814df5ca694c14672196dd', NULL),
	('\x70835bea195ad69f5da1990ed36cb016704e05789cfaf1b8e5cca26f8ed70c4d', 1032, '67a892541567018743ccfb3acd55af259c93e8a3', NULL),
	('\x3b532a071d4a6e48f650e84d153318c06aeb5fbb57b0da9266f7026f1188aa78', 1033, '60e59a16f939066053baa15f99aa2561317d330b', NULL),
	('\xbdebc19b1a459397242dbb172ef6ba7884b155e126eda084d42f87746608c68d', 1034, '480b46c1c8221d60ad49802c0e496773aadb9fda', NULL),
	('\xc3dd4a33be2381d5943295a83f1b5364aee731b1ed0bcb2c2e3aef21974951d1', 1035, '5dd06c012e05c4cca44f4d817b6d02715fe966de', NULL),
	('\x524b7240aeaad67df61961dd1dd414a7fd2dd3b076f8fa43790b8580ee61d84d', 1036, '7f5ae4703d8e00499a03d8f2eef8c8ac21f4789c', '2026-11-26 17:21:09.354+00'),
	('\x1feafb64c0929d29cc19c30c775ce2dc8c87a7b66f0fcf6df079788ce6c33446', 1037, '5a1fdca6af1fa37a48983db76713871282fe75c3', NULL);

INSERT INTO public.idempotency VALUES
	('key:d245e2268449', 'line-once', '\x490439a36c3e0cf29403f6f4ec486506eb176d8332bf516e01b1ccfbe02f695d', 201, '{"id": "old-line", "name": "Hall 2"}', 1, '2026-11-26 17:21:03.035014+00', '2026-11-26 17:21:13.035123+00', 0),
	('key:d245e2268449', 'make-old-work', '\xa5e4a35fbe2ce8f2f4ff88179dfb407cbd6f9a82bfc0ed3d92b87c2d5f855bb1', 201, '{"id": "old-work", "line": "old-line", "state": "planned", "units": {"total": 9, "failed": 0, "passed": 0, "claimed": 0, "planned": 9, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "sensor", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 9, "warnings": [], "authority": "Lineside", "createdAt": "2026-11-26T17:21:03.143Z", "releasedAt": null, "releasedBy": null, "stateSince": "2026-11-26T17:21:03.143Z", "stateReason": null, "certificates": {"used": 0, "quota": 9}}', 1, '2026-11-26 17:21:03.124658+00', '2026-11-26 17:21:13.124766+00', 0),
	('key:591e8b181c13', 'cert-1', '\xa1a62926662b12a88e965af04237949f1e70813382104111c3395bcedcbf5837', 201, '{"chain": "-----BEGIN CERTIFICATE-----\nMIIBpzCCAU6gAwIBAgIUZmTy6h8Pz4b7l/QzLMxIB2AiXLowCgYIKoZIzj0EAwIw\nIDEeMBwGA1UEAwwVTGluZXNpZGUgRGV2aWNlIENBIEcyMB4XDTI2MTEyNTE3MjEw\nMVoXDTQ2MTEyNjAwMDAwMFowIDEeMBwGA1UEAwwVTGluZXNpZGUgRGV2aWNlIENB\nIEcyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEm08B9Q+b8cHnq6dhJJoTI/X8\nmMi6TymamXs8SJAyjMrm7d6vPXCwi2bVkMhdaFKLv9pZSKOzFtV7AD7FhQnBVaNm\nMGQwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHwYDVR0jBBgw\nFoAUmlwLC6QekI3jSJ4SPi2rMn3UpXgwHQYDVR0OBBYEFJpcCwukHpCN40ieEj4t\nqzJ91KV4MAoGCCqGSM49BAMCA0cAMEQCIAJrgFLFzEpoGzy+6ph7VEdlpAjCC/Gs\nxhU6o1OGg7PEAiAzmj8qlQBrjEB2v6lQiuXoNtux4YrIbK2WVdpckoQrFg==\n-----END CERTIFICATE-----\n", "notAfter": "2036-11-26T17:21:03.000Z", "authority": "lineside-g2", "endpoints": [{"host": "a516a1da3768fa-ats.iot.eu-west-1.amazonaws.com", "port": 8970, "region": "eu-west-1", "target": "sandbox-111111111111-eu-west-1", "accountId": "111111111111"}, {"host": "ab5ba80a60c95b-ats.iot.us-east-1.amazonaws.com", "port": 8970, "region": "us-east-1", "target": "sandbox-222222222222-us-east-1", "accountId": "222222222222"}], "thingName": "OLD-DIRECT-01", "certificate": "-----BEGIN CERTIFICATE-----\nMIIBxzCCAW2gAwIBAgIUR/h49NZOqGJvClMr4H2s1+BGotgwCgYIKoZIzj0EAwIw\nIDEeMBwGA1UEAwwVTGluZXNpZGUgRGV2aWNlIENBIEcyMB4XDTI2MTEyNjE2MjEw\nM1oXDTM2MTEyNjE3MjEwM1owMDEWMBQGA1UECgwNTGluZXNpZGUgRGVtbzEWMBQG\nA1UEAwwNT0xELURJUkVDVC0wMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPE7\n3rAqZA6KD+m7N9gGuJxS8W/BbnBCVJ2poXmWrgw+WIQZsOJLM3W+4G4YPbEwThpc\naHwvwxhDsyIqlvNNSPujdTBzMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeA\nMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB8GA1UdIwQYMBaAFJpcCwukHpCN40ieEj4t\nqzJ91KV4MB0GA1UdDgQWBBRe9LI8E6rH5TGNARj1dQ+bW1O3SjAKBggqhkjOPQQD\nAgNIADBFAiAspfPmjPcvAnW5HIiUk6D2G6cH8SZAKBNd/ltvG28BlwIhAJtmzq0T\n5HryEwb8N/5j3h+MgMlLoOBjs3qs/MVbzALG\n-----END CERTIFICATE-----\n", "fingerprint": "d9ea7068e1c213eec7acd73d60aa127b8119adda98275779f62a856448fc1b3c", "certificateId": "d9ea7068e1c213eec7acd73d60aa127b8119adda98275779f62a856448fc1b3c"}', 1, '2026-11-26 17:21:03.493202+00', '2026-11-26 17:21:13.496039+00', 0),
	('key:5d4aafa43ebd', 'key-once', '\x41aee5652b7942e4b9bbd4e0904c91fcc8efb46675966cc232f0860479c7da24', 201, '{"id": "4bc2772eda09", "name": "shift lead", "role": "operator", "station": null}', 1, '2026-11-26 17:21:09.385311+00', '2026-11-26 17:21:19.385379+00', 0);

INSERT INTO public.installed_rules VALUES
	(1, 'd217ba53a41ed850f94d3b65305b1123738abbc2911a07cac205f1e56e61ac93');

INSERT INTO public.issuing_verdict VALUES
	('demo', 'lineside-g1', true, '', '2026-11-26 17:20:58.745296+00'),
	('golden-1', 'lineside-g1', true, '', '2026-11-26 17:20:59.067801+00'),
	('sim-20261126-172100', 'lineside-g1', true, '', '2026-11-26 17:21:00.77725+00'),
	('demo', 'lineside-g2', true, '', '2026-11-26 17:21:02.114496+00'),
	('golden-1', 'lineside-g2', true, '', '2026-11-26 17:21:02.114496+00'),
	('sim-20261126-172100', 'lineside-g2', true, '', '2026-11-26 17:21:02.114496+00'),
	('old-work', 'lineside-g1', true, '', '2026-11-26 17:21:03.143345+00'),
	('old-work', 'lineside-g2', true, '', '2026-11-26 17:21:03.143345+00'),
	('old-held', 'lineside-g1', true, '', '2026-11-26 17:21:03.195857+00'),
	('old-held', 'lineside-g2', true, '', '2026-11-26 17:21:03.195857+00'),
	('old-direct', 'lineside-g1', true, '', '2026-11-26 17:21:03.259519+00'),
	('old-direct', 'lineside-g2', true, '', '2026-11-26 17:21:03.259519+00'),
	('old-planned', 'lineside-g1', true, '', '2026-11-26 17:21:03.2969+00'),
	('old-planned', 'lineside-g2', true, '', '2026-11-26 17:21:03.2969+00'),
	('old-cancelled', 'lineside-g1', true, '', '2026-11-26 17:21:03.323846+00'),
	('old-cancelled', 'lineside-g2', true, '', '2026-11-26 17:21:03.323846+00'),
	('old-closed', 'lineside-g1', true, '', '2026-11-26 17:21:03.369105+00'),
	('old-closed', 'lineside-g2', true, '', '2026-11-26 17:21:03.369105+00');

INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(2, 2, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(3, 3, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(4, 4, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(5, 5, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(6, 6, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(7, 7, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(8, 8, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(9, 9, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(10, 10, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:58.802872+00', 0, 0, NULL, NULL, NULL),
	(1002, 1002, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1003, 1003, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1004, 1004, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1005, 1005, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1006, 1006, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1007, 1007, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1008, 1008, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1009, 1009, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1010, 1010, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1011, 1011, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1012, 1012, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1013, 1013, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1014, 1014, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1015, 1015, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1016, 1016, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1017, 1017, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1018, 1018, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1019, 1019, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1020, 1020, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1021, 1021, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1022, 1022, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1023, 1023, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1024, 1024, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1025, 1025, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.127164+00', 0, 0, NULL, NULL, NULL),
	(1001, 1001, 'golden-1', 'golden', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:20:59.955+00', 0, 0, NULL, NULL, NULL),
	(1026, 1026, 'sim-20261126-172100', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:01.489+00', 0, 0, NULL, NULL, NULL),
	(1027, 1027, 'sim-20261126-172100', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:01.772+00', 0, 0, NULL, NULL, NULL),
	(1028, 1028, 'sim-20261126-172100', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:02.128+00', 0, 0, NULL, NULL, NULL),
	(1029, 1029, 'sim-20261126-172100', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:02.632+00', 0, 0, NULL, NULL, NULL),
	(1038, 1038, 'old-work', 'old-line', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.179578+00', 0, 0, NULL, NULL, NULL),
	(1039, 1039, 'old-held', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.21419+00', 0, 0, NULL, NULL, NULL),
	(1040, 1040, 'old-held', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.21419+00', 0, 0, NULL, NULL, NULL),
	(1041, 1041, 'old-held', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.21419+00', 0, 0, NULL, NULL, NULL),
	(1042, 1042, 'old-direct', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.276996+00', 0, 0, NULL, NULL, NULL),
	(1043, 1043, 'old-direct', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.276996+00', 0, 0, NULL, NULL, NULL),
	(1044, 1044, 'old-direct', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.276996+00', 0, 0, NULL, NULL, NULL),
	(1045, 1045, 'old-direct', 'old-line-2', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.276996+00', 0, 0, NULL, NULL, NULL),
	(1046, 1051, 'old-closed', 'old-line-2', 'cancelled', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.411+00', 0, 0, NULL, NULL, NULL),
	(1047, 1052, 'old-closed', 'old-line-2', 'cancelled', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:03.411+00', 0, 0, NULL, NULL, NULL),
	(1030, 1030, 'old-work', 'old-line', 'passed', 1, NULL, NULL, 'flash', 0.4, '{"block": 12}', '2026-11-26 17:21:04.301+00', 0, 0, NULL, NULL, NULL),
	(1031, 1031, 'old-work', 'old-line', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:04.427+00', 0, 0, NULL, NULL, NULL),
	(1032, 1032, 'old-work', 'old-line', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:04.608+00', 0, 0, NULL, NULL, NULL),
	(1048, 1032, 'old-work', 'old-line', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:04.765+00', 0, 0, NULL, NULL, 1032),
	(1033, 1033, 'old-work', 'old-line', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:04.867+00', 0, 0, NULL, NULL, NULL),
	(1034, 1034, 'old-work', 'old-line', 'cancelled', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:05.108+00', 0, 1, NULL, NULL, NULL),
	(1035, 1035, 'old-work', 'old-line', 'queued', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:05.236+00', 0, 0, NULL, NULL, NULL),
	(1036, 1036, 'old-work', 'old-line', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 17:21:05.325+00', 0, 0, NULL, NULL, NULL),
	(1037, 1037, 'old-work', 'old-line', 'leased', 1, 'old-station', '2', 'flash', 0.4, '{"block": 12}', '2026-11-26 17:21:17.56+00', 0, 0, NULL, NULL, NULL);

INSERT INTO public.job_tally OVERRIDING SYSTEM VALUE VALUES
	(20, 'old-line-2', 'cancelled', 2),
	(21, 'golden', 'passed', 1),
	(22, 'old-line', 'passed', 3),
	(23, 'old-line', 'failed', 3),
	(24, 'old-line', 'cancelled', 1),
	(25, 'sim', 'passed', 4);

INSERT INTO public.kysely_migration VALUES
	('0001_first_tables', '2026-11-26T17:20:55.559Z'),
	('0002_revocation', '2026-11-26T17:20:55.598Z'),
	('0003_issuance_steps', '2026-11-26T17:20:55.618Z'),
	('0004_issuance_plans', '2026-11-26T17:20:55.619Z'),
	('0005_one_log', '2026-11-26T17:20:55.722Z'),
	('0006_device_keys', '2026-11-26T17:20:55.754Z'),
	('0007_checkpoints', '2026-11-26T17:20:55.780Z'),
	('0008_authorities_and_lists', '2026-11-26T17:20:55.806Z'),
	('0009_leases_of_requests', '2026-11-26T17:20:55.809Z'),
	('0010_line_work', '2026-11-26T17:20:55.849Z'),
	('0011_orders_and_units', '2026-11-26T17:20:55.859Z'),
	('0013_access', '2026-11-26T17:20:55.862Z'),
	('0014_log_counts', '2026-11-26T17:20:55.873Z'),
	('0015_released_by', '2026-11-26T17:20:55.874Z');

INSERT INTO public.kysely_migration_lock VALUES
	('migration_lock', 0);

INSERT INTO public.late_report OVERRIDING SYSTEM VALUE VALUES
	(1, 1035, 1, 'key:180965944d98', '{"kind": "result", "outcome": "FAIL", "failureCode": "after-the-end"}', '2026-11-26 17:21:05.250778+00');

INSERT INTO public.ledger_identity VALUES
	(1, '4cdbff77-5439-486f-a6b0-8083ad7943e0', 0, NULL, NULL, NULL, NULL);

INSERT INTO public.line VALUES
	('line-1', 'line-1', '2026-11-26 17:20:58.633968+00'),
	('golden', 'golden', '2026-11-26 17:20:58.6372+00'),
	('sim', 'Simulation', '2026-11-26 17:21:00.703604+00'),
	('old-line', 'Hall 2', '2026-11-26 17:21:03.036802+00'),
	('old-line-2', 'Hall 2, line 2', '2026-11-26 17:21:03.059518+00');

INSERT INTO public.log_count VALUES
	('target.created', 3),
	('authority.activated', 2),
	('line.created', 5),
	('station.created', 4),
	('work-order.cancelled', 1),
	('work-order.held', 1),
	('work-order.closed', 1),
	('work-order.created', 9),
	('work-order.raised', 1),
	('work-order.released', 7),
	('unit.reworked', 1),
	('unit.registered', 10),
	('unit.scrapped', 1),
	('unit.quarantined', 1),
	('job.released', 1),
	('unit.certificate-suspended', 2),
	('job.late-report', 1),
	('job.result', 12),
	('access.key-created', 9),
	('access.key-revoked', 2),
	('authority.planned', 3),
	('certificate.revoked', 4),
	('authority.generated', 3),
	('unit.certificate-revoked', 8),
	('crl.published', 5),
	('authority.registered', 3),
	('registration.in-sync', 9),
	('job.claimed', 14),
	('certificate.issued', 16),
	('certificate.reserved', 16);

INSERT INTO public.log_index VALUES
	(0, 1),
	(1, 2),
	(2, 3),
	(3, 4),
	(4, 5),
	(5, 6),
	(6, 7),
	(7, 8),
	(8, 9),
	(9, 10),
	(10, 11),
	(11, 12),
	(12, 13),
	(13, 14),
	(14, 15),
	(15, 16),
	(16, 17),
	(17, 18),
	(18, 19),
	(19, 20),
	(20, 21),
	(21, 22),
	(22, 23),
	(23, 24),
	(24, 25),
	(25, 26),
	(26, 27),
	(27, 28),
	(28, 29),
	(29, 30),
	(30, 31),
	(31, 32),
	(32, 33),
	(33, 34),
	(34, 35),
	(35, 36),
	(36, 37),
	(37, 38),
	(38, 39),
	(39, 40),
	(40, 41),
	(41, 42),
	(42, 43),
	(43, 44),
	(44, 45),
	(45, 46),
	(46, 47),
	(47, 48),
	(48, 49),
	(49, 50),
	(50, 51),
	(51, 52),
	(52, 53),
	(53, 54),
	(54, 55),
	(55, 56),
	(56, 57),
	(57, 58),
	(58, 59),
	(59, 60),
	(60, 61),
	(61, 62),
	(62, 63),
	(63, 64),
	(64, 65),
	(65, 66),
	(66, 67),
	(67, 68),
	(68, 69),
	(69, 70),
	(70, 71),
	(71, 72),
	(72, 73),
	(73, 74),
	(74, 75),
	(75, 76),
	(76, 77),
	(77, 78),
	(78, 79),
	(79, 80),
	(80, 81),
	(81, 82),
	(82, 83),
	(83, 84),
	(84, 85),
	(85, 86),
	(86, 87),
	(87, 88),
	(88, 89),
	(89, 90),
	(90, 91),
	(91, 92),
	(92, 93),
	(93, 94),
	(94, 95),
	(95, 96),
	(96, 97),
	(97, 98),
	(98, 99),
	(99, 100);
INSERT INTO public.log_index VALUES
	(100, 101),
	(101, 102),
	(102, 103),
	(103, 104),
	(104, 105),
	(105, 106),
	(106, 107),
	(107, 108),
	(108, 109),
	(109, 110),
	(110, 111),
	(111, 112),
	(112, 113),
	(113, 114),
	(114, 115),
	(115, 116),
	(116, 117),
	(117, 118),
	(118, 119),
	(119, 120),
	(120, 121),
	(121, 122),
	(122, 123),
	(123, 124),
	(124, 125),
	(125, 126),
	(126, 127),
	(127, 128),
	(128, 129),
	(129, 130),
	(130, 131),
	(131, 132),
	(132, 133),
	(133, 134),
	(134, 135),
	(135, 136),
	(136, 137),
	(137, 138),
	(138, 139),
	(139, 140),
	(140, 141),
	(141, 142),
	(142, 143),
	(143, 144),
	(144, 145),
	(145, 146),
	(146, 147),
	(147, 148),
	(148, 149),
	(149, 150),
	(150, 151),
	(151, 152),
	(152, 153),
	(153, 154),
	(154, 155);

INSERT INTO public.log_leaf VALUES
	(1, '2026-11-26 17:20:56.291+00', 'system', 'access.key-created', 'key:5d4aafa43ebd', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35362e3239315a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22356434616166613433656264222c226e616d65223a22626f6f747374726170222c22726f6c65223a2261646d696e222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a356434616166613433656264227d', '\xb2061492576ae02a27023d06857906676364c5aa6a87d377eb45ab46be675c50', false),
	(2, '2026-11-26 17:20:56.302+00', 'system', 'access.key-created', 'key:d245e2268449', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35362e3330325a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22643234356532323638343439222c226e616d65223a22626f6f747374726170222c22726f6c65223a226d616e61676572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a643234356532323638343439227d', '\xd757adf485f7e1bca5cebde4ef7976ccc5f47b724359240a2cb449d2a145b3b5', false),
	(3, '2026-11-26 17:20:56.313+00', 'system', 'access.key-created', 'key:2f07be0c0895', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35362e3331335a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22326630376265306330383935222c226e616d65223a22626f6f747374726170222c22726f6c65223a226f666669636572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a326630376265306330383935227d', '\xde22149f01f1c77868a9e69f1a4c56e8a5629b210028b81dce1e015ece011798', false),
	(4, '2026-11-26 17:20:56.328+00', 'system', 'access.key-created', 'key:591e8b181c13', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35362e3332385a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22353931653862313831633133222c226e616d65223a22626f6f747374726170222c22726f6c65223a22697373756572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a353931653862313831633133227d', '\x965c50ce0a7c52bd25b02c7a8758b29266d37702c597d33373134286030de085', false),
	(5, '2026-11-26 17:20:57.323+00', 'key:2f07be0c0895', 'target.created', 'target:sandbox-111111111111-eu-west-1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35372e3332335a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22313131313131313131313131222c226d6f6465223a22534e495f4f4e4c59222c226e616d65223a2273616e64626f782d3131313131313131313131312d65752d776573742d31222c22726567696f6e223a2265752d776573742d31227d2c227375626a656374223a227461726765743a73616e64626f782d3131313131313131313131312d65752d776573742d31227d', '\x3843efd85c3ce8c7d0461f2f42eb1ec8d43b40db88ea1c661d85d05b023516e8', false),
	(6, '2026-11-26 17:20:57.384+00', 'key:2f07be0c0895', 'target.created', 'target:sandbox-222222222222-us-east-1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35372e3338345a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22323232323232323232323232222c226d6f6465223a22534e495f4f4e4c59222c226e616d65223a2273616e64626f782d3232323232323232323232322d75732d656173742d31222c22726567696f6e223a2275732d656173742d31227d2c227375626a656374223a227461726765743a73616e64626f782d3232323232323232323232322d75732d656173742d31227d', '\xcaab42ea8d72b778e84661bf9dbf7c340f894402ec921ca857fe273f2ce63d45', false),
	(7, '2026-11-26 17:20:57.448+00', 'key:2f07be0c0895', 'target.created', 'target:sandbox-111111111111-eu-central-1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35372e3434385a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22313131313131313131313131222c226d6f6465223a2244454641554c54222c226e616d65223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c22726567696f6e223a2265752d63656e7472616c2d31227d2c227375626a656374223a227461726765743a73616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d', '\x65bd55d1ac028bba19296c6ebf15016c0e9a4b53787196cd3fdd8ec9b1b758d1', false),
	(8, '2026-11-26 17:20:57.56+00', 'key:2f07be0c0895', 'authority.planned', 'authority:lineside-g1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35372e3536305a222c226576656e74223a22617574686f726974792e706c616e6e6564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6731222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67312d3363316363353530222c226b657954797065223a22502d323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x1610530906332c34697cd27acbd38f114aa6824635899eb6fb54d3e75aecdfab', false),
	(9, '2026-11-26 17:20:57.812+00', 'key:2f07be0c0895', 'authority.generated', 'authority:lineside-g1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35372e3831325a222c226576656e74223a22617574686f726974792e67656e657261746564222c226661637473223a7b2266696e6765727072696e74223a2235623338616361643964643662356163343162313535346334633732633639346632613033396231323432353836623364663130643038303832336233306134222c2268736d223a22536f667448534d2070726f6a65637420536f667448534d207632222c226964223a226c696e65736964652d6731222c226b65794964223a2233346433222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67312d3363316363353530222c226b657954797065223a22502d323536222c2270726f64756374696f6e223a66616c73652c227369676e6174757265416c676f726974686d223a2265636473612d776974682d534841323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x6bef4b1407303c537c7bf565b3b4ca87f698987f075eea2e3a71f67002378d64', false),
	(10, '2026-11-26 17:20:58.302+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35382e3330325a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235623338616361643964643662356163343162313535346334633732633639346632613033396231323432353836623364663130643038303832336233306134222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x94c6961b9827444a9cf179279c97d8b59bdf8d9dabd19875a79845ad4e1c2d82', false),
	(11, '2026-11-26 17:20:58.343+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35382e3334335a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235623338616361643964643662356163343162313535346334633732633639346632613033396231323432353836623364663130643038303832336233306134222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\xd3a52ca1046f2ba935785ebfd328c01b67039a70d3d323fa65bfcacfaf34431f', false),
	(12, '2026-11-26 17:20:58.376+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35382e3337365a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235623338616361643964643662356163343162313535346334633732633639346632613033396231323432353836623364663130643038303832336233306134222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x83361f3f38e9cf711be9fe4b3561e69b1634f9637701270e0dc571b728309997', false),
	(13, '2026-11-26 17:20:58.383+00', 'system', 'authority.registered', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35382e3338335a222c226576656e74223a22617574686f726974792e72656769737465726564222c226661637473223a7b226964223a226c696e65736964652d6731222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x25643e09872fabe5e5f94eab3f99df85c5405240df8dc19d43c7027869eb36af', false),
	(14, '2026-11-26 17:20:58.612+00', 'key:2f07be0c0895', 'authority.activated', 'authority:lineside-g1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32303a35382e3631325a222c226576656e74223a22617574686f726974792e616374697661746564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6731222c227265706c61636573223a6e756c6c2c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x4e13780ca3ae972b9c5794b5cc36da624ee0d54b9ecc07ec9256b9d81e96d920', false),
	(15, '2026-11-26 17:20:58.635+00', 'key:d245e2268449', 'line.created', 'line:line-1', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3633355a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a226c696e652d31227d2c227375626a656374223a226c696e653a6c696e652d31227d', '\x63ac2c4edcaa339e9a014dde481a7f5da53bac8aace032229b3a8fe4418c1865', false),
	(16, '2026-11-26 17:20:58.639+00', 'key:d245e2268449', 'line.created', 'line:golden', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3633395a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a22676f6c64656e227d2c227375626a656374223a226c696e653a676f6c64656e227d', '\x0f58ee8783775d7e622e2b39615e1f799f86d727a9f74ca466f8bf92449c1287', false),
	(17, '2026-11-26 17:20:58.656+00', 'key:d245e2268449', 'station.created', 'station:station-1', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3635365a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273746174696f6e2d31222c226c696e65223a226c696e652d31222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73746174696f6e2d31227d', '\xeadb4d1c3f0f2c7c6781947569bd71e683fcbbfa3dc5cceccfe9fcf5c771c496', false),
	(18, '2026-11-26 17:20:58.662+00', 'key:d245e2268449', 'station.created', 'station:golden', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3636325a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a22676f6c64656e222c226c696e65223a22676f6c64656e222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a676f6c64656e227d', '\xc1bd05602c0c1f8284aada9eb7785e2e83f5d8202026ff86cb0fee01c7c6cdba', false),
	(19, '2026-11-26 17:20:58.681+00', 'key:d245e2268449', 'access.key-created', 'key:c533adcee810', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3638315a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22633533336164636565383130222c226e616d65223a2273746174696f6e2d31222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a226b65793a633533336164636565383130227d', '\xf8ef63fe78a832cdda0890655eb7ff2f8daa0c4e24519164c939fc5d349d8fc2', false),
	(20, '2026-11-26 17:20:58.701+00', 'key:d245e2268449', 'access.key-created', 'key:01acddaa2b0b', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3730315a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22303161636464616132623062222c226e616d65223a22676f6c64656e222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a22676f6c64656e227d2c227375626a656374223a226b65793a303161636464616132623062227d', '\x644fa8d35c8a279f16c530dd0d71d3237ea2cc7d3ff1b884b8c99cd49bd5f9b0', false),
	(21, '2026-11-26 17:20:58.777+00', 'key:d245e2268449', 'work-order.created', 'work-order:demo', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3737375a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a2264656d6f222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2264656d6f2d646576696365222c227175616e74697479223a313030302c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a64656d6f227d', '\x64df7db06e1da4b56cfa0d82bce58399932c69d0847068f0ed8bc9826df69e72', false),
	(22, '2026-11-26 17:20:58.906+00', 'key:d245e2268449', 'work-order.released', 'work-order:demo', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35382e3930365a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a2264656d6f222c226f6e6548616e64223a5b2273746174696f6e2d31225d2c22756e697473223a313030307d2c227375626a656374223a22776f726b2d6f726465723a64656d6f227d', '\xcd973cc069c64375106354b0e7f33d477ea120a5111376518763f80c134dd319', false),
	(23, '2026-11-26 17:20:59.093+00', 'key:d245e2268449', 'work-order.created', 'work-order:golden-1', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35392e3039335a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a22676f6c64656e2d31222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a22676f6c64656e2d756e6974222c227175616e74697479223a32352c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a676f6c64656e2d31227d', '\xeb6dfc8088bf7da90cbb6f782282b2170aa17ce56a7069d0ba259f241dbe05c1', false),
	(24, '2026-11-26 17:20:59.142+00', 'key:d245e2268449', 'work-order.released', 'work-order:golden-1', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32303a35392e3134325a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a22676f6c64656e2d31222c226f6e6548616e64223a5b22676f6c64656e225d2c22756e697473223a32357d2c227375626a656374223a22776f726b2d6f726465723a676f6c64656e2d31227d', '\x1dd2dd9c8ecf86f5fe057f48311c91672faa25771bb178a01e3be806a5a2cb6c', false),
	(25, '2026-11-26 17:20:59.186+00', 'key:01acddaa2b0b', 'job.claimed', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a303161636464616132623062222c226174223a22323032362d31312d32365431373a32303a35392e3138365a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313030312c2273657269616c223a22474f4c44454e2d312d303031222c22736c6f74223a2231222c2273746174696f6e223a22676f6c64656e227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\xf0081664a80dd43814a49b2a2c3eceba80343c103262cd50144495f076c57739', false),
	(26, '2026-11-26 17:20:59.282+00', 'key:01acddaa2b0b', 'certificate.reserved', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a303161636464616132623062222c226174223a22323032362d31312d32365431373a32303a35392e3238325a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236636361666233353364353366623962363530393563303935666332666231646537323632323335222c2273706b69536861323536223a2235643838653061353538336530383439626162396431343566353033656333366263353531376132343839623836396135346564663862326664386332386236222c22746273536861323536223a2234386332396434666131326161363630623631636130656532336230653731396263373366336563663766336334666133373830643335363736333762626530222c22756e6974223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x61b5a6aaac34bfa16e6f3c0efaaec7c2fda9978821abb92f43395fd7c042145f', false),
	(27, '2026-11-26 17:20:59.306+00', 'key:01acddaa2b0b', 'certificate.issued', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a303161636464616132623062222c226174223a22323032362d31312d32365431373a32303a35392e3330365a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2231656436333332303964303663663465333831656233383466316463313135346230333733643736386231393166323466623436316635316239363535633239222c2273657269616c4e756d626572223a2236636361666233353364353366623962363530393563303935666332666231646537323632323335222c22756e6974223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x91ecb2a55f4542921e51b0bd2dfa1fa6ddd38a5fe0cc8de29add0d6c7d754726', false),
	(29, '2026-11-26 17:20:59.96+00', 'key:01acddaa2b0b', 'job.result', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a303161636464616132623062222c226174223a22323032362d31312d32365431373a32303a35392e3936305a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313030312c226f7574636f6d65223a2250415353222c2273657269616c223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x2bcc456614709c63d3cae4882b0c9f18e7a39047b919c6f1575d87da74052ae4', false),
	(30, '2026-11-26 17:21:00.707+00', 'key:d245e2268449', 'line.created', 'line:sim', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30302e3730375a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a2273696d227d2c227375626a656374223a226c696e653a73696d227d', '\x28d8a59def34913e660672b2e570892576f71984453cd6339d63ad3f13b57260', false),
	(32, '2026-11-26 17:21:00.839+00', 'key:d245e2268449', 'work-order.released', 'work-order:sim-20261126-172100', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30302e3833395a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a2273696d2d32303236313132362d313732313030222c226f6e6548616e64223a5b5d2c22756e697473223a347d2c227375626a656374223a22776f726b2d6f726465723a73696d2d32303236313132362d313732313030227d', '\x57d791233504cf52d166af45937c85490d676a8c56a263efcd7414a228210ab0', false),
	(33, '2026-11-26 17:21:00.886+00', 'key:d245e2268449', 'station.created', 'station:sim-001', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30302e3838365a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273696d2d303031222c226c696e65223a2273696d222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73696d2d303031227d', '\xdea160a890244ea67905ad38fbba068780996a1219d9b441ee96cb1a6ca8abfe', false),
	(34, '2026-11-26 17:21:00.905+00', 'key:d245e2268449', 'access.key-created', 'key:1e08127eaf79', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30302e3930355a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22316530383132376561663739222c226e616d65223a2273696d2d303031222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a226b65793a316530383132376561663739227d', '\xad6d1e0020c61ab1ee9994e3b509328ec39b8cf5c682f222685bc0a9c386fe73', false),
	(35, '2026-11-26 17:21:00.94+00', 'key:1e08127eaf79', 'job.claimed', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30302e3934305a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032362c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303031222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\x64715624254d381e7b1f645a72fe77386643c8e519f702c77179435d28ca155a', false),
	(36, '2026-11-26 17:21:00.981+00', 'key:1e08127eaf79', 'certificate.reserved', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30302e3938315a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236363233396161316264653562646237313234336664303033613466613635396265626264353463222c2273706b69536861323536223a2263366233666239346236356337373063666437633935393466343536666162646665653639383134333564356635373138313737353561363662656439613564222c22746273536861323536223a2238363963303332653961623561343839396638323762346431623237653834663536616239626561326138343434396161663766643836653835303663356465222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\x4ff7f9402659d08f8b88bdc8b1b86aa7f7d31c5f5cd5f2ae200a5e2abb2db1eb', false),
	(37, '2026-11-26 17:21:00.994+00', 'key:1e08127eaf79', 'certificate.issued', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30302e3939345a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2235303766633135343336646461623533353732386131383263633464396463356333636237366564376136666662393261616134623836636164386566373261222c2273657269616c4e756d626572223a2236363233396161316264653562646237313234336664303033613466613635396265626264353463222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\xebea18a23792336ab8f49c7a644428b775997dc6825f6e004bb05b6f1c4e7732', false),
	(38, '2026-11-26 17:21:01.493+00', 'key:1e08127eaf79', 'job.result', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3439335a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032362c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\xc69e912d874c2a4fb37200e68df34c25976ac8219cdeeb809ea2eb024ef34d47', false),
	(39, '2026-11-26 17:21:01.518+00', 'key:1e08127eaf79', 'job.claimed', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3531385a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032372c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303032222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\xf29f6e621e32ece125905cb0c0b817dc9fe05443fa6ee2d0240a849b896a0169', false),
	(40, '2026-11-26 17:21:01.533+00', 'key:1e08127eaf79', 'certificate.reserved', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3533335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236336664353565313531306461313665303736396333616131653130353732343135336238303533222c2273706b69536861323536223a2239646364653164653461363336333231346163656436663166613466336130383863623336303634646330303833643362643234346337376538323035646566222c22746273536861323536223a2230663130633735343237643364346333303263666635333765613533316166366137336436643333616362383361613432653830653661646130393363353034222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\x29727913ecb1f182bfc35402f81424ff05be397028e9b072f871f36cdd47f74c', false),
	(41, '2026-11-26 17:21:01.541+00', 'key:1e08127eaf79', 'certificate.issued', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3534315a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2232313062313864636462356333376331346665356139623266323062343262623536373134306262656566356235656631653963666363373737366635326562222c2273657269616c4e756d626572223a2236336664353565313531306461313665303736396333616131653130353732343135336238303533222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\x3645349bb5bdada48b863f858b7ea37724a9b4797da3d6588be9051502f4d568', false),
	(42, '2026-11-26 17:21:01.775+00', 'key:1e08127eaf79', 'job.result', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3737355a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032372c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\x6805ff3a296f5adabfcce4c1eced230afca98df76d45769f95b4618b3b1ccd00', false),
	(43, '2026-11-26 17:21:01.806+00', 'key:1e08127eaf79', 'job.claimed', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3830365a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032382c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303033222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\x713fb2bad473cd1032aea4ecac405d7fa38bf1e0e137b165c040aea056775456', false),
	(44, '2026-11-26 17:21:01.81+00', 'key:2f07be0c0895', 'authority.planned', 'authority:lineside-g2', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30312e3831305a222c226576656e74223a22617574686f726974792e706c616e6e6564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6732222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67322d3337306432376132222c226b657954797065223a22502d323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xa0813becb2860636f7d3c3832c56fda6fd07da5b3e57ed6c75d685e021e4ba28', false),
	(28, '2026-11-26 17:20:59.506+00', 'system', 'crl.published', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32303a35392e3530365a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22656e7472696573223a302c226e657874557064617465223a22323032362d31322d30335431373a32303a35392e3030305a222c226e756d626572223a313739353731333635392c22736861323536223a2262633336666637336466313232666563653633613263633261653230373830373634393533613366383666303530316165323864346566636338343036383966222c2274686973557064617465223a22323032362d31312d32365431373a32303a35392e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x492e2bfb9f3c2f9a9c85f84df6a5da9fe1d49a926ec874be2431fd17a3e66168', false),
	(50, '2026-11-26 17:21:02.134+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3133345a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2238363031613039356638316331613733313236386263313266333363616533366136393339333539356232376662623238343062633136356536643436356462222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x1ef0432ff2ec2776c6cdbffa28b98617dfca6a336535e3e7386819ffd4a95ef9', false),
	(52, '2026-11-26 17:21:02.14+00', 'system', 'authority.registered', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3134305a222c226576656e74223a22617574686f726974792e72656769737465726564222c226661637473223a7b226964223a226c696e65736964652d6732222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xe9aff199063b90d6630326bcb9129c47a150642489e12c218961da4096e46a0c', false),
	(96, '2026-11-26 17:21:04.569+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-02', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3536395a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2261643564366534636238333264653731656361623365306463383434663237323332393461613536376663623830366435643533666430316366343165643464222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3032222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\x7015b4bbfe7f7eeaf9b8362d7523ce0dca8d9c4539b77d6b48e479b9ff480dac', false),
	(110, '2026-11-26 17:21:04.878+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3837385a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2235303766633135343336646461623533353732386131383263633464396463356333636237366564376136666662393261616134623836636164386566373261222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303031222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\x4f766bc0655c9c213740c5c865833cd64c85372d1c6b77c730cfbcda4c69c134', false),
	(112, '2026-11-26 17:21:04.889+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3838395a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2232313062313864636462356333376331346665356139623266323062343262623536373134306262656566356235656631653963666363373737366635326562222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303032222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\x7566dc6a7f18d9643e7ead4ce7de67c121d3cf0fa1fb6c354e50681c00d0660f', false),
	(115, '2026-11-26 17:21:04.896+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3839365a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2232643966633833316634346334653830316434316162396262313533663631393838663535336432633430653034303432623031643835363133306139623866222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303033222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\x5887260d61ced91f8d6b0cc9e98be33a1791bd672cda9c9f418abcbf76602452', false),
	(118, '2026-11-26 17:21:04.911+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3931315a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236383665343534653437616139326634306266643166356265353866623865313364343432353464326162313161363562343638323061326237616535343039222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303034222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\xd0eb1e580b7c3a4adcc2c40e53af42df33dfe777347f30394e2f1079e05317c4', false),
	(121, '2026-11-26 17:21:04.983+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-03', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3938335a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2264343432373565396139383236656536396433626333393137613265353238623338623635393065376261353434313564666663336664653861616433663537222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3033222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x94414bf201aa874762b8b6d2c90aa82fb9c7fb8036ad2cecea4ea2e2fed5c7d4', false),
	(126, '2026-11-26 17:21:05.086+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-04', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30352e3038365a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2232626630633039366262313637623261656434666565363134643938366237373065343532316163643638646562326136393431656230393732633133363963222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3034222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x49382a301e689eff53ba6e8be33687476445c34c6fec5f9855307855ac2304be', false),
	(147, '2026-11-26 17:21:09.526+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-07', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3532365a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2231613338663438366436336337333535333839333836626361383536633338633239373035326466663535613236363564316462336162343130323932623531222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3037222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\x95171467dff452d2746ff439d2da6fe969dae9c27b37f346411e88136c4a14ff', false),
	(149, '2026-11-26 17:21:09.868+00', 'system', 'registration.in-sync', 'authority:other-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3836385a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226f746865722d6731222c22636143657274696669636174654964223a2264646261656538346539356338363462353061613364306463356134326139383938346163393033393139316566636466646663333066343261636662346432222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\x67c68a952ec9ce5c86fa634c99e1960dce7bea48a35737f2642f0bf581381c75', false),
	(31, '2026-11-26 17:21:00.784+00', 'key:d245e2268449', 'work-order.created', 'work-order:sim-20261126-172100', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30302e3738345a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a2273696d2d32303236313132362d313732313030222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273696d756c617465642d646576696365222c227175616e74697479223a342c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a73696d2d32303236313132362d313732313030227d', '\xe98a948ea5b7608a039ed018e517297677b8648e5c5c98e5a2cce11f6a197725', false),
	(66, '2026-11-26 17:21:03.146+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-work', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3134365a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d776f726b222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273656e736f72222c227175616e74697479223a392c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d776f726b227d', '\x382142c2c03eb405a4973fb52208c6331957a2414ad6fcb2b33364651073ed06', false),
	(67, '2026-11-26 17:21:03.181+00', 'key:d245e2268449', 'work-order.released', 'work-order:old-work', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3138315a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226f6c642d776f726b222c226f6e6548616e64223a5b226f6c642d73746174696f6e225d2c22756e697473223a397d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d776f726b227d', '\x128207c053f21dbf874b9648544949de17b8593e85500fb80e52240b4c37587d', false),
	(69, '2026-11-26 17:21:03.215+00', 'key:d245e2268449', 'work-order.released', 'work-order:old-held', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3231355a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226f6c642d68656c64222c226f6e6548616e64223a5b5d2c22756e697473223a337d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d68656c64227d', '\xa34c521208edee6364ec0be5c6911e3927be6e49e0db043b684f19b8ed92254f', false),
	(70, '2026-11-26 17:21:03.232+00', 'key:d245e2268449', 'work-order.held', 'work-order:old-held', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3233325a222c226576656e74223a22776f726b2d6f726465722e68656c64222c226661637473223a7b226964223a226f6c642d68656c64222c22726561736f6e223a22706172747320617265206d697373696e67227d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d68656c64227d', '\xdb7fba8bac7fc8e23e1b266a85fa207b889ac589472ee7f89c4d4aec6fc92df3', false),
	(72, '2026-11-26 17:21:03.281+00', 'key:d245e2268449', 'work-order.released', 'work-order:old-direct', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3238315a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226f6c642d646972656374222c226f6e6548616e64223a5b5d2c22756e697473223a347d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d646972656374227d', '\x0fdb59416d2a6b1c5c6b2975c7ea7eaa94fcae089fff6d2c0fee3314bb5cf786', false),
	(73, '2026-11-26 17:21:03.305+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-planned', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3330355a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d706c616e6e6564222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273656e736f72222c227175616e74697479223a332c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d706c616e6e6564227d', '\x073ee04a73be41c38ced31151feb4201d2f35bfc670ff48d9172c7b74fdccc95', false),
	(74, '2026-11-26 17:21:03.326+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-cancelled', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3332365a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d63616e63656c6c6564222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273656e736f72222c227175616e74697479223a322c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d63616e63656c6c6564227d', '\xf61a735097ffe66162167e6d3f45a372485fba310588326e17d0c5c440f033c6', false),
	(76, '2026-11-26 17:21:03.375+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-closed', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3337355a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d636c6f736564222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273656e736f72222c227175616e74697479223a322c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d636c6f736564227d', '\x4f68581664c5b6b69b4d977f80a761d4f114d54d63db29fbd657734e3b91da6a', false),
	(77, '2026-11-26 17:21:03.395+00', 'key:d245e2268449', 'work-order.released', 'work-order:old-closed', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3339355a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226f6c642d636c6f736564222c226f6e6548616e64223a5b5d2c22756e697473223a327d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d636c6f736564227d', '\x955dad999735af60cee5d329ac1bf7c78a823dc6075153558b1039b99062ca2c', false),
	(78, '2026-11-26 17:21:03.412+00', 'key:d245e2268449', 'work-order.closed', 'work-order:old-closed', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3431325a222c226576656e74223a22776f726b2d6f726465722e636c6f736564222c226661637473223a7b226964223a226f6c642d636c6f736564222c226a6f6273223a322c22726561736f6e223a22666577657220617265206e6565646564227d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d636c6f736564227d', '\x3dcc5d09bfdc54d14c1acfe4225ad7fa5b375cfc32bfe7dc7bcdfc566ee75f87', false),
	(79, '2026-11-26 17:21:03.433+00', 'key:d245e2268449', 'work-order.raised', 'work-order:old-direct', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3433335a222c226576656e74223a22776f726b2d6f726465722e726169736564222c226661637473223a7b2266726f6d4f766572616765223a312c2266726f6d5175616e74697479223a342c226964223a226f6c642d646972656374222c226f766572616765223a312c227175616e74697479223a352c22756e697473223a307d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d646972656374227d', '\x49123ccf5a2d10006b2ec2dc63a0754df9660b854482f1c7d8dc71c5b11b6082', false),
	(101, '2026-11-26 17:21:04.657+00', 'key:d245e2268449', 'unit.reworked', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30342e3635375a222c226576656e74223a22756e69742e7265776f726b6564222c226661637473223a7b226365727469666963617465223a6e756c6c2c22666f6c6c6f7773223a313033322c2266726f6d223a226661696c6564222c226a6f62223a313034382c22726561736f6e223a227265736f6c6465726564222c2273657269616c223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x63c61f54f0509b4ef021a953725bd23cf700cf16277faca8427bc8e6e7167107', false),
	(119, '2026-11-26 17:21:04.927+00', 'key:d245e2268449', 'unit.scrapped', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30342e3932375a222c226576656e74223a22756e69742e7363726170706564222c226661637473223a7b226365727469666963617465223a6e756c6c2c2266726f6d223a226661696c6564222c22726561736f6e223a226275726e74222c2273657269616c223a224f4c442d574f524b2d3034227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x52b13b828b44b4471e73d336ec8e136597a6afd4be29990bba4270ea7e7f938e', false),
	(128, '2026-11-26 17:21:05.115+00', 'key:d245e2268449', 'unit.quarantined', 'unit:OLD-WORK-05', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30352e3131355a222c226576656e74223a22756e69742e71756172616e74696e6564222c226661637473223a7b226365727469666963617465223a2265666533366539626536346163386131313930383239366637616433313939343266646139396638326236373661613434356539366439316233336562613662222c2266726f6d223a22636572746966696564222c22726561736f6e223a22736d656c6c73222c2273657269616c223a224f4c442d574f524b2d3035227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\x429efca12314c71fa76e04ab6fb374e876cd39f59d12d68f412a7aa054daeb5e', false),
	(141, '2026-11-26 17:21:09.357+00', 'key:2f07be0c0895', 'certificate.revoked', 'unit:OLD-WORK-07', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30392e3335375a222c226576656e74223a2263657274696669636174652e7265766f6b6564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2231613338663438366436336337333535333839333836626361383536633338633239373035326466663535613236363564316462336162343130323932623531222c22726561736f6e223a226b6579436f6d70726f6d697365222c2273657269616c4e756d626572223a2237663561653437303364386530303439396130336438663265656638633861633231663437383963222c22756e6974223a224f4c442d574f524b2d3037227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\xf2e5864a52e23173c5f5f4d7129ea0a860fd2bfaaaa79a1ad15bf640f90fbfab', false),
	(142, '2026-11-26 17:21:09.376+00', 'key:2f07be0c0895', 'authority.planned', 'authority:other-g1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30392e3337365a222c226576656e74223a22617574686f726974792e706c616e6e6564222c226661637473223a7b2266616d696c79223a224f74686572222c226964223a226f746865722d6731222c226b65794c6162656c223a226c696e65736964652d6f746865722d67312d3339326134623561222c226b657954797065223a22502d323536227d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\x4460b5b659bcab43e1ca312ae4179302087263540bda51013f6b2aa5c2432084', false),
	(143, '2026-11-26 17:21:09.392+00', 'key:5d4aafa43ebd', 'access.key-created', 'key:4bc2772eda09', '\x7b226163746f72223a226b65793a356434616166613433656264222c226174223a22323032362d31312d32365431373a32313a30392e3339325a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22346263323737326564613039222c226e616d65223a227368696674206c656164222c22726f6c65223a226f70657261746f72222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a346263323737326564613039227d', '\xb25e9018fbf54b0f26fc212677da38bbd9f97b53a8b8aeb3c9515c134a77d591', false),
	(144, '2026-11-26 17:21:09.408+00', 'key:5d4aafa43ebd', 'access.key-revoked', 'key:4bc2772eda09', '\x7b226163746f72223a226b65793a356434616166613433656264222c226174223a22323032362d31312d32365431373a32313a30392e3430385a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22346263323737326564613039227d2c227375626a656374223a226b65793a346263323737326564613039227d', '\x6eb146313b2861bae1e9851ad9823bdac119c7b271f197d38e4925e19ec517b4', false),
	(45, '2026-11-26 17:21:01.837+00', 'key:1e08127eaf79', 'certificate.reserved', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3833375a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2235653461656161326265396631633739333235316162333334623639326134353362323864303966222c2273706b69536861323536223a2263303463376537373165653162623236623230326261646637376465613866353235326264343064373762376263303332333131663363333966303464353338222c22746273536861323536223a2236666335393130333262643435653264333465653333666132303938323466323230346432353365316230656562633630656663616131623033313237616132222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\x9268d314077b4b24545ad49fab274ce7cd7ac80ac4ff8d929ff0dfc6bb5c0eb1', false),
	(46, '2026-11-26 17:21:01.848+00', 'key:1e08127eaf79', 'certificate.issued', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30312e3834385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2232643966633833316634346334653830316434316162396262313533663631393838663535336432633430653034303432623031643835363133306139623866222c2273657269616c4e756d626572223a2235653461656161326265396631633739333235316162333334623639326134353362323864303966222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\x0f3d2596d35792d19fb40b4adccc120c710d81475804de4237e3d46795d5baf6', false),
	(51, '2026-11-26 17:21:02.134+00', 'key:1e08127eaf79', 'job.result', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30322e3133345a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032382c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\x94d2cc86c3a86eed058104dd803797add0f513dc4fe8b222492ec92601d3017d', false),
	(54, '2026-11-26 17:21:02.336+00', 'key:1e08127eaf79', 'job.claimed', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30322e3333365a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032392c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303034222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\x42f8fe1b115f76c1aebcc56369a4f0263374dd73dbd18b2f90923b14ec24e583', false),
	(55, '2026-11-26 17:21:02.363+00', 'key:1e08127eaf79', 'certificate.reserved', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30322e3336335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2235386166366636663933333433633630306264363561353061663062323931356531393435366663222c2273706b69536861323536223a2264623030353937616231633536393664373531666433323338313232623165633339323762303165326137316665396234626465323236626637303162333339222c22746273536861323536223a2237303637636531383933653736396330656165363336386330623433646235386363636432663534356131356564666232633462343062646438356366306661222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\x0aae69867347392123d910ef5f348b2a69f48eead56c479e028250abdfd51a19', false),
	(56, '2026-11-26 17:21:02.373+00', 'key:1e08127eaf79', 'certificate.issued', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30322e3337335a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2236383665343534653437616139326634306266643166356265353866623865313364343432353464326162313161363562343638323061326237616535343039222c2273657269616c4e756d626572223a2235386166366636663933333433633630306264363561353061663062323931356531393435366663222c22756e6974223a2253494d2d32303236313132362d3137323130302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\x8fe369c28b46de1860fa68976233af7b8a070bc8571ddfc097d8ca4b96704f84', false),
	(60, '2026-11-26 17:21:02.634+00', 'key:1e08127eaf79', 'job.result', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a226b65793a316530383132376561663739222c226174223a22323032362d31312d32365431373a32313a30322e3633345a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032392c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\x29b64a090b620b8054a2beabbbb8f15daf324cb31d34a2e3f99c8149d748c771', false),
	(84, '2026-11-26 17:21:04.192+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-01', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3139325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033302c2273657269616c223a224f4c442d574f524b2d3031222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3031227d', '\x67f4a979526a29cfe5e9da5232e20789a87926a3d9290dbf193b152160e45f8a', false),
	(63, '2026-11-26 17:21:03.059+00', 'key:d245e2268449', 'line.created', 'line:old-line-2', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3035395a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a226f6c642d6c696e652d32227d2c227375626a656374223a226c696e653a6f6c642d6c696e652d32227d', '\x187eeebfc5952ed6a7b59bc388bc81010fe44787abe70460cbd3f8f823f3f8f0', false),
	(47, '2026-11-26 17:21:01.948+00', 'key:2f07be0c0895', 'authority.generated', 'authority:lineside-g2', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30312e3934385a222c226576656e74223a22617574686f726974792e67656e657261746564222c226661637473223a7b2266696e6765727072696e74223a2238363031613039356638316331613733313236386263313266333363616533366136393339333539356232376662623238343062633136356536643436356462222c2268736d223a22536f667448534d2070726f6a65637420536f667448534d207632222c226964223a226c696e65736964652d6732222c226b65794964223a2236366339222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67322d3337306432376132222c226b657954797065223a22502d323536222c2270726f64756374696f6e223a66616c73652c227369676e6174757265416c676f726974686d223a2265636473612d776974682d534841323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xa6860447843df57107acd170a7fdfbe27c2572accb5072e849ab66db2c3bd547', false),
	(49, '2026-11-26 17:21:02.124+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3132345a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2238363031613039356638316331613733313236386263313266333363616533366136393339333539356232376662623238343062633136356536643436356462222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xb0c69d8995e69b388f75831d35bbd90ad7ce60979264bb0788f4ac448effbb64', false),
	(57, '2026-11-26 17:21:02.559+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3535395a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2231656436333332303964303663663465333831656233383466316463313135346230333733643736386231393166323466623436316635316239363535633239222c2273657269616c223a22474f4c44454e2d312d303031222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x4aaaf724dbecadcb3c349a709d8bae7e286fb6e55c30a1b0b7cdc00bf3e00b2d', false),
	(97, '2026-11-26 17:21:04.569+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-02', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3536395a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2261643564366534636238333264653731656361623365306463383434663237323332393461613536376663623830366435643533666430316366343165643464222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3032222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\x17bedc69b8b0031268fe56111c522136f0bc5418d115a46f237a3bc8a6816bbc', false),
	(109, '2026-11-26 17:21:04.875+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3837355a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2235303766633135343336646461623533353732386131383263633464396463356333636237366564376136666662393261616134623836636164386566373261222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303031222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303031227d', '\xa68b348523d1a87c4286cf8a7c098c1fd530adfd382dad8c17082740f76aa945', false),
	(48, '2026-11-26 17:21:02.098+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3039385a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2238363031613039356638316331613733313236386263313266333363616533366136393339333539356232376662623238343062633136356536643436356462222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xe1827354c235a46ad06cdb86e5b780ab3749f031c123f65237d59580b3f7d450', false),
	(59, '2026-11-26 17:21:02.586+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3538365a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a302c226e657874557064617465223a22323032362d31322d30335431373a32313a30322e3030305a222c226e756d626572223a313739353731333636322c22736861323536223a2239626638393661626165616661376161306462633163366534323263383565303431343133666336396665343361303963346262356130303132306638666466222c2274686973557064617465223a22323032362d31312d32365431373a32313a30322e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x5bddd9e2d0425c48a80932d812f85da5ae2d76567b860ccaf3b2d8df8c6f4303', false),
	(114, '2026-11-26 17:21:04.891+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000002', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3839315a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2232313062313864636462356333376331346665356139623266323062343262623536373134306262656566356235656631653963666363373737366635326562222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303032222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303032227d', '\xb31fd239aa4a07a6376fcf91a01777d78d82893c5de76c6afbe27ad2bf26b1c3', false),
	(116, '2026-11-26 17:21:04.898+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000003', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3839385a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2232643966633833316634346334653830316434316162396262313533663631393838663535336432633430653034303432623031643835363133306139623866222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303033222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303033227d', '\xff3d76d91522404d9e0415041e8d8e7487147211a52fc016fd7be654253d9bd9', false),
	(117, '2026-11-26 17:21:04.912+00', 'system', 'unit.registered', 'unit:SIM-20261126-172100-000004', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3931325a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236383665343534653437616139326634306266643166356265353866623865313364343432353464326162313161363562343638323061326237616535343039222c2273657269616c223a2253494d2d32303236313132362d3137323130302d303030303034222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3137323130302d303030303034227d', '\x9abf1ec7ea132ede2a452781c405a3233c1d028d0f38c7f8d4bf915ce3769c1b', false),
	(131, '2026-11-26 17:21:05.207+00', 'system', 'unit.certificate-suspended', 'unit:OLD-WORK-05', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30352e3230375a222c226576656e74223a22756e69742e63657274696669636174652d73757370656e646564222c226661637473223a7b2263657274696669636174654964223a2265666533366539626536346163386131313930383239366637616433313939343266646139396638326236373661613434356539366439316233336562613662222c2273657269616c223a224f4c442d574f524b2d3035222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\x3fdd8e210289031aa7ca111678da64bd0d8f68b9d3df7913cbf4c19229d3a665', false),
	(145, '2026-11-26 17:21:09.505+00', 'key:2f07be0c0895', 'authority.generated', 'authority:other-g1', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30392e3530355a222c226576656e74223a22617574686f726974792e67656e657261746564222c226661637473223a7b2266696e6765727072696e74223a2264646261656538346539356338363462353061613364306463356134326139383938346163393033393139316566636466646663333066343261636662346432222c2268736d223a22536f667448534d2070726f6a65637420536f667448534d207632222c226964223a226f746865722d6731222c226b65794964223a2237363466222c226b65794c6162656c223a226c696e65736964652d6f746865722d67312d3339326134623561222c226b657954797065223a22502d323536222c2270726f64756374696f6e223a66616c73652c227369676e6174757265416c676f726974686d223a2265636473612d776974682d534841323536227d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\xeec7371daf5860bfb85c03f3ff6c9f5df77437a87293e5824e5b2c6165e7cf39', false),
	(148, '2026-11-26 17:21:09.547+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3534375a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a342c226e657874557064617465223a22323032362d31322d30335431373a32313a30392e3030305a222c226e756d626572223a313739353731333636392c22736861323536223a2263346337366436643531383932666230323135346533363339336333333065303333393831646232663736363138646565313336376566616533343132393062222c2274686973557064617465223a22323032362d31312d32365431373a32313a30392e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x58f370fb82092764a4f9ee012b83278987cdcf059c2528b52ba169727e5ee7ee', false),
	(151, '2026-11-26 17:21:09.894+00', 'system', 'registration.in-sync', 'authority:other-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3839345a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226f746865722d6731222c22636143657274696669636174654964223a2264646261656538346539356338363462353061613364306463356134326139383938346163393033393139316566636466646663333066343261636662346432222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\xdbbee1a58000de982ad01ec401580ab75a739c5c7d654cc3b4606d0f0b010bca', false),
	(152, '2026-11-26 17:21:09.903+00', 'system', 'authority.registered', 'authority:other-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3930335a222c226576656e74223a22617574686f726974792e72656769737465726564222c226661637473223a7b226964223a226f746865722d6731222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\xacf5e12bedc32d3a6a1cc64a676c2415ac9603f8507858b8d263efe2b24ecd9b', false),
	(53, '2026-11-26 17:21:02.301+00', 'key:2f07be0c0895', 'authority.activated', 'authority:lineside-g2', '\x7b226163746f72223a226b65793a326630376265306330383935222c226174223a22323032362d31312d32365431373a32313a30322e3330315a222c226576656e74223a22617574686f726974792e616374697661746564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6732222c227265706c61636573223a226c696e65736964652d6731222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xd9413bc25db5ad235ac777776c684786e8f3ee3417d4be47dd7140be9ee80c82', false),
	(58, '2026-11-26 17:21:02.56+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30322e3536305a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2231656436333332303964303663663465333831656233383466316463313135346230333733643736386231393166323466623436316635316239363535633239222c2273657269616c223a22474f4c44454e2d312d303031222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x1e572401a34cb208eef913cb7d11ef1cd2195e9a958d5ffd9538fb705aa73f3d', false),
	(61, '2026-11-26 17:21:02.659+00', 'key:5d4aafa43ebd', 'access.key-revoked', 'key:1e08127eaf79', '\x7b226163746f72223a226b65793a356434616166613433656264222c226174223a22323032362d31312d32365431373a32313a30322e3635395a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22316530383132376561663739227d2c227375626a656374223a226b65793a316530383132376561663739227d', '\xb019134e8cca70a4239487b95e1b3ef9a0bf00ceb8f894d636797b1d50b1be24', false);
INSERT INTO public.log_leaf VALUES
	(62, '2026-11-26 17:21:03.037+00', 'key:d245e2268449', 'line.created', 'line:old-line', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3033375a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a226f6c642d6c696e65227d2c227375626a656374223a226c696e653a6f6c642d6c696e65227d', '\xd272cd89449bd686b4ee8fd7a60428baef4c3fc7074c0bfeb849445c4b9e127e', false),
	(64, '2026-11-26 17:21:03.083+00', 'key:d245e2268449', 'station.created', 'station:old-station', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3038335a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a226f6c642d73746174696f6e222c226c696e65223a226f6c642d6c696e65222c22736c6f7473223a5b2231222c2232222c2233222c2234225d7d2c227375626a656374223a2273746174696f6e3a6f6c642d73746174696f6e227d', '\x1a7491ce3e5031ba12f3feb28d06a79a300f2fa954577a508780bfda6bf347d3', false),
	(65, '2026-11-26 17:21:03.108+00', 'key:d245e2268449', 'access.key-created', 'key:180965944d98', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3130385a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22313830393635393434643938222c226e616d65223a226f6c642073746174696f6e222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a226b65793a313830393635393434643938227d', '\xe7744d470a0582310bf3dc3135fdb4e7ec60d6b75d13511aa33ea82d5cca950d', false),
	(98, '2026-11-26 17:21:04.57+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3537305a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a312c226e657874557064617465223a22323032362d31322d30335431373a32313a30342e3030305a222c226e756d626572223a313739353731333636342c22736861323536223a2237386230396337623166613135333166666437363031386234396439343361636633633431313765313036366237653533313237646130643863306563666462222c2274686973557064617465223a22323032362d31312d32365431373a32313a30342e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xc21e349641163d3cb9457f1481b3053f8d493d400a117cd65e7de15a2c18673f', false),
	(122, '2026-11-26 17:21:04.995+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-03', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30342e3939355a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2264343432373565396139383236656536396433626333393137613265353238623338623635393065376261353434313564666663336664653861616433663537222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3033222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\xeb1774b27f6bcb4095218dc84a82e5a50a3edf373ff2a59d66a8bef519bc1733', false),
	(125, '2026-11-26 17:21:05.08+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-04', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30352e3038305a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2232626630633039366262313637623261656434666565363134643938366237373065343532316163643638646562326136393431656230393732633133363963222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3034222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x005e6f98f122f6c2306b2389e8dfb856cbb41acc51ad75d7bc8b09e39642d23d', false),
	(130, '2026-11-26 17:21:05.207+00', 'system', 'unit.certificate-suspended', 'unit:OLD-WORK-05', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30352e3230375a222c226576656e74223a22756e69742e63657274696669636174652d73757370656e646564222c226661637473223a7b2263657274696669636174654964223a2265666533366539626536346163386131313930383239366637616433313939343266646139396638326236373661613434356539366439316233336562613662222c2273657269616c223a224f4c442d574f524b2d3035222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\x0442db1f61fb01fc97b09ac237b7aa25b4b8bd3b0273822265499f0d2bde8c9e', false),
	(140, '2026-11-26 17:21:06.06+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30362e3036305a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a332c226e657874557064617465223a22323032362d31322d30335431373a32313a30362e3030305a222c226e756d626572223a313739353731333636362c22736861323536223a2236623765336631343234643966383865343263343232656565303330633434393738633632323538646464623465656661616633663737633664656538333435222c2274686973557064617465223a22323032362d31312d32365431373a32313a30362e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xf9dfefea7d29ad4293cd967629b65f46c131b1b19086d0bba8aaa973524af4a3', false),
	(146, '2026-11-26 17:21:09.508+00', 'system', 'unit.certificate-revoked', 'unit:OLD-WORK-07', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3530385a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2231613338663438366436336337333535333839333836626361383536633338633239373035326466663535613236363564316462336162343130323932623531222c226b6e6f776e223a66616c73652c2273657269616c223a224f4c442d574f524b2d3037222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\x990a1db7d9b4724b3cfe25673ccc8b5cd6d17b0d937baa814a469f00f6573260', false),
	(150, '2026-11-26 17:21:09.88+00', 'system', 'registration.in-sync', 'authority:other-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431373a32313a30392e3838305a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226f746865722d6731222c22636143657274696669636174654964223a2264646261656538346539356338363462353061613364306463356134326139383938346163393033393139316566636466646663333066343261636662346432222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22617574686f726974793a6f746865722d6731227d', '\x1a6fca6fc3af67c98140aedad31540dea2766289f5670b54b561dbd43773d8d9', false),
	(68, '2026-11-26 17:21:03.199+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-held', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3139395a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d68656c64222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273656e736f72222c227175616e74697479223a332c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d68656c64227d', '\x9106d210ac703b6dc0319634ac5508de2bea2f27830bacff637e751bf8207eaa', false),
	(71, '2026-11-26 17:21:03.262+00', 'key:d245e2268449', 'work-order.created', 'work-order:old-direct', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3236325a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226f6c642d646972656374222c226d6574686f64223a226a697470222c226f766572616765223a312c2270726f64756374223a2273656e736f72222c227175616e74697479223a342c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d646972656374227d', '\x5d26fc57d6f6af251150196f1c740e1121e6e62c1ef10c5257357976891198e8', false),
	(75, '2026-11-26 17:21:03.349+00', 'key:d245e2268449', 'work-order.cancelled', 'work-order:old-cancelled', '\x7b226163746f72223a226b65793a643234356532323638343439222c226174223a22323032362d31312d32365431373a32313a30332e3334395a222c226576656e74223a22776f726b2d6f726465722e63616e63656c6c6564222c226661637473223a7b226964223a226f6c642d63616e63656c6c6564222c226a6f6273223a302c22726561736f6e223a226f726465726564207477696365227d2c227375626a656374223a22776f726b2d6f726465723a6f6c642d63616e63656c6c6564227d', '\x2bb5a7d98c30feea53b8441956143481eef194d56c0909673f7f39bd2cf28cf1', false),
	(80, '2026-11-26 17:21:03.512+00', 'key:591e8b181c13', 'certificate.reserved', 'unit:OLD-DIRECT-01', '\x7b226163746f72223a226b65793a353931653862313831633133222c226174223a22323032362d31312d32365431373a32313a30332e3531325a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234376638373866346436346561383632366630613533326265303764616364376530343661326438222c2273706b69536861323536223a2230303062346538643635623963646336353537303930653663363539653364616237323936663536326334653866363162353539633061313830643561626431222c22746273536861323536223a2237616237323138366632363066636338363630303563643436626433333532383466346633643434616637636231623332353330393537643061653665313335222c22756e6974223a224f4c442d4449524543542d3031227d2c227375626a656374223a22756e69743a4f4c442d4449524543542d3031227d', '\x6fb4756a652a5816016b05d0be4dc63e11a1813efdfe543cd3e95af263d2ed58', false),
	(81, '2026-11-26 17:21:03.529+00', 'key:591e8b181c13', 'certificate.issued', 'unit:OLD-DIRECT-01', '\x7b226163746f72223a226b65793a353931653862313831633133222c226174223a22323032362d31312d32365431373a32313a30332e3532395a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2264396561373036386531633231336565633761636437336436306161313237623831313961646461393832373537373966363261383536343438666331623363222c2273657269616c4e756d626572223a2234376638373866346436346561383632366630613533326265303764616364376530343661326438222c22756e6974223a224f4c442d4449524543542d3031227d2c227375626a656374223a22756e69743a4f4c442d4449524543542d3031227d', '\xdb1cbbb10f717fa3440a09a70b752a0ea821b064ea87bffc2a2581b9904c09bd', false),
	(82, '2026-11-26 17:21:04.161+00', 'key:591e8b181c13', 'certificate.reserved', 'unit:OLD-DIRECT-02', '\x7b226163746f72223a226b65793a353931653862313831633133222c226174223a22323032362d31312d32365431373a32313a30342e3136315a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2235366138633537373539393762636561323032393230323734343764643839346231356531396663222c2273706b69536861323536223a2236616435336335653263313464346134313036373933306165633732653733373934336466633437646231623166313766633330303237383837636638383431222c22746273536861323536223a2266363062316230343837363538313636613530646661323365373139376330633938623864316430626565663938313734303338353935336432343664643361222c22756e6974223a224f4c442d4449524543542d3032227d2c227375626a656374223a22756e69743a4f4c442d4449524543542d3032227d', '\x899d6ac555eb2fc9b11b584778722fb4be8dc92cfa9832c747d4d948abec1aaa', false),
	(83, '2026-11-26 17:21:04.171+00', 'key:591e8b181c13', 'certificate.issued', 'unit:OLD-DIRECT-02', '\x7b226163746f72223a226b65793a353931653862313831633133222c226174223a22323032362d31312d32365431373a32313a30342e3137315a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2238303135326336663735336338626232376136313035613730346631323766303837323036373331326435663231626636393631333234366235383561656132222c2273657269616c4e756d626572223a2235366138633537373539393762636561323032393230323734343764643839346231356531396663222c22756e6974223a224f4c442d4449524543542d3032227d2c227375626a656374223a22756e69743a4f4c442d4449524543542d3032227d', '\xf54f8f22013e01e9778edb0a9efc2f4a1cd6651e49dc51066fbac70fb36bacd1', false),
	(85, '2026-11-26 17:21:04.232+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-01', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3233325a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234373932376436303666623261663332616562303139616232366130636136636165613464376531222c2273706b69536861323536223a2238373462343439626536393563313133663461333065393866623837353230323265323361656632373936383062333662326231613837656364383665346264222c22746273536861323536223a2233303263326631613465353335383334633239636132313535373638333331643065646664363737636237363666346139353137303338303866363939313038222c22756e6974223a224f4c442d574f524b2d3031227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3031227d', '\x6cb0f99d2d705c29a4a1c10ba2633464d812aa6e523e7dc8d761cbfdeea962bd', false),
	(86, '2026-11-26 17:21:04.242+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-01', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3234325a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2262343763633163623435666138343564376162616432623130653435323662316263376138306665306266316537653661656634666135326431303766366232222c2273657269616c4e756d626572223a2234373932376436303666623261663332616562303139616232366130636136636165613464376531222c22756e6974223a224f4c442d574f524b2d3031227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3031227d', '\x51009662ea8987d8b33c09a10cd54297318fe7646b22dafc2db218cedd11ee8e', false),
	(87, '2026-11-26 17:21:04.306+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-01', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3330365a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033302c226f7574636f6d65223a2250415353222c2273657269616c223a224f4c442d574f524b2d3031227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3031227d', '\x24af54d377d8d2ad94ded2c9009c2670147955dfdc5ffb59ecc7c9a9ed2fc9c5', false),
	(88, '2026-11-26 17:21:04.328+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-02', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3332385a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033312c2273657269616c223a224f4c442d574f524b2d3032222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\x239246d98e4b9525ff26ccad065800dc788b3df94b7c78fd8408ae9bbca5784a', false),
	(89, '2026-11-26 17:21:04.385+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-02', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3338355a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234326137373037353335386532303635623539356664316533363965306232313039336331663636222c2273706b69536861323536223a2239353431316439363633343335356163623062343138653135306236653562663739633139303535663534623237323265613062383337356265626539303439222c22746273536861323536223a2231656335333839356631646434336536346431623061383136396630323863386339656461393935333665323263613631386166366262333063386135306337222c22756e6974223a224f4c442d574f524b2d3032227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\xed1bf6a81dbd9442dfeffa0c38cfa59cb09311523e692bc81294c9528678e333', false),
	(90, '2026-11-26 17:21:04.398+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-02', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3339385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2261643564366534636238333264653731656361623365306463383434663237323332393461613536376663623830366435643533666430316366343165643464222c2273657269616c4e756d626572223a2234326137373037353335386532303635623539356664316533363965306232313039336331663636222c22756e6974223a224f4c442d574f524b2d3032227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\x3c8a4bc24357f06ab70220338af126c24b45cc4058f299a9f66e365eb76ada7e', false),
	(91, '2026-11-26 17:21:04.439+00', 'key:180965944d98', 'certificate.revoked', 'unit:OLD-WORK-02', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3433395a222c226576656e74223a2263657274696669636174652e7265766f6b6564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2261643564366534636238333264653731656361623365306463383434663237323332393461613536376663623830366435643533666430316366343165643464222c22726561736f6e223a22636573736174696f6e4f664f7065726174696f6e222c2273657269616c4e756d626572223a2234326137373037353335386532303635623539356664316533363965306232313039336331663636222c22756e6974223a224f4c442d574f524b2d3032227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\x0b28b75614c958a2202c9bc42922879b33ad897d6d87c0151d3ab4ec2f8ed14d', false),
	(92, '2026-11-26 17:21:04.44+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-02', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3434305a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a2263757272656e742d746f6f2d68696768222c226a6f62223a313033312c226f7574636f6d65223a224641494c222c2273657269616c223a224f4c442d574f524b2d3032227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3032227d', '\xe1ca47f8a400e02cb4b0ecd07ca17f961eb2e615f888314b1ef69b492366391e', false),
	(93, '2026-11-26 17:21:04.48+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3438305a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033322c2273657269616c223a224f4c442d574f524b2d3033222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x2c356dea6c34bf0cec32ca1b983878825c0bc491b68df6c3a2e0e90cc1784b48', false),
	(94, '2026-11-26 17:21:04.554+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3535345a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234623662363862326430353239363435643338313464663563613639346331343637323139366464222c2273706b69536861323536223a2266316361326430363961663536383431303733373335333965636433313230663332646335323965656236633166366461343630366438613331313836393339222c22746273536861323536223a2231623664303161363464376336366263323532663166346165393864633365303438363430353636393534343065346361383064653563383766306631316265222c22756e6974223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x4809a55bf7bebca796a75f02b8f7060545c6a5acfee325dc60317ecacf4af67e', false),
	(95, '2026-11-26 17:21:04.567+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3536375a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2264343432373565396139383236656536396433626333393137613265353238623338623635393065376261353434313564666663336664653861616433663537222c2273657269616c4e756d626572223a2234623662363862326430353239363435643338313464663563613639346331343637323139366464222c22756e6974223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x8c3a35030ece6d02e1f87ce626ec0069fee7510ef23a79457dce42796d368ff3', false),
	(99, '2026-11-26 17:21:04.628+00', 'key:180965944d98', 'certificate.revoked', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3632385a222c226576656e74223a2263657274696669636174652e7265766f6b6564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2264343432373565396139383236656536396433626333393137613265353238623338623635393065376261353434313564666663336664653861616433663537222c22726561736f6e223a22636573736174696f6e4f664f7065726174696f6e222c2273657269616c4e756d626572223a2234623662363862326430353239363435643338313464663563613639346331343637323139366464222c22756e6974223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x010f35653b6c966fc28072c8d7ec86cb7dc54c296541a832acf50d661377954b', false),
	(100, '2026-11-26 17:21:04.629+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3632395a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a226e6f2d626f6f74222c226a6f62223a313033322c226f7574636f6d65223a224641494c222c2273657269616c223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x2bf9f3f0d04e72ecd3bfb572066d64e93dc0285de3babd257e33696637df265d', false),
	(102, '2026-11-26 17:21:04.678+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3637385a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a322c226a6f62223a313034382c2273657269616c223a224f4c442d574f524b2d3033222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x59eab3a78f8b19266cc7d45a09352669fcf975b3d469738d97a0f542cf260f65', false),
	(103, '2026-11-26 17:21:04.723+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3732335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236376138393235343135363730313837343363636662336163643535616632353963393365386133222c2273706b69536861323536223a2264633133336663303337383663653735666365313138653034633638643666663731313438386432633630353065343361623566383337616134363962653231222c22746273536861323536223a2262326631653636643834386463313930353031303033346265383734326632653663663436336637303564633733633466643837363036353566393362616563222c22756e6974223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\xa9487013506653b8758d7ad81eadb08085c723edc4520a74eb809835234f51de', false),
	(104, '2026-11-26 17:21:04.738+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3733385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2266303232643436376438643563633261393432666365656663633835316539343038373535396166613934346566333030393632393532396634643765356536222c2273657269616c4e756d626572223a2236376138393235343135363730313837343363636662336163643535616632353963393365386133222c22756e6974223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x440464f020efb2a616e75b0794aea27d6a9e1566565f07923a6080cafc8f8232', false),
	(105, '2026-11-26 17:21:04.772+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-03', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3737325a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313034382c226f7574636f6d65223a2250415353222c2273657269616c223a224f4c442d574f524b2d3033227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3033227d', '\x3d5131cf8c49334f9f11709df1a3ade96f511c2b682d4ca488ca6202fe4cc780', false),
	(106, '2026-11-26 17:21:04.791+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3739315a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033332c2273657269616c223a224f4c442d574f524b2d3034222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x46cd9e7e942378ee86877603191b5998c0c2b82a318cabca7d5ec1d24d8549c6', false),
	(155, '2026-11-26 17:21:17.518+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-08', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a31372e3531385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2262396265316362653833383436333637613433373331306162396131316631643436616331373332653731343266643462643363653364336332636561303333222c2273657269616c4e756d626572223a2235613166646361366166316661333761343839383364623736373133383731323832666537356333222c22756e6974223a224f4c442d574f524b2d3038227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3038227d', '\xe0db6c668390902947d41dac0d3c8922b08cf8555fad109e75a633c870d608f4', false),
	(107, '2026-11-26 17:21:04.832+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3833325a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236306535396131366639333930363630353362616131356639396161323536313331376433333062222c2273706b69536861323536223a2239333338613235663039323336343363333630346334616135343761383939313966626465646631363737333334636331613163623839336365316166323934222c22746273536861323536223a2261326361386134373731643232316166313430653266333733333136366461316265376433366364366564616330663432656530336163343733373136343061222c22756e6974223a224f4c442d574f524b2d3034227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x17faa12ad5a87d1541f824edc3ccf925364f9952d59293df529cb20e6a99806c', false),
	(108, '2026-11-26 17:21:04.846+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3834365a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2232626630633039366262313637623261656434666565363134643938366237373065343532316163643638646562326136393431656230393732633133363963222c2273657269616c4e756d626572223a2236306535396131366639333930363630353362616131356639396161323536313331376433333062222c22756e6974223a224f4c442d574f524b2d3034227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\xeaa625c10ed1f7babd61aef64e1b6f9c025e1e14a8c1f65d941a4a8cd4967de1', false),
	(111, '2026-11-26 17:21:04.887+00', 'key:180965944d98', 'certificate.revoked', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3838375a222c226576656e74223a2263657274696669636174652e7265766f6b6564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2232626630633039366262313637623261656434666565363134643938366237373065343532316163643638646562326136393431656230393732633133363963222c22726561736f6e223a22636573736174696f6e4f664f7065726174696f6e222c2273657269616c4e756d626572223a2236306535396131366639333930363630353362616131356639396161323536313331376433333062222c22756e6974223a224f4c442d574f524b2d3034227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\xb0982f436fcf42a7db850f6796f833fdc6fa920a82c90f7b72486415264cae96', false),
	(113, '2026-11-26 17:21:04.89+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-04', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3839305a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a226275726e74222c226a6f62223a313033332c226f7574636f6d65223a224641494c222c2273657269616c223a224f4c442d574f524b2d3034227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3034227d', '\x214b387b7f4c0f9f2158fd3283e96f5ca598206db3ba06b97e21572adbdcbdc2', false),
	(120, '2026-11-26 17:21:04.982+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-05', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30342e3938325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033342c2273657269616c223a224f4c442d574f524b2d3035222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\xc1745f1060fbc8163d709ea6004a50be671bd95159536d2edbbd7e8243dbef1c', false),
	(123, '2026-11-26 17:21:05.058+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-05', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3035385a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234383062343663316338323231643630616434393830326330653439363737336161646239666461222c2273706b69536861323536223a2230346338336134646331393835306466656266626533646562393532636164353234353465323435336564636132353634626134323539393231396162376365222c22746273536861323536223a2265653232366462386530623931313430306664333737306462316137613839623064663335663636663631663333353561663464633964313066393633393064222c22756e6974223a224f4c442d574f524b2d3035227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\xb6f03735d75df8f64ffd7054d9bbe44789a5ab39c9978a570170c9e46378d73f', false),
	(124, '2026-11-26 17:21:05.067+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-05', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3036375a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2265666533366539626536346163386131313930383239366637616433313939343266646139396638326236373661613434356539366439316233336562613662222c2273657269616c4e756d626572223a2234383062343663316338323231643630616434393830326330653439363737336161646239666461222c22756e6974223a224f4c442d574f524b2d3035227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\x3994c94cc25900ac826dfa794d9a24063a4452b799f0ca06469a12683eda3c33', false),
	(127, '2026-11-26 17:21:05.1+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-05', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3130305a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033342c226f7574636f6d65223a224552524f52222c2273657269616c223a224f4c442d574f524b2d3035227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3035227d', '\x299143188bf02c7bcdeec0bfdafc42e37078dd6f9e6c96066e3c59ec25ff6364', false),
	(129, '2026-11-26 17:21:05.15+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-06', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3135305a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033352c2273657269616c223a224f4c442d574f524b2d3036222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3036227d', '\x0dd14862d9416abff9936a4f039d34bb61b306278b9e09efd27412a2578558b1', false),
	(132, '2026-11-26 17:21:05.208+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-06', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3230385a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2235646430366330313265303563346363613434663464383137623664303237313566653936366465222c2273706b69536861323536223a2232346632383933396530636633626137636365373264386166653135303335313231373566646135316137663566383838353230376631623066323537333433222c22746273536861323536223a2238363764623937303865353738373539353563376261316636653761373132343632343733343833393433323033313634616363386466333263366565613739222c22756e6974223a224f4c442d574f524b2d3036227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3036227d', '\x3d93d622a5b53a1c3276061fd3e1c45cc4503f6a5a05c99197505cdc12d17491', false),
	(133, '2026-11-26 17:21:05.222+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-06', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3232325a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2232313738663661303134336432346630623465373239613363363434333261643461363165383238393466333064663933363332346566373966373035313561222c2273657269616c4e756d626572223a2235646430366330313265303563346363613434663464383137623664303237313566653936366465222c22756e6974223a224f4c442d574f524b2d3036227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3036227d', '\x8f9c0e1a6b88c43e4f210bc927f12ea38bae51bb136781a06e587f9319f3e032', false),
	(134, '2026-11-26 17:21:05.237+00', 'key:180965944d98', 'job.released', 'unit:OLD-WORK-06', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3233375a222c226576656e74223a226a6f622e72656c6561736564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033352c2273657269616c223a224f4c442d574f524b2d3036222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3036227d', '\x7406b64a3ae206111696ad9f5dec650dabc5da3418e12fb9a06ee91ce1e097a1', false),
	(135, '2026-11-26 17:21:05.252+00', 'key:180965944d98', 'job.late-report', 'job:job-1035', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3235325a222c226576656e74223a226a6f622e6c6174652d7265706f7274222c226661637473223a7b2266656e6365223a312c226a6f62223a313033352c227265706f72746564223a22726573756c74227d2c227375626a656374223a226a6f623a6a6f622d31303335227d', '\x68e19314fd6f92c5f06c01ba948e231c55442790ac9e0d81796d11e6d29e1e75', false),
	(136, '2026-11-26 17:21:05.274+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-07', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3237345a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033362c2273657269616c223a224f4c442d574f524b2d3037222c22736c6f74223a2231222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\xf7707186478e178b10cda35596827d0e384305c3d914838980cec44e9da106b8', false),
	(137, '2026-11-26 17:21:05.306+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-07', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3330365a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2237663561653437303364386530303439396130336438663265656638633861633231663437383963222c2273706b69536861323536223a2236373132643936633931663337343161333534613763313134383965656135303831383834613836633634356461396230643637353536663037333437386261222c22746273536861323536223a2234613163363930393232633464353563643362366233373039363062396563356263353662653962616631353738363365626666353635356234363133663835222c22756e6974223a224f4c442d574f524b2d3037227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\x28b3dfcc2bc6a00a6515f3fb7fc7837e0440e2118e68bae161cde6043a9d457f', false),
	(138, '2026-11-26 17:21:05.316+00', 'key:180965944d98', 'certificate.issued', 'unit:OLD-WORK-07', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3331365a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2231613338663438366436336337333535333839333836626361383536633338633239373035326466663535613236363564316462336162343130323932623531222c2273657269616c4e756d626572223a2237663561653437303364386530303439396130336438663265656638633861633231663437383963222c22756e6974223a224f4c442d574f524b2d3037227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\x37c234ff4f50e1ae2bc7612dd7d600ee568237b3db429098776c6e6657242a4a', false),
	(139, '2026-11-26 17:21:05.327+00', 'key:180965944d98', 'job.result', 'unit:OLD-WORK-07', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a30352e3332375a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033362c226f7574636f6d65223a2250415353222c2273657269616c223a224f4c442d574f524b2d3037227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3037227d', '\xe66eda49b2bb4f80137d937aa122c0dec11be0bfacb264185b515ba3831a7158', false),
	(153, '2026-11-26 17:21:17.45+00', 'key:180965944d98', 'job.claimed', 'unit:OLD-WORK-08', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a31372e3435305a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033372c2273657269616c223a224f4c442d574f524b2d3038222c22736c6f74223a2232222c2273746174696f6e223a226f6c642d73746174696f6e227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3038227d', '\x2ea2b2a682287473e6ed622012d884299969326607a93877aa4e0bd892586b66', false),
	(154, '2026-11-26 17:21:17.513+00', 'key:180965944d98', 'certificate.reserved', 'unit:OLD-WORK-08', '\x7b226163746f72223a226b65793a313830393635393434643938222c226174223a22323032362d31312d32365431373a32313a31372e3531335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2235613166646361366166316661333761343839383364623736373133383731323832666537356333222c2273706b69536861323536223a2237313361623262366165343165346638623532633663363133633837313865643339643663373331316132356264363835643262643132363234313734313761222c22746273536861323536223a2264393835376161346461303732313231303437383637663836386535323863303361363137623231626232376262646530346335616536383036343033356136222c22756e6974223a224f4c442d574f524b2d3038227d2c227375626a656374223a22756e69743a4f4c442d574f524b2d3038227d', '\xe028ddeb478c164af7496532b4530f7e1bcd7ad1fe6eabddb81adeb821c196d1', false);

INSERT INTO public.log_position VALUES
	('revocation-lists', 153),
	('queues', 153),
	('unit-event-lines', 155),
	('aws-iot', 155);

INSERT INTO public.log_sequencer VALUES
	(1, 155, 155);

INSERT INTO public.registration VALUES
	('lineside-g2', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:21:02.073Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', NULL, 0, '2026-11-26 17:21:24.249+00', '2026-11-26 17:21:14.075337+00', 'jitp'),
	('other-g1', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:21:09.826Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', NULL, 0, '2026-11-26 17:21:20.513+00', '2026-11-26 17:21:09.866697+00', 'jitp'),
	('other-g1', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:09.841Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', NULL, 0, '2026-11-26 17:21:25.007+00', '2026-11-26 17:21:09.876424+00', 'jitp'),
	('lineside-g2', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:02.104Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', NULL, 0, '2026-11-26 17:21:21.014+00', '2026-11-26 17:21:02.275892+00', 'jitp'),
	('lineside-g2', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:02.082Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', NULL, 0, '2026-11-26 17:21:16.878+00', '2026-11-26 17:21:02.280059+00', 'jitp'),
	('lineside-g1', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:20:58.240Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', NULL, 0, '2026-11-26 17:24:43.78+00', '2026-11-26 17:21:16.163189+00', 'jitp'),
	('lineside-g1', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:20:58.266Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', NULL, 0, '2026-11-26 17:25:02.017+00', '2026-11-26 17:21:16.169403+00', 'jitp'),
	('other-g1', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:09.862Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', NULL, 0, '2026-11-26 17:21:24.035+00', '2026-11-26 17:21:09.888296+00', 'jitp'),
	('lineside-g1', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:20:58.297Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', NULL, 0, '2026-11-26 17:24:52.749+00', '2026-11-26 17:21:11.967858+00', 'jitp');

INSERT INTO public.station VALUES
	('station-1', 'line-1', 'station-1', '{1}', '2026-11-26 17:20:58.654177+00'),
	('golden', 'golden', 'golden', '{1}', '2026-11-26 17:20:58.660793+00'),
	('sim-001', 'sim', 'sim-001', '{1}', '2026-11-26 17:21:00.885654+00'),
	('old-station', 'old-line', 'old-station', '{1,2,3,4}', '2026-11-26 17:21:03.081756+00');

INSERT INTO public.target VALUES
	('sandbox-111111111111-eu-west-1', '111111111111', 'eu-west-1', 'SNI_ONLY', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:9', 'a516a1da3768fa-ats.iot.eu-west-1.amazonaws.com', 8970, '2026-11-26 17:20:57.318303+00'),
	('sandbox-222222222222-us-east-1', '222222222222', 'us-east-1', 'SNI_ONLY', 'sandbox-222222222222', NULL, 'arn:aws:iam::222222222222:role/lineside-provisioning', 'http://127.0.0.1:9', 'ab5ba80a60c95b-ats.iot.us-east-1.amazonaws.com', 8970, '2026-11-26 17:20:57.378116+00'),
	('sandbox-111111111111-eu-central-1', '111111111111', 'eu-central-1', 'DEFAULT', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:9', 'aa87a10f94cbcb-ats.iot.eu-central-1.amazonaws.com', 8970, '2026-11-26 17:20:57.42732+00');

INSERT INTO public.target_resource VALUES
	('sandbox-111111111111-eu-central-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 17:21:11.947+00'),
	('sandbox-111111111111-eu-west-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 17:21:16.142+00'),
	('sandbox-222222222222-us-east-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 17:21:16.149+00'),
	('sandbox-111111111111-eu-west-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:eu-west-1:111111111111:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 17:21:16.131+00'),
	('sandbox-111111111111-eu-central-1', 'ca-certificate', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', 'lineside-g2', 'jitp', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:02.104Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:02.243+00'),
	('sandbox-111111111111-eu-central-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:eu-central-1:111111111111:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 17:21:11.937+00'),
	('sandbox-111111111111-eu-central-1', 'ca-certificate', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', 'lineside-g1', 'jitp', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:20:58.297Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:11.963+00'),
	('sandbox-111111111111-eu-west-1', 'ca-certificate', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', 'lineside-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:20:58.240Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:16.161+00'),
	('sandbox-222222222222-us-east-1', 'ca-certificate', '5b38acad9dd6b5ac41b1554c4c72c694f2a039b1242586b3df10d080823b30a4', 'lineside-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:20:58.266Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:16.166+00'),
	('sandbox-222222222222-us-east-1', 'ca-certificate', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', 'lineside-g2', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:21:02.073Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:14.071+00'),
	('sandbox-111111111111-eu-west-1', 'ca-certificate', '8601a095f81c1a731268bc12f33cae36a69393595b27fbb2840bc165e6d465db', 'lineside-g2', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:02.082Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:02.244+00'),
	('sandbox-222222222222-us-east-1', 'ca-certificate', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', 'other-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T17:21:09.826Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:09.858+00'),
	('sandbox-111111111111-eu-west-1', 'ca-certificate', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', 'other-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:09.841Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:09.873+00'),
	('sandbox-111111111111-eu-central-1', 'ca-certificate', 'ddbaee84e95c864b50aa3d0dc5a42a98984ac9039191efcdfdfc30f42acfb4d2', 'other-g1', 'jitp', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T17:21:09.862Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 17:21:09.884+00'),
	('sandbox-222222222222-us-east-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:us-east-1:222222222222:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 17:21:16.132+00');

INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES
	(1, 'LS-000001', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(2, 'LS-000002', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(3, 'LS-000003', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(4, 'LS-000004', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(5, 'LS-000005', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(6, 'LS-000006', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(7, 'LS-000007', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(8, 'LS-000008', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(9, 'LS-000009', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(10, 'LS-000010', 'demo', 'planned', 0, '2026-11-26 17:20:58.745296+00', NULL, NULL, NULL),
	(1002, 'GOLDEN-1-002', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1003, 'GOLDEN-1-003', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1004, 'GOLDEN-1-004', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1005, 'GOLDEN-1-005', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1006, 'GOLDEN-1-006', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1007, 'GOLDEN-1-007', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1008, 'GOLDEN-1-008', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1009, 'GOLDEN-1-009', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1010, 'GOLDEN-1-010', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1011, 'GOLDEN-1-011', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1012, 'GOLDEN-1-012', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1013, 'GOLDEN-1-013', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1014, 'GOLDEN-1-014', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1015, 'GOLDEN-1-015', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1016, 'GOLDEN-1-016', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1017, 'GOLDEN-1-017', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1018, 'GOLDEN-1-018', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1019, 'GOLDEN-1-019', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1020, 'GOLDEN-1-020', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1021, 'GOLDEN-1-021', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1022, 'GOLDEN-1-022', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1023, 'GOLDEN-1-023', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1024, 'GOLDEN-1-024', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1025, 'GOLDEN-1-025', 'golden-1', 'planned', 0, '2026-11-26 17:20:59.067801+00', NULL, NULL, NULL),
	(1030, 'OLD-WORK-01', 'old-work', 'passed', 1, '2026-11-26 17:21:04.305+00', NULL, NULL, NULL),
	(1026, 'SIM-20261126-172100-000001', 'sim-20261126-172100', 'passed', 1, '2026-11-26 17:21:01.492+00', NULL, NULL, NULL),
	(1032, 'OLD-WORK-03', 'old-work', 'passed', 2, '2026-11-26 17:21:04.771+00', NULL, NULL, NULL),
	(1029, 'SIM-20261126-172100-000004', 'sim-20261126-172100', 'passed', 1, '2026-11-26 17:21:02.633+00', NULL, NULL, NULL),
	(1001, 'GOLDEN-1-001', 'golden-1', 'passed', 1, '2026-11-26 17:20:59.959+00', NULL, NULL, NULL),
	(1028, 'SIM-20261126-172100-000003', 'sim-20261126-172100', 'passed', 1, '2026-11-26 17:21:02.132+00', NULL, NULL, NULL),
	(1027, 'SIM-20261126-172100-000002', 'sim-20261126-172100', 'passed', 1, '2026-11-26 17:21:01.774+00', NULL, NULL, NULL),
	(1031, 'OLD-WORK-02', 'old-work', 'failed', 1, '2026-11-26 17:21:04.44+00', NULL, NULL, NULL),
	(1034, 'OLD-WORK-05', 'old-work', 'quarantined', 1, '2026-11-26 17:21:05.108913+00', NULL, NULL, 'certified'),
	(1033, 'OLD-WORK-04', 'old-work', 'scrapped', 1, '2026-11-26 17:21:04.908422+00', NULL, NULL, NULL),
	(1038, 'OLD-WORK-09', 'old-work', 'planned', 0, '2026-11-26 17:21:03.143345+00', NULL, NULL, NULL),
	(1046, 'OLD-PLANNED-01', 'old-planned', 'planned', 0, '2026-11-26 17:21:03.2969+00', NULL, NULL, NULL),
	(1047, 'OLD-PLANNED-02', 'old-planned', 'planned', 0, '2026-11-26 17:21:03.2969+00', NULL, NULL, NULL),
	(1048, 'OLD-PLANNED-03', 'old-planned', 'planned', 0, '2026-11-26 17:21:03.2969+00', NULL, NULL, NULL),
	(1049, 'OLD-CANCELLED-01', 'old-cancelled', 'planned', 0, '2026-11-26 17:21:03.323846+00', NULL, NULL, NULL),
	(1050, 'OLD-CANCELLED-02', 'old-cancelled', 'planned', 0, '2026-11-26 17:21:03.323846+00', NULL, NULL, NULL),
	(1051, 'OLD-CLOSED-01', 'old-closed', 'planned', 0, '2026-11-26 17:21:03.369105+00', NULL, NULL, NULL),
	(1052, 'OLD-CLOSED-02', 'old-closed', 'planned', 0, '2026-11-26 17:21:03.369105+00', NULL, NULL, NULL),
	(1035, 'OLD-WORK-06', 'old-work', 'certified', 1, '2026-11-26 17:21:05.237+00', NULL, NULL, NULL),
	(1036, 'OLD-WORK-07', 'old-work', 'passed', 1, '2026-11-26 17:21:05.326+00', NULL, NULL, NULL),
	(1037, 'OLD-WORK-08', 'old-work', 'certified', 1, '2026-11-26 17:21:17.522697+00', 'old-station/2', '2026-11-26 17:21:47.563522+00', NULL),
	(1039, 'OLD-HELD-01', 'old-held', 'planned', 0, '2026-11-26 17:21:03.195857+00', NULL, NULL, NULL),
	(1040, 'OLD-HELD-02', 'old-held', 'planned', 0, '2026-11-26 17:21:03.195857+00', NULL, NULL, NULL),
	(1041, 'OLD-HELD-03', 'old-held', 'planned', 0, '2026-11-26 17:21:03.195857+00', NULL, NULL, NULL),
	(1044, 'OLD-DIRECT-03', 'old-direct', 'planned', 0, '2026-11-26 17:21:03.259519+00', NULL, NULL, NULL),
	(1045, 'OLD-DIRECT-04', 'old-direct', 'planned', 0, '2026-11-26 17:21:03.259519+00', NULL, NULL, NULL),
	(1042, 'OLD-DIRECT-01', 'old-direct', 'certified', 0, '2026-11-26 17:21:03.530155+00', NULL, NULL, NULL),
	(1043, 'OLD-DIRECT-02', 'old-direct', 'certified', 0, '2026-11-26 17:21:04.172333+00', NULL, NULL, NULL);

INSERT INTO public.unit_target VALUES
	(1001, 'sandbox-222222222222-us-east-1', '1ed633209d06cf4e381eb384f1dc1154b0373d768b191f24fb461f51b9655c29', 'in-sync', NULL, 1, '2026-11-26 17:21:32.490563+00', '2026-11-26 17:21:02.553+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1001, 'sandbox-111111111111-eu-west-1', '1ed633209d06cf4e381eb384f1dc1154b0373d768b191f24fb461f51b9655c29', 'in-sync', NULL, 1, '2026-11-26 17:21:32.492066+00', '2026-11-26 17:21:02.552+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1031, 'sandbox-222222222222-us-east-1', 'ad5d6e4cb832de71ecab3e0dc844f2723294aa567fcb806d5d53fd01cf41ed4d', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:34.505096+00', '2026-11-26 17:21:04.565+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1031, 'sandbox-111111111111-eu-west-1', 'ad5d6e4cb832de71ecab3e0dc844f2723294aa567fcb806d5d53fd01cf41ed4d', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:34.50601+00', '2026-11-26 17:21:04.565+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1026, 'sandbox-222222222222-us-east-1', '507fc15436ddab535728a182cc4d9dc5c3cb76ed7a6ffb92aaa4b86cad8ef72a', 'in-sync', NULL, 1, '2026-11-26 17:21:34.505096+00', '2026-11-26 17:21:04.873+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1026, 'sandbox-111111111111-eu-west-1', '507fc15436ddab535728a182cc4d9dc5c3cb76ed7a6ffb92aaa4b86cad8ef72a', 'in-sync', NULL, 1, '2026-11-26 17:21:34.50601+00', '2026-11-26 17:21:04.874+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1027, 'sandbox-222222222222-us-east-1', '210b18dcdb5c37c14fe5a9b2f20b42bb567140bbeef5b5ef1e9cfcc7776f52eb', 'in-sync', NULL, 1, '2026-11-26 17:21:34.505096+00', '2026-11-26 17:21:04.888+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1027, 'sandbox-111111111111-eu-west-1', '210b18dcdb5c37c14fe5a9b2f20b42bb567140bbeef5b5ef1e9cfcc7776f52eb', 'in-sync', NULL, 1, '2026-11-26 17:21:34.50601+00', '2026-11-26 17:21:04.888+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1028, 'sandbox-222222222222-us-east-1', '2d9fc831f44c4e801d41ab9bb153f61988f553d2c40e04042b01d856130a9b8f', 'in-sync', NULL, 1, '2026-11-26 17:21:34.505096+00', '2026-11-26 17:21:04.891+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1028, 'sandbox-111111111111-eu-west-1', '2d9fc831f44c4e801d41ab9bb153f61988f553d2c40e04042b01d856130a9b8f', 'in-sync', NULL, 1, '2026-11-26 17:21:34.50601+00', '2026-11-26 17:21:04.897+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1029, 'sandbox-222222222222-us-east-1', '686e454e47aa92f40bfd1f5be58fb8e13d44254d2ab11a65b46820a2b7ae5409', 'in-sync', NULL, 1, '2026-11-26 17:21:34.505096+00', '2026-11-26 17:21:04.907+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1029, 'sandbox-111111111111-eu-west-1', '686e454e47aa92f40bfd1f5be58fb8e13d44254d2ab11a65b46820a2b7ae5409', 'in-sync', NULL, 1, '2026-11-26 17:21:34.50601+00', '2026-11-26 17:21:04.908+00', 'ACTIVE', 'jitp', 'look', '{}'),
	(1032, 'sandbox-111111111111-eu-west-1', 'd44275e9a9826ee69d3bc3917a2e528b38b6590e7ba54415dffc3fde8aad3f57', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:34.919376+00', '2026-11-26 17:21:04.977+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1032, 'sandbox-222222222222-us-east-1', 'd44275e9a9826ee69d3bc3917a2e528b38b6590e7ba54415dffc3fde8aad3f57', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:34.928955+00', '2026-11-26 17:21:04.993+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1033, 'sandbox-222222222222-us-east-1', '2bf0c096bb167b2aed4fee614d986b770e4521acd68deb2a6941eb0972c1369c', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:35.01912+00', '2026-11-26 17:21:05.074+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1033, 'sandbox-111111111111-eu-west-1', '2bf0c096bb167b2aed4fee614d986b770e4521acd68deb2a6941eb0972c1369c', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:35.017532+00', '2026-11-26 17:21:05.084+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1034, 'sandbox-111111111111-eu-west-1', 'efe36e9be64ac8a11908296f7ad319942fda99f82b676aa445e96d91b33eba6b', 'in-sync', NULL, 1, '2026-11-26 17:21:35.149638+00', '2026-11-26 17:21:05.205+00', 'INACTIVE', 'jitp', 'suspend', '{}'),
	(1034, 'sandbox-222222222222-us-east-1', 'efe36e9be64ac8a11908296f7ad319942fda99f82b676aa445e96d91b33eba6b', 'in-sync', NULL, 1, '2026-11-26 17:21:35.149255+00', '2026-11-26 17:21:05.205+00', 'INACTIVE', 'jitp', 'suspend', '{}'),
	(1036, 'sandbox-222222222222-us-east-1', '1a38f486d63c7355389386bca856c38c297052dff55a2665d1db3ab410292b51', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:39.452114+00', '2026-11-26 17:21:09.506+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1036, 'sandbox-111111111111-eu-west-1', '1a38f486d63c7355389386bca856c38c297052dff55a2665d1db3ab410292b51', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 17:21:39.452089+00', '2026-11-26 17:21:09.513+00', 'REVOKED', 'jitp', 'look', '{}'),
	(1042, 'sandbox-222222222222-us-east-1', 'd9ea7068e1c213eec7acd73d60aa127b8119adda98275779f62a856448fc1b3c', 'pending', NULL, 3, '2026-11-26 17:21:18.852391+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1035, 'sandbox-222222222222-us-east-1', '2178f6a0143d24f0b4e729a3c64432ad4a61e82894f30df936324ef79f70515a', 'pending', NULL, 3, '2026-11-26 17:21:18.715003+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1042, 'sandbox-111111111111-eu-west-1', 'd9ea7068e1c213eec7acd73d60aa127b8119adda98275779f62a856448fc1b3c', 'pending', NULL, 3, '2026-11-26 17:21:21.962201+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1043, 'sandbox-111111111111-eu-west-1', '80152c6f753c8bb27a6105a704f127f0872067312d5f21bf69613246b585aea2', 'pending', NULL, 3, '2026-11-26 17:21:19.965004+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1030, 'sandbox-111111111111-eu-west-1', 'b47cc1cb45fa845d7abad2b10e4526b1bc7a80fe0bf1e7e6aef4fa52d107f6b2', 'pending', NULL, 3, '2026-11-26 17:21:20.922959+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1035, 'sandbox-111111111111-eu-west-1', '2178f6a0143d24f0b4e729a3c64432ad4a61e82894f30df936324ef79f70515a', 'pending', NULL, 3, '2026-11-26 17:21:22.020012+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1043, 'sandbox-222222222222-us-east-1', '80152c6f753c8bb27a6105a704f127f0872067312d5f21bf69613246b585aea2', 'pending', NULL, 3, '2026-11-26 17:21:22.208972+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1030, 'sandbox-222222222222-us-east-1', 'b47cc1cb45fa845d7abad2b10e4526b1bc7a80fe0bf1e7e6aef4fa52d107f6b2', 'pending', NULL, 3, '2026-11-26 17:21:20.5267+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1032, 'sandbox-222222222222-us-east-1', 'f022d467d8d5cc2a942fceefcc851e94087559afa944ef3009629529f4d7e5e6', 'pending', NULL, 3, '2026-11-26 17:21:19.989202+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1032, 'sandbox-111111111111-eu-west-1', 'f022d467d8d5cc2a942fceefcc851e94087559afa944ef3009629529f4d7e5e6', 'pending', NULL, 3, '2026-11-26 17:21:21.46635+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1037, 'sandbox-111111111111-eu-west-1', 'b9be1cbe83846367a437310ab9a11f1d46ac1732e7142fd4bd3ce3d3c2cea033', 'pending', NULL, 0, '2026-11-26 17:21:19.599213+00', NULL, 'ACTIVE', 'jitp', 'look', '{}'),
	(1037, 'sandbox-222222222222-us-east-1', 'b9be1cbe83846367a437310ab9a11f1d46ac1732e7142fd4bd3ce3d3c2cea033', 'pending', NULL, 0, '2026-11-26 17:21:19.599213+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');

INSERT INTO public.work_order VALUES
	('golden-1', 'golden-unit', 'golden', 'device', 'jitp', 'Lineside', 25, 0, 1, 'released', '2026-11-26 17:20:59.067801+00', '2026-11-26 17:20:59.124+00', NULL, '2026-11-26 17:20:59.124+00', 'key:d245e2268449'),
	('sim-20261126-172100', 'simulated-device', 'sim', 'device', 'jitp', 'Lineside', 4, 0, 4, 'released', '2026-11-26 17:21:00.77725+00', '2026-11-26 17:21:00.833+00', NULL, '2026-11-26 17:21:00.833+00', 'key:d245e2268449'),
	('old-held', 'sensor', 'old-line-2', 'device', 'jitp', 'Lineside', 3, 0, 0, 'held', '2026-11-26 17:21:03.195857+00', '2026-11-26 17:21:03.214+00', 'parts are missing', '2026-11-26 17:21:03.232+00', 'key:d245e2268449'),
	('old-planned', 'sensor', 'old-line-2', 'device', 'jitp', 'Lineside', 3, 0, 0, 'planned', '2026-11-26 17:21:03.2969+00', NULL, NULL, '2026-11-26 17:21:03.2969+00', NULL),
	('old-cancelled', 'sensor', 'old-line-2', 'device', 'jitp', 'Lineside', 2, 0, 0, 'cancelled', '2026-11-26 17:21:03.323846+00', NULL, 'ordered twice', '2026-11-26 17:21:03.348+00', NULL),
	('old-closed', 'sensor', 'old-line-2', 'device', 'jitp', 'Lineside', 2, 0, 0, 'closed', '2026-11-26 17:21:03.369105+00', '2026-11-26 17:21:03.393+00', 'fewer are needed', '2026-11-26 17:21:03.41+00', 'key:d245e2268449'),
	('old-direct', 'sensor', 'old-line-2', 'device', 'jitp', 'Lineside', 5, 1, 2, 'released', '2026-11-26 17:21:03.259519+00', '2026-11-26 17:21:03.276+00', NULL, '2026-11-26 17:21:03.276+00', 'key:d245e2268449'),
	('old-work', 'sensor', 'old-line', 'device', 'jitp', 'Lineside', 9, 0, 8, 'released', '2026-11-26 17:21:03.143345+00', '2026-11-26 17:21:03.177+00', NULL, '2026-11-26 17:21:03.177+00', 'key:d245e2268449'),
	('demo', 'demo-device', 'line-1', 'device', 'jitp', 'Lineside', 10, 0, 0, 'released', '2026-11-26 17:20:58.745296+00', '2026-11-26 17:20:58.802+00', NULL, '2026-11-26 17:20:58.802+00', 'key:d245e2268449');

INSERT INTO public.work_order_target VALUES
	('demo', 'sandbox-111111111111-eu-west-1'),
	('demo', 'sandbox-222222222222-us-east-1'),
	('golden-1', 'sandbox-111111111111-eu-west-1'),
	('golden-1', 'sandbox-222222222222-us-east-1'),
	('sim-20261126-172100', 'sandbox-111111111111-eu-west-1'),
	('sim-20261126-172100', 'sandbox-222222222222-us-east-1'),
	('old-work', 'sandbox-111111111111-eu-west-1'),
	('old-work', 'sandbox-222222222222-us-east-1'),
	('old-held', 'sandbox-111111111111-eu-west-1'),
	('old-held', 'sandbox-222222222222-us-east-1'),
	('old-direct', 'sandbox-111111111111-eu-west-1'),
	('old-direct', 'sandbox-222222222222-us-east-1'),
	('old-planned', 'sandbox-111111111111-eu-west-1'),
	('old-planned', 'sandbox-222222222222-us-east-1'),
	('old-cancelled', 'sandbox-111111111111-eu-west-1'),
	('old-cancelled', 'sandbox-222222222222-us-east-1'),
	('old-closed', 'sandbox-111111111111-eu-west-1'),
	('old-closed', 'sandbox-222222222222-us-east-1');

SELECT pg_catalog.setval('public.crl_draft_id_seq', 5, true);

SELECT pg_catalog.setval('public.crl_due_id_seq', 4, true);

SELECT pg_catalog.setval('public.instance_number', 1, true);

SELECT pg_catalog.setval('public.job_id_seq', 1048, true);

SELECT pg_catalog.setval('public.job_tally_id_seq', 25, true);

SELECT pg_catalog.setval('public.late_report_id_seq', 1, true);

SELECT pg_catalog.setval('public.log_leaf_seq_seq', 155, true);

SELECT pg_catalog.setval('public.unit_id_seq', 1052, true);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (job_id, number);

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_family_generation_key UNIQUE (family, generation);

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_key_label_key UNIQUE (key_label);

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (serial_number);

ALTER TABLE ONLY public.crl_draft
    ADD CONSTRAINT crl_draft_authority_id_key UNIQUE (authority_id);

ALTER TABLE ONLY public.crl_draft
    ADD CONSTRAINT crl_draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crl_due
    ADD CONSTRAINT crl_due_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_pkey PRIMARY KEY (authority_id, number);

ALTER TABLE ONLY public.device_key
    ADD CONSTRAINT device_key_pkey PRIMARY KEY (identity);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (caller, key);

ALTER TABLE ONLY public.installed_rules
    ADD CONSTRAINT installed_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_pkey PRIMARY KEY (work_order_id, authority_id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_tally
    ADD CONSTRAINT job_tally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.late_report
    ADD CONSTRAINT late_report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_epoch
    ADD CONSTRAINT ledger_epoch_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY public.ledger_identity
    ADD CONSTRAINT ledger_identity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.log_count
    ADD CONSTRAINT log_count_pkey PRIMARY KEY (event);

ALTER TABLE ONLY public.log_gap
    ADD CONSTRAINT log_gap_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.log_index
    ADD CONSTRAINT log_index_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.log_index
    ADD CONSTRAINT log_index_seq_key UNIQUE (seq);

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.log_position
    ADD CONSTRAINT log_position_pkey PRIMARY KEY (reader);

ALTER TABLE ONLY public.log_sequencer
    ADD CONSTRAINT log_sequencer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (authority_id, target_name);

ALTER TABLE ONLY public.shared_device_key
    ADD CONSTRAINT shared_device_key_pkey PRIMARY KEY (identity, unit_id);

ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_account_id_region_key UNIQUE (account_id, region);

ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_pkey PRIMARY KEY (target_name, kind, name);

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_serial_key UNIQUE (serial);

ALTER TABLE ONLY public.unit_target
    ADD CONSTRAINT unit_target_pkey PRIMARY KEY (unit_id, target_name, certificate_id);

ALTER TABLE ONLY public.work_order
    ADD CONSTRAINT work_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_pkey PRIMARY KEY (work_order_id, target_name);

CREATE INDEX attempt_by_unit ON public.attempt USING btree (unit_id);

CREATE UNIQUE INDEX authority_by_request ON public.authority USING btree (requested_by, request_key, family) WHERE (request_key IS NOT NULL);

CREATE UNIQUE INDEX authority_one_issuing ON public.authority USING btree (family) WHERE (state = 'issuing'::text);

CREATE UNIQUE INDEX authority_one_planned ON public.authority USING btree (family) WHERE (state = 'planned'::text);

CREATE INDEX certificate_by_unit ON public.certificate USING btree (unit_id);

CREATE UNIQUE INDEX certificate_one_per_unit ON public.certificate USING btree (unit_id) WHERE (state = ANY (ARRAY['reserved'::text, 'valid'::text]));

CREATE INDEX certificate_open ON public.certificate USING btree (reserved_by) WHERE (state = 'reserved'::text);

CREATE INDEX certificate_revoked ON public.certificate USING btree (authority_id, revoked_at, serial_number) WHERE (state = 'revoked'::text);

CREATE UNIQUE INDEX crl_one_successor ON public.crl USING btree (authority_id, previous) NULLS NOT DISTINCT;

CREATE INDEX job_by_order ON public.job USING btree (work_order_id, state);

CREATE INDEX job_by_unit ON public.job USING btree (unit_id);

CREATE INDEX job_ended ON public.job USING btree (line_id, state, id) WHERE (state = ANY (ARRAY['passed'::text, 'failed'::text, 'cancelled'::text]));

CREATE UNIQUE INDEX job_one_open_per_unit ON public.job USING btree (unit_id) WHERE (state = ANY (ARRAY['queued'::text, 'leased'::text]));

CREATE UNIQUE INDEX job_one_per_slot ON public.job USING btree (station_id, slot) WHERE (state = 'leased'::text);

CREATE INDEX job_waiting ON public.job USING btree (line_id, work_order_id, attempt, id) WHERE (state = 'queued'::text);

CREATE INDEX late_report_by_lease ON public.late_report USING btree (job_id, fence);

CREATE INDEX log_leaf_by_subject ON public.log_leaf USING btree (subject, seq);

CREATE INDEX unit_by_folded_serial ON public.unit USING btree (upper(serial));

CREATE INDEX unit_by_order ON public.unit USING btree (work_order_id);

CREATE INDEX unit_target_pending ON public.unit_target USING btree (target_name, next_attempt_at) WHERE (state = 'pending'::text);

CREATE TRIGGER authority_is_kept BEFORE DELETE OR TRUNCATE ON public.authority FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

CREATE TRIGGER certificate_stays_revoked BEFORE UPDATE ON public.certificate FOR EACH ROW WHEN (((old.state = 'revoked'::text) AND ((new.state <> 'revoked'::text) OR (new.crl_entry IS DISTINCT FROM old.crl_entry)))) EXECUTE FUNCTION public.refuse_unrevoke();

CREATE TRIGGER log_leaf_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_leaf FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER target_is_kept BEFORE DELETE OR TRUNCATE ON public.target FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

CREATE TRIGGER unit_is_kept BEFORE DELETE OR TRUNCATE ON public.unit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

CREATE TRIGGER work_order_is_kept BEFORE DELETE OR TRUNCATE ON public.work_order FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_authority_id_previous_fkey FOREIGN KEY (authority_id, previous) REFERENCES public.crl(authority_id, number);

ALTER TABLE ONLY public.crl_draft
    ADD CONSTRAINT crl_draft_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.crl_due
    ADD CONSTRAINT crl_due_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_follows_fkey FOREIGN KEY (follows) REFERENCES public.job(id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);

ALTER TABLE ONLY public.job_tally
    ADD CONSTRAINT job_tally_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);

ALTER TABLE ONLY public.late_report
    ADD CONSTRAINT late_report_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);

ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);

ALTER TABLE ONLY public.work_order
    ADD CONSTRAINT work_order_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);

