-- What keeps a ledger from issuing that is older than what was handed out from it. Rows of ledger_identity and ledger_epoch are
-- written by these functions only.

-- LS008: nothing is issued from this ledger until it is accepted. detail: why it is held; hint: the reason, for people.
create function require_current_ledger() returns void language plpgsql as $$
  declare held record;
  begin
    select hold, hold_reason into held from ledger_identity where id = 1 and hold is not null;
    if found then
      raise exception 'the ledger is older than what was issued' using errcode = 'LS008', detail = held.hold, hint = held.hold_reason;
    end if;
  end $$;

-- From the end of this transaction on nothing is issued, by any process. False where the ledger is held already.
create function hold_ledger(kind text, reason text) returns boolean language plpgsql as $$
  begin
    update ledger_identity set hold = kind, hold_reason = reason, held_at = now(), held_from = (select next_index from log_sequencer where id = 1) where id = 1 and hold is null;
    return found;
  end $$;

-- A new epoch begins with the next leaf that gets an index, and the ledger is held no more.
create function begin_epoch(new_epoch integer, new_first_index bigint, new_least_crl_number bigint) returns void language plpgsql as $$
  begin
    insert into ledger_epoch (epoch, first_index, least_crl_number) values (new_epoch, new_first_index, new_least_crl_number);
    update ledger_identity set epoch = new_epoch, hold = null, hold_reason = null, held_at = null, held_from = null where id = 1;
  end $$;
