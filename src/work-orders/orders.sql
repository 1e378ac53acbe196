-- Rules of work orders.

-- LS004: the order is not released, outside its window, or its quota is used up. Taken in the transaction that commits the intent to sign: a crash
-- can leave the count too high until the reservation is abandoned, and never too low. Orders are taken in the order of their
-- ids, so that two transactions never wait for each other.
create function take_quota(order_ids text[]) returns void language plpgsql as $$
  declare asked record;
  begin
    for asked in select id, count(*) as certificates from unnest(order_ids) as id group by id order by id loop
      update work_order set certificates_reserved = certificates_reserved + asked.certificates
      where id = asked.id and state = 'released' and order_window(work_order) = 'open' and certificates_reserved + asked.certificates <= quantity + overage;
      if not found then
        raise exception 'the order gives no more' using errcode = 'LS004', detail = asked.id;
      end if;
    end loop;
  end $$;

-- Where the time is against the order's window: 'early', 'open' or 'over'. By the ledger's clock at this moment, which no transaction that stays open holds back.
create function order_window(asked work_order) returns text language sql as $$
  select case when clock_timestamp() < asked.not_before then 'early' when clock_timestamp() >= asked.not_after then 'over' else 'open' end $$;

-- LS011: the order has ended. That it has not stays so until the transaction ends; others may count on its quota meanwhile.
create function require_unended(order_ids text[]) returns void language plpgsql as $$
  declare asked record;
  begin
    if cardinality(order_ids) = 0 then
      return;
    end if;
    for asked in select id, state from work_order where id = any(order_ids) order by id for key share loop
      if asked.state in ('closed', 'cancelled') then
        raise exception 'the order has ended' using errcode = 'LS011', detail = asked.id;
      end if;
    end loop;
  end $$;
