-- From now on the units are looked for in these targets. `succeeded`: of a successor, the certificate whose place it takes; '' of others. A row that is there already stays as it is.
create function expect_units(unit_ids bigint[], targets text[], certificate_ids text[], succeeded text[], methods text[], steps text[], first_looks_ms bigint[]) returns void language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    insert into unit_target (unit_id, target_name, certificate_id, succeeds, method, step, state, next_attempt_at)
    select u, t, c, nullif(r, ''), m, s, 'pending', now() + f * interval '1 millisecond'
    from unnest(unit_ids, targets, certificate_ids, succeeded, methods, steps, first_looks_ms) as expected (u, t, c, r, m, s, f)
    on conflict (unit_id, target_name, certificate_id) do nothing;
  end $$;

-- The units and orders of certificates that were issued, and which certificate each is to replace. Planned once for each connection, perhaps while the ledger is all but empty.
create function issued_certificates(fingerprints text[]) returns table (certificate_id text, unit_id bigint, order_id text, succeeds text) language plpgsql set enable_seqscan = off set jit = off as $$
  begin
    return query select certificate.fingerprint, certificate.unit_id, certificate.work_order_id, replaced.fingerprint from certificate
      left join certificate replaced on replaced.serial_number = certificate.replaces where certificate.fingerprint = any(fingerprints);
  end $$;
