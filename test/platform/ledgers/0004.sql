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
-- Name: advance_units(bigint[], text[], text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.advance_units(ids bigint[], from_states text[], to_state text) RETURNS void
    LANGUAGE plpgsql
    AS $$
    declare
      moved integer;
      stuck text;
    begin
      update unit set state = to_state, updated_at = now() where id = any(ids) and state = any(from_states);
      get diagnostics moved = row_count;
      if moved = cardinality(ids) then return; end if;
      select state into stuck from unit where id = any(ids) order by state = to_state limit 1;
      raise exception 'a unit can not take this step' using errcode = 'LS003', detail = stuck, hint = to_state;
    end $$;


--
-- Name: complete_certificates(text[], bytea[], text[], bigint[], bigint[], text[], bigint[], text[], bigint[], text[], text[], interval, text[], text[], text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.complete_certificates(serial_numbers text[], ders bytea[], fingerprints text[], unit_ids bigint[], job_ids bigint[], stations text[], fences bigint[], from_states text[], target_unit_ids bigint[], targets text[], certificate_ids text[], first_look interval, actors text[], events text[], subjects text[], facts text[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
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
      perform record_leaves(actors, events, subjects, facts);
      perform require_entitlement(unit_ids, job_ids, stations, fences);
      perform advance_units(unit_ids, from_states, 'certified');
      perform expect_units(target_unit_ids, targets, certificate_ids, first_look);
    end $$;


--
-- Name: expect_units(bigint[], text[], text[], interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.expect_units(unit_ids bigint[], targets text[], certificate_ids text[], first_look interval) RETURNS void
    LANGUAGE plpgsql
    AS $$
    begin
      insert into unit_target (unit_id, target_name, certificate_id, state, next_attempt_at)
      select u, t, c, 'pending', now() + first_look from unnest(unit_ids, targets, certificate_ids) as expected (u, t, c)
      on conflict (unit_id, target_name, certificate_id) do nothing;
    end $$;


--
-- Name: record_leaves(text[], text[], text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.record_leaves(actors text[], events text[], subjects text[], facts text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
    begin
      insert into audit_leaf (actor, event, subject, data)
      select a, e, s, f::jsonb from unnest(actors, events, subjects, facts) as leaf (a, e, s, f);
    end $$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin raise exception 'audit leaves are append-only'; end $$;


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
-- Name: require_entitlement(bigint[], bigint[], text[], bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.require_entitlement(unit_ids bigint[], job_ids bigint[], stations text[], fences bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
    declare refused record;
    begin
      if job_ids <> array_fill(0::bigint, array[cardinality(job_ids)]) then
        perform 1 from job where id = any(job_ids) order by id for update;
      end if;
      select asked.job_id, unit.serial, job.station_id into refused
      from unnest(unit_ids, job_ids, stations, fences) as asked (unit_id, job_id, station, fence)
      left join job on job.unit_id = asked.unit_id and job.state = 'leased'
      left join unit on unit.id = job.unit_id
      where case when asked.job_id = 0 then job.id is not null
        else (job.id, job.station_id, job.lease_fence) is distinct from (asked.job_id, asked.station, asked.fence) end
      limit 1;
      if not found then return; end if;
      if refused.job_id = 0 then
        raise exception 'a station holds the unit' using errcode = 'LS002', detail = refused.serial, hint = refused.station_id;
      end if;
      raise exception 'the lease is lost' using errcode = 'LS001', detail = refused.job_id;
    end $$;


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
-- Name: reserve_certificates(integer, text[], bigint[], text[], text[], text[], bytea[], bytea[], bytea[], bigint[], bigint[], bigint[], text[], bigint[], text[], text[], text[], text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.reserve_certificates(holder integer, serial_numbers text[], unit_ids bigint[], order_ids text[], authority_ids text[], profiles text[], spki_sha256s bytea[], tbs_octets bytea[], tbs_sha256s bytea[], not_befores bigint[], not_afters bigint[], job_ids bigint[], stations text[], fences bigint[], from_states text[], actors text[], events text[], subjects text[], facts text[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
    begin
      perform require_issuers(authority_ids);
      insert into certificate (state, reserved_by, serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, not_before, not_after)
      select 'reserved', holder, s, u, o, a, p, k, t, h, to_timestamp(b), to_timestamp(e)
      from unnest(serial_numbers, unit_ids, order_ids, authority_ids, profiles, spki_sha256s, tbs_octets, tbs_sha256s, not_befores, not_afters)
        as intent (s, u, o, a, p, k, t, h, b, e);
      perform record_leaves(actors, events, subjects, facts);
      perform require_entitlement(unit_ids, job_ids, stations, fences);
      perform advance_units(unit_ids, from_states, 'reserved');
      -- Last, because it takes the orders' rows, which all stations want.
      perform take_quota(order_ids);
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


SET default_tablespace = '';

SET default_table_access_method = heap;

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
-- Name: audit_leaf; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_leaf (
    seq bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    event text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL
);


--
-- Name: audit_leaf_seq_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit_leaf ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_leaf_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
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
    CONSTRAINT certificate_check CHECK (((state <> ALL (ARRAY['valid'::text, 'revoked'::text])) OR ((der IS NOT NULL) AND (fingerprint IS NOT NULL)))),
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
    lease_fence bigint,
    lease_expires_at timestamp with time zone,
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
    CONSTRAINT registration_state_check CHECK ((state = ANY (ARRAY['in-sync'::text, 'pending'::text, 'drifted'::text, 'failed'::text])))
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
-- Name: unit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit (
    id bigint NOT NULL,
    serial text NOT NULL,
    work_order_id text NOT NULL,
    state text NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='60');


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

INSERT INTO public.api_key VALUES
	('2d1f64c2e869', 'admin', 'bootstrap', NULL, '\x2517e6d2d7e6d3256f8afaa2b9cab7fe2eb28a4d7915a1e76e39c3c6f14cc370', '2026-11-26 10:30:10.447319+00', NULL),
	('66e277039de6', 'manager', 'bootstrap', NULL, '\x36002174e08ef24e7a9d7876a1db1e38c1f43050dd9a599eed041e8bf5f877ee', '2026-11-26 10:30:10.450822+00', NULL),
	('b2a3202e2731', 'officer', 'bootstrap', NULL, '\xcfe30edbd29961a6f5ea40ac95a7954aa82cb80718130e9ade7d84a469361ea9', '2026-11-26 10:30:10.452697+00', NULL),
	('02f6e91dac84', 'issuer', 'bootstrap', NULL, '\x0e989a3c569529a2885ad336e9dcc7eac4a9a462559c4b5fe8f34634bbdec279', '2026-11-26 10:30:10.45455+00', NULL),
	('242762d8ff04', 'station', 'station-1', 'station-1', '\x0be4cce915ac799eeeeda83d438ecd65419fa1cbe07dd641e035388563f3e8bf', '2026-11-26 10:30:11.067023+00', NULL),
	('69d26831fd57', 'station', 'golden', 'golden', '\x7aeeaf1860071cffae3d8d180b0986b80b1df60d4fe37eb055283a167c0da5af', '2026-11-26 10:30:11.07155+00', NULL),
	('b8775eaddd11', 'station', 'sim-002', 'sim-002', '\xf156bbb937b3708af2ed5c3dc78b629a71619100aadad81017c839823604f6cb', '2026-11-26 10:30:48.933111+00', '2026-11-26 10:30:50.123+00'),
	('15fd01f5bb3e', 'station', 'sim-001', 'sim-001', '\xa870ecb8b95fbe180d1a81d2605ab3f5626d738d70f77124905e68173ec59d2c', '2026-11-26 10:30:48.943354+00', '2026-11-26 10:30:50.123+00'),
	('7440aded9bdc', 'station', 's2', 'station-2', '\x45ab5175d8c3118c6bbe12c3f143ab154a27649f4d592b62cf454ec72b6db4ea', '2026-11-26 10:31:11.308831+00', NULL);


--
-- Data for Name: attempt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attempt VALUES
	(1001, 1, 1001, 'golden', '1', 1, '2026-11-26 10:30:11.311444+00', '2026-11-26 10:30:11.839+00', 'PASS', NULL, NULL),
	(1027, 1, 1027, 'sim-001', '1', 1, '2026-11-26 10:30:48.961707+00', '2026-11-26 10:30:49.334+00', 'PASS', NULL, '{"drops": 2}'),
	(1026, 1, 1026, 'sim-002', '1', 1, '2026-11-26 10:30:48.96049+00', '2026-11-26 10:30:49.356+00', 'PASS', NULL, '{"drops": 2}'),
	(1028, 1, 1028, 'sim-001', '1', 1, '2026-11-26 10:30:49.357044+00', '2026-11-26 10:30:49.558+00', 'PASS', NULL, '{"drops": 2}'),
	(1029, 1, 1029, 'sim-002', '1', 1, '2026-11-26 10:30:49.375517+00', '2026-11-26 10:30:49.594+00', 'PASS', NULL, '{"drops": 2}'),
	(1030, 1, 1030, 'sim-001', '1', 1, '2026-11-26 10:30:49.588658+00', '2026-11-26 10:30:49.793+00', 'PASS', NULL, '{"drops": 2}'),
	(1031, 1, 1031, 'sim-002', '1', 1, '2026-11-26 10:30:49.64759+00', '2026-11-26 10:30:49.903+00', 'PASS', NULL, '{"drops": 2}'),
	(1032, 1, 1032, 'sim-001', '1', 1, '2026-11-26 10:30:49.811229+00', '2026-11-26 10:30:50.018+00', 'PASS', NULL, '{"drops": 2}'),
	(1033, 1, 1033, 'sim-002', '1', 1, '2026-11-26 10:30:49.917978+00', '2026-11-26 10:30:50.103+00', 'PASS', NULL, '{"drops": 2}'),
	(1, 1, 1, 'station-1', '1', 1, '2026-11-26 10:30:50.553617+00', NULL, NULL, NULL, NULL),
	(2, 1, 2, 'station-2', '1', 1, '2026-11-26 10:31:11.34459+00', NULL, NULL, NULL, NULL),
	(3, 1, 3, 'station-2', '2', 1, '2026-11-26 10:31:11.364791+00', '2026-11-26 10:31:11.796+00', 'FAIL', 'no-rf ☃ "q"', '{"rssi": -71.5}');


--
-- Data for Name: audit_leaf; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_leaf OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-26 10:30:10.447319+00', 'system', 'access.key-created', 'key:2d1f64c2e869', '{"id": "2d1f64c2e869", "name": "bootstrap", "role": "admin", "station": null}'),
	(2, '2026-11-26 10:30:10.450822+00', 'system', 'access.key-created', 'key:66e277039de6', '{"id": "66e277039de6", "name": "bootstrap", "role": "manager", "station": null}'),
	(3, '2026-11-26 10:30:10.452697+00', 'system', 'access.key-created', 'key:b2a3202e2731', '{"id": "b2a3202e2731", "name": "bootstrap", "role": "officer", "station": null}'),
	(4, '2026-11-26 10:30:10.45455+00', 'system', 'access.key-created', 'key:02f6e91dac84', '{"id": "02f6e91dac84", "name": "bootstrap", "role": "issuer", "station": null}'),
	(5, '2026-11-26 10:30:10.6809+00', 'key:b2a3202e2731', 'target.created', 'target:sandbox-111111111111-eu-west-1', '{"mode": "SNI_ONLY", "name": "sandbox-111111111111-eu-west-1", "region": "eu-west-1", "accountId": "111111111111"}'),
	(6, '2026-11-26 10:30:10.706744+00', 'key:b2a3202e2731', 'target.created', 'target:sandbox-222222222222-us-east-1', '{"mode": "SNI_ONLY", "name": "sandbox-222222222222-us-east-1", "region": "us-east-1", "accountId": "222222222222"}'),
	(7, '2026-11-26 10:30:10.720338+00', 'key:b2a3202e2731', 'target.created', 'target:sandbox-111111111111-eu-central-1', '{"mode": "DEFAULT", "name": "sandbox-111111111111-eu-central-1", "region": "eu-central-1", "accountId": "111111111111"}'),
	(8, '2026-11-26 10:30:10.742093+00', 'key:b2a3202e2731', 'authority.generated', 'authority:lineside-g1', '{"id": "lineside-g1", "hsm": "SoftHSM project SoftHSM v2", "keyId": "1f13", "keyType": "P-256", "keyLabel": "lineside-lineside-g1-95aa7230", "production": false, "fingerprint": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65", "signatureAlgorithm": "ecdsa-with-SHA256"}'),
	(9, '2026-11-26 10:30:10.909235+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '{"target": "sandbox-111111111111-eu-west-1", "authority": "lineside-g1", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}'),
	(10, '2026-11-26 10:30:10.91388+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '{"target": "sandbox-222222222222-us-east-1", "authority": "lineside-g1", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}'),
	(11, '2026-11-26 10:30:10.929246+00', 'system', 'registration.in-sync', 'authority:lineside-g1', '{"target": "sandbox-111111111111-eu-central-1", "authority": "lineside-g1", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}'),
	(12, '2026-11-26 10:30:10.929246+00', 'system', 'authority.registered', 'authority:lineside-g1', '{"id": "lineside-g1", "targets": ["sandbox-111111111111-eu-central-1", "sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"]}'),
	(13, '2026-11-26 10:30:11.028199+00', 'key:b2a3202e2731', 'authority.activated', 'authority:lineside-g1', '{"id": "lineside-g1", "family": "Lineside", "targets": ["sandbox-111111111111-eu-central-1", "sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "replaces": null}'),
	(14, '2026-11-26 10:30:11.043493+00', 'key:66e277039de6', 'line.created', 'line:line-1', '{"id": "line-1"}'),
	(15, '2026-11-26 10:30:11.043007+00', 'key:66e277039de6', 'line.created', 'line:golden', '{"id": "golden"}'),
	(16, '2026-11-26 10:30:11.057476+00', 'key:66e277039de6', 'station.created', 'station:station-1', '{"id": "station-1", "line": "line-1", "slots": ["1"]}'),
	(17, '2026-11-26 10:30:11.058749+00', 'key:66e277039de6', 'station.created', 'station:golden', '{"id": "golden", "line": "golden", "slots": ["1"]}'),
	(18, '2026-11-26 10:30:11.067023+00', 'key:66e277039de6', 'access.key-created', 'key:242762d8ff04', '{"id": "242762d8ff04", "name": "station-1", "role": "station", "station": "station-1"}'),
	(19, '2026-11-26 10:30:11.07155+00', 'key:66e277039de6', 'access.key-created', 'key:69d26831fd57', '{"id": "69d26831fd57", "name": "golden", "role": "station", "station": "golden"}'),
	(20, '2026-11-26 10:30:11.085674+00', 'key:66e277039de6', 'work-order.created', 'work-order:demo', '{"id": "demo", "method": "jitp", "overage": 0, "product": "demo-device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 1000}'),
	(21, '2026-11-26 10:30:11.116614+00', 'key:66e277039de6', 'work-order.released', 'work-order:demo', '{"id": "demo", "units": 1000}'),
	(22, '2026-11-26 10:30:11.270436+00', 'key:66e277039de6', 'work-order.created', 'work-order:golden-1', '{"id": "golden-1", "method": "jitp", "overage": 0, "product": "golden-unit", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 25}'),
	(23, '2026-11-26 10:30:11.279943+00', 'key:66e277039de6', 'work-order.released', 'work-order:golden-1', '{"id": "golden-1", "units": 25}'),
	(24, '2026-11-26 10:30:11.311444+00', 'key:69d26831fd57', 'job.claimed', 'unit:GOLDEN-1-001', '{"job": 1001, "slot": "1", "fence": 1, "serial": "GOLDEN-1-001", "attempt": 1, "station": "golden"}'),
	(25, '2026-11-26 10:30:11.406012+00', 'key:69d26831fd57', 'certificate.reserved', 'unit:GOLDEN-1-001', '{"unit": "GOLDEN-1-001", "authority": "lineside-g1", "tbsSha256": "bd168819506dce02ecbab6ec4f94a2633948e2d826b25503e69b53133eca665e", "spkiSha256": "36c7a5d2048ad318d03cb7a76bec3bdf3b66d68d737dbe92709dec35bddb1983", "serialNumber": "77f96c37f1c1e444b9d53778d1e73039bfefbc9c"}'),
	(26, '2026-11-26 10:30:11.411852+00', 'key:69d26831fd57', 'certificate.issued', 'unit:GOLDEN-1-001', '{"unit": "GOLDEN-1-001", "authority": "lineside-g1", "fingerprint": "19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613", "serialNumber": "77f96c37f1c1e444b9d53778d1e73039bfefbc9c"}'),
	(27, '2026-11-26 10:30:11.465435+00', 'system', 'crl.published', 'authority:lineside-g1', '{"number": 1, "sha256": "626bb8f805de4429b94f18af7168efc4458f66b711a8e806694194a3bc741c96", "entries": 0, "authority": "lineside-g1", "nextUpdate": "2026-12-03T10:30:11.000Z", "thisUpdate": "2026-11-26T10:30:11.000Z"}'),
	(28, '2026-11-26 10:30:11.838497+00', 'key:69d26831fd57', 'job.result', 'unit:GOLDEN-1-001', '{"job": 1001, "serial": "GOLDEN-1-001", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(29, '2026-11-26 10:30:14.513929+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '{"serial": "GOLDEN-1-001", "target": "sandbox-111111111111-eu-west-1", "certificateId": "19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613"}'),
	(30, '2026-11-26 10:30:14.521915+00', 'system', 'unit.registered', 'unit:GOLDEN-1-001', '{"serial": "GOLDEN-1-001", "target": "sandbox-222222222222-us-east-1", "certificateId": "19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613"}'),
	(31, '2026-11-26 10:30:48.824241+00', 'key:66e277039de6', 'line.created', 'line:sim', '{"id": "sim"}'),
	(32, '2026-11-26 10:30:48.855425+00', 'key:66e277039de6', 'work-order.created', 'work-order:sim-20261126-103048', '{"id": "sim-20261126-103048", "method": "jitp", "overage": 0, "product": "simulated-device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 8}'),
	(33, '2026-11-26 10:30:48.877111+00', 'key:66e277039de6', 'work-order.released', 'work-order:sim-20261126-103048', '{"id": "sim-20261126-103048", "units": 8}'),
	(34, '2026-11-26 10:30:48.923071+00', 'key:66e277039de6', 'station.created', 'station:sim-002', '{"id": "sim-002", "line": "sim", "slots": ["1"]}'),
	(35, '2026-11-26 10:30:48.932022+00', 'key:66e277039de6', 'station.created', 'station:sim-001', '{"id": "sim-001", "line": "sim", "slots": ["1"]}'),
	(36, '2026-11-26 10:30:48.933111+00', 'key:66e277039de6', 'access.key-created', 'key:b8775eaddd11', '{"id": "b8775eaddd11", "name": "sim-002", "role": "station", "station": "sim-002"}'),
	(37, '2026-11-26 10:30:48.943354+00', 'key:66e277039de6', 'access.key-created', 'key:15fd01f5bb3e', '{"id": "15fd01f5bb3e", "name": "sim-001", "role": "station", "station": "sim-001"}'),
	(39, '2026-11-26 10:30:48.96049+00', 'key:b8775eaddd11', 'job.claimed', 'unit:SIM-20261126-103048-000001', '{"job": 1026, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000001", "attempt": 1, "station": "sim-002"}'),
	(49, '2026-11-26 10:30:49.375517+00', 'key:b8775eaddd11', 'job.claimed', 'unit:SIM-20261126-103048-000004', '{"job": 1029, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000004", "attempt": 1, "station": "sim-002"}'),
	(57, '2026-11-26 10:30:49.586931+00', 'key:b2a3202e2731', 'authority.generated', 'authority:lineside-g2', '{"id": "lineside-g2", "hsm": "SoftHSM project SoftHSM v2", "keyId": "a94c", "keyType": "P-256", "keyLabel": "lineside-lineside-g2-6f7ee5fa", "production": false, "fingerprint": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145", "signatureAlgorithm": "ecdsa-with-SHA256"}'),
	(59, '2026-11-26 10:30:49.680322+00', 'key:b8775eaddd11', 'certificate.reserved', 'unit:SIM-20261126-103048-000006', '{"unit": "SIM-20261126-103048-000006", "authority": "lineside-g1", "tbsSha256": "33734a224b0c8c1adad81f2584092c3d1b9cbe6f1bf72765fc6198750f9deab3", "spkiSha256": "e7fd44c9f794e653f89dc31ec3d3580b8b7c2323fdc7c78e76cfd5c48f19e215", "serialNumber": "68ced874fa3c823176a1d99f786c898b04547c3d"}'),
	(62, '2026-11-26 10:30:49.736395+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '{"target": "sandbox-222222222222-us-east-1", "authority": "lineside-g2", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}'),
	(63, '2026-11-26 10:30:49.758069+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '{"target": "sandbox-111111111111-eu-central-1", "authority": "lineside-g2", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}'),
	(64, '2026-11-26 10:30:49.758069+00', 'system', 'authority.registered', 'authority:lineside-g2', '{"id": "lineside-g2", "targets": ["sandbox-111111111111-eu-central-1", "sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"]}'),
	(65, '2026-11-26 10:30:49.790168+00', 'key:b2a3202e2731', 'authority.activated', 'authority:lineside-g2', '{"id": "lineside-g2", "family": "Lineside", "targets": ["sandbox-111111111111-eu-central-1", "sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "replaces": "lineside-g1"}'),
	(68, '2026-11-26 10:30:49.826346+00', 'key:15fd01f5bb3e', 'certificate.reserved', 'unit:SIM-20261126-103048-000007', '{"unit": "SIM-20261126-103048-000007", "authority": "lineside-g2", "tbsSha256": "e7d2a85d95a7adc6cf754afff2cb087ab79627b5bcd9483c83c7136394028a44", "spkiSha256": "a9f8fae3c7e9a5253b688a07e9926fe1134ec8fb70b558b84a688be32982b9e8", "serialNumber": "44372e01fbab802b27456c4bc39da36536d0c727"}'),
	(69, '2026-11-26 10:30:49.832372+00', 'key:15fd01f5bb3e', 'certificate.issued', 'unit:SIM-20261126-103048-000007', '{"unit": "SIM-20261126-103048-000007", "authority": "lineside-g2", "fingerprint": "fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d", "serialNumber": "44372e01fbab802b27456c4bc39da36536d0c727"}'),
	(70, '2026-11-26 10:30:49.902882+00', 'key:b8775eaddd11', 'job.result', 'unit:SIM-20261126-103048-000006', '{"job": 1031, "serial": "SIM-20261126-103048-000006", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(71, '2026-11-26 10:30:49.917978+00', 'key:b8775eaddd11', 'job.claimed', 'unit:SIM-20261126-103048-000008', '{"job": 1033, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000008", "attempt": 1, "station": "sim-002"}'),
	(76, '2026-11-26 10:30:50.124011+00', 'key:2d1f64c2e869', 'access.key-revoked', 'key:b8775eaddd11', '{"id": "b8775eaddd11"}'),
	(38, '2026-11-26 10:30:48.961707+00', 'key:15fd01f5bb3e', 'job.claimed', 'unit:SIM-20261126-103048-000002', '{"job": 1027, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000002", "attempt": 1, "station": "sim-001"}'),
	(40, '2026-11-26 10:30:49.001176+00', 'key:b8775eaddd11', 'certificate.reserved', 'unit:SIM-20261126-103048-000001', '{"unit": "SIM-20261126-103048-000001", "authority": "lineside-g1", "tbsSha256": "51da1a12c93b2559f14332dbc2e640e79ed5063d1f270985b48191262541d4b2", "spkiSha256": "7785bc7174a9eefdd0d8b0794e1c847a36bfd6f33c4ec0b5fe029dfb21319fbd", "serialNumber": "7676e508e30fa84ed64884273467054a2aeb3bcb"}'),
	(41, '2026-11-26 10:30:49.004585+00', 'key:15fd01f5bb3e', 'certificate.reserved', 'unit:SIM-20261126-103048-000002', '{"unit": "SIM-20261126-103048-000002", "authority": "lineside-g1", "tbsSha256": "a185ed383837c5594d25716846676155f40490d3a71089446e5eea967b1f5f3e", "spkiSha256": "2482eba3eec3c5e44064cdff67dc6abc600967491c216b221f8aa7e686196e8e", "serialNumber": "5b421e9f81671bfb2e8518cc95e869ba03e77bce"}'),
	(42, '2026-11-26 10:30:49.012672+00', 'key:15fd01f5bb3e', 'certificate.issued', 'unit:SIM-20261126-103048-000002', '{"unit": "SIM-20261126-103048-000002", "authority": "lineside-g1", "fingerprint": "381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46", "serialNumber": "5b421e9f81671bfb2e8518cc95e869ba03e77bce"}'),
	(43, '2026-11-26 10:30:49.013083+00', 'key:b8775eaddd11', 'certificate.issued', 'unit:SIM-20261126-103048-000001', '{"unit": "SIM-20261126-103048-000001", "authority": "lineside-g1", "fingerprint": "9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a", "serialNumber": "7676e508e30fa84ed64884273467054a2aeb3bcb"}'),
	(44, '2026-11-26 10:30:49.33377+00', 'key:15fd01f5bb3e', 'job.result', 'unit:SIM-20261126-103048-000002', '{"job": 1027, "serial": "SIM-20261126-103048-000002", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(45, '2026-11-26 10:30:49.355346+00', 'key:b8775eaddd11', 'job.result', 'unit:SIM-20261126-103048-000001', '{"job": 1026, "serial": "SIM-20261126-103048-000001", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(46, '2026-11-26 10:30:49.357044+00', 'key:15fd01f5bb3e', 'job.claimed', 'unit:SIM-20261126-103048-000003', '{"job": 1028, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000003", "attempt": 1, "station": "sim-001"}'),
	(47, '2026-11-26 10:30:49.374468+00', 'key:15fd01f5bb3e', 'certificate.reserved', 'unit:SIM-20261126-103048-000003', '{"unit": "SIM-20261126-103048-000003", "authority": "lineside-g1", "tbsSha256": "0a373c3a499fb6462f1d82e84756115d5aa4d72c45d9111104adc249567d8d36", "spkiSha256": "8429e3cd2f5924bfad083cfb2b81c5de45161d4384933f868a3caa1e7a8f1c28", "serialNumber": "55db4e0f79e0006688a15fd6a8346a91e9c0fc3a"}'),
	(48, '2026-11-26 10:30:49.379557+00', 'key:15fd01f5bb3e', 'certificate.issued', 'unit:SIM-20261126-103048-000003', '{"unit": "SIM-20261126-103048-000003", "authority": "lineside-g1", "fingerprint": "e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b", "serialNumber": "55db4e0f79e0006688a15fd6a8346a91e9c0fc3a"}'),
	(50, '2026-11-26 10:30:49.401759+00', 'key:b8775eaddd11', 'certificate.reserved', 'unit:SIM-20261126-103048-000004', '{"unit": "SIM-20261126-103048-000004", "authority": "lineside-g1", "tbsSha256": "df715fc4f4aa04c4317b212cb5c05eeabce297533a14fa80485a53ecd736fa03", "spkiSha256": "c0c632ddae42058afd0d9d3faf6f8a66b685a467a2ee401504b5a28f985acde3", "serialNumber": "58a086bef4342458155d9726fd502c155e266ce0"}'),
	(51, '2026-11-26 10:30:49.405904+00', 'key:b8775eaddd11', 'certificate.issued', 'unit:SIM-20261126-103048-000004', '{"unit": "SIM-20261126-103048-000004", "authority": "lineside-g1", "fingerprint": "26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80", "serialNumber": "58a086bef4342458155d9726fd502c155e266ce0"}'),
	(52, '2026-11-26 10:30:49.558033+00', 'key:15fd01f5bb3e', 'job.result', 'unit:SIM-20261126-103048-000003', '{"job": 1028, "serial": "SIM-20261126-103048-000003", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(53, '2026-11-26 10:30:49.593486+00', 'key:b8775eaddd11', 'job.result', 'unit:SIM-20261126-103048-000004', '{"job": 1029, "serial": "SIM-20261126-103048-000004", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(54, '2026-11-26 10:30:49.588658+00', 'key:15fd01f5bb3e', 'job.claimed', 'unit:SIM-20261126-103048-000005', '{"job": 1030, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000005", "attempt": 1, "station": "sim-001"}'),
	(55, '2026-11-26 10:30:49.613836+00', 'key:15fd01f5bb3e', 'certificate.reserved', 'unit:SIM-20261126-103048-000005', '{"unit": "SIM-20261126-103048-000005", "authority": "lineside-g1", "tbsSha256": "9b9b85be205ba06c99a52add5779af04ce8f7cd9097e315399b8918a502b65e9", "spkiSha256": "d163a9c4d36af919c549c0d81f1b888677b93f03c356e750c00cbb634eea4573", "serialNumber": "45d59c886e045bdb7d531bddb3df000dca9a7eea"}'),
	(56, '2026-11-26 10:30:49.622012+00', 'key:15fd01f5bb3e', 'certificate.issued', 'unit:SIM-20261126-103048-000005', '{"unit": "SIM-20261126-103048-000005", "authority": "lineside-g1", "fingerprint": "cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561", "serialNumber": "45d59c886e045bdb7d531bddb3df000dca9a7eea"}'),
	(58, '2026-11-26 10:30:49.64759+00', 'key:b8775eaddd11', 'job.claimed', 'unit:SIM-20261126-103048-000006', '{"job": 1031, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000006", "attempt": 1, "station": "sim-002"}'),
	(60, '2026-11-26 10:30:49.698202+00', 'key:b8775eaddd11', 'certificate.issued', 'unit:SIM-20261126-103048-000006', '{"unit": "SIM-20261126-103048-000006", "authority": "lineside-g1", "fingerprint": "ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298", "serialNumber": "68ced874fa3c823176a1d99f786c898b04547c3d"}'),
	(61, '2026-11-26 10:30:49.7335+00', 'system', 'registration.in-sync', 'authority:lineside-g2', '{"target": "sandbox-111111111111-eu-west-1", "authority": "lineside-g2", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}'),
	(66, '2026-11-26 10:30:49.792622+00', 'key:15fd01f5bb3e', 'job.result', 'unit:SIM-20261126-103048-000005', '{"job": 1030, "serial": "SIM-20261126-103048-000005", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(67, '2026-11-26 10:30:49.811229+00', 'key:15fd01f5bb3e', 'job.claimed', 'unit:SIM-20261126-103048-000007', '{"job": 1032, "slot": "1", "fence": 1, "serial": "SIM-20261126-103048-000007", "attempt": 1, "station": "sim-001"}'),
	(72, '2026-11-26 10:30:49.932763+00', 'key:b8775eaddd11', 'certificate.reserved', 'unit:SIM-20261126-103048-000008', '{"unit": "SIM-20261126-103048-000008", "authority": "lineside-g2", "tbsSha256": "59ad1f5118257fae60588ef74b334cf3d6828bc9bc28496b179709816770e680", "spkiSha256": "b83d8672b69437eab60dad7739b6892fdd5af39aa2d919121689ad88d65857d4", "serialNumber": "68b79488ba527c26a2d06b86ed72a3386a75dbf0"}'),
	(73, '2026-11-26 10:30:49.937666+00', 'key:b8775eaddd11', 'certificate.issued', 'unit:SIM-20261126-103048-000008', '{"unit": "SIM-20261126-103048-000008", "authority": "lineside-g2", "fingerprint": "d99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd", "serialNumber": "68b79488ba527c26a2d06b86ed72a3386a75dbf0"}'),
	(74, '2026-11-26 10:30:50.018389+00', 'key:15fd01f5bb3e', 'job.result', 'unit:SIM-20261126-103048-000007', '{"job": 1032, "serial": "SIM-20261126-103048-000007", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(75, '2026-11-26 10:30:50.103193+00', 'key:b8775eaddd11', 'job.result', 'unit:SIM-20261126-103048-000008', '{"job": 1033, "serial": "SIM-20261126-103048-000008", "attempt": 1, "outcome": "PASS", "failureCode": null}'),
	(77, '2026-11-26 10:30:50.124021+00', 'key:2d1f64c2e869', 'access.key-revoked', 'key:15fd01f5bb3e', '{"id": "15fd01f5bb3e"}'),
	(78, '2026-11-26 10:30:50.539819+00', 'system', 'crl.published', 'authority:lineside-g2', '{"number": 1, "sha256": "0d80b84cae21d3f1ced260d4ebc172278158b3038f170eaec59ebf65ad0ae7a0", "entries": 0, "authority": "lineside-g2", "nextUpdate": "2026-12-03T10:30:50.000Z", "thisUpdate": "2026-11-26T10:30:50.000Z"}'),
	(79, '2026-11-26 10:30:50.553617+00', 'key:242762d8ff04', 'job.claimed', 'unit:LS-000001', '{"job": 1, "slot": "1", "fence": 1, "serial": "LS-000001", "attempt": 1, "station": "station-1"}'),
	(80, '2026-11-26 10:30:51.080535+00', 'key:242762d8ff04', 'certificate.reserved', 'unit:LS-000001', '{"unit": "LS-000001", "authority": "lineside-g2", "tbsSha256": "38268a3cab3623784a0da6f48ff54eb24c0cee97e5a544a5eb9038c920d1d20f", "spkiSha256": "a2e4b2675258af3e4effa0499f28f42eb2b93828844b95f72be857b3b7c7b297", "serialNumber": "75170cacb8c3c32c20a172953912713d3b2fa93e"}'),
	(81, '2026-11-26 10:30:51.090665+00', 'key:242762d8ff04', 'certificate.issued', 'unit:LS-000001', '{"unit": "LS-000001", "authority": "lineside-g2", "fingerprint": "fc14c32928b5e02d5b61ed9c08cfa697f84a99c5c7a32c43c1bca94ecbc1a547", "serialNumber": "75170cacb8c3c32c20a172953912713d3b2fa93e"}'),
	(82, '2026-11-26 10:30:51.737266+00', 'key:b2a3202e2731', 'certificate.revoked', 'unit:SIM-20261126-103048-000007', '{"unit": "SIM-20261126-103048-000007", "reason": "superseded", "authority": "lineside-g2", "fingerprint": "fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d", "serialNumber": "44372e01fbab802b27456c4bc39da36536d0c727"}'),
	(83, '2026-11-26 10:30:51.744601+00', 'system', 'crl.published', 'authority:lineside-g2', '{"number": 2, "sha256": "ad5b2ea72c0c9b043c20ae34b726c163db3b58d27aca936a0999f3c4b3c96cb7", "entries": 1, "authority": "lineside-g2", "nextUpdate": "2026-12-03T10:30:51.000Z", "thisUpdate": "2026-11-26T10:30:51.000Z"}'),
	(84, '2026-11-26 10:30:52.603022+00', 'system', 'unit.certificate-revoked', 'unit:SIM-20261126-103048-000007', '{"known": true, "serial": "SIM-20261126-103048-000007", "target": "sandbox-222222222222-us-east-1", "certificateId": "fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d"}'),
	(85, '2026-11-26 10:30:52.607564+00', 'system', 'unit.certificate-revoked', 'unit:SIM-20261126-103048-000007', '{"known": true, "serial": "SIM-20261126-103048-000007", "target": "sandbox-111111111111-eu-west-1", "certificateId": "fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d"}'),
	(86, '2026-11-26 10:30:52.67797+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000002', '{"serial": "SIM-20261126-103048-000002", "target": "sandbox-222222222222-us-east-1", "certificateId": "381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46"}'),
	(87, '2026-11-26 10:30:52.681208+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000001', '{"serial": "SIM-20261126-103048-000001", "target": "sandbox-222222222222-us-east-1", "certificateId": "9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a"}'),
	(88, '2026-11-26 10:30:52.685204+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000003', '{"serial": "SIM-20261126-103048-000003", "target": "sandbox-222222222222-us-east-1", "certificateId": "e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b"}'),
	(89, '2026-11-26 10:30:52.684897+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000002', '{"serial": "SIM-20261126-103048-000002", "target": "sandbox-111111111111-eu-west-1", "certificateId": "381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46"}'),
	(90, '2026-11-26 10:30:52.690127+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000004', '{"serial": "SIM-20261126-103048-000004", "target": "sandbox-222222222222-us-east-1", "certificateId": "26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80"}'),
	(91, '2026-11-26 10:30:52.690854+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000001', '{"serial": "SIM-20261126-103048-000001", "target": "sandbox-111111111111-eu-west-1", "certificateId": "9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a"}'),
	(92, '2026-11-26 10:30:52.692513+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000005', '{"serial": "SIM-20261126-103048-000005", "target": "sandbox-222222222222-us-east-1", "certificateId": "cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561"}'),
	(93, '2026-11-26 10:30:52.694518+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000006', '{"serial": "SIM-20261126-103048-000006", "target": "sandbox-222222222222-us-east-1", "certificateId": "ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298"}'),
	(94, '2026-11-26 10:30:52.695957+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000003', '{"serial": "SIM-20261126-103048-000003", "target": "sandbox-111111111111-eu-west-1", "certificateId": "e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b"}'),
	(95, '2026-11-26 10:30:52.696186+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000008', '{"serial": "SIM-20261126-103048-000008", "target": "sandbox-222222222222-us-east-1", "certificateId": "d99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd"}'),
	(96, '2026-11-26 10:30:52.699519+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000004', '{"serial": "SIM-20261126-103048-000004", "target": "sandbox-111111111111-eu-west-1", "certificateId": "26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80"}'),
	(97, '2026-11-26 10:30:52.703994+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000005', '{"serial": "SIM-20261126-103048-000005", "target": "sandbox-111111111111-eu-west-1", "certificateId": "cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561"}'),
	(98, '2026-11-26 10:30:52.706438+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000006', '{"serial": "SIM-20261126-103048-000006", "target": "sandbox-111111111111-eu-west-1", "certificateId": "ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298"}'),
	(99, '2026-11-26 10:30:52.709007+00', 'system', 'unit.registered', 'unit:SIM-20261126-103048-000008', '{"serial": "SIM-20261126-103048-000008", "target": "sandbox-111111111111-eu-west-1", "certificateId": "d99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd"}'),
	(100, '2026-11-26 10:31:11.14962+00', 'key:66e277039de6', 'station.created', 'station:station-2', '{"id": "station-2", "line": "line-1", "slots": ["1", "2"]}');
INSERT INTO public.audit_leaf OVERRIDING SYSTEM VALUE VALUES
	(101, '2026-11-26 10:31:11.308831+00', 'key:66e277039de6', 'access.key-created', 'key:7440aded9bdc', '{"id": "7440aded9bdc", "name": "s2", "role": "station", "station": "station-2"}'),
	(102, '2026-11-26 10:31:11.34459+00', 'key:7440aded9bdc', 'job.claimed', 'unit:LS-000002', '{"job": 2, "slot": "1", "fence": 1, "serial": "LS-000002", "attempt": 1, "station": "station-2"}'),
	(103, '2026-11-26 10:31:11.364791+00', 'key:7440aded9bdc', 'job.claimed', 'unit:LS-000003', '{"job": 3, "slot": "2", "fence": 1, "serial": "LS-000003", "attempt": 1, "station": "station-2"}'),
	(104, '2026-11-26 10:31:11.795471+00', 'key:7440aded9bdc', 'job.result', 'unit:LS-000003', '{"job": 3, "serial": "LS-000003", "attempt": 1, "outcome": "FAIL", "failureCode": "no-rf ☃ \"q\""}'),
	(105, '2026-11-26 10:31:38.41647+00', 'key:02f6e91dac84', 'certificate.reserved', 'unit:LS-000010', '{"unit": "LS-000010", "authority": "lineside-g2", "tbsSha256": "e89229239b89a702360959ba33075afa8f8767faa2a85bde3d12d196220d5646", "spkiSha256": "ee83c5ddd53d0448c62b099ea1d3d1311de8a47cf9e90a4af3e0f80eca97235c", "serialNumber": "67b72d0184473b7c8130679ae3dd682b0f45f4dc"}'),
	(106, '2026-11-26 10:31:38.423336+00', 'key:02f6e91dac84', 'certificate.issued', 'unit:LS-000010', '{"unit": "LS-000010", "authority": "lineside-g2", "fingerprint": "4f728690ab12410c3bfa7796f47762facfe1111c6130ff3f545f1425205db89d", "serialNumber": "67b72d0184473b7c8130679ae3dd682b0f45f4dc"}'),
	(107, '2026-11-26 10:31:38.472304+00', 'key:aabbccddeeff', 'key.generated-for-device', 'unit:LS-000010', '{"unit": "LS-000010", "keyType": "P-256", "workOrder": "demo", "spkiSha256": "ee83c5ddd53d0448c62b099ea1d3d1311de8a47cf9e90a4af3e0f80eca97235c", "encryptedTo": "x"}');


--
-- Data for Name: authority; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.authority VALUES
	('lineside-g1', 'Lineside', 1, 'Lineside Device CA G1', 'P-256', 'lineside-lineside-g1-95aa7230', '1f13', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "05ff6dad98e3c0cf"}', '\x308201a83082014ea00302010202144acf267d15c0ec729262cccf506bface25541058300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132353130333031305a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047313059301306072a8648ce3d020106082a8648ce3d03010703420004412e1cf80181e22a9d512c96e470464f695b577bcd406dd178787c79296f77a12270543b275063bf200d84a15dc322d3a21c7241749a42acb284969734b203b0a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e04160414867e2dc11fb9175158199b56611907cb5f1ccf8a300a06082a8648ce3d040302034800304502207527817ed57941e462113923b50e7bf6d7287f32e3bc99885af7ca8a3085d43f022100d480dc3618908d1f154fb808e96b50be201e65a195cde7d123662cb3bde5fc4b', '1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65', '2026-11-25 10:30:10+00', '2046-11-26 00:00:00+00', 'retiring', '2026-11-26 10:30:10.742093+00', '2026-11-26 10:30:11.032+00'),
	('lineside-g2', 'Lineside', 2, 'Lineside Device CA G2', 'P-256', 'lineside-lineside-g2-6f7ee5fa', 'a94c', '{"local": true, "token": true, "private": true, "sensitive": true, "extractable": false, "alwaysSensitive": true, "neverExtractable": true}', '{"label": "lineside", "model": "SoftHSM v2", "warning": "SoftHSM: NOT FOR PRODUCTION", "firmware": "2.6", "production": false, "manufacturer": "SoftHSM project", "serialNumber": "05ff6dad98e3c0cf"}', '\x308201a93082014ea00302010202147206b41cf4001deceddb8e4f729e3579bef898ea300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132353130333034395a170d3436313132363030303030305a3020311e301c06035504030c154c696e6573696465204465766963652043412047323059301306072a8648ce3d020106082a8648ce3d0301070342000459d35c277a88eb7e0c69ecd674fcedb642fd117ecc7062951b1bbf375ca705a79361d945f1b0b9366a0f408fac4e3158bbf6f1333745146d65b6d0785840d221a366306430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303301d0603551d0e041604149ca52610bf328ca06e47481778f5aece8da21303300a06082a8648ce3d0403020349003046022100e158a5a50e263000241bf874566267a5a726d0a25c96ae7ccfb5b30d30812f60022100fa388f399f4f4cbf99e3c3d7c31c3423ecc753a77fead56ef2f0bf5baeba8e36', '1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145', '2026-11-25 10:30:49+00', '2046-11-26 00:00:00+00', 'issuing', '2026-11-26 10:30:49.586931+00', '2026-11-26 10:30:49.794+00');


--
-- Data for Name: certificate; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate VALUES
	('77f96c37f1c1e444b9d53778d1e73039bfefbc9c', 1001, 'golden-1', 'lineside-g1', 'device', 'valid', '\x36c7a5d2048ad318d03cb7a76bec3bdf3b66d68d737dbe92709dec35bddb1983', NULL, '\xbd168819506dce02ecbab6ec4f94a2633948e2d826b25503e69b53133eca665e', '\x308201c53082016ca003020102021477f96c37f1c1e444b9d53778d1e73039bfefbc9c300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333031315a170d3336313132363130333031315a302f31163014060355040a0c0d4c696e65736964652044656d6f3115301306035504030c0c474f4c44454e2d312d3030313059301306072a8648ce3d020106082a8648ce3d0301070342000417e9dd43041a56ce3751705a9f6c829821547071d79705e37ee2ec75bbb6201bdf22853e32a2a5d3beb8b5bcbed2697658124d6126b3284d89f6f6aecfbb9063a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e041604147e7a24cace4df45a39d20764e633fab0c737d6fe300a06082a8648ce3d04030203470030440220785e63cd2f87aa8881e56e6d85e55fee4cfacaf967bb3edab6228796cd945a0302200acc4ee0a42970dd0f77baa49496b2291651a08590ef283ff3f18f7780838e44', '19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613', '2026-11-26 09:30:11+00', '2036-11-26 10:30:11+00', '2026-11-26 10:30:11.406012+00', 1, '2026-11-26 10:30:11.411852+00', NULL, NULL, NULL),
	('5b421e9f81671bfb2e8518cc95e869ba03e77bce', 1027, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\x2482eba3eec3c5e44064cdff67dc6abc600967491c216b221f8aa7e686196e8e', NULL, '\xa185ed383837c5594d25716846676155f40490d3a71089446e5eea967b1f5f3e', '\x308201d53082017aa00302010202145b421e9f81671bfb2e8518cc95e869ba03e77bce300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030323059301306072a8648ce3d020106082a8648ce3d0301070342000458219a62b132304f8f685e21baa12fa16eed1fe3ddb145f6a97618b6d1d96360fadb2dac3aed708bd16cf9df5e081db972dcf85bdfd8dddc5e322475e2152d03a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e041604144a9759486930dfabd07abf3a03ee0fa8865fc36f300a06082a8648ce3d04030203490030460221008fb109ac9987e0b69511adae9b18beb99220b1c44d44d3835a0d062fe089b334022100b283b3700a3a1c837aab20d90b60913551ab9140050a4c738af42c37f226137c', '381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.004585+00', 1, '2026-11-26 10:30:49.012672+00', NULL, NULL, NULL),
	('7676e508e30fa84ed64884273467054a2aeb3bcb', 1026, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\x7785bc7174a9eefdd0d8b0794e1c847a36bfd6f33c4ec0b5fe029dfb21319fbd', NULL, '\x51da1a12c93b2559f14332dbc2e640e79ed5063d1f270985b48191262541d4b2', '\x308201d43082017aa00302010202147676e508e30fa84ed64884273467054a2aeb3bcb300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030313059301306072a8648ce3d020106082a8648ce3d03010703420004ccf331055a47deb652f80dc21a318e645a5d6c204b92e2f11bf4ff74b5e833cdac50bbc7f535a6d4174e6e241360ee4e0150959c0ee74a95be0cdbfba0abc2b5a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e041604147aaeea3ade1b83c4ada2295fd7687244114b2992300a06082a8648ce3d04030203480030450221008a95ee5aa8136e62569ba080771349cd19389e6071bcb2c10a960a3638ac678402201a77a246ac37158d3fa8c200b82a326e473dc0000040b14da6225573267acb03', '9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.001176+00', 1, '2026-11-26 10:30:49.013083+00', NULL, NULL, NULL),
	('55db4e0f79e0006688a15fd6a8346a91e9c0fc3a', 1028, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\x8429e3cd2f5924bfad083cfb2b81c5de45161d4384933f868a3caa1e7a8f1c28', NULL, '\x0a373c3a499fb6462f1d82e84756115d5aa4d72c45d9111104adc249567d8d36', '\x308201d43082017aa003020102021455db4e0f79e0006688a15fd6a8346a91e9c0fc3a300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030333059301306072a8648ce3d020106082a8648ce3d03010703420004d5ec4d7f6912fc3fd236432ad09499a029a6d44488544127d4d3e080918919ddf4ab6dc1afbe507e25c8d0df898159b5383b4e8609ce7eb1f7dbc626c81439c8a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e04160414ad65141a80c2ba6d340abda710bd3a092a1f7c4f300a06082a8648ce3d0403020348003045022100e6e8af5efa79f527683be910d723372261f91a64da78dd599c693ee530a9af78022005165e3109517ff962cefbb23c353d4935ce2fc229159b40e2c4bf0634c399c1', 'e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.374468+00', 1, '2026-11-26 10:30:49.379557+00', NULL, NULL, NULL),
	('58a086bef4342458155d9726fd502c155e266ce0', 1029, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\xc0c632ddae42058afd0d9d3faf6f8a66b685a467a2ee401504b5a28f985acde3', NULL, '\xdf715fc4f4aa04c4317b212cb5c05eeabce297533a14fa80485a53ecd736fa03', '\x308201d43082017aa003020102021458a086bef4342458155d9726fd502c155e266ce0300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030343059301306072a8648ce3d020106082a8648ce3d0301070342000490b5dca28f8676227bfa2f6910b96c7f149d28eadf6557ad20e1bc18283ceb662cc1bb86e6116d4de86959e59eb78f8dd269dc93ed8064d2de01f4675ddf5625a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e0416041426f333422b73729e066e74a99bfbd426951472b7300a06082a8648ce3d040302034800304502203bcb984098be9009ab6a99dde894ff2aaefd644d2c356b81005aad00a4514c32022100f2c31d1679987c89ef80612c217b591e2f9575f3a49c77d95c91adea09ea3dd3', '26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.401759+00', 1, '2026-11-26 10:30:49.405904+00', NULL, NULL, NULL),
	('45d59c886e045bdb7d531bddb3df000dca9a7eea', 1030, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\xd163a9c4d36af919c549c0d81f1b888677b93f03c356e750c00cbb634eea4573', NULL, '\x9b9b85be205ba06c99a52add5779af04ce8f7cd9097e315399b8918a502b65e9', '\x308201d43082017aa003020102021445d59c886e045bdb7d531bddb3df000dca9a7eea300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030353059301306072a8648ce3d020106082a8648ce3d030107034200041ebd037d9388070fe41fa5ee167b885602c0ff454b24a31be297d46cb5943a074ff492aa16ab1be855904ac41609d65515dffa091904c44472f1bfeb76835a86a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e041604149d63a698c19e7f06c71966c4d58d8364df56a242300a06082a8648ce3d040302034800304502204694c98e8c43160cf3aa4ce5b14b4cb213b09867b6be6cd8cc0dae1e876cbfd3022100cf2826301a09f49282d34a9baafcd3b3edb5206bb26f7bedac91a57d2075b350', 'cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.613836+00', 1, '2026-11-26 10:30:49.622012+00', NULL, NULL, NULL),
	('68ced874fa3c823176a1d99f786c898b04547c3d', 1031, 'sim-20261126-103048', 'lineside-g1', 'device', 'valid', '\xe7fd44c9f794e653f89dc31ec3d3580b8b7c2323fdc7c78e76cfd5c48f19e215', NULL, '\x33734a224b0c8c1adad81f2584092c3d1b9cbe6f1bf72765fc6198750f9deab3', '\x308201d33082017aa003020102021468ced874fa3c823176a1d99f786c898b04547c3d300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030363059301306072a8648ce3d020106082a8648ce3d03010703420004da80d2c3a1623da4c10b97ec65172ea032f01ab2833baed64ba62849c868cb7ea499d534d6efdcb974759a457e62966b4d136c564567a6d50c9f466ab59a93e0a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a301d0603551d0e041604141caf7a16ab04ba6aa1904bbd0dde4821f8ae7fb7300a06082a8648ce3d040302034700304402202eba17f00e6fa6fc5ce215eb1b2483be059b0218fcc7f27aafeabe51129b69f802207126302961eb0df743142ec8552131f474df51a7a755397153c474fd1e6c4d92', 'ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.680322+00', 1, '2026-11-26 10:30:49.698202+00', NULL, NULL, NULL),
	('68b79488ba527c26a2d06b86ed72a3386a75dbf0', 1033, 'sim-20261126-103048', 'lineside-g2', 'device', 'valid', '\xb83d8672b69437eab60dad7739b6892fdd5af39aa2d919121689ad88d65857d4', NULL, '\x59ad1f5118257fae60588ef74b334cf3d6828bc9bc28496b179709816770e680', '\x308201d43082017aa003020102021468b79488ba527c26a2d06b86ed72a3386a75dbf0300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030383059301306072a8648ce3d020106082a8648ce3d030107034200041578f7d47613e7fb9f39d611c6f4902c6a314413f94b07900201ae0127cff7f52159551b15179f8655f4e6790f2c3d2754e443fad894986c3c194f595f302982a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303301d0603551d0e04160414b1c6d6cf468981423722f883d31aade041d5205c300a06082a8648ce3d040302034800304502206464d0456593bcfb2e95bb7e7e9a4158c4d2f3cf785a06ac5f4ab9daf8172f85022100e78a3b71152272556ced46cd2589c1f5e91b7cb49a73e0179da10a4c2b8244f5', 'd99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.932763+00', 1, '2026-11-26 10:30:49.937666+00', NULL, NULL, NULL),
	('44372e01fbab802b27456c4bc39da36536d0c727', 1032, 'sim-20261126-103048', 'lineside-g2', 'device', 'revoked', '\xa9f8fae3c7e9a5253b688a07e9926fe1134ec8fb70b558b84a688be32982b9e8', NULL, '\xe7d2a85d95a7adc6cf754afff2cb087ab79627b5bcd9483c83c7136394028a44', '\x308201d33082017aa003020102021444372e01fbab802b27456c4bc39da36536d0c727300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363039333034395a170d3336313132363130333034395a303d31163014060355040a0c0d4c696e65736964652044656d6f3123302106035504030c1a53494d2d32303236313132362d3130333034382d3030303030373059301306072a8648ce3d020106082a8648ce3d030107034200048d2c833121a4bc8d83ac8ca47374683ad4f52c0eb45b50593bd959a7a3e75ff2c42fb92010f2f7539166b52c5cd642ce06c8353a57aef67f8a1202c7a9d1f2b9a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303301d0603551d0e041604144ed722d4c5b56412fdb477f8257fee92c70b7f23300a06082a8648ce3d04030203470030440220741a120cca2dd89c3df19b275f7a97d2b2a7bf2971aa737b41af81bd7b3a166902201c768bea2030e39508abb63ca3288b2f82c7ad816eac57b3c774b10a4c8a65fa', 'fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d', '2026-11-26 09:30:49+00', '2036-11-26 10:30:49+00', '2026-11-26 10:30:49.826346+00', 1, '2026-11-26 10:30:49.832372+00', '2026-11-26 10:30:51.737+00', 'superseded', '\x3033021444372e01fbab802b27456c4bc39da36536d0c727170d3236313132363130333035315a300c300a0603551d1504030a0104'),
	('75170cacb8c3c32c20a172953912713d3b2fa93e', 1, 'demo', 'lineside-g2', 'device', 'valid', '\xa2e4b2675258af3e4effa0499f28f42eb2b93828844b95f72be857b3b7c7b297', NULL, '\x38268a3cab3623784a0da6f48ff54eb24c0cee97e5a544a5eb9038c920d1d20f', '\x308201c330820169a003020102021475170cacb8c3c32c20a172953912713d3b2fa93e300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363039333035315a170d3336313132363130333035315a302c31163014060355040a0c0d4c696e65736964652044656d6f3112301006035504030c094c532d3030303030313059301306072a8648ce3d020106082a8648ce3d03010703420004c6adae05f98413b1fc5bf79104b8afd391673920e33c8d0dc817d31e64372c1b3cd8abd12ebaa6371aae3e8bbd23fb2ae7045b30363a8bfb57024e14e7026e4fa3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303301d0603551d0e0416041436462fd0b81335db1acd3b7e4fc9ddbbb5399964300a06082a8648ce3d0403020348003045022100c49e95223e1f109801d595ce7e1735d0cd9939eff104bde71971f71895f9fff002206cfc43e343053388810d74479428577fb2748906cfd64e4816488190aa4555da', 'fc14c32928b5e02d5b61ed9c08cfa697f84a99c5c7a32c43c1bca94ecbc1a547', '2026-11-26 09:30:51+00', '2036-11-26 10:30:51+00', '2026-11-26 10:30:51.080535+00', 1, '2026-11-26 10:30:51.090665+00', NULL, NULL, NULL),
	('67b72d0184473b7c8130679ae3dd682b0f45f4dc', 10, 'demo', 'lineside-g2', 'device', 'valid', '\xee83c5ddd53d0448c62b099ea1d3d1311de8a47cf9e90a4af3e0f80eca97235c', NULL, '\xe89229239b89a702360959ba33075afa8f8767faa2a85bde3d12d196220d5646', '\x308201c430820169a003020102021467b72d0184473b7c8130679ae3dd682b0f45f4dc300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732301e170d3236313132363039333133385a170d3336313132363130333133385a302c31163014060355040a0c0d4c696e65736964652044656d6f3112301006035504030c094c532d3030303031303059301306072a8648ce3d020106082a8648ce3d03010703420004f316d8c27e7f32580e3f407f5c7e61de2b5725ac03bb19b2247690cfb0e2f27ca78201d82925277c9f1b4b5c0d6a801a66316723564738e316933d7f6d48d483a3753073300c0603551d130101ff04023000300e0603551d0f0101ff04040302078030130603551d25040c300a06082b06010505070302301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303301d0603551d0e041604147f07bf22fa6432d158c64d6753e8a7f834ff1e00300a06082a8648ce3d0403020349003046022100c4e2fea9e9612fd0321fb25187e52fb44838ad437bb51cc1751f8004bc9607d7022100a4f253d977ed8be4e28dda345aee83d0817b0e31b8ef3d6260d620cf5a3fabcd', '4f728690ab12410c3bfa7796f47762facfe1111c6130ff3f545f1425205db89d', '2026-11-26 09:31:38+00', '2036-11-26 10:31:38+00', '2026-11-26 10:31:38.41647+00', 1, '2026-11-26 10:31:38.423336+00', NULL, NULL, NULL);


--
-- Data for Name: crl; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.crl VALUES
	('lineside-g1', 1, DEFAULT, '2026-11-26 10:30:11+00', '2026-12-03 10:30:11+00', 0, '\x626bb8f805de4429b94f18af7168efc4458f66b711a8e806694194a3bc741c96', '\x3081d9308180020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204731170d3236313132363130333031315a170d3236313230333130333031315aa02f302d301f0603551d23041830168014867e2dc11fb9175158199b56611907cb5f1ccf8a300a0603551d140403020101300a06082a8648ce3d0403020348003045022100c9ddbd56c62c598aa9c90d50e67b72ef6dddbc6d593fe3efb86e07fbd2e29b4a02205ec2b80da690443b6e7c367fe675bfe095ffc0855543b8c97b679f837b8c0b2c'),
	('lineside-g2', 1, DEFAULT, '2026-11-26 10:30:50+00', '2026-12-03 10:30:50+00', 0, '\x0d80b84cae21d3f1ced260d4ebc172278158b3038f170eaec59ebf65ad0ae7a0', '\x3081d8308180020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363130333035305a170d3236313230333130333035305aa02f302d301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303300a0603551d140403020101300a06082a8648ce3d040302034700304402206ffeb789ef7600ce0850639274f450964f6e528f5946ecadfe60cf7b8dcece9702206f695bc2822dc7e781d2d7f778014e4da534898bbadf22ac9b367aeee39e2a6d'),
	('lineside-g2', 2, DEFAULT, '2026-11-26 10:30:51+00', '2026-12-03 10:30:51+00', 1, '\xad5b2ea72c0c9b043c20ae34b726c163db3b58d27aca936a0999f3c4b3c96cb7', '\x3082010f3081b7020101300a06082a8648ce3d0403023020311e301c06035504030c154c696e657369646520446576696365204341204732170d3236313132363130333035315a170d3236313230333130333035315a30353033021444372e01fbab802b27456c4bc39da36536d0c727170d3236313132363130333035315a300c300a0603551d1504030a0104a02f302d301f0603551d230418301680149ca52610bf328ca06e47481778f5aece8da21303300a0603551d140403020102300a06082a8648ce3d040302034700304402202b9b1bef97fc88489c19aa8d5c3e7e042845f41dbc73f4b51708feb70c7c0af50220701708608188ae5cf308b34207b1962a89691ccdbd0e42e18b7079fa7ea522f4');


--
-- Data for Name: crl_due; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency VALUES
	('key:b2a3202e2731', 'cbc9cc7e-a06d-4fbf-9143-2e5499615741', '\x2a1ff1ee740ba580c5e772f449c852cc54c7ac69886db202ff57b1a82e07e34f', 201, '{"mode": "SNI_ONLY", "name": "sandbox-111111111111-eu-west-1", "region": "eu-west-1", "profile": "sandbox-111111111111", "roleArn": null, "mqttHost": null, "mqttPort": 19102, "accountId": "111111111111", "createdAt": "2026-11-26T10:30:10.680Z", "controlEndpoint": "http://127.0.0.1:19101", "provisioningRoleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 1, '2026-11-26 10:30:10.676368+00'),
	('key:b2a3202e2731', '74ff513e-a0ef-4ea1-9af9-4440084498d4', '\x06cdaaa9c81d3de229a5040cefdd8b73374d14cb183a7236ff065a0c1801054d', 201, '{"mode": "SNI_ONLY", "name": "sandbox-222222222222-us-east-1", "region": "us-east-1", "profile": "sandbox-222222222222", "roleArn": null, "mqttHost": null, "mqttPort": 19102, "accountId": "222222222222", "createdAt": "2026-11-26T10:30:10.706Z", "controlEndpoint": "http://127.0.0.1:19101", "provisioningRoleArn": "arn:aws:iam::222222222222:role/lineside-provisioning"}', 1, '2026-11-26 10:30:10.705205+00'),
	('key:b2a3202e2731', '87430084-d037-4c30-bc36-bb4884b58975', '\x08b7ac14757aac16bd03c630a65bcc7ed8da4cae82089fcc7bccbe0d91738db8', 201, '{"mode": "DEFAULT", "name": "sandbox-111111111111-eu-central-1", "region": "eu-central-1", "profile": "sandbox-111111111111", "roleArn": null, "mqttHost": null, "mqttPort": 19102, "accountId": "111111111111", "createdAt": "2026-11-26T10:30:10.720Z", "controlEndpoint": "http://127.0.0.1:19101", "provisioningRoleArn": "arn:aws:iam::111111111111:role/lineside-provisioning"}', 1, '2026-11-26 10:30:10.718818+00'),
	('key:b2a3202e2731', 'first-generation-of-Lineside', '\x1ffce034cafe7a41a78176a9acca5202f818a575d6116460210315af6a287ecb', 201, '{"id": "lineside-g1", "state": "generated", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g1-95aa7230", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T10:30:10.742Z", "notBefore": "2026-11-25T10:30:10.000Z", "commonName": "Lineside Device CA G1", "generation": 1, "production": false, "activatedAt": null, "fingerprint": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65", "registrations": [{"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.742Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.742Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.742Z", "caCertificateId": null}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 10:30:10.739551+00'),
	('key:b2a3202e2731', '0aa2c7bf-2b48-4fcc-b7bd-55150fd437a5', '\x5463d37ff6497f0c2059d8c85ddc4eb3c6c796a051966e5faf72d64bc8e93d51', 200, '{"id": "lineside-g1", "state": "issuing", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g1-95aa7230", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T10:30:10.742Z", "notBefore": "2026-11-25T10:30:10.000Z", "commonName": "Lineside Device CA G1", "generation": 1, "production": false, "activatedAt": "2026-11-26T10:30:11.032Z", "fingerprint": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65", "registrations": [{"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:10.925Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.929Z", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}, {"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:10.904Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.909Z", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}, {"state": "in-sync", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T10:30:10.906Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g1", "updatedAt": "2026-11-26T10:30:10.913Z", "caCertificateId": "1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65"}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 10:30:11.026378+00'),
	('key:66e277039de6', '7dc471bf-3278-46be-ad54-8f5a32af9034', '\x7d200d3935bd867d29d8f0493a594a6adecd821cdfb3b615be29b31a0d46cf26', 201, '{"id": "golden", "name": "golden"}', 1, '2026-11-26 10:30:11.041112+00'),
	('key:66e277039de6', '26679eb0-535b-4400-92b3-425fe50888af', '\x3fb53a93f703dbf9ed41e4c19e332ea6a6ffb05fb6077377be853aa1ca61f2ee', 201, '{"id": "line-1", "name": "line-1"}', 1, '2026-11-26 10:30:11.041464+00'),
	('key:66e277039de6', '277f0cb1-e55e-4512-8f20-d0f0ba49d223', '\x31722d64bdd82a04de98d55de79fc5ebe37c75ab8225991da45db42bb555c7f1', 201, '{"id": "station-1", "line": "line-1", "name": "station-1", "slots": ["1"]}', 1, '2026-11-26 10:30:11.054666+00'),
	('key:66e277039de6', '0dd04372-ca69-4c38-b4e3-86af8f290c18', '\xddaac156c2df071a60c5c15e6ca571f55542f87bfee1ceb83c45ab35ca6e595d', 201, '{"id": "golden", "line": "golden", "name": "golden", "slots": ["1"]}', 1, '2026-11-26 10:30:11.055556+00'),
	('key:66e277039de6', 'cc0b9ef6-c145-4e49-8258-685e6922d0cc', '\xe5238cc7b148957ac9d8463281f768349ef14ff81570954aba08f6d3fa3a24e8', 201, '{"id": "demo", "line": "line-1", "state": "planned", "units": {"total": 1000, "failed": 0, "passed": 0, "claimed": 0, "planned": 1000, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "demo-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 1000, "authority": "Lineside", "createdAt": "2026-11-26T10:30:11.085Z", "releasedAt": null, "certificates": {"used": 0, "quota": 1000}}', 1, '2026-11-26 10:30:11.080718+00'),
	('key:66e277039de6', '4a7c27f5-ab67-44b7-8a63-72bd77307de7', '\xef44835345b27abdd9f5161655f45d0cc2d2adfbc7c0367a05145db2e9e22137', 200, '{"id": "demo", "line": "line-1", "state": "released", "units": {"total": 1000, "failed": 0, "passed": 0, "claimed": 0, "planned": 1000, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "demo-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 1000, "authority": "Lineside", "createdAt": "2026-11-26T10:30:11.085Z", "releasedAt": "2026-11-26T10:30:11.116Z", "certificates": {"used": 0, "quota": 1000}}', 1, '2026-11-26 10:30:11.114669+00'),
	('key:66e277039de6', '32e07be2-1ef3-4cbe-9821-214cae83a03d', '\x492ce68d6c4ec4c3df617309469a7f09e0b59826eaa9460a7f166b60e5a70d6e', 201, '{"id": "golden-1", "line": "golden", "state": "planned", "units": {"total": 25, "failed": 0, "passed": 0, "claimed": 0, "planned": 25, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "golden-unit", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 25, "authority": "Lineside", "createdAt": "2026-11-26T10:30:11.270Z", "releasedAt": null, "certificates": {"used": 0, "quota": 25}}', 1, '2026-11-26 10:30:11.26822+00'),
	('key:15fd01f5bb3e', 'd84e9cb1-fa36-44cb-92fc-ae67ca41be67', '\x6485275b0c83405de17fe044436d53cad2cb9921c489fe6f27244e4464c1f810', 200, '{"job": {"id": "job-1030", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000005"}, "attempt": 1}', 1, '2026-11-26 10:30:49.789695+00'),
	('key:15fd01f5bb3e', '012a63a7-fe1c-468f-ae23-85331993ddb6', '\x265c2a6b41a4076c3062d084199819359dcfdfe382dfbdeed1c7249706e371a8', 200, '{"job": {"id": "job-1032", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000007"}, "attempt": 1}', 1, '2026-11-26 10:30:50.016681+00'),
	('key:66e277039de6', '253b789c-ce00-4128-964a-da8fb1638f7b', '\x36b6944318c5f513e8479da2c9f05c3a3a7c1a432052bab10fa012fbb3ad06f6', 200, '{"id": "golden-1", "line": "golden", "state": "released", "units": {"total": 25, "failed": 0, "passed": 0, "claimed": 0, "planned": 25, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "golden-unit", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 25, "authority": "Lineside", "createdAt": "2026-11-26T10:30:11.270Z", "releasedAt": "2026-11-26T10:30:11.279Z", "certificates": {"used": 0, "quota": 25}}', 1, '2026-11-26 10:30:11.278532+00'),
	('key:69d26831fd57', '624508a9-e621-4a80-a010-5b88fb33a101', '\xa30f267b684b8a473b68f7673b359dfac137a02ecdb371f0e8904afe5d8cacf8', 200, '{"job": {"id": "job-1001", "state": "passed"}, "unit": {"state": "passed", "serial": "GOLDEN-1-001"}, "attempt": 1}', 1, '2026-11-26 10:30:11.835293+00'),
	('key:66e277039de6', 'e4d51c35-ae76-457a-82b9-9246b6d7d5f0', '\xa2b10c7d768e8b5e5b116472a5ce6778efa40e1bea80ba4f90accbd0a252c8f8', 201, '{"id": "sim", "name": "Simulation"}', 1, '2026-11-26 10:30:48.806166+00'),
	('key:66e277039de6', '7c577bcd-1fdd-417e-99e3-677a6f616e9d', '\xad292d2231da79233dec0985760e70d7a531f544512e82ed40f8403e93726d44', 201, '{"id": "sim-20261126-103048", "line": "sim", "state": "planned", "units": {"total": 8, "failed": 0, "passed": 0, "claimed": 0, "planned": 8, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "simulated-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 8, "authority": "Lineside", "createdAt": "2026-11-26T10:30:48.855Z", "releasedAt": null, "certificates": {"used": 0, "quota": 8}}', 1, '2026-11-26 10:30:48.852955+00'),
	('key:66e277039de6', '736ae8e7-3d2d-474a-b1e5-61cd394ea14d', '\x6291899ae71a1075c8735bee744526dd8485f902ae8429ab98ab7610517cc097', 200, '{"id": "sim-20261126-103048", "line": "sim", "state": "released", "units": {"total": 8, "failed": 0, "passed": 0, "claimed": 0, "planned": 8, "shipped": 0, "reserved": 0, "scrapped": 0, "certified": 0, "reworking": 0, "registered": 0, "quarantined": 0}, "method": "jitp", "overage": 0, "product": "simulated-device", "profile": "device", "targets": ["sandbox-111111111111-eu-west-1", "sandbox-222222222222-us-east-1"], "quantity": 8, "authority": "Lineside", "createdAt": "2026-11-26T10:30:48.855Z", "releasedAt": "2026-11-26T10:30:48.876Z", "certificates": {"used": 0, "quota": 8}}', 1, '2026-11-26 10:30:48.875186+00'),
	('key:66e277039de6', '9a4088f3-668b-47fe-8b94-2b76b8e242a6', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 10:30:48.906103+00'),
	('key:66e277039de6', '848955a0-9b4d-4455-b170-ea14798f3df2', '\x5d3c869d96e8d90c2766d730b41f7647fa64def634c350f669ddba363808a0de', 201, '{"id": "sim", "name": "sim"}', 1, '2026-11-26 10:30:48.906412+00'),
	('key:66e277039de6', '9359a9de-0eb5-46af-b5f0-0fdc617d1400', '\x0f7a9ee44c262dfd0262200517d6ed1313f1fffa8a0294eceebabff824f102b8', 201, '{"id": "sim-002", "line": "sim", "name": "sim-002", "slots": ["1"]}', 1, '2026-11-26 10:30:48.921623+00'),
	('key:66e277039de6', '723fed80-a5e9-44a2-ae1f-a23d6851dd18', '\xef11a07b0df77d020bbd98da4c5a11f55a51c1b0945c73515dbda7c2eebc6e69', 201, '{"id": "sim-001", "line": "sim", "name": "sim-001", "slots": ["1"]}', 1, '2026-11-26 10:30:48.928535+00'),
	('key:15fd01f5bb3e', '5a8d4ee4-104e-4d61-8d8f-27e1a2279f0a', '\x77bbcf2955f054ff892ee95b7953ffca143b2e88020375e1fa3595b6077d67e3', 200, '{"job": {"id": "job-1027", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000002"}, "attempt": 1}', 1, '2026-11-26 10:30:49.329861+00'),
	('key:b8775eaddd11', 'b4f5b629-2882-4ace-9ffc-7d08a1f37246', '\x7cca19eee01c5133df4b7b20898c14dbc83619cdde17ec81ad6b72f75b8bda81', 200, '{"job": {"id": "job-1026", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000001"}, "attempt": 1}', 1, '2026-11-26 10:30:49.349824+00'),
	('key:15fd01f5bb3e', 'd6379800-034a-4f11-9ead-68dd5fa8a32c', '\xd276d0769e40c75d6c3647bc71f929594d7946c51c5137436765d3667c9b90ad', 200, '{"job": {"id": "job-1028", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000003"}, "attempt": 1}', 1, '2026-11-26 10:30:49.555475+00'),
	('key:b8775eaddd11', 'b95fd955-c584-4056-be18-da3a9f3ce3b2', '\x1fb08517df5e02915f270e8a79228325a4147962757d92a1c1b77ba09092e5ee', 200, '{"job": {"id": "job-1029", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000004"}, "attempt": 1}', 1, '2026-11-26 10:30:49.58651+00'),
	('key:b2a3202e2731', '87d0c4a3-dd60-43e4-8323-0deb0430539f', '\xd0b243e47858ca8c28b4d9c73367b6b1dbf00c614fb8d330f1ef2577366e887a', 200, '{"id": "lineside-g2", "state": "issuing", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g2-6f7ee5fa", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T10:30:49.586Z", "notBefore": "2026-11-25T10:30:49.000Z", "commonName": "Lineside Device CA G2", "generation": 2, "production": false, "activatedAt": "2026-11-26T10:30:49.794Z", "fingerprint": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145", "registrations": [{"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:49.753Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.758Z", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}, {"state": "in-sync", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:49.717Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.733Z", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}, {"state": "in-sync", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": {"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T10:30:49.718Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.736Z", "caCertificateId": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145"}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 10:30:49.788607+00'),
	('key:b8775eaddd11', '3802c5ce-abb7-41a8-ab19-4e606954052c', '\x32f5f0ef538ccfb6ad486183217a6cbdf25c5feb4f03255f9f19eb3fbafd8936', 200, '{"job": {"id": "job-1031", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000006"}, "attempt": 1}', 1, '2026-11-26 10:30:49.900047+00'),
	('key:2d1f64c2e869', '2f74eca1-61b9-4bb6-acf3-b9ad9d7db33d', '\x9822657e7b7a4e50fa5d63b70041153068f9214ded5eeaf9ee4795dfde07f02b', 204, NULL, 1, '2026-11-26 10:30:50.120963+00'),
	('key:b2a3202e2731', '98c4bbcd-ce7d-4573-b07d-989b468bb9a8', '\x1ffce034cafe7a41a78176a9acca5202f818a575d6116460210315af6a287ecb', 201, '{"id": "lineside-g2", "state": "generated", "family": "Lineside", "keyType": "P-256", "keyLabel": "lineside-lineside-g2-6f7ee5fa", "notAfter": "2046-11-26T00:00:00.000Z", "createdAt": "2026-11-26T10:30:49.586Z", "notBefore": "2026-11-25T10:30:49.000Z", "commonName": "Lineside Device CA G2", "generation": 2, "production": false, "activatedAt": null, "fingerprint": "1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145", "registrations": [{"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-central-1", "desired": {"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.586Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-111111111111-eu-west-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.586Z", "caCertificateId": null}, {"state": "pending", "detail": null, "target": "sandbox-222222222222-us-east-1", "desired": {"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}, "observed": null, "authority": "lineside-g2", "updatedAt": "2026-11-26T10:30:49.586Z", "caCertificateId": null}], "signatureAlgorithm": "ecdsa-with-SHA256"}', 1, '2026-11-26 10:30:49.583461+00'),
	('key:b8775eaddd11', '5bddd4b2-1513-4350-808f-b8a1869f9831', '\x947b7a85e914282276960ec7f7917024110f20df0e67d53854c27debf20eed31', 200, '{"job": {"id": "job-1033", "state": "passed"}, "unit": {"state": "passed", "serial": "SIM-20261126-103048-000008"}, "attempt": 1}', 1, '2026-11-26 10:30:50.100895+00'),
	('key:2d1f64c2e869', '7aab1a4b-0e81-4c4a-8f17-828513ed8411', '\x6376cb02282afe89bc7560a2b6d242b9002e806fcff9d8b4dcb231c48c6e4e44', 204, NULL, 1, '2026-11-26 10:30:50.120937+00');


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job OVERRIDING SYSTEM VALUE VALUES
	(4, 4, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(5, 5, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(6, 6, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(7, 7, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(8, 8, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(9, 9, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(10, 10, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(11, 11, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(12, 12, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(13, 13, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(14, 14, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(15, 15, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(16, 16, 'demo', 'line-1', 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.116614+00'),
	(3, 3, 'demo', 'line-1', 'failed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:31:11.796+00'),
	(1001, 1001, 'golden-1', 'golden', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:11.84+00'),
	(1027, 1027, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.336+00'),
	(1026, 1026, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.357+00'),
	(1028, 1028, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.559+00'),
	(1029, 1029, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.597+00'),
	(1030, 1030, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.794+00'),
	(1031, 1031, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:49.904+00'),
	(1032, 1032, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:50.019+00'),
	(1033, 1033, 'sim-20261126-103048', 'sim', 'passed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-26 10:30:50.104+00'),
	(2, 2, 'demo', 'line-1', 'leased', 1, 'station-2', '1', 1, '2026-11-26 10:31:41.597341+00', 'flash', 0.5, '{"block": 7}', '2026-11-26 10:31:11.597341+00'),
	(1, 1, 'demo', 'line-1', 'leased', 1, 'station-1', '1', 1, '2026-11-26 10:31:42.128484+00', NULL, NULL, NULL, '2026-11-26 10:31:12.128484+00');


--
-- Data for Name: kysely_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kysely_migration VALUES
	('0001_first_tables', '2026-11-26T10:30:10.363Z'),
	('0002_revocation', '2026-11-26T10:30:10.373Z'),
	('0003_issuance_steps', '2026-11-26T10:30:10.380Z'),
	('0004_issuance_plans', '2026-11-26T10:30:10.381Z');


--
-- Data for Name: kysely_migration_lock; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kysely_migration_lock VALUES
	('migration_lock', 0);


--
-- Data for Name: late_report; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: line; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.line VALUES
	('golden', 'golden', '2026-11-26 10:30:11.043007+00'),
	('line-1', 'line-1', '2026-11-26 10:30:11.043493+00'),
	('sim', 'Simulation', '2026-11-26 10:30:48.824241+00');


--
-- Data for Name: registration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registration VALUES
	('lineside-g1', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:10.904Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65', NULL, 0, '2026-11-26 10:33:15.51+00', '2026-11-26 10:30:10.909235+00'),
	('lineside-g1', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T10:30:10.906Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65', NULL, 0, '2026-11-26 10:33:56.99+00', '2026-11-26 10:30:10.91388+00'),
	('lineside-g1', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:10.925Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1d459893bb3eb63ead0a730bdc231e04cde57d77bc8464931a12bbc7d9a00f65', NULL, 0, '2026-11-26 10:33:39.291+00', '2026-11-26 10:30:10.929246+00'),
	('lineside-g2', 'sandbox-111111111111-eu-west-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:49.717Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145', NULL, 0, '2026-11-26 10:33:23.6+00', '2026-11-26 10:30:49.7335+00'),
	('lineside-g2', 'sandbox-222222222222-us-east-1', 'in-sync', '{"mode": "SNI_ONLY", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "SNI_ONLY", "status": "ACTIVE", "ownedBy": "222222222222", "createdAt": "2026-11-26T10:30:49.718Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145', NULL, 0, '2026-11-26 10:33:42.55+00', '2026-11-26 10:30:49.736395+00'),
	('lineside-g2', 'sandbox-111111111111-eu-central-1', 'in-sync', '{"mode": "DEFAULT", "status": "ACTIVE", "templateName": "lineside-jitp", "autoRegistration": "ENABLE"}', '{"mode": "DEFAULT", "status": "ACTIVE", "ownedBy": "111111111111", "createdAt": "2026-11-26T10:30:49.753Z", "templateName": "lineside-jitp", "customerVersion": 1, "autoRegistration": "ENABLE"}', '1e87b9fed741b915dc76d8424f081d54255a7fc020eeb20b91a533229f28c145', NULL, 0, '2026-11-26 10:33:27.711+00', '2026-11-26 10:30:49.758069+00');


--
-- Data for Name: station; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.station VALUES
	('station-1', 'line-1', 'station-1', '{1}', '2026-11-26 10:30:11.057476+00'),
	('golden', 'golden', 'golden', '{1}', '2026-11-26 10:30:11.058749+00'),
	('sim-002', 'sim', 'sim-002', '{1}', '2026-11-26 10:30:48.923071+00'),
	('sim-001', 'sim', 'sim-001', '{1}', '2026-11-26 10:30:48.932022+00'),
	('station-2', 'line-1', 'station-2', '{1,2}', '2026-11-26 10:31:11.14962+00');


--
-- Data for Name: target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.target VALUES
	('sandbox-111111111111-eu-west-1', '111111111111', 'eu-west-1', 'SNI_ONLY', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:19101', 'a784f78c61d42b-ats.iot.eu-west-1.amazonaws.com', 19102, '2026-11-26 10:30:10.6809+00'),
	('sandbox-222222222222-us-east-1', '222222222222', 'us-east-1', 'SNI_ONLY', 'sandbox-222222222222', NULL, 'arn:aws:iam::222222222222:role/lineside-provisioning', 'http://127.0.0.1:19101', 'a77b0d5f6eb3ab-ats.iot.us-east-1.amazonaws.com', 19102, '2026-11-26 10:30:10.706744+00'),
	('sandbox-111111111111-eu-central-1', '111111111111', 'eu-central-1', 'DEFAULT', 'sandbox-111111111111', NULL, 'arn:aws:iam::111111111111:role/lineside-provisioning', 'http://127.0.0.1:19101', 'a00ce4d649a885-ats.iot.eu-central-1.amazonaws.com', 19102, '2026-11-26 10:30:10.720338+00');


--
-- Data for Name: unit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unit OVERRIDING SYSTEM VALUE VALUES
	(4, 'LS-000004', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(5, 'LS-000005', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(6, 'LS-000006', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(7, 'LS-000007', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(8, 'LS-000008', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(9, 'LS-000009', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(11, 'LS-000011', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(12, 'LS-000012', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(13, 'LS-000013', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(14, 'LS-000014', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(15, 'LS-000015', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(16, 'LS-000016', 'demo', 'planned', 0, '2026-11-26 10:30:11.085674+00'),
	(3, 'LS-000003', 'demo', 'failed', 1, '2026-11-26 10:31:11.795471+00'),
	(1, 'LS-000001', 'demo', 'certified', 1, '2026-11-26 10:30:51.090665+00'),
	(2, 'LS-000002', 'demo', 'claimed', 1, '2026-11-26 10:31:11.346+00'),
	(10, 'LS-000010', 'demo', 'registered', 0, '2026-11-26 10:31:38.423336+00'),
	(1001, 'GOLDEN-1-001', 'golden-1', 'passed', 1, '2026-11-26 10:30:11.838497+00'),
	(1032, 'SIM-20261126-103048-000007', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:50.018389+00'),
	(1033, 'SIM-20261126-103048-000008', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:50.103193+00'),
	(1027, 'SIM-20261126-103048-000002', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.33377+00'),
	(1026, 'SIM-20261126-103048-000001', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.355346+00'),
	(1028, 'SIM-20261126-103048-000003', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.558033+00'),
	(1029, 'SIM-20261126-103048-000004', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.593486+00'),
	(1030, 'SIM-20261126-103048-000005', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.792622+00'),
	(1031, 'SIM-20261126-103048-000006', 'sim-20261126-103048', 'passed', 1, '2026-11-26 10:30:49.902882+00');


--
-- Data for Name: unit_target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unit_target VALUES
	(1001, 'sandbox-111111111111-eu-west-1', '19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613', 'in-sync', NULL, 1, '2026-11-26 10:30:44.481259+00', '2026-11-26 10:30:14.519+00', 'ACTIVE'),
	(1001, 'sandbox-222222222222-us-east-1', '19de07c1c2a5ed81821a290a1c8dbba2f869ff76319c4dd6a51f84c2a4832613', 'in-sync', NULL, 1, '2026-11-26 10:30:44.482136+00', '2026-11-26 10:30:14.532+00', 'ACTIVE'),
	(1032, 'sandbox-222222222222-us-east-1', 'fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.602+00', 'REVOKED'),
	(1032, 'sandbox-111111111111-eu-west-1', 'fa3a0d8e42055cfcbc79ab23b654f1c0118cd27899448449de5821ca9301fd3d', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.606+00', 'REVOKED'),
	(1027, 'sandbox-222222222222-us-east-1', '381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.678+00', 'ACTIVE'),
	(1026, 'sandbox-222222222222-us-east-1', '9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.681+00', 'ACTIVE'),
	(1028, 'sandbox-222222222222-us-east-1', 'e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.685+00', 'ACTIVE'),
	(1027, 'sandbox-111111111111-eu-west-1', '381490bdcab29ef28247b581147b2d1aca2f8878342c6e18dfd9f6c384c2bb46', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.685+00', 'ACTIVE'),
	(1029, 'sandbox-222222222222-us-east-1', '26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.69+00', 'ACTIVE'),
	(1026, 'sandbox-111111111111-eu-west-1', '9608ed507d1f1c0ae4c39c0f53a58f09b508ba1723cb351fdd25db5573682f2a', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.691+00', 'ACTIVE'),
	(1030, 'sandbox-222222222222-us-east-1', 'cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.692+00', 'ACTIVE'),
	(1031, 'sandbox-222222222222-us-east-1', 'ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.694+00', 'ACTIVE'),
	(1028, 'sandbox-111111111111-eu-west-1', 'e6fe9f23bad21a54bd60b00b3c69ef2f5149265351eef3b8cc29e22c2e396f4b', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.696+00', 'ACTIVE'),
	(1033, 'sandbox-222222222222-us-east-1', 'd99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591119+00', '2026-11-26 10:30:52.696+00', 'ACTIVE'),
	(1029, 'sandbox-111111111111-eu-west-1', '26e3e5926e8b75dae811cce63010255c47947d9ce934d1dcdb7b0ca05b06dc80', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.7+00', 'ACTIVE'),
	(1030, 'sandbox-111111111111-eu-west-1', 'cb14143061f8a5f78561026b7d566872a7302c011f2764ab2cb6a2cbadf5a561', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.704+00', 'ACTIVE'),
	(1031, 'sandbox-111111111111-eu-west-1', 'ddcfec987c752814a9765c82b39bafa9e8861861885688e99949d7591e7e9298', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.706+00', 'ACTIVE'),
	(1033, 'sandbox-111111111111-eu-west-1', 'd99bf9f28c9c4ddd02f07fac14e04fd51f39f6aec8960098e71105d4f7baeebd', 'in-sync', NULL, 1, '2026-11-26 10:31:22.591992+00', '2026-11-26 10:30:52.709+00', 'ACTIVE'),
	(1, 'sandbox-222222222222-us-east-1', 'fc14c32928b5e02d5b61ed9c08cfa697f84a99c5c7a32c43c1bca94ecbc1a547', 'pending', NULL, 5, '2026-11-26 10:31:44.896622+00', NULL, 'ACTIVE'),
	(1, 'sandbox-111111111111-eu-west-1', 'fc14c32928b5e02d5b61ed9c08cfa697f84a99c5c7a32c43c1bca94ecbc1a547', 'pending', NULL, 5, '2026-11-26 10:31:39.717546+00', NULL, 'ACTIVE'),
	(10, 'sandbox-111111111111-eu-west-1', '4f728690ab12410c3bfa7796f47762facfe1111c6130ff3f545f1425205db89d', 'pending', NULL, 0, '2026-11-26 10:31:40.423336+00', NULL, 'ACTIVE'),
	(10, 'sandbox-222222222222-us-east-1', '4f728690ab12410c3bfa7796f47762facfe1111c6130ff3f545f1425205db89d', 'pending', NULL, 0, '2026-11-26 10:31:40.423336+00', NULL, 'ACTIVE');


--
-- Data for Name: work_order; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.work_order VALUES
	('golden-1', 'golden-unit', 'golden', 'device', 'jitp', 'Lineside', 25, 0, 1, 'released', '2026-11-26 10:30:11.270436+00', '2026-11-26 10:30:11.279+00'),
	('sim-20261126-103048', 'simulated-device', 'sim', 'device', 'jitp', 'Lineside', 8, 0, 8, 'released', '2026-11-26 10:30:48.855425+00', '2026-11-26 10:30:48.876+00'),
	('demo', 'demo-device', 'line-1', 'device', 'jitp', 'Lineside', 16, 0, 2, 'released', '2026-11-26 10:30:11.085674+00', '2026-11-26 10:30:11.116+00');


--
-- Data for Name: work_order_target; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.work_order_target VALUES
	('demo', 'sandbox-111111111111-eu-west-1'),
	('demo', 'sandbox-222222222222-us-east-1'),
	('golden-1', 'sandbox-111111111111-eu-west-1'),
	('golden-1', 'sandbox-222222222222-us-east-1'),
	('sim-20261126-103048', 'sandbox-111111111111-eu-west-1'),
	('sim-20261126-103048', 'sandbox-222222222222-us-east-1');


--
-- Name: audit_leaf_seq_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_leaf_seq_seq', 107, true);


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

SELECT pg_catalog.setval('public.job_id_seq', 1033, true);


--
-- Name: late_report_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.late_report_id_seq', 1, false);


--
-- Name: unit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.unit_id_seq', 1033, true);


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
-- Name: audit_leaf audit_leaf_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_leaf
    ADD CONSTRAINT audit_leaf_pkey PRIMARY KEY (seq);


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
-- Name: audit_leaf_by_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_leaf_by_subject ON public.audit_leaf USING btree (subject, seq);


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
-- Name: job_leases; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_leases ON public.job USING btree (lease_expires_at) WHERE (state = 'leased'::text);


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
-- Name: unit_by_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_by_order ON public.unit USING btree (work_order_id);


--
-- Name: unit_target_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_target_pending ON public.unit_target USING btree (target_name, next_attempt_at) WHERE (state = 'pending'::text);


--
-- Name: audit_leaf audit_leaf_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_leaf_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_leaf FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: authority authority_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER authority_is_kept BEFORE DELETE OR TRUNCATE ON public.authority FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();


--
-- Name: certificate certificate_stays_revoked; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER certificate_stays_revoked BEFORE UPDATE ON public.certificate FOR EACH ROW WHEN (((old.state = 'revoked'::text) AND ((new.state <> 'revoked'::text) OR (new.crl_entry IS DISTINCT FROM old.crl_entry)))) EXECUTE FUNCTION public.refuse_unrevoke();


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


