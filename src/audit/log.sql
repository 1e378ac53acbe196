-- The log: leaves, and the index that the sequencer gives them. Rows of log_leaf are written by record_leaves only.

-- Leaves of one change, in its transaction. The transaction takes its id before the leaves take their seq: the sequencer
-- relies on it to know when a seq that it has not seen can't come any more.
create function record_leaves(times bigint[], actors text[], events text[], subjects text[], bodies bytea[], hashes bytea[]) returns void language plpgsql as $$
  begin
    perform pg_current_xact_id();
    insert into log_leaf (at, actor, event, subject, body, leaf_hash)
    select to_timestamp(t / 1000.0), a, e, s, b, h from unnest(times, actors, events, subjects, bodies, hashes) as leaf (t, a, e, s, b, h);
  end $$;

-- A connection may plan these functions while the log is all but empty: each statement finds its rows by an
-- index all the same. jit is off because PostgreSQL would compile a plan that it takes for expensive, for longer than it then runs.

-- Gives at most 2 * most committed leaves their index, counts them by event, and notifies the channel `lineside_log`
-- once, with the names of their events. Answers how many; null
-- while another session does it. A transaction that stays open keeps only its own leaves waiting.
create function sequence_leaves(most integer) returns integer language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
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

-- The leaves of some events with an index from `first` to below `past`, in the order of the log.
create function read_log(first bigint, past bigint, wanted text[]) returns table (index bigint, body bytea) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
  begin
    return query select place.index, leaf.body from log_index place join log_leaf leaf on leaf.seq = place.seq
      where place.index >= first and place.index < past and leaf.event = any(wanted) order by place.index;
  end $$;
