-- Rules of units. Each refusal is an error of class LS with its facts in detail and hint, and names the first unit found;
-- src/platform/database/pg-errors.ts has the list.

-- Moves units from one of from_states to to_state: all of them, or none. One compare-and-set looks at state, lease and time:
-- with a holder the unit must be held under this very fence, and the lease is kept until `keep` from now at least;
-- without one ('') nobody may hold the unit. `as_ofs`: see holds_unit.
create function move_units(ids bigint[], holders text[], fences bigint[], as_ofs bigint[], from_states text[], to_state text, keep interval) returns void language plpgsql as $$
  declare moved integer;
  begin
    update unit set state = to_state, updated_at = now(),
      lease_ends_at = case when asked.holder = '' then unit.lease_ends_at else greatest(unit.lease_ends_at, clock_timestamp() + keep) end
    from unnest(ids, holders, fences, as_ofs) as asked (id, holder, fence, as_of)
    where unit.id = asked.id and unit.state = any(from_states) and holds_unit(unit, asked.holder, asked.fence, asked.as_of);
    get diagnostics moved = row_count;
    if moved <> cardinality(ids) then perform refuse_move(ids, holders, fences, as_ofs, to_state); end if;
  end $$;

-- Whether the holder has the unit under this fence; for the holder '', whether nobody has it. A lease is over if it was over at `as_of`: when the
-- caller last saw the ledger in time, or when the holder's request came in. The clock may have run on while this very statement waited.
create function holds_unit(unit unit, holder text, fence bigint, as_of bigint) returns boolean language sql as $$
  select case when holder = '' then unit.lease_holder is null or unit.lease_ends_at <= in_time(as_of)
    else coalesce(unit.lease_holder = holder and unit.fence = fence and unit.lease_ends_at > in_time(as_of), false) end $$;

-- Gives the holder the unit, under `next_fence`, for lease_ms from now. A unit that has no identity is claimed from then on. LS002: somebody holds it, or has had it since the fence was looked at.
create function lease_unit(asked bigint, holder text, next_fence bigint, lease_ms integer, as_of bigint) returns void language plpgsql as $$
  begin
    update unit set fence = next_fence, lease_holder = holder, lease_ends_at = clock_timestamp() + lease_ms * interval '1 millisecond', updated_at = now(),
      state = case when unit.state in ('planned', 'reworking') then 'claimed' else unit.state end
    where unit.id = asked and unit.fence = next_fence - 1 and holds_unit(unit, '', 0, as_of);
    if not found then
      raise exception 'a station holds the unit' using errcode = 'LS002', detail = asked;
    end if;
  end $$;

-- The leases of these units, which the caller has locked and found held, last so many milliseconds from now at least. Answers how long they last.
create function renew_leases(ids bigint[], last_ms integer[]) returns table (unit_id bigint, left_ms integer) language sql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
  update unit set lease_ends_at = greatest(unit.lease_ends_at, clock_timestamp() + asked.last_ms * interval '1 millisecond')
  from unnest(ids, last_ms) as asked (id, last_ms)
  where unit.id = asked.id
  returning unit.id, ceil(1000 * extract(epoch from unit.lease_ends_at - clock_timestamp()))::integer $$;

-- A moment that is given in milliseconds since 1970.
create function in_time(ms bigint) returns timestamptz language sql immutable as $$
  select to_timestamp(ms / 1000.0) $$;

-- The ledger's clock in milliseconds since 1970, rounded down. It waits for what the renewal of a lease waits for: for locks on the table, and with its
-- commit, for which there must be something to write, for the disk.
create function look_at_units() returns bigint language plpgsql as $$
  begin
    update unit set updated_at = updated_at where false;
    perform pg_logical_emit_message(true, 'lineside', ''::text);
    return floor(1000 * extract(epoch from clock_timestamp()));
  end $$;

-- LS001: the lease is over. LS002: somebody else holds the unit. LS003: the unit does not stand where the step may start.
create function refuse_move(ids bigint[], holders text[], fences bigint[], as_ofs bigint[], to_state text) returns void language plpgsql as $$
  declare refused record;
  begin
    select unit.serial, unit.state, unit.lease_holder, asked.holder,
      ceil(1000 * extract(epoch from unit.lease_ends_at - clock_timestamp())) as left_ms, holds_unit(unit, asked.holder, asked.fence, asked.as_of) as held into refused
    from unnest(ids, holders, fences, as_ofs) as asked (id, holder, fence, as_of) join unit on unit.id = asked.id
    order by holds_unit(unit, asked.holder, asked.fence, asked.as_of), unit.state = to_state limit 1;
    if not refused.held and refused.holder = '' then
      raise exception 'a station holds the unit' using errcode = 'LS002', detail = refused.serial, hint = refused.lease_holder || ' ' || refused.left_ms;
    elsif not refused.held then
      raise exception 'the lease is lost' using errcode = 'LS001', detail = refused.serial;
    end if;
    raise exception 'a unit can not take this step' using errcode = 'LS003', detail = refused.state, hint = to_state;
  end $$;

-- Each unit's next lease gets a fence above `floor_fence`, so that none is given twice after leases were lost with a part of the ledger.
create function raise_fences(floor_fence bigint) returns void language sql as $$
  update unit set fence = floor_fence where fence < floor_fence and state not in ('shipped', 'scrapped') $$;
