-- Rule 7: nothing is issued that AWS can't take.

-- Whether units of the registration's authority can connect in its target, by what was last seen there: where it is wanted so, the CA is
-- known and ACTIVE and lets new devices in, and nothing else was found that keeps them out. That AWS could not be reached since then
-- leaves the registration in sync. An officer's stop holds from the moment on at which it is wanted.
create function registration_is_usable(registration registration) returns boolean language sql stable as $$
  select registration.state in ('in-sync', 'drifted') and registration.observed is not null and registration.desired ->> 'status' is distinct from 'INACTIVE'
    and (registration.desired ->> 'status' is null or registration.observed ->> 'status' = 'ACTIVE')
    and (registration.desired ->> 'autoRegistration' = 'DISABLE' or registration.observed ->> 'autoRegistration' is distinct from 'DISABLE') and registration.observed -> 'keepsOut' is null $$;

-- What keeps units from the target, in one sentence; null when nothing does. A registration that is null was never made.
create function registration_problem(registration registration) returns text language sql stable as $$
  select case
    when registration_is_usable(registration) then null
    when registration.authority_id is null then 'The authority was never registered there'
    when registration.desired ->> 'status' = 'INACTIVE' then 'An officer has stopped the authority in AWS'
      || case when registration.state = 'in-sync' then '' else ', which has not been done there yet' || coalesce(': ' || registration.detail, '') end
    when registration.state = 'failed' then coalesce(registration.detail, 'AWS IoT refuses to register the authority')
    when registration.observed is null then 'The authority is not registered there yet' || coalesce(': ' || registration.detail, '')
    when registration.observed ->> 'status' = 'INACTIVE' then 'The CA certificate ' || coalesce(registration.ca_certificate_id, '') || ' is INACTIVE there'
    when registration.desired ->> 'autoRegistration' = 'ENABLE' and registration.observed ->> 'autoRegistration' = 'DISABLE' then 'Auto-registration of the CA certificate ' || coalesce(registration.ca_certificate_id, '') || ' is off there'
    when registration.observed -> 'keepsOut' is not null then 'In AWS ' || (select string_agg(what, '; ') from jsonb_array_elements_text(registration.observed -> 'keepsOut') as what)
    else coalesce(registration.detail, 'The authority was not seen ACTIVE there yet') end $$;

-- Whether AWS's error of this name says that the signature does not fit: the clock is wrong, or the secret key.
create function is_about_signature(aws_error text) returns boolean language sql immutable as $$
  select aws_error in ('InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture') $$;

create function clock_remedy() returns text language sql immutable as $$
  select 'Set the clock of the machine that runs the worker right (NTP) where it is wrong, or the target''s credentials; it is tried again by itself within minutes.' $$;

-- What to do about it; null when there is nothing to do.
create function registration_remedy(registration registration) returns text language sql stable as $$
  select case
    when registration_is_usable(registration) then null
    when registration.desired ->> 'status' = 'INACTIVE' and registration.state = 'in-sync' then 'An officer lifts it, unless the key is compromised: POST /v1/authorities/' || registration.authority_id || '/unfreeze with cloud: true.'
    when registration.state = 'failed' and is_about_signature(registration.aws_error) then clock_remedy()
    when registration.state = 'failed' then 'Give the target''s role or credentials what AWS asks for, or mend the way to AWS; it is tried again by itself within minutes.'
    when registration.observed is null then 'A worker registers it by itself; if it stays so for minutes, see that one runs and reaches AWS.'
    when registration.state = 'pending' and registration.step = 'keep-out' then 'It goes on by itself; if it stays so for minutes, look at the units that are to be kept out.'
    when registration.state = 'pending' then 'It goes on by itself; if it stays so for minutes, see that a worker runs and reaches AWS.'
    -- What has a remedy of its own in the plan comes first.
    when jsonb_array_length(registration.observed -> 'byHand') > 0 then (select string_agg(distinct done, ' ') from jsonb_array_elements_text(registration.observed -> 'byHand') as done) || ' It is seen within half a minute.'
      || case when jsonb_array_length(registration.observed -> 'keepsOut') > jsonb_array_length(registration.observed -> 'byHand') then ' ' || registration_plan_remedy(registration) else '' end
    else registration_plan_remedy(registration) end $$;

-- A person decides about differences that can be made right from here.
create function registration_plan_remedy(registration registration) returns text language sql stable as $$
  select 'GET /v1/aws/registrations/' || registration.authority_id || '/' || registration.target_name || '/plan shows what is and what should be; POST …/apply makes it right, or change it in AWS.'
    || case when (registration.observed ->> 'toTakeOver')::boolean then ' Where devices get in with it as it is, POST …/accept takes it over.' else '' end $$;

-- Why nothing may be made for the target, in one sentence; null when nothing is known against it. A target that was changed or resumed
-- is unverified until its check has passed, and until a check fails what was seen before holds.
create function target_problem(target target) returns text language sql stable as $$
  select case
    when target.state = 'retired' then 'The target is retired' || coalesce(': ' || target.state_reason, '')
    when target.state = 'paused' then 'The target is paused' || coalesce(': ' || target.state_reason, '')
    when target.state = 'unverified' then 'The check of the target failed: '
      || (select string_agg(item ->> 'finding', '; ') from jsonb_array_elements(target.check_result -> 'items') as item where item ->> 'state' = 'failed') end $$;

