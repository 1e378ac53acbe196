-- Whether the order's claim lets no device ask AWS for its certificate any more; false where the order's method has none. Only another claim in its place lifts it, which an officer has made.
create function claim_of_order_ended(order_id text) returns boolean language sql stable as $$
  select exists (select from fleet_claim where work_order_id = order_id and (state in ('ending', 'ended') or expires_at <= now())) $$;

-- Whether nobody signs for the unit as things stand: the claim of its order has ended, and AWS has signed nothing that counts.
create function unit_asks_no_more(order_id text, of_unit bigint) returns boolean language sql stable as $$
  select claim_of_order_ended(order_id) and not exists (select from certificate where certificate.unit_id = of_unit and certificate.state = 'valid') $$;
