--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

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

--
-- Name: complete_certificates(text[], bytea[], text[], bigint[], text[], bigint[], text[], bigint[], text[], text[], text[], bytea[], bytea[]); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: expect_units(bigint[], text[], text[], text[], text[], bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

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


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: unit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit (
    id bigint NOT NULL,
    serial text NOT NULL,
    work_order_id text NOT NULL,
    state text NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_holder text,
    lease_ends_at timestamp with time zone,
    CONSTRAINT unit_lease_whole CHECK (((lease_holder IS NULL) = (lease_ends_at IS NULL)))
)
WITH (fillfactor='60');


--
-- Name: holds_unit(public.unit, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.holds_unit(unit public.unit, holder text, fence bigint) RETURNS boolean
    LANGUAGE sql
    AS $$
  select case when holder = '' then unit.lease_holder is null or unit.lease_ends_at <= clock_timestamp()
    else coalesce(unit.lease_holder = holder and unit.fence = fence and unit.lease_ends_at > clock_timestamp(), false) end $$;


--
-- Name: issued_certificates(text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.issued_certificates(fingerprints text[]) RETURNS TABLE(certificate_id text, unit_id bigint, order_id text)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
  begin
    return query select certificate.fingerprint, certificate.unit_id, certificate.work_order_id from certificate where certificate.fingerprint = any(fingerprints);
  end $$;


--
-- Name: judge_issuing(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.judge_issuing(only_order text, only_authority text) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    perform pg_advisory_xact_lock(hashtext('issuing_verdict'));
    perform set_verdicts(array_agg(judged.order_id), array_agg(judged.authority_id), array_agg(judged.may_issue), array_agg(judged.reason))
    from (
      select work_order.id as order_id, authority.id as authority_id, bool_and(coalesce(registration_is_usable(registration), false)) as may_issue,
        coalesce(string_agg(work_order_target.target_name || ': ' || coalesce(registration.detail, registration.state, 'never registered'), '; ' order by work_order_target.target_name)
          filter (where registration_is_usable(registration) is not true), '') as reason
      from work_order
      join authority on authority.family = work_order.authority_family and authority.state in ('generated', 'registered', 'issuing', 'retiring')
      join work_order_target on work_order_target.work_order_id = work_order.id
      left join registration on registration.authority_id = authority.id and registration.target_name = work_order_target.target_name
      where work_order.state <> 'closed' and work_order.id = coalesce(only_order, work_order.id) and authority.id = coalesce(only_authority, authority.id)
      group by work_order.id, authority.id) as judged;
  end $$;


--
-- Name: move_units(bigint[], text[], bigint[], text[], text, interval); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: read_log(bigint, bigint, text[]); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: record_leaves(bigint[], text[], text[], text[], bytea[], bytea[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.record_leaves(times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    perform pg_current_xact_id();
    insert into log_leaf (at, actor, event, subject, body, leaf_hash)
    select to_timestamp(t / 1000.0), a, e, s, b, h from unnest(times, actors, events, subjects, bodies, hashes) as leaf (t, a, e, s, b, h);
  end $$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'audit leaves are append-only'; end $$;


--
-- Name: refuse_move(bigint[], text[], bigint[], text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_move(ids bigint[], holders text[], fences bigint[], to_state text) RETURNS void
    LANGUAGE plpgsql
    AS $$
  declare refused record;
  begin
    select unit.serial, unit.state, unit.lease_holder, asked.holder, holds_unit(unit, asked.holder, asked.fence) as held into refused
    from unnest(ids, holders, fences) as asked (id, holder, fence) join unit on unit.id = asked.id
    order by holds_unit(unit, asked.holder, asked.fence), unit.state = to_state limit 1;
    if not refused.held and refused.holder = '' then
      raise exception 'a station holds the unit' using errcode = 'LS002', detail = refused.serial, hint = refused.lease_holder;
    elsif not refused.held then
      raise exception 'the lease is lost' using errcode = 'LS001', detail = refused.serial;
    end if;
    raise exception 'a unit can not take this step' using errcode = 'LS003', detail = refused.state, hint = to_state;
  end $$;


--
-- Name: refuse_removal(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_removal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'rows of % are never removed', tg_table_name using errcode = 'restrict_violation'; end $$;


--
-- Name: refuse_unrevoke(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_unrevoke() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'a revocation is final'; end $$;


--
-- Name: registration; Type: TABLE; Schema: public; Owner: -
--

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
    CONSTRAINT registration_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text])))
);


--
-- Name: registration_is_usable(public.registration); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.registration_is_usable(registration public.registration) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select registration.state in ('in-sync', 'drifted') and registration.observed ->> 'status' = 'ACTIVE' $$;


--
-- Name: require_issuers(text[]); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: require_verdicts(text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: reserve_certificates(integer, text[], bigint[], text[], text[], text[], text[], bytea[], bytea[], bytea[], bigint[], bigint[], text[], bigint[], text[], interval, bigint[], text[], text[], text[], bytea[], bytea[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.reserve_certificates(holder_process integer, serial_numbers text[], unit_ids bigint[], order_ids text[], authority_ids text[], profiles text[], key_origins text[], spki_sha256s bytea[], tbs_octets bytea[], tbs_sha256s bytea[], not_befores bigint[], not_afters bigint[], holders text[], fences bigint[], from_states text[], keep interval, times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
  begin
    perform require_issuers(authority_ids);
    perform require_verdicts(order_ids, authority_ids);
    insert into certificate (state, reserved_by, serial_number, unit_id, work_order_id, authority_id, profile, key_origin, spki_sha256, tbs, tbs_sha256, not_before, not_after)
    select 'reserved', holder_process, s, u, o, a, p, g, k, t, h, to_timestamp(b), to_timestamp(e)
    from unnest(serial_numbers, unit_ids, order_ids, authority_ids, profiles, key_origins, spki_sha256s, tbs_octets, tbs_sha256s, not_befores, not_afters)
      as intent (s, u, o, a, p, g, k, t, h, b, e);
    perform record_leaves(times, actors, events, subjects, bodies, hashes);
    perform move_units(unit_ids, holders, fences, from_states, 'reserved', keep);
    -- Last, because it locks the orders' rows, which all stations of a line want.
    perform take_quota(order_ids);
  end $$;


--
-- Name: sequence_leaves(integer); Type: FUNCTION; Schema: public; Owner: -
--

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

    update log_sequencer set last_seq = coalesce(fresh[cardinality(fresh)], place.last_seq), next_index = place.next_index + found_now where id = 1;
    if found_now > 0 then
      perform pg_notify('lineside_log', (select string_agg(distinct event, ',') from log_leaf where seq = any(late || fresh)));
    end if;
    return found_now;
  end $$;


--
-- Name: set_verdicts(text[], text[], boolean[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.set_verdicts(order_ids text[], authority_ids text[], permissions boolean[], reasons text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
  begin
    insert into issuing_verdict (work_order_id, authority_id, may_issue, reason)
    select o, a, p, r from unnest(order_ids, authority_ids, permissions, reasons) as verdict (o, a, p, r)
    on conflict (work_order_id, authority_id) do update set may_issue = excluded.may_issue, reason = excluded.reason, updated_at = now()
    where (issuing_verdict.may_issue, issuing_verdict.reason) is distinct from (excluded.may_issue, excluded.reason);
  end $$;


--
-- Name: take_quota(text[]); Type: FUNCTION; Schema: public; Owner: -
--

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


--
-- Name: api_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_key (
    id text NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    station_id text,
    secret_sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone
);


--
-- Name: attempt; Type: TABLE; Schema: public; Owner: -
--

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


--
-- Name: authority; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.authority (
    id text NOT NULL,
    family text NOT NULL,
    generation integer NOT NULL,
    common_name text NOT NULL,
    key_type text NOT NULL,
    key_label text NOT NULL,
    key_id text NOT NULL,
    key_attributes jsonb NOT NULL,
    hsm_token jsonb NOT NULL,
    certificate bytea NOT NULL,
    fingerprint text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    activated_at timestamp with time zone,
    CONSTRAINT authority_generation_check CHECK ((generation > 0))
);


--
-- Name: certificate; Type: TABLE; Schema: public; Owner: -
--

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
    CONSTRAINT certificate_check CHECK (((state <> ALL (ARRAY['valid'::text, 'revoked'::text])) OR ((der IS NOT NULL) AND (fingerprint IS NOT NULL)))),
    CONSTRAINT certificate_key_origin_check CHECK ((key_origin = ANY (ARRAY['device'::text, 'service'::text]))),
    CONSTRAINT certificate_revoked_whole CHECK (((state <> 'revoked'::text) OR ((revoked_at IS NOT NULL) AND (revocation_reason IS NOT NULL) AND (crl_entry IS NOT NULL)))),
    CONSTRAINT certificate_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'valid'::text, 'revoked'::text, 'abandoned'::text])))
);


--
-- Name: crl; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crl (
    authority_id text NOT NULL,
    number bigint NOT NULL,
    previous bigint GENERATED ALWAYS AS (NULLIF((number - 1), 0)) STORED,
    this_update timestamp with time zone NOT NULL,
    next_update timestamp with time zone NOT NULL,
    entries integer NOT NULL,
    sha256 bytea NOT NULL,
    der bytea,
    CONSTRAINT crl_check CHECK ((next_update > this_update)),
    CONSTRAINT crl_entries_check CHECK ((entries >= 0)),
    CONSTRAINT crl_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY public.crl ALTER COLUMN der SET STORAGE EXTERNAL;


--
-- Name: crl_due; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crl_due (
    id bigint NOT NULL,
    authority_id text NOT NULL
);


--
-- Name: crl_due_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.crl_due ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.crl_due_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    status integer,
    body jsonb,
    held_by integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: installed_rules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.installed_rules (
    id integer DEFAULT 1 NOT NULL,
    digest text NOT NULL,
    CONSTRAINT installed_rules_id_check CHECK ((id = 1))
);


--
-- Name: instance_number; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.instance_number
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
    CYCLE;


--
-- Name: issuing_verdict; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.issuing_verdict (
    work_order_id text NOT NULL,
    authority_id text NOT NULL,
    may_issue boolean NOT NULL,
    reason text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: job; Type: TABLE; Schema: public; Owner: -
--

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
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'leased'::text, 'passed'::text, 'failed'::text, 'cancelled'::text])))
);


--
-- Name: job_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: kysely_migration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);


--
-- Name: kysely_migration_lock; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);


--
-- Name: late_report; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.late_report (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    fence bigint NOT NULL,
    actor text NOT NULL,
    report jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: late_report_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.late_report ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.late_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: line; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.line (
    id text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: log_gap; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_gap (
    seq bigint NOT NULL,
    open_until xid8 NOT NULL
);


--
-- Name: log_index; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_index (
    index bigint NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT log_index_index_check CHECK ((index >= 0))
);


--
-- Name: log_leaf; Type: TABLE; Schema: public; Owner: -
--

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


--
-- Name: log_leaf_seq_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.log_leaf ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.log_leaf_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: log_position; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_position (
    reader text NOT NULL,
    next_index bigint NOT NULL
);


--
-- Name: log_sequencer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_sequencer (
    id integer DEFAULT 1 NOT NULL,
    last_seq bigint NOT NULL,
    next_index bigint NOT NULL,
    CONSTRAINT log_sequencer_id_check CHECK ((id = 1))
);


--
-- Name: station; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.station (
    id text NOT NULL,
    line_id text NOT NULL,
    name text NOT NULL,
    slots text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT station_slots_check CHECK ((cardinality(slots) > 0))
);


--
-- Name: target; Type: TABLE; Schema: public; Owner: -
--

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


--
-- Name: target_resource; Type: TABLE; Schema: public; Owner: -
--

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


--
-- Name: unit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.unit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.unit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: unit_target; Type: TABLE; Schema: public; Owner: -
--

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
    CONSTRAINT unit_target_desired_check CHECK ((desired = ANY (ARRAY['ACTIVE'::text, 'REVOKED'::text]))),
    CONSTRAINT unit_target_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text])))
);


--
-- Name: work_order; Type: TABLE; Schema: public; Owner: -
--

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
    CONSTRAINT work_order_certificates_reserved_check CHECK ((certificates_reserved >= 0)),
    CONSTRAINT work_order_overage_check CHECK ((overage >= 0)),
    CONSTRAINT work_order_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT work_order_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'released'::text, 'held'::text, 'closed'::text])))
);


--
-- Name: work_order_target; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.work_order_target (
    work_order_id text NOT NULL,
    target_name text NOT NULL
);


--
-- Data for Name: api_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_key VALUES ('3ac2d5230ba5', 'admin', 'bootstrap', NULL, '\x2ed6a91bdf3691ee3727eb5cc9b7225d7690c2501a2d3ecb3a4bb46a44c42f9f', '2026-11-26 13:37:17.093322+00', NULL);
INSERT INTO public.api_key VALUES ('8b9b7b97c0a3', 'manager', 'bootstrap', NULL, '\xa3c3651a38579557df2f100d3c70023281b89513172c9ff122d526ea6fe9f9f5', '2026-11-26 13:37:17.100566+00', NULL);
INSERT INTO public.api_key VALUES ('4fbb4ef3e7cc', 'officer', 'bootstrap', NULL, '\xc9286d75147f3afdcb4a8f7448378d295505789de9065b1eef6760933c4a0c8f', '2026-11-26 13:37:17.104029+00', NULL);
INSERT INTO public.api_key VALUES ('6ebca1f8676d', 'issuer', 'bootstrap', NULL, '\xa8d3bba29e75f5c1170cd3d67e300ed644a54b766cfbca028c5a14d0f4e3bf5f', '2026-11-26 13:37:17.107508+00', NULL);
INSERT INTO public.api_key VALUES ('17e01d26d647', 'station', 'station-1', 'station-1', '\xd8567be557a9a9a337c5967960ebd72ee59668e5f5970b3a760c8f7e384a3a40', '2026-11-26 13:37:18.150061+00', NULL);
INSERT INTO public.api_key VALUES ('67c80373317c', 'station', 'golden', 'golden', '\x2957996f4f7bce088c8235db47933bdfc224b444a69a75c004189f73515c2075', '2026-11-26 13:37:18.157636+00', NULL);
INSERT INTO public.api_key VALUES ('f8a3c646f85d', 'station', 'sim-002', 'sim-002', '\x0895a149c8923929d95655a427bfef9114782069cfb65bf4238bff9b5add0a57', '2026-11-26 13:37:20.718959+00', '2026-11-26 13:37:21.992+00');
INSERT INTO public.api_key VALUES ('f5a29cad0401', 'station', 'sim-001', 'sim-001', '\x9490f336abc3a00c7c0e0a03728803ea6e9629cf02e0d153fcf9cbb00d03080a', '2026-11-26 13:37:20.716611+00', '2026-11-26 13:37:21.993+00');
INSERT INTO public.api_key VALUES ('fe6555c1d921', 'station', 'sim-003', 'sim-003', '\xd544ff705acb252393790bb122d201a878058dfc53327616c407e40a45f9e122', '2026-11-26 13:37:20.733693+00', '2026-11-26 13:37:21.993+00');
INSERT INTO public.api_key VALUES ('07f8a9136268', 'station', 'sim-004', 'sim-004', '\x36da25ddad6051d60c6a800f35dd909cf301ade77fe7020799b0f89fbfa80e36', '2026-11-26 13:37:20.735852+00', '2026-11-26 13:37:21.995+00');


--
-- Data for Name: attempt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attempt VALUES (1001, 1, 1001, 'golden', '1', 1, '2026-11-26 13:37:18.375005+00', '2026-11-26 13:37:19.086+00', 'PASS', NULL, NULL);
INSERT INTO public.attempt VALUES (1027, 1, 1027, 'sim-004', '1', 1, '2026-11-26 13:37:20.877594+00', '2026-11-26 13:37:21.341+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1026, 1, 1026, 'sim-001', '1', 1, '2026-11-26 13:37:20.874879+00', '2026-11-26 13:37:21.34+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1028, 1, 1028, 'sim-002', '1', 1, '2026-11-26 13:37:20.879499+00', '2026-11-26 13:37:21.348+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1029, 1, 1029, 'sim-003', '1', 1, '2026-11-26 13:37:20.873319+00', '2026-11-26 13:37:21.354+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1030, 1, 1030, 'sim-001', '1', 1, '2026-11-26 13:37:21.384955+00', '2026-11-26 13:37:21.64+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1031, 1, 1031, 'sim-004', '1', 1, '2026-11-26 13:37:21.384847+00', '2026-11-26 13:37:21.662+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1033, 1, 1033, 'sim-002', '1', 1, '2026-11-26 13:37:21.744199+00', '2026-11-26 13:37:21.964+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1032, 1, 1032, 'sim-003', '1', 1, '2026-11-26 13:37:21.746604+00', '2026-11-26 13:37:21.968+00', 'PASS', NULL, '{"drops": 2}');
INSERT INTO public.attempt VALUES (1, 1, 1, 'station-1', '1', 1, '2026-11-26 13:37:43.920742+00', '2026-11-26 13:37:43.992+00', 'FAIL', 'no-rf', NULL);
INSERT INTO public.attempt VALUES (2, 1, 2, 'station-1', '1', 1, '2026-11-26 13:37:44.008831+00', '2026-11-26 13:37:53.706+00', 'FAIL', 'no-rf', NULL);
INSERT INTO public.attempt VALUES (3, 1, 3, 'station-1', '1', 1, '2026-11-26 13:37:53.726527+00', '2026-11-26 13:38:14.588+00', 'FAIL', 'no-rf', NULL);
INSERT INTO public.attempt VALUES (4, 1, 4, 'station-1', '1', 1, '2026-11-26 13:38:14.628718+00', '2026-11-26 13:38:44.643+00', 'TIMEOUT', 'lease-expired', NULL);


--
-- Data for Name: authority; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.authority VALUES ('lineside-g1', 'Lineside', 1, 'Lineside Device CA G1', 'P-256', 'lineside-lineside-g1-49441ba6', 'e4c0', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "694e3a977e02b60a"}', '\x308201a93082014ea00302010202144b891dcdc364e8bf4d04b0ca52882fb768b31439300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132353133333731375a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047313059301306072a8648ce3d020106082a8648ce3d0301070342000488e154790ca5191fa8e507f3ce7b73bb282712502c77851132a44ad4c8985beb572323f875bc4ebe959e2ea588976d9279f795b880566a8437a440e919169046a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e041604147f9798ae9c1a263704fdbe0d902571f039bd685f300a06082a8648ce3d0403020349003046022100d338fb61c0ac0d52fd12eced2082560bd95c464a499f21f365c0cc75343bf0b3022100e65328690e53b0d960322dc2e37209328eafdcfca20d3c0c33c1fc4534103143', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', '2026-11-25 13:37:17+00', '2046-11-26 00:00:00+00', 'retiring', '2026-11-26 13:37:17.673312+00', '2026-11-26 13:37:18.094+00');
INSERT INTO public.authority VALUES ('lineside-g2', 'Lineside', 2, 'Lineside Device CA G2', 'P-256', 'lineside-lineside-g2-18e767e3', '51c0', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "694e3a977e02b60a"}', '\x308201a93082014ea003020102021473d0468b0411596ca40a37784f3067281ddc1e88300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132353133333732315a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047323059301306072a8648ce3d020106082a8648ce3d0301070342000405b59cf2fa9aed5323a0e98810254fc3199de269e7d2c03a1d49c8ed24d258bfb4551f5cbf6d5bfb5859ba307854f16b3eb877e4c48ed93730af84416fe89155a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e0416041406c95b80dc59239adc98ceadaf5e7ffc6af2de0f300a06082a8648ce3d0403020349003046022100e47edc13a86baac53d0611c721cf2a7d7609fd0e2a1a3a1fabf79cb21701732b022100a65eaa96e1b80b75a656797e85d41fdeed02791d4285125ebd458ffd0a421a97', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', '2026-11-25 13:37:21+00', '2046-11-26 00:00:00+00', 'issuing', '2026-11-26 13:37:21.416292+00', '2026-11-26 13:37:21.725+00');


