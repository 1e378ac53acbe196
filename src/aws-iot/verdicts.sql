-- Rule 7: nothing is issued that AWS can't take.

-- Whether units of the registration's authority can connect in its target, by what was last seen there: the CA is known and
-- ACTIVE. That AWS could not be reached since then leaves the registration in sync.
create function registration_is_usable(registration registration) returns boolean language sql stable as $$
  select registration.state in ('in-sync', 'drifted') and registration.observed ->> 'status' = 'ACTIVE' $$;

-- The verdict on each open order with each living authority of its family: it may issue once every target of the order has the
-- authority. With only_order or only_authority, the verdicts of that one. One session at a time, so that an order and a
-- registration that change at the same moment do not miss each other.
create function judge_issuing(only_order text, only_authority text) returns void language plpgsql as $$
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