create function target_remedy(target target) returns text language sql stable as $$
  select case
    when target_problem(target) is null then null
    when target.state = 'retired' then 'Name another target.'
    when target.state = 'paused' then 'Resume it: POST /v1/aws/targets/' || target.name || '/resume.'
    else (select string_agg(distinct item ->> 'remedy', ' ') from jsonb_array_elements(target.check_result -> 'items') as item where item ->> 'state' = 'failed') end $$;

-- Whether units of the registration's authority can connect in the target. A registration that is null was never made.
create function way_is_open(target target, registration registration) returns boolean language sql stable as $$
  select target_problem(target) is null and coalesce(registration_is_usable(registration), false) $$;

create function way_problem(target target, registration registration) returns text language sql stable as $$
  select case
    when way_is_open(target, registration) then null
    when registration.authority_id is null and target.state = 'unverified' then coalesce(target_problem(target), 'The target was not checked yet')
    else coalesce(target_problem(target), registration_problem(registration)) end $$;

create function way_remedy(target target, registration registration) returns text language sql stable as $$
  select case
    when way_is_open(target, registration) then null
    when registration.authority_id is null and target.state = 'unverified' then coalesce(target_remedy(target), 'A worker checks it by itself; POST /v1/aws/targets/' || target.name || '/check asks AWS now.')
    else coalesce(target_remedy(target), registration_remedy(registration)) end $$;

-- AWS can't be reached in a target where all was well when it was last seen: an order that waits for such a target (`whenTargetUnreachable`) has this problem. A registration that is null was never made.
-- Wrong credentials are a refusal, after which the registration is not usable: what is left of errors about the signature is the clock.
create function unreached_problem(when_unreachable text, registration registration) returns text language sql stable as $$
  select case when when_unreachable = 'refuse' and registration.aws_error is not null
    then case when is_about_signature(registration.aws_error)
      then 'AWS takes no request of the service there, whose clock is wrong (' || registration.aws_error || '), and the order waits for it (whenTargetUnreachable: refuse)'
      else 'AWS can not be reached there (' || registration.aws_error || '), and the order waits for it (whenTargetUnreachable: refuse)' end end $$;

-- From then on what was last seen is too old for an order. In steps of five minutes, so that a look at AWS seldom changes a verdict.
create function stale_after(registration registration, stale_hours integer) returns timestamptz language sql stable as $$
  select date_bin('5 minutes', registration.seen_at, timestamptz 'epoch') + interval '5 minutes' + stale_hours * interval '1 hour' $$;

create function stale_problem(stale_hours integer) returns text language sql immutable as $$
  select 'AWS was not reached there for longer than the order allows (maxStaleHours: ' || stale_hours || ')' $$;

-- aws_error: what the last look in vain has found; null where nobody has looked.
create function unseen_remedy(aws_error text) returns text language sql immutable as $$
  select case when is_about_signature(aws_error) then clock_remedy() else 'See that a worker runs and reaches AWS; it goes on by itself within a minute of AWS answering.' end $$;

-- The verdict on each open order with each living authority of its family: it may issue once every target of the order has the
-- authority, and for as long as each was seen lately enough. With only_order or only_authority, the verdicts of that one. One session
-- at a time, so that an order and a registration that change at the same moment do not miss each other.
create function judge_issuing(only_order text, only_authority text) returns void language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtext('issuing_verdict'));
    perform set_verdicts(array_agg(judged.order_id), array_agg(judged.authority_id), array_agg(judged.may_issue), array_agg(judged.reason), array_agg(judged.good_until), array_agg(judged.stale_reason))
    from (
      select order_id, authority_id, bool_and(problem is null) as may_issue,
        coalesce(string_agg(target_name || ': ' || problem || ' → ' || remedy, '; ' order by target_name) filter (where problem is not null), '') as reason,
        coalesce(min(stale_after), 'infinity') as good_until,
        coalesce(string_agg(target_name || ': ' || stale_problem(max_stale_hours) || ' → ' || unseen_remedy(aws_error), '; ' order by target_name) filter (where stale_after = oldest), '') as stale_reason
      from (
        select work_order.id as order_id, authority.id as authority_id, work_order.max_stale_hours, work_order_target.target_name,
          coalesce(way_problem(target, registration), unreached_problem(work_order.when_target_unreachable, registration)) as problem,
          coalesce(way_remedy(target, registration), unseen_remedy(registration.aws_error)) as remedy, registration.aws_error,
          stale_after(registration, work_order.max_stale_hours), min(stale_after(registration, work_order.max_stale_hours)) over (partition by work_order.id, authority.id) as oldest
        from work_order
        join authority on authority.family = work_order.authority_family and authority.state in ('generated', 'registered', 'issuing', 'retiring', 'frozen', 'compromised')
        join work_order_target on work_order_target.work_order_id = work_order.id
        join target on target.name = work_order_target.target_name
        left join registration on registration.authority_id = authority.id and registration.target_name = work_order_target.target_name
        where work_order.state <> 'closed' and work_order.id = coalesce(only_order, work_order.id) and authority.id = coalesce(only_authority, authority.id)) as way
      group by order_id, authority_id) as judged;
  end $$;

-- Of each target of the order that is in use, whatever the order's own state: what keeps a device with a certificate of the authority from it, and what to do about it; null when
-- nothing does. A retired target is nobody's concern any more.
create function renewal_problems(order_id text, authority text) returns table (target_name text, problem text, remedy text) language sql stable as $$
  select target.name, way_problem(target, registration), way_remedy(target, registration)
  from work_order_target
  join target on target.name = work_order_target.target_name and target.state <> 'retired'
  left join registration on registration.authority_id = renewal_problems.authority and registration.target_name = target.name
  where work_order_target.work_order_id = renewal_problems.order_id order by target.name $$;