--
-- Data for Name: certificate; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate VALUES ('67d01857d1b68450a1dddbda81b27c6204e151a7', 1001, 'golden-1', 'lineside-g1', 'device', 'valid', '\xb5649e6cec2c7f08f2dffe935400c9ebdede78ffedfb8514015d6af035252b9e', NULL, '\xe21ce05e684fec97e4e107f20fb8c479ee33d2e3a0ecf3ef616cdc58a6a7866d', '\x308201c63082016ca003020102021467d01857d1b68450a1dddbda81b27c6204e151a7300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333731385a170d3336313132363133333731385a302f31163014060355040a0c0d4c696e65736964652044656d6f3115301306035504030c0c474f4c44454e2d312d3030313059301306072a8648ce3d020106082a8648ce3d0301070342000442a4d532474a3bd6fb567c6a127a1233b0a222bbdef680ff991338df9e76caf8721029188c705071831e12466a075f0c69c9f2a9495fd7f0c67c99fd231f81f1a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e041604147fe78057ffe272e8058b0025c2a48ade6c976a73300a06082a8648ce3d04030203480030450220596140826d578536d312b629018074ac67e48ba040f62ce67956ed294844e0b5022100cf21956ba90c9739071efa17aba73ad2680fac09c766ba1294566df89b1df566', 'b047ed411ea4d5fc6b43db88abab5861841e9f2637316a5a6252466df7390d42', '2026-11-26 12:37:18+00', '2036-11-26 13:37:18+00', '2026-11-26 13:37:18.510159+00', 1, '2026-11-26 13:37:18.528619+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('7a4f0ff40e030fe3351aa97faa058bf96ea74586', 1028, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\x2216f564dd925043d3c0d8dbb9b255706acb83ca11b03c33e0d55618d1dc0bdc', NULL, '\xdfd973a58e774c5025399db113c00eb982b604e44c5190d54d1ea619415c5a1a', '\x308201d33082017aa00302010202147a4f0ff40e030fe3351aa97faa058bf96ea74586300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732305a170d3336313132363133333732305a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030333059301306072a8648ce3d020106082a8648ce3d03010703420004a9e0df113b4d5906a105e59e88dbadaf60db2fdf476ce9ace01661f40c0ad7d492d56fdeb1d720783322191a4786cbfb0931ddaaac9c3ba8601824c80c9a7f3aa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e04160414eea4e2677aaff05c08b2dbca1641f4feede78dea300a06082a8648ce3d040302034700304402204d522ff5a9e7ce1bd438085599e5ddd8fb23e1574715ec56e9f963ba823a06370220051549bcf77086e83392b2b13ec8669fb6d2bc8a8500171da9a52705a5e2152d', '67bb05ff6ea26e9f0317982ddc7c3faa2d1700c7d9b8d8014057a36a2a0f7e5e', '2026-11-26 12:37:20+00', '2036-11-26 13:37:20+00', '2026-11-26 13:37:20.919584+00', 1, '2026-11-26 13:37:20.93338+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('63ff6c13422fedb4e0d03f54120a455abba97b5c', 1026, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\xf0cd2663d6918faa9051e690ce9a27fc463fddec630eb2749f566334941fc29b', NULL, '\x9b163f6417830283bf5bcea089e7be9832b95e0ffe020d4df8fe4d17ed988e86', '\x308201d53082017aa003020102021463ff6c13422fedb4e0d03f54120a455abba97b5c300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732305a170d3336313132363133333732305a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030313059301306072a8648ce3d020106082a8648ce3d030107034200044e3797ec06796ebec5a6d6e591a2f3f8684b88410e3fc2d2cd4482cf92f214e8e6f5b698622c2014f8227c99b7cca284f279b6605c140f6e73ae8d2040768bb3a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e04160414fd0c254153bbc1f485da5578494849aa9328b100300a06082a8648ce3d0403020349003046022100c13caa93d05a8db4f8576ccd009484958a65a0f91575b3b36f39774e5ddd9680022100e884897a5a383faedd1321811362a75f4672d2c0c3339f84467c398a8c841a82', '909897c6a5de8b0b829b5d5a08df4e546bcf080e0ab6fab8becdcfe424973e9f', '2026-11-26 12:37:20+00', '2036-11-26 13:37:20+00', '2026-11-26 13:37:20.914985+00', 1, '2026-11-26 13:37:20.935085+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('6f93ab3ae81f32ffb2661f2dc9a4a51fbc4cc2e4', 1027, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\x6569f2608cff038d52219751181e8d89aea5706fbc99276985677f555ff3f7ef', NULL, '\x95f86cd0ac34401b042f218ea93ad8df0df13bd1635b2aeba0428a0cbd2078b7', '\x308201d33082017aa00302010202146f93ab3ae81f32ffb2661f2dc9a4a51fbc4cc2e4300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732305a170d3336313132363133333732305a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030323059301306072a8648ce3d020106082a8648ce3d03010703420004e6bc12e26b8369832f244e27cfa4258d0881d11280efa3a32b540d7a1c9f6acdab2b4f954413f43fbc9bec4c6b0b90b47a6f040b671b3926ecdc0b2b590dae82a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e04160414e079e6a221a1bd682c30d9dbda8dbff1216e377c300a06082a8648ce3d040302034700304402204d89eae919d19e644163b48a92d220e94d36c91ad7578df97a11492fb2e30b900220442fc9d61d78ace75c19cfe60423e77b04856c10d358886f47d4ee7f4dd2db3c', '9b1923717ee672451eaccbdedce38da67b35af6dad90e125ee9ac5ea64827ed7', '2026-11-26 12:37:20+00', '2036-11-26 13:37:20+00', '2026-11-26 13:37:20.927592+00', 1, '2026-11-26 13:37:20.940565+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('7101b9659e5011ccd6594f84a09366118c50f7e1', 1029, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\xa28096308a44d9e9d957d3ddaad8fd8d0d6742d06d863fdfe4255a32eb1b428c', NULL, '\x5e6266d920e1cc869c703f6406f439545c1d73ef6087f4df15accda1c475f06c', '\x308201d53082017aa00302010202147101b9659e5011ccd6594f84a09366118c50f7e1300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732305a170d3336313132363133333732305a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030343059301306072a8648ce3d020106082a8648ce3d030107034200040c53e259d4b69e497573dbbd678b95a7f8ec47743229e68a4b5f492eab0042b85dc4e7745ce8a340b041c5a34428bcb9c1c25a4c85159c8450557f612f373c61a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e0416041441596a2f364b323fe512a6bccd6685270e1e1b41300a06082a8648ce3d0403020349003046022100ddc214a71baa6b99b17b2b28410f2bc7b2ec37a45623cd3cb1c484691d818b7f022100e0385b04c4cbab1af381a58b9bf9b52ae94bdf60b7084039cfbc055c71e5d26b', '991658f26d27430223c67e4585ca63ab69068ca7d7bdca4396eaec4b83e558d9', '2026-11-26 12:37:20+00', '2036-11-26 13:37:20+00', '2026-11-26 13:37:20.927592+00', 1, '2026-11-26 13:37:20.940565+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('7152cfdbfc4a1c1ec9ef67f4ad56c5c7e183811f', 1030, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\x9ef1eb50a3aec27f36b607d1f0b7caef47e0ed2fefbe1d358c4dc5a1b571d3c3', NULL, '\x96aa1650bb07a32c297e74df510c6ed07cf0c76335830f499d756ec7e4c25374', '\x308201d53082017aa00302010202147152cfdbfc4a1c1ec9ef67f4ad56c5c7e183811f300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732315a170d3336313132363133333732315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030353059301306072a8648ce3d020106082a8648ce3d03010703420004bd7faa6e8bc5bb344be44d5d151aafc6b08e12bb88b7ff1dc7bd8aaf7c3fd91db2adfd33e8cc0fb8c777933720c3467af69b8d682a3dc01f19ee1cfaeb043db4a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e04160414864f2030e02ad4ae7ba6f6c6872fc4a3b80c649a300a06082a8648ce3d0403020349003046022100aae1d8650c42f6096b941ad5d73a8ca026cd48d2a5c836e78cb588bb5b501aa1022100e507683794deed06b2033835153280d9ad50eddc4b53f6c2e5dbf796a14d9149', '6cc493d0eb9cf8876f48f16512fd0a94410bb4eb4cadef8aa9334b6e4986c4c4', '2026-11-26 12:37:21+00', '2036-11-26 13:37:21+00', '2026-11-26 13:37:21.411682+00', 1, '2026-11-26 13:37:21.426377+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('6cbd77e2f0b7347e599d23403fea3c5824442a59', 1031, 'sim-20261126-133720', 'lineside-g1', 'device', 'valid', '\x398d72addbc94f3ed127cf93df96ff047ed8b60de626e33e505ba278eb12700a', NULL, '\xe93de929f929f0920b67f1da856fbb39f6a8976894797aaf31890c276f9c45ee', '\x308201d33082017aa00302010202146cbd77e2f0b7347e599d23403fea3c5824442a59300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363132333732315a170d3336313132363133333732315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030363059301306072a8648ce3d020106082a8648ce3d03010703420004b65b27f00d2ab31f4e397a3a81fcfd956f2318d92ad328b2b04b5919f77e48a5e8b97b2eee5dc108eb93c19d6ad77463a2dcd52e184908c37559b8e281cbc82ba3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f301d0603551d0e041604149c775878d0499aaf09563e469b9e9f1a8bf4cd15300a06082a8648ce3d04030203470030440220239c344524ee983ff8da9ff103fd4e676146c296d0b1f1113fbc4583c6fdc0ca02205873817cd45b4e5fd3983dc9d1c799989f6525f81cd776ab949bb25866ee70f1', 'b096e1e8a2f8b1c90e1b8b69e051862a16c325377463ed37b939ad29d768fbb0', '2026-11-26 12:37:21+00', '2036-11-26 13:37:21+00', '2026-11-26 13:37:21.426271+00', 1, '2026-11-26 13:37:21.443577+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('6b6e95383bf3b80299352adbf3cd39d8b9b609d0', 1032, 'sim-20261126-133720', 'lineside-g2', 'device', 'valid', '\x032fdd03fd67cce9e49d03aedbb5008c3bcec9818aa9eabe5ac5e1d223bbe8e6', NULL, '\x3791061da396fe8acd4b99d0db49084e3bb33f14deaba5f70ebac8c8d03efd59', '\x308201d43082017aa00302010202146b6e95383bf3b80299352adbf3cd39d8b9b609d0300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333732315a170d3336313132363133333732315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030373059301306072a8648ce3d020106082a8648ce3d03010703420004762bc48d0276ad8bc08316fb98d2425096a44d8a6bf81e03df0cb06ab2913d1377d2a0b9df5d5d28e5776f1ac33b3e4fe87d110d3216ef073c85fd2327a87f02a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e041604140977191e3938bc25878f861b2c5ee670c4ae3556300a06082a8648ce3d040302034800304502204fe193f66036c836b4351cc77c1c6406dfb08905eef0092a5165c4ac50097aeb022100cf35b63b77418f781356d0d8424fc6272312f64232bf42bbc9a4224c37e0ef06', 'b8516e38363a1ea362b6fecd6e9962fddab33ba096fea33c4570ad8e131d3fab', '2026-11-26 12:37:21+00', '2036-11-26 13:37:21+00', '2026-11-26 13:37:21.772335+00', 1, '2026-11-26 13:37:21.779064+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('48ab11c2baf20dd1f3b68b415659a734a6e8d4e9', 1033, 'sim-20261126-133720', 'lineside-g2', 'device', 'valid', '\xb0a5502e20313d73bb074fa10bc92db778442b93523e0bce125a553ff77d78d0', NULL, '\x59b5dfab15bb3c2741989dac3e369255f8862a014bf3f6ab2b5e74796e0ec40e', '\x308201d53082017aa003020102021448ab11c2baf20dd1f3b68b415659a734a6e8d4e9300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333732315a170d3336313132363133333732315a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3133333732302d3030303030383059301306072a8648ce3d020106082a8648ce3d03010703420004ed1ea8b6ac424b4d20449c1626a04c2bbe088c7c7d68dfe1f02f9854edd3905ec893890189f249bc0f3dfb719c75ea3c2a0b6d2849582240b165e3b985ce6eeaa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e0416041487323a284c0692b691fabf13c6dcb306293c00e1300a06082a8648ce3d0403020349003046022100ff23bb6fc7a97a265ccb2911e996d5b9848465bef21343dcfb0006643c79b272022100cf236529ce1e96090f6909e3d4017d4565abf425f4c19cefd73666cec820e409', '14b741db09f602df608e8255df8b2c60f112b2ea4761647285bb0cd6fb184644', '2026-11-26 12:37:21+00', '2036-11-26 13:37:21+00', '2026-11-26 13:37:21.772335+00', 1, '2026-11-26 13:37:21.779064+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('6bf3f2306b03c9f2150cd5f0fc727a950dd4c5d2', 1, 'demo', 'lineside-g2', 'device', 'valid', '\x8dbae5df7e96569f37efea5a6d4de2f123d490f58d0ea6b2abd04e47fa6329ce', NULL, '\x03b122bd21b78daecae66ca3921abdad630d153f2849c5dd6a945154c5e181e1', '\x308201c330820169a00302010202146bf3f2306b03c9f2150cd5f0fc727a950dd4c5d2300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333734335a170d3336313132363133333734335a302c31163014060355040a0c0d4c696e65736964652044656d6f3112301006035504030c094c532d3030303030313059301306072a8648ce3d020106082a8648ce3d03010703420004f3074801da9ca5633a083160bf24a3c39388d1f2753d181ee8a4474f72598ecae44bbd7b68583f6c5ac45124c918e9ffbe22de4c207d7b618e6d90203d7d5761a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e0416041433492099eb8d03e17a91a6cf419f2be2f01a72a0300a06082a8648ce3d0403020348003045022100d2a59d95bfb2c4b4a6c6f214ee3a48c35721d09d78ebb96cb81aa355f9214ee5022056b715c8b5c53702aac345c755c30661b03daf8afe98473006105075a24292fb', 'c03070a8448b7c312735a79f0c403d1bc1ecb2db76382d4627af4062a181f6d4', '2026-11-26 12:37:43+00', '2036-11-26 13:37:43+00', '2026-11-26 13:37:43.970223+00', 1, '2026-11-26 13:37:43.97703+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('4fe94d9749bff242282fa3d7be3a8faa2e7fa184', 2, 'demo', 'lineside-g2', 'device', 'valid', '\xfe567ba75e558d9321db577f263460079eb4a59a2e235e07e2e2dba252ffd739', NULL, '\x326895336bc6bc1e260600c030fe1e2e4b4041ac2db9eecaf9f59d4fc6d4c936', '\x308201c230820169a00302010202144fe94d9749bff242282fa3d7be3a8faa2e7fa184300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333735335a170d3336313132363133333735335a302c31163014060355040a0c0d4c696e65736964652044656d6f3112301006035504030c094c532d3030303030323059301306072a8648ce3d020106082a8648ce3d03010703420004876ed22ba40da4ce3b8cb486134e9450af7f9239a49d5581bd70d6f680f34e3666217bbd4b124f41b56b03b1a0651e077c1af767d9e893eae6436a581686088aa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e041604147a1258b83b46e74bc72d03338f5e69cb865e23b1300a06082a8648ce3d040302034700304402206865f00a5e2dd867bd636619b19e85b4e977d0c5c1c48371b25be2b1cfebc6fc02203851c5cc7b2a72c6c4f6665bc740194c2542838b0b2ce3940ae1bf7e923d2863', '4bc092da4ef00dbcbec62898ab3ff516583ab364f4a4d60421fa6aea09ccda1e', '2026-11-26 12:37:53+00', '2036-11-26 13:37:53+00', '2026-11-26 13:37:53.684126+00', 1, '2026-11-26 13:37:53.692397+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('66f171aec199650e899a1ea46bd6734ecd0af3f8', 3, 'demo', 'lineside-g2', 'device', 'valid', '\x99492575d9f03a44fd3da6ff536732ce8492d9705ac70c5cf1ce867f7570bbe8', NULL, '\x79dac2d762e9534ec8151162ef94a67b786a307fb56cb63e6ef8fab594207f93', '\x308201c430820169a003020102021466f171aec199650e899a1ea46bd6734ecd0af3f8300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333831345a170d3336313132363133333831345a302c31163014060355040a0c0d4c696e65736964652044656d6f3112301006035504030c094c532d3030303030333059301306072a8648ce3d020106082a8648ce3d0301070342000492f21b841fa154d7c29ed8e0375dfb46dba9a117435e2a0955072930f0ad6739ec6fe047ca07d36da7f9fdd9e1b81597a982a5fb8e42c1767c77af3c7961301ea3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e041604141dbd0e9d64cb0d27be456a71abed1a7fb364082b300a06082a8648ce3d0403020349003046022100e1f11b5da68c15601c2845893f359bab6276efe1fc1f601e1faeb744bcc075fa02210090eb22670e3100317ef633c7af503c326a81c66cb245d292d471e4c4ae85b7f6', 'fefa8c18b5437ba34e30b352d8733d7982def8f7ffd9cdefc6d2d1d7bbfacbe8', '2026-11-26 12:38:14+00', '2036-11-26 13:38:14+00', '2026-11-26 13:38:14.554832+00', 1, '2026-11-26 13:38:14.565242+00', NULL, NULL, NULL, 'device');
INSERT INTO public.certificate VALUES ('6e1d94ddbcc88928c8f60d3d9835dc50bca8b310', 1044, 'direct-3', 'lineside-g2', 'device', 'revoked', '\xb6e786e9ae81a9c886bfc568d0efc2534721d7fd8d66695473c3f36d0c6322b8', NULL, '\xca47e2e94f826ae953512f3c2dff3d9fc2e052ba4a7e20fd6a71021ef1871e9e', '\x308201bc30820163a00302010202146e1d94ddbcc88928c8f60d3d9835dc50bca8b310300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333831345a170d3336313132363133333831345a302631163014060355040a0c0d4c696e65736964652044656d6f310c300a06035504030c03462d313059301306072a8648ce3d020106082a8648ce3d030107034200044d4211c42eac0c35a428ab813357a495685fd19bfd3a50efdcbfdbb2189033cef6e57a2609487acd6808ef72702375ad4a33a67ec3620ad25902ec44084a1fc9a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e04160414de0a231cf402884b9044f969e0c43b1079985528300a06082a8648ce3d04030203470030440220402830c7d45bb500a7d2a5e5e783c97c84788bfbe10a4727ca06a70ad2b9038302207fb15b92cf7c56adbdb355b4faa1d1ac821eaa1a0712cf9bdff8df2d3dc47643', '28713a8597a548b402fd9f5f39bf1be4522d9cbfc33217e184e604f42e831753', '2026-11-26 12:38:14+00', '2036-11-26 13:38:14+00', '2026-11-26 13:38:14.769671+00', 1, '2026-11-26 13:38:14.781413+00', '2026-11-26 13:38:14.813+00', 'keyCompromise', '\x303302146e1d94ddbcc88928c8f60d3d9835dc50bca8b310170d3236313132363133333831345a300c300a0603551d1504030a0101', 'device');
INSERT INTO public.certificate VALUES ('643b1ee4fac4cb324992a769586a22d1f080f513', 1045, 'direct-3', 'lineside-g2', 'device', 'valid', '\xb6e786e9ae81a9c886bfc568d0efc2534721d7fd8d66695473c3f36d0c6322b8', NULL, '\x65e252c012c1a9f86e594f7041165a2dc4cc77b3287cec7851377d77da3a8eb9', '\x308201be30820163a0030201020214643b1ee4fac4cb324992a769586a22d1f080f513300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363132333831355a170d3336313132363133333831355a302631163014060355040a0c0d4c696e65736964652044656d6f310c300a06035504030c03462d323059301306072a8648ce3d020106082a8648ce3d030107034200044d4211c42eac0c35a428ab813357a495685fd19bfd3a50efdcbfdbb2189033cef6e57a2609487acd6808ef72702375ad4a33a67ec3620ad25902ec44084a1fc9a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f301d0603551d0e04160414de0a231cf402884b9044f969e0c43b1079985528300a06082a8648ce3d0403020349003046022100f2388d91e40ac43dd1f0f7dcbba7701691c23534851697aed8b2723ef3a430080221008533ab388f2cd1592b7a026e5b8de74d56280376de65ca87e71f03361d70bc09', '6eb3406b23a48ec2577066222416d9d3bfa6d1ae2ccb81fcd1b53bd8f85488f7', '2026-11-26 12:38:15+00', '2036-11-26 13:38:15+00', '2026-11-26 13:38:15.101485+00', 1, '2026-11-26 13:38:15.156648+00', NULL, NULL, NULL, 'device');


--
-- Data for Name: crl; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.crl VALUES ('lineside-g1', 1, DEFAULT, '2026-11-26 13:37:18+00', '2026-12-03 13:37:18+00', 0, '\x92404a14bfa1e0c5423666122e2e29491c330ec7df336306e145fd1409f8a5a3', '\x3081da308180020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731170d3236313132363133333731385a170d3236313230333133333731385aa02f302d301f0603551d230418301680147f9798ae9c1a263704fdbe0d902571f039bd685f300a0603551d140403020101300a06082a8648ce3d0403020349003046022100868d3af62b0bfbd70ed26894b7b004d8c865a07e9489bff0699cd3ed6d5bcd8b022100856ef736588201ab9777c2fdf276240f82b86d82a8b912b40bf6b55773c2c8c8');
INSERT INTO public.crl VALUES ('lineside-g2', 1, DEFAULT, '2026-11-26 13:37:22+00', '2026-12-03 13:37:22+00', 0, '\x961311d890d5bb3d5836135d7e00be9bbd59e0a710f4e8c3748d4ce9b1dcf77a', '\x3081d9308180020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363133333732325a170d3236313230333133333732325aa02f302d301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f300a0603551d140403020101300a06082a8648ce3d0403020348003045022100a3008aec8838f13fd00899342837736e98783c602e7c6a76ed8bceaa779c772102202205fec06c69948b35a24df7a4ca70b8d20224e518acae3b8a084a9416ef6860');
INSERT INTO public.crl VALUES ('lineside-g2', 2, DEFAULT, '2026-11-26 13:38:15+00', '2026-12-03 13:38:15+00', 1, '\x56680a89d93967e0e0d4bedd08c8342ae2dbc688a1da7d99aba9f6c4fe9333cd', '\x308201103081b7020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363133333831355a170d3236313230333133333831355a3035303302146e1d94ddbcc88928c8f60d3d9835dc50bca8b310170d3236313132363133333831345a300c300a0603551d1504030a0101a02f302d301f0603551d2304183016801406c95b80dc59239adc98ceadaf5e7ffc6af2de0f300a0603551d140403020102300a06082a8648ce3d0403020348003045022100cecfbf59f76caca041a64c6c97a3c725fbb97d31479c95c0543c8a962867075d02200f94e6c95d541ad04ffd1a69b9f489154b754b72ec52e708a1a1e595a513598f');


--
-- Data for Name: crl_due; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', '72b60a09-f75d-4cc7-b98c-f4054134f5d1', '\xfb9ad06f0094b18e9271045391985c6e0589e94c8264a510e53b5895cdf33a2b', 201, '{"mode": "SNI_ONLY", "name": "sandbox-111111111111-eu-west-1", "region": "eu-west-1", "profile": "sandbox-111111111111", "roleArn": null, "mqttHost": null, "mqttPort": 8990, "accountId": "111111111111", "createdAt": "2026-11-26T13:37:17.577Z", "controlEndpoint": "http://127.0.0.1:4900", "provisioningRoleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 1, '2026-11-26 13:37:17.571445+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', '32316c37-0e48-4cbf-9571-b3c779820191', '\xa63880c72177c39a9d685d0d1068561be8fa5cfab817fe8a87465f9190357b6f', 201, '{"mode": "SNI_ONLY", "name": "sandbox-222222222222-us-east-1", "region": "us-east-1", "profile": "sandbox-222222222222", "roleArn": null, "mqttHost": null, "mqttPort": 8990, "accountId": "222222222222", "createdAt": "2026-11-26T13:37:17.609Z", "controlEndpoint": "http://127.0.0.1:4900", "provisioningRoleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', 1, '2026-11-26 13:37:17.606807+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', 'fe75884a-8709-46e2-9aef-e941d21050df', '\xe2995b24e3ec7cc6815e359ffdb43dc123ed8319fd2e9702aee194a49bdb2ab3', 201, '{"mode": "DEFAULT", "name": "sandbox-111111111111-eu-central-1", "region": "eu-central-1", "profile": "sandbox-111111111111", "roleArn": null, "mqttHost": null, "mqttPort": 8990, "accountId": "111111111111", "createdAt": "2026-11-26T13:37:17.633Z", "controlEndpoint": "http://127.0.0.1:4900", "provisioningRoleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 1, '2026-11-26 13:37:17.627576+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', 'first-generation-of-Lineside', '\x1ffce034cafe7a41a78176a9acca5202f818a575d6116460210315af6a287ecb', 201, '{"id": "lineside-g1", "state": "generated", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g1-49441ba6", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T13:37:17.673Z", "notBefore": "2026-11-25T13:37:17.000Z", "commonName": "Lineside Device CA G1", "generation": 1, "production": false, "activatedAt": null, "fingerprint": "529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd", "registrations": [{"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.673Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.673Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.673Z", "caCertificateId": null}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 13:37:17.669752+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', '8b632125-2492-4627-a988-f1b654e9f3b9', '\x5463d37ff6497f0c2059d8c85ddc4eb3c6c796a051966e5faf72d64bc8e93d51', 200, '{"id": "lineside-g1", "state": "issuing", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g1-49441ba6", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T13:37:17.673Z", "notBefore": "2026-11-25T13:37:17.000Z", "commonName": "Lineside Device CA G1", "generation": 1, "production": false, "activatedAt": "2026-11-26T13:37:18.094Z", "fingerprint": "529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd", "registrations": [{"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.989Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.999Z", "caCertificateId": "529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd"}, {"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.969Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.991Z", "caCertificateId": "529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd"}, {"state": "in-sync", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:17.972Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T13:37:17.991Z", "caCertificateId": "529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd"}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 13:37:18.088368+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '99daa1db-0ce0-4274-96a1-cb1849eba33d', '\x7d200d3935bd867d29d8f0493a594a6adecd821cdfb3b615be29b31a0d46cf26', 201, '{"id": "golden", "name": "golden"}', 1, '2026-11-26 13:37:18.109993+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'b81007ab-6199-4cff-b4e6-a79fd3ae5c9d', '\x3fb53a93f703dbf9ed41e4c19e332ea6a6ffb05fb6077377be853aa1ca61f2ee', 201, '{"id": "line-1", "name": "line-1"}', 1, '2026-11-26 13:37:18.109905+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'fca3ccc8-dc54-4d64-8280-36c4aea65857', '\x31722d64bdd82a04de98d55de79fc5ebe37c75ab8225991da45db42bb555c7f1', 201, '{"id": "station-1", "line": "line-1", "name": "station-1", "slots": ["1"]}', 1, '2026-11-26 13:37:18.129248+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'cf94ba75-05ab-4e2d-9a78-ae4b73eeb948', '\xddaac156c2df071a60c5c15e6ca571f55542f87bfee1ceb83c45ab35ca6e595d', 201, '{"id": "golden", "line": "golden", "name": "golden", "slots": ["1"]}', 1, '2026-11-26 13:37:18.135753+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '6a00d575-0413-4073-8df7-f6e46619d077', '\xe5238cc7b148957ac9d8463281f768349ef14ff81570954aba08f6d3fa3a24e8', 201, '{"id": "demo", "line": "line-1", "state": "planned", "units": {"total": 1000, "failed": 0, "passed": 0, "claimed": 0, "planned": 1000, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "demo-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 1000, "authority": "Lineside", "createdAt": "2026-11-26T13:37:18.182Z", "releasedAt": null, "certificates": {"used": 0, "quota": 1000}}', 1, '2026-11-26 13:37:18.173253+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'f2532bb3-e682-441e-8fce-1603987c10a8', '\xef44835345b27abdd9f5161655f45d0cc2d2adfbc7c0367a05145db2e9e22137', 200, '{"id": "demo", "line": "line-1", "state": "released", "units": {"total": 1000, "failed": 0, "passed": 0, "claimed": 0, "planned": 1000, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "demo-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 1000, "authority": "Lineside", "createdAt": "2026-11-26T13:37:18.182Z", "releasedAt": "2026-11-26T13:37:18.233Z", "certificates": {"used": 0, "quota": 1000}}', 1, '2026-11-26 13:37:18.231703+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'bc597b83-5d85-4f97-bcf6-27f5fafc79b2', '\x492ce68d6c4ec4c3df617309469a7f09e0b59826eaa9460a7f166b60e5a70d6e', 201, '{"id": "golden-1", "line": "golden", "state": "planned", "units": {"total": 25, "failed": 0, "passed": 0, "claimed": 0, "planned": 25, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "golden-unit", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 25, "authority": "Lineside", "createdAt": "2026-11-26T13:37:18.331Z", "releasedAt": null, "certificates": {"used": 0, "quota": 25}}', 1, '2026-11-26 13:37:18.328663+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'f2fe902d-f161-4d71-a4e5-450b1f2ed042', '\x36b6944318c5f513e8479da2c9f05c3a3a7c1a432052bab10fa012fbb3ad06f6', 200, '{"id": "golden-1", "line": "golden", "state": "released", "units": {"total": 25, "failed": 0, "passed": 0, "claimed": 0, "planned": 25, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "golden-unit", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 25, "authority": "Lineside", "createdAt": "2026-11-26T13:37:18.331Z", "releasedAt": "2026-11-26T13:37:18.349Z", "certificates": {"used": 0, "quota": 25}}', 1, '2026-11-26 13:37:18.348217+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '7c0ac58f-90c4-4509-8f9c-dbcdc984bc63', '\x01274d855fba9897d69dfcc5771de0745ceaf1fd58c0143e331ac88787e5aa60', 200, '{"id": "sim-20261126-133720", "line": "sim", "state": "released", "units": {"total": 8, "failed": 0, "passed": 0, "claimed": 0, "planned": 8, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "simulated-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 8, "authority": "Lineside", "createdAt": "2026-11-26T13:37:20.609Z", "releasedAt": "2026-11-26T13:37:20.637Z", "certificates": {"used": 0, "quota": 8}}', 1, '2026-11-26 13:37:20.636022+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'a429d404-2764-425a-8986-6d75cd7630e3', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 13:37:20.660692+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '194016ce-c5fd-44b8-ae15-8feceaaa8c00', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 13:37:20.670392+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '146e8e06-657e-4bf8-b144-3c25c47b9704', '\x8568955e1fad44fd18bb15e125921ccb9bbc07be99840903c169e797343bf221', 201, '{"id": "sim-003", "line": "sim", "name": "sim-003", "slots": ["1"]}', 1, '2026-11-26 13:37:20.707514+00');
INSERT INTO public.idempotency VALUES ('key:67c80373317c', '9b23ad62-f44b-443a-9b68-7a0f726d34f6', '\xa30f267b684b8a473b68f7673b359dfac137a02ecdb371f0e8904afe5d8cacf8', 200, '{"job": {"id": "job-1001", "state": "passed"}, "unit": {"state": "passed", "serial": "GOLDEN-1-001"}, "attempt": 1}', 1, '2026-11-26 13:37:19.077891+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '5c12db34-bc66-46a3-a9db-54f3f522cd33', '\xa2b10c7d768e8b5e5b116472a5ce6778efa40e1bea80ba4f90accbd0a252c8f8', 201, '{"id": "sim", "name": "Simulation"}', 1, '2026-11-26 13:37:20.575094+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'e9d48604-1379-40dd-9a1e-60e859a86216', '\x7dda5164f96ae9badb0a5910912a8fb275cdce061054c73762ab783c758882a8', 201, '{"id": "sim-20261126-133720", "line": "sim", "state": "planned", "units": {"total": 8, "failed": 0, "passed": 0, "claimed": 0, "planned": 8, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "simulated-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "findings": [], "quantity": 8, "authority": "Lineside", "createdAt": "2026-11-26T13:37:20.609Z", "releasedAt": null, "certificates": {"used": 0, "quota": 8}}', 1, '2026-11-26 13:37:20.605292+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'd721adc6-fb36-4e66-90ff-1eb59d26844c', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 13:37:20.668954+00');
INSERT INTO public.idempotency VALUES ('key:f8a3c646f85d', '80b8bdfc-0ec7-4941-aafc-d823361375f5', '\xd276d0769e40c75d6c3647bc71f929594d7946c51c5137436765d3667c9b90ad', 200, '{"job": {"id": "job-1028", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000003"}, "attempt": 1}', 1, '2026-11-26 13:37:21.339614+00');
INSERT INTO public.idempotency VALUES ('key:f5a29cad0401', '4d916eba-6537-4262-8140-2220b2a4c410', '\x6485275b0c83405de17fe044436d53cad2cb9921c489fe6f27244e4464c1f810', 200, '{"job": {"id": "job-1030", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000005"}, "attempt": 1}', 1, '2026-11-26 13:37:21.633287+00');
INSERT INTO public.idempotency VALUES ('key:07f8a9136268', '62368094-63cd-4a2e-bee8-110563584516', '\x32f5f0ef538ccfb6ad486183217a6cbdf25c5feb4f03255f9f19eb3fbafd8936', 200, '{"job": {"id": "job-1031", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000006"}, "attempt": 1}', 1, '2026-11-26 13:37:21.658836+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', '78d4bf4d-26d6-4187-bb3a-a6d9eb7f0a1d', '\xd0b243e47858ca8c28b4d9c73367b6b1dbf00c614fb8d330f1ef2577366e887a', 200, '{"id": "lineside-g2", "state": "issuing", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g2-18e767e3", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T13:37:21.416Z", "notBefore": "2026-11-25T13:37:21.000Z", "commonName": "Lineside Device CA G2", "generation": 2, "production": false, "activatedAt": "2026-11-26T13:37:21.725Z", "fingerprint": "59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a", "registrations": [{"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.614Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.621Z", "caCertificateId": "59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a"}, {"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.594Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.612Z", "caCertificateId": "59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a"}, {"state": "in-sync", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:21.590Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.609Z", "caCertificateId": "59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a"}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 13:37:21.720556+00');
INSERT INTO public.idempotency VALUES ('key:3ac2d5230ba5', '7adcf7f4-ba80-461e-9377-aa971a4700be', '\x80d6bc83c13ea934fdb4368f60dabe3fa23137a9c5b717ffd1417907c7503e0f', 204, NULL, 1, '2026-11-26 13:37:21.992058+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'da404b87-7d72-4145-aa7a-ae84e8bae21c', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 13:37:20.673796+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '352918b6-3f28-4e26-adc1-6b46e66fd33b', '\xef11a07b0df77d020bbd98da4c5a11f55a51c1b0945c73515dbda7c2eebc6e69', 201, '{"id": "sim-001", "line": "sim", "name": "sim-001", "slots": ["1"]}', 1, '2026-11-26 13:37:20.686052+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', '7140ff9b-8167-4897-962a-fd597168dc67', '\x0f7a9ee44c262dfd0262200517d6ed1313f1fffa8a0294eceebabff824f102b8', 201, '{"id": "sim-002", "line": "sim", "name": "sim-002", "slots": ["1"]}', 1, '2026-11-26 13:37:20.700494+00');
INSERT INTO public.idempotency VALUES ('key:8b9b7b97c0a3', 'c338a4c7-f13a-4dc1-87b4-6cbcf3b0b5f1', '\xb431ad4d4aeb03b149a0d24e2d5b96e1c887396bbff53b604f7b77ecf7f49704', 201, '{"id": "sim-004", "line": "sim", "name": "sim-004", "slots": ["1"]}', 1, '2026-11-26 13:37:20.713187+00');
INSERT INTO public.idempotency VALUES ('key:07f8a9136268', '88e7fbac-15b5-4feb-ba9b-cde72fc7216c', '\x77bbcf2955f054ff892ee95b7953ffca143b2e88020375e1fa3595b6077d67e3', 200, '{"job": {"id": "job-1027", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000002"}, "attempt": 1}', 1, '2026-11-26 13:37:21.331463+00');
INSERT INTO public.idempotency VALUES ('key:f5a29cad0401', 'bb177bfa-8cda-4a93-abc5-a17e2f2c740c', '\x7cca19eee01c5133df4b7b20898c14dbc83619cdde17ec81ad6b72f75b8bda81', 200, '{"job": {"id": "job-1026", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000001"}, "attempt": 1}', 1, '2026-11-26 13:37:21.332056+00');
INSERT INTO public.idempotency VALUES ('key:fe6555c1d921', '817ef8de-f5bb-4cfd-a839-998ef49defca', '\x1fb08517df5e02915f270e8a79228325a4147962757d92a1c1b77ba09092e5ee', 200, '{"job": {"id": "job-1029", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000004"}, "attempt": 1}', 1, '2026-11-26 13:37:21.343956+00');
INSERT INTO public.idempotency VALUES ('key:4fbb4ef3e7cc', '33befb52-3e61-497c-8932-b919f06f0a3f', '\x1ffce034cafe7a41a78176a9acca5202f818a575d6116460210315af6a287ecb', 201, '{"id": "lineside-g2", "state": "generated", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g2-18e767e3", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T13:37:21.416Z", "notBefore": "2026-11-25T13:37:21.000Z", "commonName": "Lineside Device CA G2", "generation": 2, "production": false, "activatedAt": null, "fingerprint": "59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a", "registrations": [{"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.416Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.416Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T13:37:21.416Z", "caCertificateId": null}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 13:37:21.410544+00');
INSERT INTO public.idempotency VALUES ('key:fe6555c1d921', 'cbf15c39-031c-48c4-a243-db4e7a1ef2bf', '\x265c2a6b41a4076c3062d084199819359dcfdfe382dfbdeed1c7249706e371a8', 200, '{"job": {"id": "job-1032", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000007"}, "attempt": 1}', 1, '2026-11-26 13:37:21.965714+00');
INSERT INTO public.idempotency VALUES ('key:3ac2d5230ba5', '21c41911-a151-427b-a0ad-39eeacd7cc90', '\xd7751ee33983324023675376665157cb2be45c881f8bb8a1248814d3c2bfc11a', 204, NULL, 1, '2026-11-26 13:37:21.990354+00');
INSERT INTO public.idempotency VALUES ('key:3ac2d5230ba5', '5c1c608c-046d-4601-989f-6b098dee21f8', '\xc529576b606a829a931c25edd30d20df9a48d5c65b894325ca34fc968f48b637', 204, NULL, 1, '2026-11-26 13:37:21.990096+00');
INSERT INTO public.idempotency VALUES ('key:f8a3c646f85d', '584e02e5-4144-446f-9dba-5456064afc62', '\x947b7a85e914282276960ec7f7917024110f20df0e67d53854c27debf20eed31', 200, '{"job": {"id": "job-1033", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-133720-000008"}, "attempt": 1}', 1, '2026-11-26 13:37:21.959199+00');
INSERT INTO public.idempotency VALUES ('key:3ac2d5230ba5', 'a5f8c687-cbd2-46aa-95e7-81ad266270b7', '\x9cd891e69b3042ae0c9ba189346b82d713c51b93b2899cb02f215094186ac816', 204, NULL, 1, '2026-11-26 13:37:21.989986+00');


--
-- Data for Name: installed_rules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.installed_rules VALUES (1, 'eb0c3b282f8e1b09dab12b437dd680e98a7b118adc0ae3f5a7a0eace8d7c3427');


--
-- Data for Name: issuing_verdict; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.issuing_verdict VALUES ('demo', 'lineside-g1', true, '', '2026-11-26 13:37:18.182947+00');
INSERT INTO public.issuing_verdict VALUES ('golden-1', 'lineside-g1', true, '', '2026-11-26 13:37:18.331796+00');
INSERT INTO public.issuing_verdict VALUES ('sim-20261126-133720', 'lineside-g1', true, '', '2026-11-26 13:37:20.609144+00');
INSERT INTO public.issuing_verdict VALUES ('demo', 'lineside-g2', true, '', '2026-11-26 13:37:21.612533+00');
INSERT INTO public.issuing_verdict VALUES ('golden-1', 'lineside-g2', true, '', '2026-11-26 13:37:21.612533+00');
INSERT INTO public.issuing_verdict VALUES ('sim-20261126-133720', 'lineside-g2', true, '', '2026-11-26 13:37:21.612533+00');
INSERT INTO public.issuing_verdict VALUES ('direct-3', 'lineside-g1', true, '', '2026-11-26 13:38:14.666907+00');
INSERT INTO public.issuing_verdict VALUES ('direct-3', 'lineside-g2', true, '', '2026-11-26 13:38:14.666907+00');


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (3, 3, 'demo', 'line-1', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:14.588+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (5, 5, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (6, 6, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (7, 7, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (8, 8, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (9, 9, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (10, 10, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (11, 11, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (12, 12, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (13, 13, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (14, 14, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (15, 15, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (16, 16, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.234166+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (4, 4, 'demo', 'line-1', 'queued', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:44.645+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (2, 2, 'demo', 'line-1', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:53.707+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1002, 1002, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1003, 1003, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1004, 1004, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1005, 1005, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1006, 1006, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1007, 1007, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1008, 1008, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1009, 1009, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1010, 1010, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1011, 1011, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1012, 1012, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1013, 1013, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1014, 1014, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1015, 1015, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1016, 1016, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1017, 1017, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1018, 1018, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1019, 1019, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1020, 1020, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1021, 1021, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1022, 1022, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1023, 1023, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1024, 1024, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1025, 1025, 'golden-1', 'golden', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:18.350368+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1038, 1039, 'direct-2', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:53.779072+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1001, 1001, 'golden-1', 'golden', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:19.088+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1039, 1040, 'direct-2', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:53.779072+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1040, 1041, 'direct-2', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:53.779072+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1041, 1042, 'direct-2', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:53.779072+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1042, 1044, 'direct-3', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:14.723701+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1043, 1045, 'direct-3', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:14.723701+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1044, 1046, 'direct-3', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:14.723701+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1045, 1047, 'direct-3', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:38:14.723701+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1027, 1027, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.342+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1026, 1026, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.345+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1028, 1028, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.354+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1029, 1029, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.357+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1030, 1030, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.641+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1031, 1031, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.662+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1033, 1033, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.964+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1032, 1032, 'sim-20261126-133720', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:21.969+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1, 1, 'demo', 'line-1', 'failed', 1, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:43.993+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1034, 1034, 'direct-1', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:44.045883+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1035, 1035, 'direct-1', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:44.045883+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1036, 1036, 'direct-1', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:44.045883+00');
INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES (1037, 1037, 'direct-1', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-26 13:37:44.045883+00');


--
-- Data for Name: kysely_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kysely_migration VALUES ('0001_first_tables', '2026-11-26T13:37:16.903Z');
INSERT INTO public.kysely_migration VALUES ('0002_revocation', '2026-11-26T13:37:16.919Z');
INSERT INTO public.kysely_migration VALUES ('0003_issuance_steps', '2026-11-26T13:37:16.930Z');
INSERT INTO public.kysely_migration VALUES ('0004_issuance_plans', '2026-11-26T13:37:16.931Z');
INSERT INTO public.kysely_migration VALUES ('0005_one_log', '2026-11-26T13:37:16.975Z');


--
-- Data for Name: kysely_migration_lock; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kysely_migration_lock VALUES ('migration_lock', 0);


--
-- Data for Name: late_report; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: line; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.line VALUES ('line-1', 'line-1', '2026-11-26 13:37:18.11295+00');
INSERT INTO public.line VALUES ('golden', 'golden', '2026-11-26 13:37:18.113492+00');
INSERT INTO public.line VALUES ('sim', 'Simulation', '2026-11-26 13:37:20.57683+00');


--
-- Data for Name: log_gap; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: log_index; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_index VALUES (0, 1);
INSERT INTO public.log_index VALUES (1, 2);
INSERT INTO public.log_index VALUES (2, 3);
INSERT INTO public.log_index VALUES (3, 4);
INSERT INTO public.log_index VALUES (4, 5);
INSERT INTO public.log_index VALUES (5, 6);
INSERT INTO public.log_index VALUES (6, 7);
INSERT INTO public.log_index VALUES (7, 8);
INSERT INTO public.log_index VALUES (8, 9);
INSERT INTO public.log_index VALUES (9, 10);
INSERT INTO public.log_index VALUES (10, 11);
INSERT INTO public.log_index VALUES (11, 12);
INSERT INTO public.log_index VALUES (12, 13);
INSERT INTO public.log_index VALUES (13, 14);
INSERT INTO public.log_index VALUES (14, 15);
INSERT INTO public.log_index VALUES (15, 16);
INSERT INTO public.log_index VALUES (16, 17);
INSERT INTO public.log_index VALUES (17, 18);
INSERT INTO public.log_index VALUES (18, 19);
INSERT INTO public.log_index VALUES (19, 20);
INSERT INTO public.log_index VALUES (20, 21);
INSERT INTO public.log_index VALUES (21, 22);
INSERT INTO public.log_index VALUES (22, 23);
INSERT INTO public.log_index VALUES (23, 24);
INSERT INTO public.log_index VALUES (24, 25);
INSERT INTO public.log_index VALUES (25, 26);
INSERT INTO public.log_index VALUES (26, 27);
INSERT INTO public.log_index VALUES (27, 28);
INSERT INTO public.log_index VALUES (28, 29);
INSERT INTO public.log_index VALUES (29, 30);
INSERT INTO public.log_index VALUES (30, 31);
INSERT INTO public.log_index VALUES (31, 32);
INSERT INTO public.log_index VALUES (32, 33);
INSERT INTO public.log_index VALUES (33, 34);
INSERT INTO public.log_index VALUES (34, 35);
INSERT INTO public.log_index VALUES (35, 36);
INSERT INTO public.log_index VALUES (36, 37);
INSERT INTO public.log_index VALUES (37, 38);
INSERT INTO public.log_index VALUES (38, 39);
INSERT INTO public.log_index VALUES (39, 40);
INSERT INTO public.log_index VALUES (40, 41);
INSERT INTO public.log_index VALUES (41, 42);
INSERT INTO public.log_index VALUES (42, 43);
INSERT INTO public.log_index VALUES (43, 44);
INSERT INTO public.log_index VALUES (44, 45);
INSERT INTO public.log_index VALUES (45, 46);
INSERT INTO public.log_index VALUES (46, 47);
INSERT INTO public.log_index VALUES (47, 48);
INSERT INTO public.log_index VALUES (48, 49);
INSERT INTO public.log_index VALUES (49, 50);
INSERT INTO public.log_index VALUES (50, 51);
INSERT INTO public.log_index VALUES (51, 52);
INSERT INTO public.log_index VALUES (52, 53);
INSERT INTO public.log_index VALUES (53, 54);
INSERT INTO public.log_index VALUES (54, 55);
INSERT INTO public.log_index VALUES (55, 56);
INSERT INTO public.log_index VALUES (56, 57);
INSERT INTO public.log_index VALUES (57, 58);
INSERT INTO public.log_index VALUES (58, 59);
INSERT INTO public.log_index VALUES (59, 60);
INSERT INTO public.log_index VALUES (60, 61);
INSERT INTO public.log_index VALUES (61, 62);
INSERT INTO public.log_index VALUES (62, 63);
INSERT INTO public.log_index VALUES (63, 64);
INSERT INTO public.log_index VALUES (64, 65);
INSERT INTO public.log_index VALUES (65, 66);
INSERT INTO public.log_index VALUES (66, 67);
INSERT INTO public.log_index VALUES (67, 68);
INSERT INTO public.log_index VALUES (68, 69);
INSERT INTO public.log_index VALUES (69, 70);
INSERT INTO public.log_index VALUES (70, 71);
INSERT INTO public.log_index VALUES (71, 72);
INSERT INTO public.log_index VALUES (72, 73);
INSERT INTO public.log_index VALUES (73, 74);
INSERT INTO public.log_index VALUES (74, 75);
INSERT INTO public.log_index VALUES (75, 76);
INSERT INTO public.log_index VALUES (76, 77);
INSERT INTO public.log_index VALUES (77, 78);
INSERT INTO public.log_index VALUES (78, 79);
INSERT INTO public.log_index VALUES (79, 80);
INSERT INTO public.log_index VALUES (80, 81);
INSERT INTO public.log_index VALUES (81, 82);
INSERT INTO public.log_index VALUES (82, 83);
INSERT INTO public.log_index VALUES (83, 84);
INSERT INTO public.log_index VALUES (84, 85);
INSERT INTO public.log_index VALUES (85, 86);
INSERT INTO public.log_index VALUES (86, 87);
INSERT INTO public.log_index VALUES (87, 88);
INSERT INTO public.log_index VALUES (88, 89);
INSERT INTO public.log_index VALUES (89, 90);
INSERT INTO public.log_index VALUES (90, 91);
INSERT INTO public.log_index VALUES (91, 92);
INSERT INTO public.log_index VALUES (92, 93);
INSERT INTO public.log_index VALUES (93, 94);
INSERT INTO public.log_index VALUES (94, 95);
INSERT INTO public.log_index VALUES (95, 96);
INSERT INTO public.log_index VALUES (96, 97);
INSERT INTO public.log_index VALUES (97, 98);
INSERT INTO public.log_index VALUES (98, 99);
INSERT INTO public.log_index VALUES (99, 100);
INSERT INTO public.log_index VALUES (100, 101);
INSERT INTO public.log_index VALUES (101, 102);
INSERT INTO public.log_index VALUES (102, 103);
INSERT INTO public.log_index VALUES (103, 104);
INSERT INTO public.log_index VALUES (104, 105);
INSERT INTO public.log_index VALUES (105, 106);
INSERT INTO public.log_index VALUES (106, 107);
INSERT INTO public.log_index VALUES (107, 108);
INSERT INTO public.log_index VALUES (108, 109);
INSERT INTO public.log_index VALUES (109, 110);
INSERT INTO public.log_index VALUES (110, 111);
INSERT INTO public.log_index VALUES (111, 112);
INSERT INTO public.log_index VALUES (112, 113);
INSERT INTO public.log_index VALUES (113, 114);
INSERT INTO public.log_index VALUES (114, 115);
INSERT INTO public.log_index VALUES (115, 116);
INSERT INTO public.log_index VALUES (116, 117);
INSERT INTO public.log_index VALUES (117, 118);
INSERT INTO public.log_index VALUES (118, 119);
INSERT INTO public.log_index VALUES (119, 120);
INSERT INTO public.log_index VALUES (120, 121);
INSERT INTO public.log_index VALUES (121, 122);
INSERT INTO public.log_index VALUES (122, 123);
INSERT INTO public.log_index VALUES (123, 124);
INSERT INTO public.log_index VALUES (124, 125);
INSERT INTO public.log_index VALUES (125, 126);
INSERT INTO public.log_index VALUES (126, 127);
INSERT INTO public.log_index VALUES (127, 128);
INSERT INTO public.log_index VALUES (128, 129);
INSERT INTO public.log_index VALUES (129, 130);
INSERT INTO public.log_index VALUES (130, 131);


--
-- Data for Name: log_leaf; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_leaf VALUES (1, '2026-11-26 13:37:17.093+00', 'system', 'access.key-created', 'key:3ac2d5230ba5', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31372e3039335a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22336163326435323330626135222c226e616d65223a22626f6f747374726170222c22726f6c65223a2261646d696e222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a336163326435323330626135227d', '\xd2c789ffb6be8a88b420233e516608bd3879776d73be2d471a0baecb7199d4ec', false);
INSERT INTO public.log_leaf VALUES (2, '2026-11-26 13:37:17.1+00', 'system', 'access.key-created', 'key:8b9b7b97c0a3', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31372e3130305a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22386239623762393763306133222c226e616d65223a22626f6f747374726170222c22726f6c65223a226d616e61676572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a386239623762393763306133227d', '\x072cbdd9943a254be63872e8232e769c23edf6a31470fcfaab59b3779da4617f', false);
INSERT INTO public.log_leaf VALUES (3, '2026-11-26 13:37:17.104+00', 'system', 'access.key-created', 'key:4fbb4ef3e7cc', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31372e3130345a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22346662623465663365376363222c226e616d65223a22626f6f747374726170222c22726f6c65223a226f666669636572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a346662623465663365376363227d', '\xc05e2715cb5b6f8fbfbfba82058dbeca929411c125cb5aceb58402ffe9a6f469', false);
INSERT INTO public.log_leaf VALUES (4, '2026-11-26 13:37:17.108+00', 'system', 'access.key-created', 'key:6ebca1f8676d', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31372e3130385a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22366562636131663836373664222c226e616d65223a22626f6f747374726170222c22726f6c65223a22697373756572222c2273746174696f6e223a6e756c6c7d2c227375626a656374223a226b65793a366562636131663836373664227d', '\x186bf5d70cd0e7a51da187c070fe13269a1f05ca07e3308595dbca3842e0103e', false);
INSERT INTO public.log_leaf VALUES (5, '2026-11-26 13:37:17.58+00', 'key:4fbb4ef3e7cc', 'target.created', 'target:sandbox-111111111111-eu-west-1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a31372e3538305a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22313131313131313131313131222c226d6f6465223a22534e495f4f4e4c59222c226e616d65223a2273616e64626f782d3131313131313131313131312d65752d776573742d31222c22726567696f6e223a2265752d776573742d31227d2c227375626a656374223a227461726765743a73616e64626f782d3131313131313131313131312d65752d776573742d31227d', '\xcbf098795882413b062601b47e90451899ef279b4009e96d992fe4b9a6bca3ca', false);
INSERT INTO public.log_leaf VALUES (6, '2026-11-26 13:37:17.61+00', 'key:4fbb4ef3e7cc', 'target.created', 'target:sandbox-222222222222-us-east-1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a31372e3631305a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22323232323232323232323232222c226d6f6465223a22534e495f4f4e4c59222c226e616d65223a2273616e64626f782d3232323232323232323232322d75732d656173742d31222c22726567696f6e223a2275732d656173742d31227d2c227375626a656374223a227461726765743a73616e64626f782d3232323232323232323232322d75732d656173742d31227d', '\x600ee7c718fc4410aa0e81365e5ac817264f073185e6f8304e9c5fd651256285', false);
INSERT INTO public.log_leaf VALUES (7, '2026-11-26 13:37:17.645+00', 'key:4fbb4ef3e7cc', 'target.created', 'target:sandbox-111111111111-eu-central-1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a31372e3634355a222c226576656e74223a227461726765742e63726561746564222c226661637473223a7b226163636f756e744964223a22313131313131313131313131222c226d6f6465223a2244454641554c54222c226e616d65223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c22726567696f6e223a2265752d63656e7472616c2d31227d2c227375626a656374223a227461726765743a73616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d', '\xf7e087db04c6017d10d717fad5cfa318b075edf09438149a456c0f72c7bab9ac', false);
INSERT INTO public.log_leaf VALUES (8, '2026-11-26 13:37:17.722+00', 'key:4fbb4ef3e7cc', 'authority.generated', 'authority:lineside-g1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a31372e3732325a222c226576656e74223a22617574686f726974792e67656e657261746564222c226661637473223a7b2266696e6765727072696e74223a2235323965613161376631633434646266323831363036313635366436623865656339353636633061366136313566666366343664316663396335636165356264222c2268736d223a22536f667448534d2070726f6a65637420536f667448534d207632222c226964223a226c696e65736964652d6731222c226b65794964223a2265346330222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67312d3439343431626136222c226b657954797065223a22502d323536222c2270726f64756374696f6e223a66616c73652c227369676e6174757265416c676f726974686d223a2265636473612d776974682d534841323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x67c5277f87414cea0ac77c73206eae2d1b327264a7295f838229d85492734a0f', false);
INSERT INTO public.log_leaf VALUES (9, '2026-11-26 13:37:17.993+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31372e3939335a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235323965613161376631633434646266323831363036313635366436623865656339353636633061366136313566666366343664316663396335636165356264222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x650cd35975b8b40a462dc6f32a14e7c2554187342838849195b23e37f11581a6', false);
INSERT INTO public.log_leaf VALUES (10, '2026-11-26 13:37:18.004+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31382e3030345a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235323965613161376631633434646266323831363036313635366436623865656339353636633061366136313566666366343664316663396335636165356264222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\xeec1b98498835011ea75ec31687a6cf5e0e67f3c97ecbb239f4a6d9ab8394902', false);
INSERT INTO public.log_leaf VALUES (11, '2026-11-26 13:37:18.015+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31382e3031355a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22636143657274696669636174654964223a2235323965613161376631633434646266323831363036313635366436623865656339353636633061366136313566666366343664316663396335636165356264222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\x829eb6bafe543b05a8fb2bcb6d6d2ad5de1cad27bd395019f2bc4fd8838674f2', false);
INSERT INTO public.log_leaf VALUES (12, '2026-11-26 13:37:18.022+00', 'system', 'authority.registered', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31382e3032325a222c226576656e74223a22617574686f726974792e72656769737465726564222c226661637473223a7b226964223a226c696e65736964652d6731222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\xd03271f51cecb61c075a615c1fc2b529a9d5be15d70efc710f83c12436a5e11b', false);
INSERT INTO public.log_leaf VALUES (13, '2026-11-26 13:37:18.095+00', 'key:4fbb4ef3e7cc', 'authority.activated', 'authority:lineside-g1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a31382e3039355a222c226576656e74223a22617574686f726974792e616374697661746564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6731222c227265706c61636573223a6e756c6c2c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\xd52791e2b9f04aefdababe472289e4609395fcd6bf7305f202efa9b18e75825d', false);
INSERT INTO public.log_leaf VALUES (14, '2026-11-26 13:37:18.114+00', 'key:8b9b7b97c0a3', 'line.created', 'line:line-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3131345a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a226c696e652d31227d2c227375626a656374223a226c696e653a6c696e652d31227d', '\xf555f3f490a9f46734d849cdd0e8a0a0702f2e9832bd7a1ddbc624eb5ce6b599', false);
INSERT INTO public.log_leaf VALUES (15, '2026-11-26 13:37:18.114+00', 'key:8b9b7b97c0a3', 'line.created', 'line:golden', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3131345a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a22676f6c64656e227d2c227375626a656374223a226c696e653a676f6c64656e227d', '\x36131692133dde0aee6a5168131d3c0a95c3cdc1de69202692272757a0c25bff', false);
INSERT INTO public.log_leaf VALUES (16, '2026-11-26 13:37:18.135+00', 'key:8b9b7b97c0a3', 'station.created', 'station:station-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3133355a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273746174696f6e2d31222c226c696e65223a226c696e652d31222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73746174696f6e2d31227d', '\xa03d78a91a20527fcca1260e6fed51d4818cb4c991db8475bdfe5e09b7a3a38a', false);
INSERT INTO public.log_leaf VALUES (17, '2026-11-26 13:37:18.139+00', 'key:8b9b7b97c0a3', 'station.created', 'station:golden', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3133395a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a22676f6c64656e222c226c696e65223a22676f6c64656e222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a676f6c64656e227d', '\x5402e06b6c997683ac4fae4a54342784d59f628e23e3f626fe8ee24262e1566a', false);
INSERT INTO public.log_leaf VALUES (18, '2026-11-26 13:37:18.15+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:17e01d26d647', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3135305a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22313765303164323664363437222c226e616d65223a2273746174696f6e2d31222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a226b65793a313765303164323664363437227d', '\xf337390f1c69ca1417c084c8a6fc2f2ff9537e68f765d18649776b1ca4d24336', false);
INSERT INTO public.log_leaf VALUES (19, '2026-11-26 13:37:18.158+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:67c80373317c', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3135385a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22363763383033373333313763222c226e616d65223a22676f6c64656e222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a22676f6c64656e227d2c227375626a656374223a226b65793a363763383033373333313763227d', '\xbe01f758472338c3f7675dcfd411a07b40eba5e595abd38b77c2aa6a23921185', false);
INSERT INTO public.log_leaf VALUES (20, '2026-11-26 13:37:18.21+00', 'system', 'crl.published', 'authority:lineside-g1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a31382e3231305a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c22656e7472696573223a302c226e657874557064617465223a22323032362d31322d30335431333a33373a31382e3030305a222c226e756d626572223a312c22736861323536223a2239323430346131346266613165306335343233363636313232653265323934393163333330656337646633333633303665313435666431343039663861356133222c2274686973557064617465223a22323032362d31312d32365431333a33373a31382e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6731227d', '\xc24da00656ab2559da46ef6c77084408da17688661ec10206a2968bb32989ae0', false);
INSERT INTO public.log_leaf VALUES (21, '2026-11-26 13:37:18.219+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:demo', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3231395a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a2264656d6f222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2264656d6f2d646576696365222c227175616e74697479223a313030302c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a64656d6f227d', '\xf1d3c39e77edebd526a387386dd5f4b7bdae230d7bf19ce475ff21b1eae485ac', false);
INSERT INTO public.log_leaf VALUES (22, '2026-11-26 13:37:18.288+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:demo', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3238385a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a2264656d6f222c22756e697473223a313030307d2c227375626a656374223a22776f726b2d6f726465723a64656d6f227d', '\xbf85e53a1dbfa5c9d3568a668c5aa71c20f7c267be8e997e35b8595f78179cb3', false);
INSERT INTO public.log_leaf VALUES (23, '2026-11-26 13:37:18.337+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:golden-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3333375a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a22676f6c64656e2d31222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a22676f6c64656e2d756e6974222c227175616e74697479223a32352c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a676f6c64656e2d31227d', '\x88986788cc6bf53d906b8e3a5d1d4f6e81dbcce4ddb2de000ebf6ef84e42565b', false);
INSERT INTO public.log_leaf VALUES (24, '2026-11-26 13:37:18.354+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:golden-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a31382e3335345a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a22676f6c64656e2d31222c22756e697473223a32357d2c227375626a656374223a22776f726b2d6f726465723a676f6c64656e2d31227d', '\x215948f74187f44f1c84cdcc4f29ceed6912fcdb34390702f8df1d8047ff8462', false);
INSERT INTO public.log_leaf VALUES (31, '2026-11-26 13:37:20.639+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:sim-20261126-133720', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3633395a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a2273696d2d32303236313132362d313333373230222c22756e697473223a387d2c227375626a656374223a22776f726b2d6f726465723a73696d2d32303236313132362d313333373230227d', '\x731fe43492697b3529b9904ee4f8b8a4ea2c663d08752742e00c51509417a2be', false);
INSERT INTO public.log_leaf VALUES (34, '2026-11-26 13:37:20.714+00', 'key:8b9b7b97c0a3', 'station.created', 'station:sim-003', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3731345a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273696d2d303033222c226c696e65223a2273696d222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73696d2d303033227d', '\xf1800508dfb3bb1cc81ea43aa8fc30f3322317304069de1b5c71c5b6eb1280ee', false);
INSERT INTO public.log_leaf VALUES (43, '2026-11-26 13:37:20.884+00', 'key:07f8a9136268', 'job.claimed', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32302e3838345a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032372c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303032222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\xb372444fd8d0614461340b2d2cbb9cd25a28433601e9c7eb65197d55aebb5689', false);
INSERT INTO public.log_leaf VALUES (25, '2026-11-26 13:37:18.382+00', 'key:67c80373317c', 'job.claimed', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a363763383033373333313763222c226174223a22323032362d31312d32365431333a33373a31382e3338325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313030312c2273657269616c223a22474f4c44454e2d312d303031222c22736c6f74223a2231222c2273746174696f6e223a22676f6c64656e227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x196a49d554d07522e75c8b5fe8d67f2a81637f2df8320923d08b827cf528029d', false);
INSERT INTO public.log_leaf VALUES (37, '2026-11-26 13:37:20.719+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:f8a3c646f85d', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3731395a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22663861336336343666383564222c226e616d65223a2273696d2d303032222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273696d2d303032227d2c227375626a656374223a226b65793a663861336336343666383564227d', '\x8b19ec1dd2ed98165b03dd9d132d3f34d1c330bcccee3fdb6ff6b26d9e1bc267', false);
INSERT INTO public.log_leaf VALUES (42, '2026-11-26 13:37:20.883+00', 'key:f8a3c646f85d', 'job.claimed', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32302e3838335a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032382c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303033222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\x2576d8225868e616fb39d1c57d6cd08190626ac58e3dfe8fbbf4abcf34373d4d', false);
INSERT INTO public.log_leaf VALUES (62, '2026-11-26 13:37:21.425+00', 'key:07f8a9136268', 'certificate.reserved', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32312e3432355a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236636264373765326630623733343765353939643233343033666561336335383234343432613539222c2273706b69536861323536223a2233393864373261646462633934663365643132376366393364663936666630343765643862363064653632366533336535303562613237386562313237303061222c22746273536861323536223a2265393364653932396639323966303932306236376631646138353666626233396636613839373638393437393761616633313839306332373666396334356565222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303036227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\x2f80380791756cc8161125537a91d687962e73be387dca92288bb402a9aebee1', false);
INSERT INTO public.log_leaf VALUES (63, '2026-11-26 13:37:21.441+00', 'key:07f8a9136268', 'certificate.issued', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32312e3434315a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2262303936653165386132663862316339306531623862363965303531383632613136633332353337373436336564333762393339616432396437363866626230222c2273657269616c4e756d626572223a2236636264373765326630623733343765353939643233343033666561336335383234343432613539222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303036227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\x33714738a6c5045ee76be38dd77d80ef36b16cc85e8b867d5ab4d7e9196e9ca0', false);
INSERT INTO public.log_leaf VALUES (67, '2026-11-26 13:37:21.631+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3633315a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2235396232336261633032653131343235396435643131303431303037636437336239306339383061323765643563393265613231396166336136326238343761222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x059d0b148abcbe5e65731dae625693cc120a109b9df3f7ceef3c8d8492018dac', false);
INSERT INTO public.log_leaf VALUES (68, '2026-11-26 13:37:21.639+00', 'system', 'authority.registered', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3633395a222c226576656e74223a22617574686f726974792e72656769737465726564222c226661637473223a7b226964223a226c696e65736964652d6732222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xae07c9506300a4b3ac7de617f6fa24b59dbaf13018706a095dede21e05388307', false);
INSERT INTO public.log_leaf VALUES (78, '2026-11-26 13:37:21.969+00', 'key:f8a3c646f85d', 'job.result', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32312e3936395a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033332c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303038227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\xee4154d63d2c60676552c8d1f159d62e9415762932bf696d4ae02d6a9c6a9c13', false);
INSERT INTO public.log_leaf VALUES (80, '2026-11-26 13:37:21.994+00', 'key:3ac2d5230ba5', 'access.key-revoked', 'key:f8a3c646f85d', '\x7b226163746f72223a226b65793a336163326435323330626135222c226174223a22323032362d31312d32365431333a33373a32312e3939345a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22663861336336343666383564227d2c227375626a656374223a226b65793a663861336336343666383564227d', '\x9d9ebcbb363df9a2c074c9e7de019f24ad62bfaa36676b4d150d7d876ff261b9', false);
INSERT INTO public.log_leaf VALUES (85, '2026-11-26 13:37:23.332+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3333325a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236636334393364306562396366383837366634386631363531326664306139343431306262346562346361646566386161393333346236653439383663346334222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303035222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\x69e88fd93a344008247fe0fdc0d666a4d094961e291f5b70093d3c9c4bbc08c3', false);
INSERT INTO public.log_leaf VALUES (86, '2026-11-26 13:37:23.334+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3333345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262303936653165386132663862316339306531623862363965303531383632613136633332353337373436336564333762393339616432396437363866626230222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303036222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\x7a336e2efdc396fd5a3d48acc9c8fa285be4765c366376c37c04aef35aa9a473', false);
INSERT INTO public.log_leaf VALUES (88, '2026-11-26 13:37:23.339+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3333395a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236376262303566663665613236653966303331373938326464633763336661613264313730306337643962386438303134303537613336613261306637653565222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303033222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\xb872673d51899355d914f7d2fb9c2df1cd7a679e32956c89c5c1a01afeb2806c', false);
INSERT INTO public.log_leaf VALUES (90, '2026-11-26 13:37:23.342+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334325a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239303938393763366135646538623062383239623564356130386466346535343662636630383065306162366661623862656364636665343234393733653966222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303031222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\xd365ef8c24b9175862d47468046a09bf739c65dcb1872e9e0820001320658473', false);
INSERT INTO public.log_leaf VALUES (92, '2026-11-26 13:37:23.345+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334355a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239623139323337313765653637323435316561636362646564636533386461363762333561663664616439306531323565653961633565613634383237656437222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303032222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\x2a1a1d9a56db2f0f8b601f5add908c9c9a165d15f9b8aa14ef6a0ea740fa7956', false);
INSERT INTO public.log_leaf VALUES (94, '2026-11-26 13:37:23.348+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334385a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239393136353866323664323734333032323363363765343538356361363361623639303638636137643762646361343339366561656334623833653535386439222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303034222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\xf114b06de1a8ef887d2eb133eee21241641f2e6525e4a36a8cf6ac8616232b12', false);
INSERT INTO public.log_leaf VALUES (97, '2026-11-26 13:37:25.397+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32352e3339375a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262383531366533383336336131656133363262366665636436653939363266646461623333626130393666656133336334353730616438653133316433666162222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303037222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\xf9aaf50eefb0c1f804fc5181a5e6829b57c93a68d7942043493723ac925d077f', false);
INSERT INTO public.log_leaf VALUES (99, '2026-11-26 13:37:25.404+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32352e3430345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2231346237343164623039663630326466363038653832353564663862326336306631313262326561343736313634373238356262306364366662313834363434222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303038222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\x014315e283ad1fe0594663c4b4429f9389603aeb2d80325554ac716f884dc873', false);
INSERT INTO public.log_leaf VALUES (26, '2026-11-26 13:37:18.503+00', 'key:67c80373317c', 'certificate.reserved', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a363763383033373333313763222c226174223a22323032362d31312d32365431333a33373a31382e3530335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236376430313835376431623638343530613164646462646138316232376336323034653135316137222c2273706b69536861323536223a2262353634396536636563326337663038663264666665393335343030633965626465646537386666656466623835313430313564366166303335323532623965222c22746273536861323536223a2265323163653035653638346665633937653465313037663230666238633437396565333364326533613065636633656636313663646335386136613738363664222c22756e6974223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x8251054c5e2f7563bffba0f83eb6a84ac1c5d06ff11acdbdb166ae766bac160a', false);
INSERT INTO public.log_leaf VALUES (32, '2026-11-26 13:37:20.69+00', 'key:8b9b7b97c0a3', 'station.created', 'station:sim-001', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3639305a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273696d2d303031222c226c696e65223a2273696d222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73696d2d303031227d', '\x6955fd8ac065cd97adeaa07fe9ecc6243004f00304d641df4a3c1b11a12a86f3', false);
INSERT INTO public.log_leaf VALUES (33, '2026-11-26 13:37:20.703+00', 'key:8b9b7b97c0a3', 'station.created', 'station:sim-002', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3730335a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273696d2d303032222c226c696e65223a2273696d222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73696d2d303032227d', '\xa9bf53136c7638e6a7482a08a5db8d77a02bba811eeb976fc15d77cb55d3af9a', false);
INSERT INTO public.log_leaf VALUES (36, '2026-11-26 13:37:20.719+00', 'key:8b9b7b97c0a3', 'station.created', 'station:sim-004', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3731395a222c226576656e74223a2273746174696f6e2e63726561746564222c226661637473223a7b226964223a2273696d2d303034222c226c696e65223a2273696d222c22736c6f7473223a5b2231225d7d2c227375626a656374223a2273746174696f6e3a73696d2d303034227d', '\x52d16a17e6562b41953de75d8f5693733be44850acd101c9c3cc1d065cf79b32', false);
INSERT INTO public.log_leaf VALUES (38, '2026-11-26 13:37:20.735+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:fe6555c1d921', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3733355a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22666536353535633164393231222c226e616d65223a2273696d2d303033222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273696d2d303033227d2c227375626a656374223a226b65793a666536353535633164393231227d', '\x9554c0bdb854b25a2c8da713d2db95ad0a290071144748ee753d5441ad638915', false);
INSERT INTO public.log_leaf VALUES (41, '2026-11-26 13:37:20.881+00', 'key:fe6555c1d921', 'job.claimed', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32302e3838315a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032392c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303034222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\x2ad8a9c03845c0b0864170e9e348f2820161532f1429c0c5863340f43f4aa432', false);
INSERT INTO public.log_leaf VALUES (45, '2026-11-26 13:37:20.916+00', 'key:f8a3c646f85d', 'certificate.reserved', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32302e3931365a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2237613466306666343065303330666533333531616139376661613035386266393665613734353836222c2273706b69536861323536223a2232323136663536346464393235303433643363306438646262396232353537303661636238336361313162303363333365306435353631386431646330626463222c22746273536861323536223a2264666439373361353865373734633530323533393964623131336330306562393832623630346534346335313930643534643165613631393431356335613161222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\xd6b7bf4054e788eb677c3c58ec840b1105804b997a86cb471a180d6bc553638e', false);
INSERT INTO public.log_leaf VALUES (46, '2026-11-26 13:37:20.919+00', 'key:07f8a9136268', 'certificate.reserved', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32302e3931395a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236663933616233616538316633326666623236363166326463396134613531666263346363326534222c2273706b69536861323536223a2236353639663236303863666630333864353232313937353131383165386438396165613537303666626339393237363938353637376635353566663366376566222c22746273536861323536223a2239356638366364306163333434303162303432663231386561393361643864663064663133626431363335623261656261303432386130636264323037386237222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\xa368236540fbe43b42197f00a834af5cc38205180fb4f2a8829965775954f97b', false);
INSERT INTO public.log_leaf VALUES (47, '2026-11-26 13:37:20.926+00', 'key:fe6555c1d921', 'certificate.reserved', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32302e3932365a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2237313031623936353965353031316363643635393466383461303933363631313863353066376531222c2273706b69536861323536223a2261323830393633303861343464396539643935376433646461616438666438643064363734326430366438363366646665343235356133326562316234323863222c22746273536861323536223a2235653632363664393230653163633836396337303366363430366634333935343563316437336566363038376634646631356163636461316334373566303663222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\xdfe4830a6760799fc9527e7f53c26f3bbe6d7d52ba0d08488eca14b562d50fe4', false);
INSERT INTO public.log_leaf VALUES (48, '2026-11-26 13:37:20.932+00', 'key:f8a3c646f85d', 'certificate.issued', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32302e3933325a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2236376262303566663665613236653966303331373938326464633763336661613264313730306337643962386438303134303537613336613261306637653565222c2273657269616c4e756d626572223a2237613466306666343065303330666533333531616139376661613035386266393665613734353836222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\xfa52336ccec06fba05c07e8816935778725c38cdaca16d37eba7d83e8500ee21', false);
INSERT INTO public.log_leaf VALUES (50, '2026-11-26 13:37:20.934+00', 'key:07f8a9136268', 'certificate.issued', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32302e3933345a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2239623139323337313765653637323435316561636362646564636533386461363762333561663664616439306531323565653961633565613634383237656437222c2273657269616c4e756d626572223a2236663933616233616538316633326666623236363166326463396134613531666263346363326534222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\x64c5555d6eaca039d6d280bcb066d682691cbb7255bde6794489ff8af11180df', false);
INSERT INTO public.log_leaf VALUES (51, '2026-11-26 13:37:20.934+00', 'key:fe6555c1d921', 'certificate.issued', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32302e3933345a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2239393136353866323664323734333032323363363765343538356361363361623639303638636137643762646361343339366561656334623833653535386439222c2273657269616c4e756d626572223a2237313031623936353965353031316363643635393466383461303933363631313863353066376531222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\xf9e8ac2ccdf61c367a174eb6916710f192d3b3160949a3d71234ce7a70604013', false);
INSERT INTO public.log_leaf VALUES (53, '2026-11-26 13:37:21.244+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3234345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262303437656434313165613464356663366234336462383861626162353836313834316539663236333733313661356136323532343636646637333930643432222c2273657269616c223a22474f4c44454e2d312d303031222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\xef61e9294bc248f4d63cb22df1fd8f66de7024a5435c538f4a3c665c7198d335', false);
INSERT INTO public.log_leaf VALUES (54, '2026-11-26 13:37:21.356+00', 'key:f5a29cad0401', 'job.result', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32312e3335365a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032362c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\x3eed0b83cab348ed37c7e17321b2ae7e58eaa7d5c08fb5a6cf90b84be8c61688', false);
INSERT INTO public.log_leaf VALUES (58, '2026-11-26 13:37:21.389+00', 'key:f5a29cad0401', 'job.claimed', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32312e3338395a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033302c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303035222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\xb7de77dd1f978e89fcf87b7fa485dd5bc40638702c974de3c0381f32ec91a9bf', false);
INSERT INTO public.log_leaf VALUES (27, '2026-11-26 13:37:18.527+00', 'key:67c80373317c', 'certificate.issued', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a363763383033373333313763222c226174223a22323032362d31312d32365431333a33373a31382e3532375a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2262303437656434313165613464356663366234336462383861626162353836313834316539663236333733313661356136323532343636646637333930643432222c2273657269616c4e756d626572223a2236376430313835376431623638343530613164646462646138316232376336323034653135316137222c22756e6974223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x6294b6aab17a9027244b73b4596f2871c520c1f4712ba86f29e611fd0ea61592', false);
INSERT INTO public.log_leaf VALUES (28, '2026-11-26 13:37:19.094+00', 'key:67c80373317c', 'job.result', 'unit:GOLDEN-1-001', '\x7b226163746f72223a226b65793a363763383033373333313763222c226174223a22323032362d31312d32365431333a33373a31392e3039345a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313030312c226f7574636f6d65223a2250415353222c2273657269616c223a22474f4c44454e2d312d303031227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\xb02aa9a0b024a26b923eda9881bde4c5206c9796290eea078e55a767cf32ac74', false);
INSERT INTO public.log_leaf VALUES (29, '2026-11-26 13:37:20.577+00', 'key:8b9b7b97c0a3', 'line.created', 'line:sim', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3537375a222c226576656e74223a226c696e652e63726561746564222c226661637473223a7b226964223a2273696d227d2c227375626a656374223a226c696e653a73696d227d', '\x9f21861e07c21aab8dafba0c1e94c2a1cd99f6ed6b1e2ef6b94cdf4af55763b6', false);
INSERT INTO public.log_leaf VALUES (30, '2026-11-26 13:37:20.615+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:sim-20261126-133720', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3631355a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a2273696d2d32303236313132362d313333373230222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2273696d756c617465642d646576696365222c227175616e74697479223a382c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a73696d2d32303236313132362d313333373230227d', '\x48a34fdb82ee2f46ea8ab697ec25e78387623668aeb256a5e73452d8a758cb96', false);
INSERT INTO public.log_leaf VALUES (35, '2026-11-26 13:37:20.717+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:f5a29cad0401', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3731375a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22663561323963616430343031222c226e616d65223a2273696d2d303031222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a226b65793a663561323963616430343031227d', '\x58d709085b487c793c62858d4dc6773d583a607e016cd992c8740906de2b3d64', false);
INSERT INTO public.log_leaf VALUES (39, '2026-11-26 13:37:20.745+00', 'key:8b9b7b97c0a3', 'access.key-created', 'key:07f8a9136268', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a32302e3734355a222c226576656e74223a226163636573732e6b65792d63726561746564222c226661637473223a7b226964223a22303766386139313336323638222c226e616d65223a2273696d2d303034222c22726f6c65223a2273746174696f6e222c2273746174696f6e223a2273696d2d303034227d2c227375626a656374223a226b65793a303766386139313336323638227d', '\xec5c47f800cdb3860cfab91cfee5ea4d15671311cd19f4a4cf2421f3287aed12', false);
INSERT INTO public.log_leaf VALUES (40, '2026-11-26 13:37:20.881+00', 'key:f5a29cad0401', 'job.claimed', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32302e3838315a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313032362c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303031222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\xf331894d5f793edc523888990bc3ed7cf65ad0292ad985b4fe7f7c7313aa637c', false);
INSERT INTO public.log_leaf VALUES (44, '2026-11-26 13:37:20.914+00', 'key:f5a29cad0401', 'certificate.reserved', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32302e3931345a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2236336666366331333432326665646234653064303366353431323061343535616262613937623563222c2273706b69536861323536223a2266306364323636336436393138666161393035316536393063653961323766633436336664646563363330656232373439663536363333343934316663323962222c22746273536861323536223a2239623136336636343137383330323833626635626365613038396537626539383332623935653066666530323064346466386665346431376564393838653836222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\x930a87ad72578251affd93a68795eed0875999fec9a9f6e143952ea0882b51ff', false);
INSERT INTO public.log_leaf VALUES (49, '2026-11-26 13:37:20.933+00', 'key:f5a29cad0401', 'certificate.issued', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32302e3933335a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2239303938393763366135646538623062383239623564356130386466346535343662636630383065306162366661623862656364636665343234393733653966222c2273657269616c4e756d626572223a2236336666366331333432326665646234653064303366353431323061343535616262613937623563222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303031227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\x45530b7bf66aa614833378a65d0bed9631140783d7094a16579cf28daa87580c', false);
INSERT INTO public.log_leaf VALUES (52, '2026-11-26 13:37:21.244+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3234345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262303437656434313165613464356663366234336462383861626162353836313834316539663236333733313661356136323532343636646637333930643432222c2273657269616c223a22474f4c44454e2d312d303031222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a474f4c44454e2d312d303031227d', '\x9d7ac84a37197fb146b72a5832a721f373daca825d9deca343322cd7e723e49f', false);
INSERT INTO public.log_leaf VALUES (55, '2026-11-26 13:37:21.358+00', 'key:07f8a9136268', 'job.result', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32312e3335385a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032372c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\xeb5fe359a428ba60770fb5dea0f68eb778a351a2f16c99972e10f2a7fb70f015', false);
INSERT INTO public.log_leaf VALUES (56, '2026-11-26 13:37:21.364+00', 'key:f8a3c646f85d', 'job.result', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32312e3336345a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032382c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\x1e0a8b7903d0d09d847e70ef9754da531b2d9dd49b1e3aedb1635e4234d4ff84', false);
INSERT INTO public.log_leaf VALUES (57, '2026-11-26 13:37:21.37+00', 'key:fe6555c1d921', 'job.result', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32312e3337305a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313032392c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\x4cc32ea452dab162c27e0fa59eb00be77a83bd45673736fbc0462ba24dfa97b2', false);
INSERT INTO public.log_leaf VALUES (59, '2026-11-26 13:37:21.392+00', 'key:07f8a9136268', 'job.claimed', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32312e3339325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033312c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303036222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303034227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\x71ffa6fb10af027b9cc2b9d3e5713c41ee68ed47a618c9877c3c2b64088c3ec6', false);
INSERT INTO public.log_leaf VALUES (60, '2026-11-26 13:37:21.409+00', 'key:f5a29cad0401', 'certificate.reserved', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32312e3430395a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2273657269616c4e756d626572223a2237313532636664626663346131633165633965663637663461643536633563376531383338313166222c2273706b69536861323536223a2239656631656235306133616563323766333662363037643166306237636165663437653065643266656662653164333538633464633561316235373164336333222c22746273536861323536223a2239366161313635306262303761333263323937653734646635313063366564303763663063373633333538333066343939643735366563376534633235333734222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303035227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\xe7181fa17fb6ca1974fb2a5e9317e3cdd4d9538107ebaa6fbcf892ff6bed4f8a', false);
INSERT INTO public.log_leaf VALUES (61, '2026-11-26 13:37:21.425+00', 'key:f5a29cad0401', 'certificate.issued', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32312e3432355a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6731222c2266696e6765727072696e74223a2236636334393364306562396366383837366634386631363531326664306139343431306262346562346361646566386161393333346236653439383663346334222c2273657269616c4e756d626572223a2237313532636664626663346131633165633965663637663461643536633563376531383338313166222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303035227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\xd4f4490a3416b1921f9ecb44b20ec5e1f3eb26c404d88163b66696997bea2c7c', false);
INSERT INTO public.log_leaf VALUES (64, '2026-11-26 13:37:21.48+00', 'key:4fbb4ef3e7cc', 'authority.generated', 'authority:lineside-g2', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a32312e3438305a222c226576656e74223a22617574686f726974792e67656e657261746564222c226661637473223a7b2266696e6765727072696e74223a2235396232336261633032653131343235396435643131303431303037636437336239306339383061323765643563393265613231396166336136326238343761222c2268736d223a22536f667448534d2070726f6a65637420536f667448534d207632222c226964223a226c696e65736964652d6732222c226b65794964223a2235316330222c226b65794c6162656c223a226c696e65736964652d6c696e65736964652d67322d3138653736376533222c226b657954797065223a22502d323536222c2270726f64756374696f6e223a66616c73652c227369676e6174757265416c676f726974686d223a2265636473612d776974682d534841323536227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x77e23b0c82a9a596d488e843c2881f5708e8d009938c256ac251fa71df55b4ba', false);
INSERT INTO public.log_leaf VALUES (65, '2026-11-26 13:37:21.612+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3631325a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2235396232336261633032653131343235396435643131303431303037636437336239306339383061323765643563393265613231396166336136326238343761222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x75b31146d1899b73551d8075d3a5caadd9da1f664f47cefe8a86b8b4c574d7c9', false);
INSERT INTO public.log_leaf VALUES (66, '2026-11-26 13:37:21.622+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32312e3632325a222c226576656e74223a22726567697374726174696f6e2e696e2d73796e63222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22636143657274696669636174654964223a2235396232336261633032653131343235396435643131303431303037636437336239306339383061323765643563393265613231396166336136326238343761222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x49bfabd519774540dc8d3e7478819fbef7d92d89a5f44fec543c42592cc48b82', false);
INSERT INTO public.log_leaf VALUES (69, '2026-11-26 13:37:21.643+00', 'key:f5a29cad0401', 'job.result', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a226b65793a663561323963616430343031222c226174223a22323032362d31312d32365431333a33373a32312e3634335a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033302c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303035227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\xbdc979c93a682cc328a3ea9c0b0c829557a186865d8a4cc9930556c26045eff6', false);
INSERT INTO public.log_leaf VALUES (70, '2026-11-26 13:37:21.665+00', 'key:07f8a9136268', 'job.result', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a226b65793a303766386139313336323638222c226174223a22323032362d31312d32365431333a33373a32312e3636355a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033312c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303036227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\xfe892bb1d0926f091d54bb14086406b60771a753f11a5c2a122e014c725f673f', false);
INSERT INTO public.log_leaf VALUES (71, '2026-11-26 13:37:21.726+00', 'key:4fbb4ef3e7cc', 'authority.activated', 'authority:lineside-g2', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33373a32312e3732365a222c226576656e74223a22617574686f726974792e616374697661746564222c226661637473223a7b2266616d696c79223a224c696e6573696465222c226964223a226c696e65736964652d6732222c227265706c61636573223a226c696e65736964652d6731222c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d63656e7472616c2d31222c2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x21d120e665bbdc363bf3820c178bcd3ac42207c4b65f52d3ef88ba284a2b0f74', false);
INSERT INTO public.log_leaf VALUES (72, '2026-11-26 13:37:21.751+00', 'key:f8a3c646f85d', 'job.claimed', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32312e3735315a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033332c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303038222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303032227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\x0702769ef4d2d797d23bd459a657257663b8b47678a16e4bf7ed31a60cf24cbc', false);
INSERT INTO public.log_leaf VALUES (83, '2026-11-26 13:37:21.998+00', 'key:3ac2d5230ba5', 'access.key-revoked', 'key:07f8a9136268', '\x7b226163746f72223a226b65793a336163326435323330626135222c226174223a22323032362d31312d32365431333a33373a32312e3939385a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22303766386139313336323638227d2c227375626a656374223a226b65793a303766386139313336323638227d', '\x2e95a7e523230549b16f575244c1f7fca2a2dc2cbbcdd124e1dabaa5b4829f62', false);
INSERT INTO public.log_leaf VALUES (84, '2026-11-26 13:37:22.264+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32322e3236345a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a302c226e657874557064617465223a22323032362d31322d30335431333a33373a32322e3030305a222c226e756d626572223a312c22736861323536223a2239363133313164383930643562623364353833363133356437653030626539626264353965306137313066346538633337343864346365396231646366373761222c2274686973557064617465223a22323032362d31312d32365431333a33373a32322e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\x6429e06df7cad65f6a9f8d8ba10d96c54a390e35fcbf8b4eae2242964a812ba5', false);
INSERT INTO public.log_leaf VALUES (73, '2026-11-26 13:37:21.752+00', 'key:fe6555c1d921', 'job.claimed', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32312e3735325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a313033322c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303037222c22736c6f74223a2231222c2273746174696f6e223a2273696d2d303033227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\x620d284bc64f0ff17a01475262f9afa0ec0113b69ffb6a97af3fb02abb8567ff', false);
INSERT INTO public.log_leaf VALUES (76, '2026-11-26 13:37:21.778+00', 'key:fe6555c1d921', 'certificate.issued', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32312e3737385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2262383531366533383336336131656133363262366665636436653939363266646461623333626130393666656133336334353730616438653133316433666162222c2273657269616c4e756d626572223a2236623665393533383362663362383032393933353261646266336364333964386239623630396430222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303037227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\xc5f0dde663609fce979663bcb44d22c7b70aa1f7d384413dc625467a7280da56', false);
INSERT INTO public.log_leaf VALUES (77, '2026-11-26 13:37:21.778+00', 'key:f8a3c646f85d', 'certificate.issued', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32312e3737385a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2231346237343164623039663630326466363038653832353564663862326336306631313262326561343736313634373238356262306364366662313834363434222c2273657269616c4e756d626572223a2234386162313163326261663230646431663362363862343135363539613733346136653864346539222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303038227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\x1648e30b82ce5a42fb8b3694ff0a77dc58f65c7acd7f6b0aefa025144bc99432', false);
INSERT INTO public.log_leaf VALUES (79, '2026-11-26 13:37:21.971+00', 'key:fe6555c1d921', 'job.result', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32312e3937315a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a6e756c6c2c226a6f62223a313033322c226f7574636f6d65223a2250415353222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303037227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\xf799fa849ea718b7a75eb2ed145a58468912090985142435a579f520fbadb112', false);
INSERT INTO public.log_leaf VALUES (81, '2026-11-26 13:37:21.994+00', 'key:3ac2d5230ba5', 'access.key-revoked', 'key:f5a29cad0401', '\x7b226163746f72223a226b65793a336163326435323330626135222c226174223a22323032362d31312d32365431333a33373a32312e3939345a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22663561323963616430343031227d2c227375626a656374223a226b65793a663561323963616430343031227d', '\x48ee6dab2ffeed2a8510d55faf14596b0bf4a6d24be2a159b1ba968ba91d5b18', false);
INSERT INTO public.log_leaf VALUES (102, '2026-11-26 13:37:43.969+00', 'key:17e01d26d647', 'certificate.reserved', 'unit:LS-000001', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a34332e3936395a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236626633663233303662303363396632313530636435663066633732376139353064643463356432222c2273706b69536861323536223a2238646261653564663765393635363966333765666561356136643464653266313233643439306635386430656136623261626430346534376661363332396365222c22746273536861323536223a2230336231323262643231623738646165636165363663613339323161626461643633306431353366323834396335646436613934353135346335653138316531222c22756e6974223a224c532d303030303031227d2c227375626a656374223a22756e69743a4c532d303030303031227d', '\xa4f5ded3f7d0250b44490c74c47a70da205da46c5eacaac76200e848b4bc3150', false);
INSERT INTO public.log_leaf VALUES (103, '2026-11-26 13:37:43.976+00', 'key:17e01d26d647', 'certificate.issued', 'unit:LS-000001', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a34332e3937365a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2263303330373061383434386237633331323733356137396630633430336431626331656362326462373633383264343632376166343036326131383166366434222c2273657269616c4e756d626572223a2236626633663233303662303363396632313530636435663066633732376139353064643463356432222c22756e6974223a224c532d303030303031227d2c227375626a656374223a22756e69743a4c532d303030303031227d', '\x37a5b83ef421b7deede752408db1354072a2d4a979b7dc2a0dfedd07a5060cfc', false);
INSERT INTO public.log_leaf VALUES (104, '2026-11-26 13:37:43.994+00', 'key:17e01d26d647', 'job.result', 'unit:LS-000001', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a34332e3939345a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a226e6f2d7266222c226a6f62223a312c226f7574636f6d65223a224641494c222c2273657269616c223a224c532d303030303031227d2c227375626a656374223a22756e69743a4c532d303030303031227d', '\x82668b9b6bfcfe84b0938b4f99233515894bbbbd4d77a7befd8dd5829c72c81a', false);
INSERT INTO public.log_leaf VALUES (105, '2026-11-26 13:37:44.01+00', 'key:17e01d26d647', 'job.claimed', 'unit:LS-000002', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a34342e3031305a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a322c2273657269616c223a224c532d303030303032222c22736c6f74223a2231222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a22756e69743a4c532d303030303032227d', '\x52878924b6c1cca4d4b2a9edfb925e2f6afd0aebfc9c7a2fda8c947468f2067d', false);
INSERT INTO public.log_leaf VALUES (106, '2026-11-26 13:37:44.028+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:direct-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a34342e3032385a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226469726563742d31222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a342c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d31227d', '\x4a2b4a56faf90dceb2b91407b41d19f954b8901c2772f1803d0b34940368c86b', false);
INSERT INTO public.log_leaf VALUES (108, '2026-11-26 13:37:44.276+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:bad-family', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a34342e3237365a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226261642d66616d696c79222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a312c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6261642d66616d696c79227d', '\x5f236269ab04f31f7e7d245735f37a1ce5744eb9e13a2f6dfe877b81be05405e', false);
INSERT INTO public.log_leaf VALUES (74, '2026-11-26 13:37:21.771+00', 'key:fe6555c1d921', 'certificate.reserved', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a226b65793a666536353535633164393231222c226174223a22323032362d31312d32365431333a33373a32312e3737315a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236623665393533383362663362383032393933353261646266336364333964386239623630396430222c2273706b69536861323536223a2230333266646430336664363763636539653439643033616564626235303038633362636563393831386161396561626535616335653164323233626265386536222c22746273536861323536223a2233373931303631646133393666653861636434623939643064623439303834653362623333663134646561626135663730656261633863386430336566643539222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303037227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\x71e63222295781f3d55e6ff0ef45fcdc4a8d0cfe3ecd2bd3bd5e9b97e1a480c3', false);
INSERT INTO public.log_leaf VALUES (75, '2026-11-26 13:37:21.771+00', 'key:f8a3c646f85d', 'certificate.reserved', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a226b65793a663861336336343666383564222c226174223a22323032362d31312d32365431333a33373a32312e3737315a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234386162313163326261663230646431663362363862343135363539613733346136653864346539222c2273706b69536861323536223a2262306135353032653230333133643733626230373466613130626339326462373738343432623933353233653062636531323561353533666637376437386430222c22746273536861323536223a2235396235646661623135626233633237343139383964616333653336393235356638383632613031346266336636616232623565373437393665306563343065222c22756e6974223a2253494d2d32303236313132362d3133333732302d303030303038227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\xf3f0a596be8fe1f2c3ed66d1a8aa9ee0c6a09dee04d7e425bd30bb6ee9493204', false);
INSERT INTO public.log_leaf VALUES (82, '2026-11-26 13:37:21.995+00', 'key:3ac2d5230ba5', 'access.key-revoked', 'key:fe6555c1d921', '\x7b226163746f72223a226b65793a336163326435323330626135222c226174223a22323032362d31312d32365431333a33373a32312e3939355a222c226576656e74223a226163636573732e6b65792d7265766f6b6564222c226661637473223a7b226964223a22666536353535633164393231227d2c227375626a656374223a226b65793a666536353535633164393231227d', '\x1084da00151d187908e3163036f3252968d410837f48577302abd68fdba69fa5', false);
INSERT INTO public.log_leaf VALUES (87, '2026-11-26 13:37:23.337+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000005', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3333375a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236636334393364306562396366383837366634386631363531326664306139343431306262346562346361646566386161393333346236653439383663346334222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303035222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303035227d', '\xb67920a7ceee221052be76630d6a144b394e6d2747b28b898eecde53bd71786e', false);
INSERT INTO public.log_leaf VALUES (89, '2026-11-26 13:37:23.341+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000006', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334315a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262303936653165386132663862316339306531623862363965303531383632613136633332353337373436336564333762393339616432396437363866626230222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303036222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303036227d', '\xcb3b20216385c4720f2b8f9e64e8af05229e53e086b914b1cd84d0d7b55d74ed', false);
INSERT INTO public.log_leaf VALUES (91, '2026-11-26 13:37:23.344+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000003', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2236376262303566663665613236653966303331373938326464633763336661613264313730306337643962386438303134303537613336613261306637653565222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303033222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303033227d', '\xccb6572e5c334a27efbe9e2b3c81aa960666acce07cad249e3fddcce90d48ae7', false);
INSERT INTO public.log_leaf VALUES (93, '2026-11-26 13:37:23.347+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000001', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3334375a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239303938393763366135646538623062383239623564356130386466346535343662636630383065306162366661623862656364636665343234393733653966222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303031222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303031227d', '\x5053831fc11ca5a97ec23564e15f12ed643a1c3a6f2a11aea82ab2a502857fa4', false);
INSERT INTO public.log_leaf VALUES (95, '2026-11-26 13:37:23.35+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000002', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3335305a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239623139323337313765653637323435316561636362646564636533386461363762333561663664616439306531323565653961633565613634383237656437222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303032222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303032227d', '\x6365cef57cb545603254621c405537d6dd3a4b3828afcc7c9cfc4adc882551e8', false);
INSERT INTO public.log_leaf VALUES (96, '2026-11-26 13:37:23.354+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000004', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32332e3335345a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2239393136353866323664323734333032323363363765343538356361363361623639303638636137643762646361343339366561656334623833653535386439222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303034222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303034227d', '\x116a350f9d4b49b5852f6c3064f7805c847128db647b27d8f8057ba8d671086f', false);
INSERT INTO public.log_leaf VALUES (98, '2026-11-26 13:37:25.403+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000007', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32352e3430335a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2262383531366533383336336131656133363262366665636436653939363266646461623333626130393666656133336334353730616438653133316433666162222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303037222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303037227d', '\xf5753f4f68587d7865f481437ed16b664c127795f31b787a82a194d7c51bfe63', false);
INSERT INTO public.log_leaf VALUES (100, '2026-11-26 13:37:25.406+00', 'system', 'unit.registered', 'unit:SIM-20261126-133720-000008', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33373a32352e3430365a222c226576656e74223a22756e69742e72656769737465726564222c226661637473223a7b2263657274696669636174654964223a2231346237343164623039663630326466363038653832353564663862326336306631313262326561343736313634373238356262306364366662313834363434222c2273657269616c223a2253494d2d32303236313132362d3133333732302d303030303038222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a53494d2d32303236313132362d3133333732302d303030303038227d', '\x5af0481a801d8b2af23a88ae8042ddcb48237d66e730ee65d433f8ae4a41b509', false);
INSERT INTO public.log_leaf VALUES (101, '2026-11-26 13:37:43.922+00', 'key:17e01d26d647', 'job.claimed', 'unit:LS-000001', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a34332e3932325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a312c2273657269616c223a224c532d303030303031222c22736c6f74223a2231222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a22756e69743a4c532d303030303031227d', '\xf3564d32083e2906523cfd60a4f8bcf65a4f6f4af2e584bc692b0517546cfb05', false);
INSERT INTO public.log_leaf VALUES (107, '2026-11-26 13:37:44.048+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:direct-1', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a34342e3034385a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226469726563742d31222c22756e697473223a347d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d31227d', '\x6ac09ca01e8a18a8c454fcfd21f7a20f377dd13f95e761b284eb093530cc84f3', false);
INSERT INTO public.log_leaf VALUES (109, '2026-11-26 13:37:53.683+00', 'key:17e01d26d647', 'certificate.reserved', 'unit:LS-000002', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a35332e3638335a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2234666539346439373439626666323432323832666133643762653361386661613265376661313834222c2273706b69536861323536223a2266653536376261373565353538643933323164623537376632363334363030373965623461353961326532333565303765326532646261323532666664373339222c22746273536861323536223a2233323638393533333662633662633165323630363030633033306665316532653462343034316163326462396565636166396635396434666336643463393336222c22756e6974223a224c532d303030303032227d2c227375626a656374223a22756e69743a4c532d303030303032227d', '\xd768b650ad6374344c2ad6c893a5e2bd981fb7eb990e458b77fb4daed9cc9973', false);
INSERT INTO public.log_leaf VALUES (110, '2026-11-26 13:37:53.692+00', 'key:17e01d26d647', 'certificate.issued', 'unit:LS-000002', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a35332e3639325a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2234626330393264613465663030646263626563363238393861623366663531363538336162333634663461346436303432316661366165613039636364613165222c2273657269616c4e756d626572223a2234666539346439373439626666323432323832666133643762653361386661613265376661313834222c22756e6974223a224c532d303030303032227d2c227375626a656374223a22756e69743a4c532d303030303032227d', '\x61948981bd6843d49b371cab310c682482c02fdef0734bfcdabd4cc27f89e5b2', false);
INSERT INTO public.log_leaf VALUES (111, '2026-11-26 13:37:53.709+00', 'key:17e01d26d647', 'job.result', 'unit:LS-000002', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a35332e3730395a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a226e6f2d7266222c226a6f62223a322c226f7574636f6d65223a224641494c222c2273657269616c223a224c532d303030303032227d2c227375626a656374223a22756e69743a4c532d303030303032227d', '\x5214f56aa69d2353690929c9e20a5d49ccc94956835f3748009c8b0853aca727', false);
INSERT INTO public.log_leaf VALUES (112, '2026-11-26 13:37:53.732+00', 'key:17e01d26d647', 'job.claimed', 'unit:LS-000003', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33373a35332e3733325a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a332c2273657269616c223a224c532d303030303033222c22736c6f74223a2231222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a22756e69743a4c532d303030303033227d', '\xe8613cc72e777848537e909974957216b16bfcb82459bb51c771df7bf61118bd', false);
INSERT INTO public.log_leaf VALUES (113, '2026-11-26 13:37:53.756+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:direct-2', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a35332e3735365a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226469726563742d32222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a342c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d32227d', '\x25bc3a9249931e04bd7d580daf8414681bbf2c0dd3a5ce1dfc5f3e2c08a16fde', false);
INSERT INTO public.log_leaf VALUES (114, '2026-11-26 13:37:53.785+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:direct-2', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a35332e3738355a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226469726563742d32222c22756e697473223a347d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d32227d', '\xd961c3b71cd3ef2477daf0e1c42294a861c70a4e5cc3323c85ba01652968f658', false);
INSERT INTO public.log_leaf VALUES (115, '2026-11-26 13:37:53.963+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:bad-family-2', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33373a35332e3936335a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226261642d66616d696c792d32222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a312c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6261642d66616d696c792d32227d', '\xf29cff658ff826b3457d339a7bf1bd6e4540568da63d620cda25fd0edbe902f2', false);
INSERT INTO public.log_leaf VALUES (116, '2026-11-26 13:38:14.554+00', 'key:17e01d26d647', 'certificate.reserved', 'unit:LS-000003', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33383a31342e3535345a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236366631373161656331393936353065383939613165613436626436373334656364306166336638222c2273706b69536861323536223a2239393439323537356439663033613434666433646136666635333637333263653834393264393730356163373063356366316365383637663735373062626538222c22746273536861323536223a2237396461633264373632653935333465633831353131363265663934613637623738366133303766623536636236336536656638666162353934323037663933222c22756e6974223a224c532d303030303033227d2c227375626a656374223a22756e69743a4c532d303030303033227d', '\xa6db1677ea96b3aa6c7d1d21b4537bfbb4c2641b09ca4346022ce9ea994a53fa', false);
INSERT INTO public.log_leaf VALUES (117, '2026-11-26 13:38:14.563+00', 'key:17e01d26d647', 'certificate.issued', 'unit:LS-000003', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33383a31342e3536335a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2266656661386331386235343337626133346533306233353264383733336437393832646566386637666664396364656663366432643164376262666163626538222c2273657269616c4e756d626572223a2236366631373161656331393936353065383939613165613436626436373334656364306166336638222c22756e6974223a224c532d303030303033227d2c227375626a656374223a22756e69743a4c532d303030303033227d', '\x77653a6b5105db1a3f7c02b30b2a385c1727afa373026002b2cc225a443d6e81', false);
INSERT INTO public.log_leaf VALUES (118, '2026-11-26 13:38:14.601+00', 'key:17e01d26d647', 'job.result', 'unit:LS-000003', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33383a31342e3630315a222c226576656e74223a226a6f622e726573756c74222c226661637473223a7b22617474656d7074223a312c226661696c757265436f6465223a226e6f2d7266222c226a6f62223a332c226f7574636f6d65223a224641494c222c2273657269616c223a224c532d303030303033227d2c227375626a656374223a22756e69743a4c532d303030303033227d', '\x2c65132c93568dbc77fa1d378a3603311e291f46d8a6dd248d8811df2510eadd', false);
INSERT INTO public.log_leaf VALUES (119, '2026-11-26 13:38:14.633+00', 'key:17e01d26d647', 'job.claimed', 'unit:LS-000004', '\x7b226163746f72223a226b65793a313765303164323664363437222c226174223a22323032362d31312d32365431333a33383a31342e3633335a222c226576656e74223a226a6f622e636c61696d6564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a342c2273657269616c223a224c532d303030303034222c22736c6f74223a2231222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a22756e69743a4c532d303030303034227d', '\xfacaaa55671300ac0fa924cc34485e722c3a3ef3311f8037016639ecbf7ff460', false);
INSERT INTO public.log_leaf VALUES (120, '2026-11-26 13:38:14.712+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:direct-3', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33383a31342e3731325a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226469726563742d33222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a342c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d33227d', '\x1ab1eae078b5ae528fbf529fe2c7850eea038f0ae33d2e9b30fd5b02a4629aa6', false);
INSERT INTO public.log_leaf VALUES (122, '2026-11-26 13:38:14.769+00', 'key:6ebca1f8676d', 'certificate.reserved', 'unit:F-1', '\x7b226163746f72223a226b65793a366562636131663836373664222c226174223a22323032362d31312d32365431333a33383a31342e3736395a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236653164393464646263633838393238633866363064336439383335646335306263613862333130222c2273706b69536861323536223a2262366537383665396165383161396338383662666335363864306566633235333437323164376664386436363639353437336333663336643063363332326238222c22746273536861323536223a2263613437653265393466383236616539353335313266336332646666336439666332653035326261346137653230666436613731303231656631383731653965222c22756e6974223a22462d31227d2c227375626a656374223a22756e69743a462d31227d', '\xec17b3f6624264c58cba75b1f27e6ec899db08e86e226e907269740e32bc7b44', false);
INSERT INTO public.log_leaf VALUES (123, '2026-11-26 13:38:14.779+00', 'key:6ebca1f8676d', 'certificate.issued', 'unit:F-1', '\x7b226163746f72223a226b65793a366562636131663836373664222c226174223a22323032362d31312d32365431333a33383a31342e3737395a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2232383731336138353937613534386234303266643966356633396266316265343532326439636266633333323137653138346536303466343265383331373533222c2273657269616c4e756d626572223a2236653164393464646263633838393238633866363064336439383335646335306263613862333130222c22756e6974223a22462d31227d2c227375626a656374223a22756e69743a462d31227d', '\xa788f2168bbc8af6ddfb18d64876d703ce2c04dc9b166c4d9b523a461d21be5e', false);
INSERT INTO public.log_leaf VALUES (124, '2026-11-26 13:38:14.906+00', 'key:4fbb4ef3e7cc', 'certificate.revoked', 'unit:F-1', '\x7b226163746f72223a226b65793a346662623465663365376363222c226174223a22323032362d31312d32365431333a33383a31342e3930365a222c226576656e74223a2263657274696669636174652e7265766f6b6564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2232383731336138353937613534386234303266643966356633396266316265343532326439636266633333323137653138346536303466343265383331373533222c22726561736f6e223a226b6579436f6d70726f6d697365222c2273657269616c4e756d626572223a2236653164393464646263633838393238633866363064336439383335646335306263613862333130222c22756e6974223a22462d31227d2c227375626a656374223a22756e69743a462d31227d', '\xc5c17cc86069316d76a08f82fbab5a52005da23a78aae16921e530b302458bbf', false);
INSERT INTO public.log_leaf VALUES (125, '2026-11-26 13:38:15.091+00', 'key:6ebca1f8676d', 'certificate.reserved', 'unit:F-2', '\x7b226163746f72223a226b65793a366562636131663836373664222c226174223a22323032362d31312d32365431333a33383a31352e3039315a222c226576656e74223a2263657274696669636174652e7265736572766564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2273657269616c4e756d626572223a2236343362316565346661633463623332343939326137363935383661323264316630383066353133222c2273706b69536861323536223a2262366537383665396165383161396338383662666335363864306566633235333437323164376664386436363639353437336333663336643063363332326238222c22746273536861323536223a2236356532353263303132633161396638366535393466373034313136356132646334636337376233323837636563373835313337376437376461336138656239222c22756e6974223a22462d32227d2c227375626a656374223a22756e69743a462d32227d', '\xea0b6603d9b1b5bc58bc499cc55b1e88b19a93b851ca62e35b3e049384a038b3', false);
INSERT INTO public.log_leaf VALUES (126, '2026-11-26 13:38:15.152+00', 'key:6ebca1f8676d', 'certificate.issued', 'unit:F-2', '\x7b226163746f72223a226b65793a366562636131663836373664222c226174223a22323032362d31312d32365431333a33383a31352e3135325a222c226576656e74223a2263657274696669636174652e697373756564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c2266696e6765727072696e74223a2236656233343036623233613438656332353737303636323232343136643964336266613664316165326363623831666364316235336264386638353438386637222c2273657269616c4e756d626572223a2236343362316565346661633463623332343939326137363935383661323264316630383066353133222c22756e6974223a22462d32227d2c227375626a656374223a22756e69743a462d32227d', '\x855ff3fff35d0507c5f317c0e961d8cdcc332c2cb90ef6c6d1b8f38e5713f62f', false);
INSERT INTO public.log_leaf VALUES (127, '2026-11-26 13:38:15.182+00', 'key:8b9b7b97c0a3', 'work-order.created', 'work-order:bad-family-3', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33383a31352e3138325a222c226576656e74223a22776f726b2d6f726465722e63726561746564222c226661637473223a7b226964223a226261642d66616d696c792d33222c226d6574686f64223a226a697470222c226f766572616765223a302c2270726f64756374223a2267617465776179222c227175616e74697479223a312c2274617267657473223a5b2273616e64626f782d3131313131313131313131312d65752d776573742d31222c2273616e64626f782d3232323232323232323232322d75732d656173742d31225d7d2c227375626a656374223a22776f726b2d6f726465723a6261642d66616d696c792d33227d', '\x53891b404ffa959a6e83f43557ac514f5d41300f56a7fc0c6206aabf869b333c', false);
INSERT INTO public.log_leaf VALUES (121, '2026-11-26 13:38:14.725+00', 'key:8b9b7b97c0a3', 'work-order.released', 'work-order:direct-3', '\x7b226163746f72223a226b65793a386239623762393763306133222c226174223a22323032362d31312d32365431333a33383a31342e3732355a222c226576656e74223a22776f726b2d6f726465722e72656c6561736564222c226661637473223a7b226964223a226469726563742d33222c22756e697473223a347d2c227375626a656374223a22776f726b2d6f726465723a6469726563742d33227d', '\x50090873f3884ab92467b72c1f15c519ec4100571e16af0d7fe64ba8580fd945', false);
INSERT INTO public.log_leaf VALUES (128, '2026-11-26 13:38:15.214+00', 'system', 'crl.published', 'authority:lineside-g2', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33383a31352e3231345a222c226576656e74223a2263726c2e7075626c6973686564222c226661637473223a7b22617574686f72697479223a226c696e65736964652d6732222c22656e7472696573223a312c226e657874557064617465223a22323032362d31322d30335431333a33383a31352e3030305a222c226e756d626572223a322c22736861323536223a2235363638306138396439333936376530653064346265646430386338333432616532646263363838613164613764393961626139663663346665393333336364222c2274686973557064617465223a22323032362d31312d32365431333a33383a31352e3030305a227d2c227375626a656374223a22617574686f726974793a6c696e65736964652d6732227d', '\xbb36ff447bea2af852bfd0d6e45055804107763c1850a69184b75c925ee68637', false);
INSERT INTO public.log_leaf VALUES (129, '2026-11-26 13:38:15.395+00', 'system', 'unit.certificate-revoked', 'unit:F-1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33383a31352e3339355a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2232383731336138353937613534386234303266643966356633396266316265343532326439636266633333323137653138346536303466343265383331373533222c226b6e6f776e223a66616c73652c2273657269616c223a22462d31222c22746172676574223a2273616e64626f782d3131313131313131313131312d65752d776573742d31227d2c227375626a656374223a22756e69743a462d31227d', '\x49d21acfb2d131ab104a8670962a4f4c9dfe23cfa418ad241abd4a27aba2e16a', false);
INSERT INTO public.log_leaf VALUES (130, '2026-11-26 13:38:15.565+00', 'system', 'unit.certificate-revoked', 'unit:F-1', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33383a31352e3536355a222c226576656e74223a22756e69742e63657274696669636174652d7265766f6b6564222c226661637473223a7b2263657274696669636174654964223a2232383731336138353937613534386234303266643966356633396266316265343532326439636266633333323137653138346536303466343265383331373533222c226b6e6f776e223a66616c73652c2273657269616c223a22462d31222c22746172676574223a2273616e64626f782d3232323232323232323232322d75732d656173742d31227d2c227375626a656374223a22756e69743a462d31227d', '\x12b3a433d94d5141918961d3a770f1e2c8d146505d87f092637da3da0b045597', false);
INSERT INTO public.log_leaf VALUES (131, '2026-11-26 13:38:44.647+00', 'system', 'job.lease-expired', 'unit:LS-000004', '\x7b226163746f72223a2273797374656d222c226174223a22323032362d31312d32365431333a33383a34342e3634375a222c226576656e74223a226a6f622e6c656173652d65787069726564222c226661637473223a7b22617474656d7074223a312c2266656e6365223a312c226a6f62223a342c2273657269616c223a224c532d303030303034222c2273746174696f6e223a2273746174696f6e2d31227d2c227375626a656374223a22756e69743a4c532d303030303034227d', '\x939f532612d4bd28147e998efd80930b5cde7da70b4546ea5e08d054e299c000', false);


--
-- Data for Name: log_position; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_position VALUES ('revocation-lists', 131);
INSERT INTO public.log_position VALUES ('aws-iot', 131);
INSERT INTO public.log_position VALUES ('queues', 131);


--
-- Data for Name: log_sequencer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_sequencer VALUES (1, 131, 131);


--
-- Data for Name: registration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registration VALUES ('lineside-g1', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:17.972Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', NULL, 0, '2026-11-26 13:40:24.489+00', '2026-11-26 13:37:17.991581+00', 'jitp');
INSERT INTO public.registration VALUES ('lineside-g1', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.969Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', NULL, 0, '2026-11-26 13:41:52.703+00', '2026-11-26 13:37:17.99143+00', 'jitp');
INSERT INTO public.registration VALUES ('lineside-g1', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.989Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', NULL, 0, '2026-11-26 13:41:16.021+00', '2026-11-26 13:37:17.999703+00', 'jitp');
INSERT INTO public.registration VALUES ('lineside-g2', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:21.590Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', NULL, 0, '2026-11-26 13:40:49.689+00', '2026-11-26 13:37:21.609243+00', 'jitp');
INSERT INTO public.registration VALUES ('lineside-g2', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.614Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', NULL, 0, '2026-11-26 13:40:05.633+00', '2026-11-26 13:37:21.621259+00', 'jitp');
INSERT INTO public.registration VALUES ('lineside-g2', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.594Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', NULL, 0, '2026-11-26 13:41:12.367+00', '2026-11-26 13:37:21.612533+00', 'jitp');


--
-- Data for Name: station; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.station VALUES ('station-1', 'line-1', 'station-1', '{1}', '2026-11-26 13:37:18.133734+00');
INSERT INTO public.station VALUES ('golden', 'golden', 'golden', '{1}', '2026-11-26 13:37:18.137639+00');
INSERT INTO public.station VALUES ('sim-001', 'sim', 'sim-001', '{1}', '2026-11-26 13:37:20.689921+00');
INSERT INTO public.station VALUES ('sim-002', 'sim', 'sim-002', '{1}', '2026-11-26 13:37:20.702873+00');
INSERT INTO public.station VALUES ('sim-003', 'sim', 'sim-003', '{1}', '2026-11-26 13:37:20.713217+00');
INSERT INTO public.station VALUES ('sim-004', 'sim', 'sim-004', '{1}', '2026-11-26 13:37:20.717911+00');


--
-- Data for Name: target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.target VALUES ('sandbox-111111111111-eu-central-1', '111111111111', 'eu-central-1', 'DEFAULT', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:4900', 'a9912dd19cc4c2-ats.iot.eu-central-1.amazonaws.com', 8990, '2026-11-26 13:37:17.63375+00');
INSERT INTO public.target VALUES ('sandbox-111111111111-eu-west-1', '111111111111', 'eu-west-1', 'SNI_ONLY', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:4900', 'a932dc9a27d6f9-ats.iot.eu-west-1.amazonaws.com', 8990, '2026-11-26 13:37:17.577909+00');
INSERT INTO public.target VALUES ('sandbox-222222222222-us-east-1', '222222222222', 'us-east-1', 'SNI_ONLY', 'sandbox-222222222222', NULL, 'arn:aws:iam::222222222222:role/lineside-provisioning', 'http://127.0.0.1:4900', 'ad614d5cabe38f-ats.iot.us-east-1.amazonaws.com', 8990, '2026-11-26 13:37:17.609242+00');


--
-- Data for Name: target_resource; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.target_resource VALUES ('sandbox-222222222222-us-east-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 13:37:21.563+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-central-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 13:37:21.565+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-west-1', 'template', 'lineside-jitp', NULL, 'jitp', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', '{"body": "{\"Parameters\":{\"AWS::IoT::Certificate::CommonName\":{\"Type\":\"String\"},\"AWS::IoT::Certificate::Id\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Ref\":\"AWS::IoT::Certificate::CommonName\"}}},\"certificate\":{\"Type\":\"AWS::IoT::Certificate\",\"Properties\":{\"CertificateId\":{\"Ref\":\"AWS::IoT::Certificate::Id\"},\"Status\":\"ACTIVE\"}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"lineside-device\"}}}}", "type": "JITP", "enabled": true, "roleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 'in-sync', NULL, '2026-11-26 13:37:21.566+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-west-1', 'ca-certificate', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', 'lineside-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.969Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:17.985+00');
INSERT INTO public.target_resource VALUES ('sandbox-222222222222-us-east-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:us-east-1:222222222222:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:us-east-1:222222222222:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 13:37:21.557+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-west-1', 'ca-certificate', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', 'lineside-g2', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.594Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:21.606+00');
INSERT INTO public.target_resource VALUES ('sandbox-222222222222-us-east-1', 'ca-certificate', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', 'lineside-g1', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:17.972Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:17.986+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-west-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:eu-west-1:111111111111:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-west-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 13:37:21.557+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-central-1', 'ca-certificate', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', 'lineside-g2', 'jitp', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:21.614Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:21.618+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-central-1', 'ca-certificate', '529ea1a7f1c44dbf2816061656d6b8eec9566c0a6a615ffcf46d1fc9c5cae5bd', 'lineside-g1', 'jitp', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T13:37:17.989Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:17.995+00');
INSERT INTO public.target_resource VALUES ('sandbox-111111111111-eu-central-1', 'policy', 'lineside-device', NULL, 'jitp', '{"document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', '{"arn": "arn:aws:iot:eu-central-1:111111111111:policy/lineside-device", "document": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:client/${iot:Connection.Thing.ThingName}\",\"Condition\":{\"Bool\":{\"iot:Connection.Thing.IsAttached\":[\"true\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topic/devices/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:eu-central-1:111111111111:topicfilter/devices/${iot:Connection.Thing.ThingName}/*\"}]}"}', 'in-sync', NULL, '2026-11-26 13:37:21.555+00');
INSERT INTO public.target_resource VALUES ('sandbox-222222222222-us-east-1', 'ca-certificate', '59b23bac02e114259d5d11041007cd73b90c980a27ed5c92ea219af3a62b847a', 'lineside-g2', 'jitp', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T13:37:21.590Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', 'in-sync', NULL, '2026-11-26 13:37:21.604+00');


--
-- Data for Name: unit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (5, 'LS-000005', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (6, 'LS-000006', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (7, 'LS-000007', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (8, 'LS-000008', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (9, 'LS-000009', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (10, 'LS-000010', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (11, 'LS-000011', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (12, 'LS-000012', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (13, 'LS-000013', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (14, 'LS-000014', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (15, 'LS-000015', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (16, 'LS-000016', 'demo', 'planned', 0, '2026-11-26 13:37:18.182947+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (4, 'LS-000004', 'demo', 'planned', 1, '2026-11-26 13:38:44.646+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1, 'LS-000001', 'demo', 'failed', 1, '2026-11-26 13:37:43.994+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (2, 'LS-000002', 'demo', 'failed', 1, '2026-11-26 13:37:53.708+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (3, 'LS-000003', 'demo', 'failed', 1, '2026-11-26 13:38:14.6+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1002, 'GOLDEN-1-002', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1003, 'GOLDEN-1-003', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1004, 'GOLDEN-1-004', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1005, 'GOLDEN-1-005', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1006, 'GOLDEN-1-006', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1007, 'GOLDEN-1-007', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1008, 'GOLDEN-1-008', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1009, 'GOLDEN-1-009', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1010, 'GOLDEN-1-010', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1011, 'GOLDEN-1-011', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1012, 'GOLDEN-1-012', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1013, 'GOLDEN-1-013', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1014, 'GOLDEN-1-014', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1015, 'GOLDEN-1-015', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1016, 'GOLDEN-1-016', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1017, 'GOLDEN-1-017', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1018, 'GOLDEN-1-018', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1019, 'GOLDEN-1-019', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1020, 'GOLDEN-1-020', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1021, 'GOLDEN-1-021', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1022, 'GOLDEN-1-022', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1001, 'GOLDEN-1-001', 'golden-1', 'passed', 1, '2026-11-26 13:37:19.093+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1023, 'GOLDEN-1-023', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1024, 'GOLDEN-1-024', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1025, 'GOLDEN-1-025', 'golden-1', 'planned', 0, '2026-11-26 13:37:18.331796+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1039, 'E-1', 'direct-2', 'planned', 0, '2026-11-26 13:37:53.75293+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1040, 'E-2', 'direct-2', 'planned', 0, '2026-11-26 13:37:53.75293+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1041, 'E-3', 'direct-2', 'planned', 0, '2026-11-26 13:37:53.75293+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1042, 'E-4', 'direct-2', 'planned', 0, '2026-11-26 13:37:53.75293+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1043, 'B-2', 'bad-family-2', 'planned', 0, '2026-11-26 13:37:53.923573+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1033, 'SIM-20261126-133720-000008', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.967+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1046, 'F-3', 'direct-3', 'planned', 0, '2026-11-26 13:38:14.666907+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1032, 'SIM-20261126-133720-000007', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.97+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1034, 'D-1', 'direct-1', 'planned', 0, '2026-11-26 13:37:44.0246+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1035, 'D-2', 'direct-1', 'planned', 0, '2026-11-26 13:37:44.0246+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1036, 'D-3', 'direct-1', 'planned', 0, '2026-11-26 13:37:44.0246+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1037, 'D-4', 'direct-1', 'planned', 0, '2026-11-26 13:37:44.0246+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1026, 'SIM-20261126-133720-000001', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.353+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1027, 'SIM-20261126-133720-000002', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.357+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1038, 'B-1', 'bad-family', 'planned', 0, '2026-11-26 13:37:44.269534+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1028, 'SIM-20261126-133720-000003', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.362+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1047, 'F-4', 'direct-3', 'planned', 0, '2026-11-26 13:38:14.666907+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1029, 'SIM-20261126-133720-000004', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.368+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1044, 'F-1', 'direct-3', 'certified', 0, '2026-11-26 13:38:14.781413+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1045, 'F-2', 'direct-3', 'certified', 0, '2026-11-26 13:38:15.156648+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1048, 'B-3', 'bad-family-3', 'planned', 0, '2026-11-26 13:38:15.173979+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1030, 'SIM-20261126-133720-000005', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.643+00', NULL, NULL);
INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES (1031, 'SIM-20261126-133720-000006', 'sim-20261126-133720', 'passed', 1, '2026-11-26 13:37:21.664+00', NULL, NULL);


--
-- Data for Name: unit_target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unit_target VALUES (3, 'sandbox-222222222222-us-east-1', 'fefa8c18b5437ba34e30b352d8733d7982def8f7ffd9cdefc6d2d1d7bbfacbe8', 'pending', NULL, 5, '2026-11-26 13:39:15.29331+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1001, 'sandbox-222222222222-us-east-1', 'b047ed411ea4d5fc6b43db88abab5861841e9f2637316a5a6252466df7390d42', 'in-sync', NULL, 1, '2026-11-26 13:37:51.189768+00', '2026-11-26 13:37:21.231+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1001, 'sandbox-111111111111-eu-west-1', 'b047ed411ea4d5fc6b43db88abab5861841e9f2637316a5a6252466df7390d42', 'in-sync', NULL, 1, '2026-11-26 13:37:51.189807+00', '2026-11-26 13:37:21.237+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1030, 'sandbox-222222222222-us-east-1', '6cc493d0eb9cf8876f48f16512fd0a94410bb4eb4cadef8aa9334b6e4986c4c4', 'in-sync', NULL, 0, '2026-11-26 13:37:23.526794+00', '2026-11-26 13:37:23.331+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1031, 'sandbox-222222222222-us-east-1', 'b096e1e8a2f8b1c90e1b8b69e051862a16c325377463ed37b939ad29d768fbb0', 'in-sync', NULL, 0, '2026-11-26 13:37:23.526794+00', '2026-11-26 13:37:23.333+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1030, 'sandbox-111111111111-eu-west-1', '6cc493d0eb9cf8876f48f16512fd0a94410bb4eb4cadef8aa9334b6e4986c4c4', 'in-sync', NULL, 0, '2026-11-26 13:37:23.526794+00', '2026-11-26 13:37:23.336+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1028, 'sandbox-222222222222-us-east-1', '67bb05ff6ea26e9f0317982ddc7c3faa2d1700c7d9b8d8014057a36a2a0f7e5e', 'in-sync', NULL, 1, '2026-11-26 13:37:53.264079+00', '2026-11-26 13:37:23.338+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1031, 'sandbox-111111111111-eu-west-1', 'b096e1e8a2f8b1c90e1b8b69e051862a16c325377463ed37b939ad29d768fbb0', 'in-sync', NULL, 0, '2026-11-26 13:37:23.526794+00', '2026-11-26 13:37:23.341+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1026, 'sandbox-222222222222-us-east-1', '909897c6a5de8b0b829b5d5a08df4e546bcf080e0ab6fab8becdcfe424973e9f', 'in-sync', NULL, 1, '2026-11-26 13:37:53.264079+00', '2026-11-26 13:37:23.341+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1028, 'sandbox-111111111111-eu-west-1', '67bb05ff6ea26e9f0317982ddc7c3faa2d1700c7d9b8d8014057a36a2a0f7e5e', 'in-sync', NULL, 1, '2026-11-26 13:37:53.263307+00', '2026-11-26 13:37:23.343+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1027, 'sandbox-222222222222-us-east-1', '9b1923717ee672451eaccbdedce38da67b35af6dad90e125ee9ac5ea64827ed7', 'in-sync', NULL, 1, '2026-11-26 13:37:53.264079+00', '2026-11-26 13:37:23.344+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1026, 'sandbox-111111111111-eu-west-1', '909897c6a5de8b0b829b5d5a08df4e546bcf080e0ab6fab8becdcfe424973e9f', 'in-sync', NULL, 1, '2026-11-26 13:37:53.263307+00', '2026-11-26 13:37:23.346+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1029, 'sandbox-222222222222-us-east-1', '991658f26d27430223c67e4585ca63ab69068ca7d7bdca4396eaec4b83e558d9', 'in-sync', NULL, 1, '2026-11-26 13:37:53.264079+00', '2026-11-26 13:37:23.348+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1027, 'sandbox-111111111111-eu-west-1', '9b1923717ee672451eaccbdedce38da67b35af6dad90e125ee9ac5ea64827ed7', 'in-sync', NULL, 1, '2026-11-26 13:37:53.263307+00', '2026-11-26 13:37:23.349+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1029, 'sandbox-111111111111-eu-west-1', '991658f26d27430223c67e4585ca63ab69068ca7d7bdca4396eaec4b83e558d9', 'in-sync', NULL, 1, '2026-11-26 13:37:53.263307+00', '2026-11-26 13:37:23.353+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1032, 'sandbox-222222222222-us-east-1', 'b8516e38363a1ea362b6fecd6e9962fddab33ba096fea33c4570ad8e131d3fab', 'in-sync', NULL, 1, '2026-11-26 13:37:55.362417+00', '2026-11-26 13:37:25.396+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1032, 'sandbox-111111111111-eu-west-1', 'b8516e38363a1ea362b6fecd6e9962fddab33ba096fea33c4570ad8e131d3fab', 'in-sync', NULL, 1, '2026-11-26 13:37:55.36336+00', '2026-11-26 13:37:25.4+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1033, 'sandbox-222222222222-us-east-1', '14b741db09f602df608e8255df8b2c60f112b2ea4761647285bb0cd6fb184644', 'in-sync', NULL, 1, '2026-11-26 13:37:55.362417+00', '2026-11-26 13:37:25.404+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1033, 'sandbox-111111111111-eu-west-1', '14b741db09f602df608e8255df8b2c60f112b2ea4761647285bb0cd6fb184644', 'in-sync', NULL, 1, '2026-11-26 13:37:55.36336+00', '2026-11-26 13:37:25.405+00', 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1044, 'sandbox-111111111111-eu-west-1', '28713a8597a548b402fd9f5f39bf1be4522d9cbfc33217e184e604f42e831753', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 13:38:45.187343+00', '2026-11-26 13:38:15.394+00', 'REVOKED', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1044, 'sandbox-222222222222-us-east-1', '28713a8597a548b402fd9f5f39bf1be4522d9cbfc33217e184e604f42e831753', 'in-sync', 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out', 1, '2026-11-26 13:38:45.212178+00', '2026-11-26 13:38:15.565+00', 'REVOKED', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (2, 'sandbox-222222222222-us-east-1', '4bc092da4ef00dbcbec62898ab3ff516583ab364f4a4d60421fa6aea09ccda1e', 'pending', NULL, 5, '2026-11-26 13:38:52.905976+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (2, 'sandbox-111111111111-eu-west-1', '4bc092da4ef00dbcbec62898ab3ff516583ab364f4a4d60421fa6aea09ccda1e', 'pending', NULL, 5, '2026-11-26 13:38:47.30964+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1, 'sandbox-111111111111-eu-west-1', 'c03070a8448b7c312735a79f0c403d1bc1ecb2db76382d4627af4062a181f6d4', 'pending', NULL, 6, '2026-11-26 13:39:16.273367+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1, 'sandbox-222222222222-us-east-1', 'c03070a8448b7c312735a79f0c403d1bc1ecb2db76382d4627af4062a181f6d4', 'pending', NULL, 6, '2026-11-26 13:39:27.24377+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1045, 'sandbox-111111111111-eu-west-1', '6eb3406b23a48ec2577066222416d9d3bfa6d1ae2ccb81fcd1b53bd8f85488f7', 'pending', NULL, 5, '2026-11-26 13:39:03.567133+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (1045, 'sandbox-222222222222-us-east-1', '6eb3406b23a48ec2577066222416d9d3bfa6d1ae2ccb81fcd1b53bd8f85488f7', 'pending', NULL, 5, '2026-11-26 13:39:01.729018+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');
INSERT INTO public.unit_target VALUES (3, 'sandbox-111111111111-eu-west-1', 'fefa8c18b5437ba34e30b352d8733d7982def8f7ffd9cdefc6d2d1d7bbfacbe8', 'pending', NULL, 5, '2026-11-26 13:39:14.623027+00', NULL, 'ACTIVE', 'jitp', 'look', '{}');


--
-- Data for Name: work_order; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.work_order VALUES ('golden-1', 'golden-unit', 'golden', 'device', 'jitp', 'Lineside', 25, 0, 1, 'released', '2026-11-26 13:37:18.331796+00', '2026-11-26 13:37:18.349+00');
INSERT INTO public.work_order VALUES ('sim-20261126-133720', 'simulated-device', 'sim', 'device', 'jitp', 'Lineside', 8, 0, 8, 'released', '2026-11-26 13:37:20.609144+00', '2026-11-26 13:37:20.637+00');
INSERT INTO public.work_order VALUES ('direct-1', 'gateway', 'line-1', 'device', 'jitp', 'lineside', 4, 0, 0, 'released', '2026-11-26 13:37:44.0246+00', '2026-11-26 13:37:44.043+00');
INSERT INTO public.work_order VALUES ('bad-family', 'gateway', 'line-1', 'device', 'jitp', 'lineside-g1', 1, 0, 0, 'planned', '2026-11-26 13:37:44.269534+00', NULL);
INSERT INTO public.work_order VALUES ('direct-2', 'gateway', 'line-1', 'device', 'jitp', 'demo', 4, 0, 0, 'released', '2026-11-26 13:37:53.75293+00', '2026-11-26 13:37:53.776+00');
INSERT INTO public.work_order VALUES ('bad-family-2', 'gateway', 'line-1', 'device', 'jitp', 'lineside-g1', 1, 0, 0, 'planned', '2026-11-26 13:37:53.923573+00', NULL);
INSERT INTO public.work_order VALUES ('demo', 'demo-device', 'line-1', 'device', 'jitp', 'Lineside', 1000, 0, 3, 'released', '2026-11-26 13:37:18.182947+00', '2026-11-26 13:37:18.233+00');
INSERT INTO public.work_order VALUES ('direct-3', 'gateway', 'line-1', 'device', 'jitp', 'Lineside', 4, 0, 2, 'released', '2026-11-26 13:38:14.666907+00', '2026-11-26 13:38:14.723+00');
INSERT INTO public.work_order VALUES ('bad-family-3', 'gateway', 'line-1', 'device', 'jitp', 'lineside-g1', 1, 0, 0, 'planned', '2026-11-26 13:38:15.173979+00', NULL);


--
-- Data for Name: work_order_target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.work_order_target VALUES ('demo', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('demo', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('golden-1', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('golden-1', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('sim-20261126-133720', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('sim-20261126-133720', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('direct-1', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('direct-1', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('bad-family', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('bad-family', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('direct-2', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('direct-2', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('bad-family-2', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('bad-family-2', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('direct-3', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('direct-3', 'sandbox-222222222222-us-east-1');
INSERT INTO public.work_order_target VALUES ('bad-family-3', 'sandbox-111111111111-eu-west-1');
INSERT INTO public.work_order_target VALUES ('bad-family-3', 'sandbox-222222222222-us-east-1');


--
-- Name: crl_due_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.crl_due_id_seq', 1, true);


--
-- Name: instance_number; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.instance_number', 1, true);


--
-- Name: job_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.job_id_seq', 1045, true);


--
-- Name: late_report_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.late_report_id_seq', 1, false);


--
-- Name: log_leaf_seq_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.log_leaf_seq_seq', 131, true);


--
-- Name: unit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.unit_id_seq', 1048, true);


--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);


--
-- Name: attempt attempt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (job_id, number);


--
-- Name: authority authority_family_generation_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_family_generation_key UNIQUE (family, generation);


--
-- Name: authority authority_fingerprint_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_fingerprint_key UNIQUE (fingerprint);


--
-- Name: authority authority_key_label_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_key_label_key UNIQUE (key_label);


--
-- Name: authority authority_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_pkey PRIMARY KEY (id);


--
-- Name: certificate certificate_fingerprint_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_fingerprint_key UNIQUE (fingerprint);


--
-- Name: certificate certificate_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (serial_number);


--
-- Name: crl_due crl_due_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl_due
    ADD CONSTRAINT crl_due_pkey PRIMARY KEY (id);


--
-- Name: crl crl_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_pkey PRIMARY KEY (authority_id, number);


--
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (caller, key);


--
-- Name: installed_rules installed_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.installed_rules
    ADD CONSTRAINT installed_rules_pkey PRIMARY KEY (id);


--
-- Name: issuing_verdict issuing_verdict_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_pkey PRIMARY KEY (work_order_id, authority_id);


--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);


--
-- Name: kysely_migration_lock kysely_migration_lock_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);


--
-- Name: kysely_migration kysely_migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);


--
-- Name: late_report late_report_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_report
    ADD CONSTRAINT late_report_pkey PRIMARY KEY (id);


--
-- Name: line line_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (id);


--
-- Name: log_gap log_gap_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_gap
    ADD CONSTRAINT log_gap_pkey PRIMARY KEY (seq);


--
-- Name: log_index log_index_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_index
    ADD CONSTRAINT log_index_pkey PRIMARY KEY (index);


--
-- Name: log_index log_index_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_index
    ADD CONSTRAINT log_index_seq_key UNIQUE (seq);


--
-- Name: log_leaf log_leaf_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_pkey PRIMARY KEY (seq);


--
-- Name: log_position log_position_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_position
    ADD CONSTRAINT log_position_pkey PRIMARY KEY (reader);


--
-- Name: log_sequencer log_sequencer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_sequencer
    ADD CONSTRAINT log_sequencer_pkey PRIMARY KEY (id);


--
-- Name: registration registration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (authority_id, target_name);


--
-- Name: station station_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_pkey PRIMARY KEY (id);


--
-- Name: target target_account_id_region_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_account_id_region_key UNIQUE (account_id, region);


--
-- Name: target target_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (name);


--
-- Name: target_resource target_resource_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_pkey PRIMARY KEY (target_name, kind, name);


--
-- Name: unit unit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (id);


--
-- Name: unit unit_serial_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_serial_key UNIQUE (serial);


--
-- Name: unit_target unit_target_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_target
    ADD CONSTRAINT unit_target_pkey PRIMARY KEY (unit_id, target_name, certificate_id);


--
-- Name: work_order work_order_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order
    ADD CONSTRAINT work_order_pkey PRIMARY KEY (id);


--
-- Name: work_order_target work_order_target_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_pkey PRIMARY KEY (work_order_id, target_name);


--
-- Name: authority_one_issuing; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX authority_one_issuing ON public.authority USING btree (family) WHERE (state = 'issuing'::text);


--
-- Name: certificate_by_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificate_by_unit ON public.certificate USING btree (unit_id);


--
-- Name: certificate_one_per_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX certificate_one_per_key ON public.certificate USING btree (spki_sha256) WHERE (state = ANY (ARRAY['reserved'::text, 'valid'::text]));


--
-- Name: certificate_one_per_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX certificate_one_per_unit ON public.certificate USING btree (unit_id) WHERE (state = ANY (ARRAY['reserved'::text, 'valid'::text]));


--
-- Name: certificate_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificate_open ON public.certificate USING btree (reserved_by) WHERE (state = 'reserved'::text);


--
-- Name: certificate_revoked; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificate_revoked ON public.certificate USING btree (authority_id, revoked_at, serial_number) WHERE (state = 'revoked'::text);


--
-- Name: job_by_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_by_order ON public.job USING btree (work_order_id, state);


--
-- Name: job_one_open_per_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX job_one_open_per_unit ON public.job USING btree (unit_id) WHERE (state = ANY (ARRAY['queued'::text, 'leased'::text]));


--
-- Name: job_one_per_slot; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX job_one_per_slot ON public.job USING btree (station_id, slot) WHERE (state = 'leased'::text);


--
-- Name: job_queue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_queue ON public.job USING btree (line_id, id) WHERE (state = 'queued'::text);


--
-- Name: log_leaf_by_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX log_leaf_by_subject ON public.log_leaf USING btree (subject, seq);


--
-- Name: unit_by_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_by_order ON public.unit USING btree (work_order_id);


--
-- Name: unit_target_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_target_pending ON public.unit_target USING btree (target_name, next_attempt_at) WHERE (state = 'pending'::text);


--
-- Name: authority authority_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER authority_is_kept BEFORE DELETE OR TRUNCATE ON public.authority FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();


--
-- Name: certificate certificate_stays_revoked; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER certificate_stays_revoked BEFORE UPDATE ON public.certificate FOR EACH ROW WHEN (((old.state = 'revoked'::text) AND ((new.state <> 'revoked'::text) OR (new.crl_entry IS DISTINCT FROM old.crl_entry)))) EXECUTE FUNCTION public.refuse_unrevoke();


--
-- Name: log_leaf log_leaf_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER log_leaf_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_leaf FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: target target_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER target_is_kept BEFORE DELETE OR TRUNCATE ON public.target FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();


--
-- Name: unit unit_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER unit_is_kept BEFORE DELETE OR TRUNCATE ON public.unit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();


--
-- Name: work_order work_order_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER work_order_is_kept BEFORE DELETE OR TRUNCATE ON public.work_order FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();


--
-- Name: api_key api_key_station_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);


--
-- Name: attempt attempt_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);


--
-- Name: attempt attempt_station_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);


--
-- Name: attempt attempt_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);


--
-- Name: crl crl_authority_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);


--
-- Name: crl crl_authority_id_previous_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl
    ADD CONSTRAINT crl_authority_id_previous_fkey FOREIGN KEY (authority_id, previous) REFERENCES public.crl(authority_id, number);


--
-- Name: crl_due crl_due_authority_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl_due
    ADD CONSTRAINT crl_due_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);


--
-- Name: issuing_verdict issuing_verdict_authority_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);


--
-- Name: issuing_verdict issuing_verdict_work_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.issuing_verdict
    ADD CONSTRAINT issuing_verdict_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);


--
-- Name: job job_line_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);


--
-- Name: job job_station_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_station_id_fkey FOREIGN KEY (station_id) REFERENCES public.station(id);


--
-- Name: job job_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);


--
-- Name: job job_work_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);


--
-- Name: late_report late_report_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_report
    ADD CONSTRAINT late_report_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.job(id);


--
-- Name: registration registration_authority_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);


--
-- Name: registration registration_target_name_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);


--
-- Name: station station_line_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);


--
-- Name: target_resource target_resource_authority_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);


--
-- Name: target_resource target_resource_target_name_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_resource
    ADD CONSTRAINT target_resource_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);


--
-- Name: unit unit_work_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);


--
-- Name: work_order work_order_line_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order
    ADD CONSTRAINT work_order_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);


--
-- Name: work_order_target work_order_target_target_name_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_target_name_fkey FOREIGN KEY (target_name) REFERENCES public.target(name);


--
-- Name: work_order_target work_order_target_work_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_target
    ADD CONSTRAINT work_order_target_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_order(id);


--
-- PostgreSQL database dump complete
--


