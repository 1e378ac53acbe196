-- LS006: another generation issues now. Processes keep in mind who issues, and learn it here.
create function require_issuers(authority_ids text[]) returns void language plpgsql as $$
  declare former text;
  begin
    select asked.id into former from (select distinct id from unnest(authority_ids) as id) as asked
    left join authority on authority.id = asked.id and authority.state = 'issuing' where authority.id is null limit 1;
    if found then
      raise exception 'the authority does not issue' using errcode = 'LS006', detail = former;
    end if;
  end $$;
