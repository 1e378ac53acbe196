-- From now on the units are looked for in these targets. A row that is there already stays as it is.
create function expect_units(unit_ids bigint[], targets text[], certificate_ids text[], methods text[], steps text[], first_looks_ms bigint[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    insert into unit_target (unit_id, target_name, certificate_id, method, step, state, next_attempt_at)
    select u, t, c, m, s, 'pending', now() + f * interval '1 millisecond' from unnest(unit_ids, targets, certificate_ids, methods, steps, first_looks_ms) as expected (u, t, c, m, s, f)
    on conflict (unit_id, target_name, certificate_id) do nothing;
  end $$;

-- The units and orders of certificates that were issued. Planned once for each connection, perhaps while the ledger is all but empty.
create function issued_certificates(fingerprints text[]) returns table (certificate_id text, unit_id bigint, order_id text) language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    return query select certificate.fingerprint, certificate.unit_id, certificate.work_order_id from certificate where certificate.fingerprint = any(fingerprints);
  end $$;
