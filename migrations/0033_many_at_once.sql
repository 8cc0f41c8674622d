-- The gate for many contacts at once, and triggers that cost less for each person.

-- may_process for many contacts, once for each that is asked about: the same answer in every column, for half the time. One
-- function for both would cost a single contact five times as much, so there are two, and
-- test/invariants/fold-and-gate.test.ts holds them to one another and to the book: whoever changes one changes the other.
create function may_process_many(p_contact_ids uuid[], p_purpose_id uuid, p_channel text)
  returns table (contact_id uuid, allowed boolean, reason text, legal_basis text, permission_ground text,
                 since timestamptz, until timestamptz, entry_id uuid)
  language plpgsql stable security definer cost 5000 rows 100 set search_path = saglasie, pg_temp as $$
#variable_conflict use_column
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  wanted constant text := case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end;
  the_purpose purpose; by_consent boolean; is_objectionable boolean; nobody text;
  anybody_united constant boolean := exists (select from contact_merge where undone_at is null);
begin
  select * into the_purpose from purpose where id = p_purpose_id;
  if not found or the_purpose.archived_at is not null then
    nobody := 'unknown-purpose';
  elsif not p_channel = any (the_purpose.channels) then
    nobody := 'channel-not-declared';
  end if;
  if nobody is not null then
    return query select asked.id, false, case when person.id is null then 'unknown-contact' when person.state = 'merged' then 'merged' else nobody end,
        null::text, null::text, null::timestamptz, null::timestamptz, null::uuid
      from (select distinct unnest(p_contact_ids)) asked(id) left join contact person on person.id = asked.id;
    return;
  end if;
  by_consent := the_purpose.legal_basis = 'consent';
  -- An objection to everything covers direct marketing (Art. 21(2)) and what rests on balancing (Art. 21(1)).
  is_objectionable := the_purpose.is_marketing or the_purpose.legal_basis in ('legitimate-interests', 'public-task');

  return query
  select found.id, found.reason in ('consent-given', 'basis-asserted'), found.reason,
         case found.reason when 'consent-given' then 'consent' when 'basis-asserted' then found.basis_legal end,
         case found.reason when 'consent-given' then 'consent' when 'basis-asserted' then found.basis_ground end,
         case when found.reason in ('unknown-contact', 'merged', 'quarantined', 'no-address', 'consent-never-asked') then null
              when found.reason = 'restricted' then found.restricted_at
              when found.reason = 'objected' then found.objected_at
              when found.reason = 'suppressed' then found.suppressed_at
              when found.reason = 'consent-not-confirmed' then found.requested_at
              when found.reason = 'consent-expired' and found.agreed then found.consent_until
              when by_consent then found.consent_at
              when found.reason = 'basis-ended' and found.basis_kind = 'basis-asserted' then found.basis_until
              else found.basis_at end,
         case when found.reason in ('consent-given', 'consent-outdated', 'address-not-confirmed') then found.consent_until
              when found.reason = 'basis-asserted' then found.basis_until end,
         case when found.reason in ('unknown-contact', 'merged', 'quarantined', 'no-address', 'suppressed', 'consent-never-asked') then null
              when found.reason = 'restricted' then found.restricted_by
              when found.reason = 'objected' then found.objected_by
              when found.reason = 'consent-not-confirmed' then found.requested_by
              when by_consent then found.consent_by
              else found.basis_by end
    from (
      select asked.id, agreed.yes as agreed, restriction.occurred_at as restricted_at, restriction.entry_id as restricted_by,
             objection.occurred_at as objected_at, objection.entry_id as objected_by, suppressed.at as suppressed_at,
             request.occurred_at as requested_at, request.entry_id as requested_by,
             consent.occurred_at as consent_at, consent.until as consent_until, consent.entry_id as consent_by,
             basis.kind as basis_kind, basis.occurred_at as basis_at, basis.until as basis_until, basis.entry_id as basis_by,
             basis.legal_basis as basis_legal, basis.permission_ground as basis_ground,
             case
               when person.id is null then 'unknown-contact'
               when person.state = 'merged' then 'merged'
               when restriction.entry_id is not null then 'restricted'
               -- Unknown origin means no, except where the person has since spoken for themselves: they asked to confirm a
               -- consent a moment ago, or gave one for this very purpose.
               when person.state = 'quarantined' and not the_purpose.is_system and not agreed.yes then 'quarantined'
               -- A consent the person gave after objecting is their newer word; nothing else outlives an objection.
               when objection.entry_id is not null and not (agreed.yes and consent.occurred_at > objection.occurred_at) then 'objected'
               when p_channel <> 'none' and point.unproven is null then 'no-address'
               when suppressed.at is not null then 'suppressed'
               when by_consent then case
                 when agreed.yes then case
                   when consent.until <= now() then 'consent-expired'
                   -- What they agreed to is not what is done today: recipients, data or time were added since.
                   when consent.purpose_version < the_purpose.covers_from_version then 'consent-outdated'
                   -- The person agreed at another address; that this one is theirs nobody has shown.
                   when point.unproven then 'address-not-confirmed'
                   else 'consent-given' end
                 when consent.kind is not null then consent.kind
                 when request.entry_id is not null then 'consent-not-confirmed'
                 else 'consent-never-asked' end
               when basis.kind is null then 'basis-not-recorded'
               when basis.kind <> 'basis-asserted' or basis.until <= now() then 'basis-ended'
               -- Marketing by e-mail, SMS or call needs a permission of its own, whatever the legal basis (Directive 2002/58/EC
               -- Art. 13; ЗЕС чл. 261 counts calls too). That an existing customer could object (13(2)) opens messages only,
               -- not calls.
               when the_purpose.is_marketing and p_channel in ('email', 'sms', 'phone') and basis.permission_ground <> 'legal-entity'
                and (p_channel = 'phone' or basis.permission_ground <> 'soft-opt-in') then 'no-channel-permission'
               else 'basis-asserted' end as reason
        from (select distinct unnest(p_contact_ids)) asked(id)
        left join contact person on person.id = asked.id
        left join permission_state restriction on restriction.contact_id = asked.id and restriction.purpose_id = everything
         and restriction.channel = '*' and restriction.register = 'restriction' and restriction.kind = 'restricted'
        left join permission_state consent on consent.contact_id = asked.id and consent.purpose_id = p_purpose_id
         and consent.channel = p_channel and consent.register = 'consent'
        cross join lateral (select coalesce(consent.kind in ('consent-given', 'consent-renewed'), false)) agreed(yes)
        left join permission_state request on by_consent and request.contact_id = asked.id and request.purpose_id = p_purpose_id
         and request.channel = p_channel and request.register = 'request'
        left join permission_state basis on not by_consent and basis.contact_id = asked.id and basis.purpose_id = p_purpose_id
         and basis.channel = p_channel and basis.register = 'basis'
        left join lateral (
          select s.occurred_at, s.entry_id from permission_state s
           where s.contact_id = asked.id and s.purpose_id in (p_purpose_id, everything) and s.channel in (p_channel, '*')
             and s.register = 'objection' and s.kind = 'objected' and (s.purpose_id <> everything or is_objectionable)
           order by s.occurred_at desc, s.entry_id desc limit 1) objection on true
        left join lateral (
          select cp.must_confirm and cp.verified_at is null as unproven, case when cp.is_primary then cp.match_hash end as match_hash
            from contact_point cp
           where p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
           order by cp.is_primary desc limit 1) point on true
        -- A dead address gets nothing; "not me" gets nothing for 30 days; otherwise suppression stops marketing until the
        -- person gives a newer consent.
        left join lateral (
          select max(s.suppressed_at) as at
            from (select point.match_hash, true as is_main
                  union all
                  select cp.match_hash, false from contact_point cp
                   where anybody_united and p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
                     and cp.came_from is not null and not cp.is_primary) own
            join suppression s on s.match_hash = own.match_hash
           where (own.is_main or s.reason <> 'hard-bounce')
             and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
                  or (the_purpose.is_marketing and not (agreed.yes and consent.occurred_at > s.suppressed_at)))) suppressed on true
    ) found;
end $$;

-- Of two objections of the same moment the later entry is named, as above.
create or replace function may_process(p_contact_id uuid, p_purpose_id uuid, p_channel text)
  returns gate_answer language plpgsql stable security definer cost 5000 set search_path = saglasie, pg_temp as $$
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  person contact; the_purpose purpose; state permission_state;
  consent permission_state; basis permission_state; objection permission_state; suppressed timestamptz; unproven boolean;
begin
  select * into person from contact where id = p_contact_id;
  if not found then return row(false, 'unknown-contact', null, null, null, null, null)::gate_answer; end if;
  if person.state = 'merged' then return row(false, 'merged', null, null, null, null, null)::gate_answer; end if;
  select * into the_purpose from purpose where id = p_purpose_id;
  if not found or the_purpose.archived_at is not null then
    return row(false, 'unknown-purpose', null, null, null, null, null)::gate_answer;
  end if;
  if not p_channel = any (the_purpose.channels) then
    return row(false, 'channel-not-declared', null, null, null, null, null)::gate_answer;
  end if;

  for state in select * from permission_state s where s.contact_id = p_contact_id
    and s.purpose_id in (p_purpose_id, everything) and s.channel in (p_channel, '*')
  loop
    if state.register = 'restriction' and state.kind = 'restricted' then
      return row(false, 'restricted', null, null, state.occurred_at, null, state.entry_id)::gate_answer;
    elsif state.register = 'consent' then consent := state;
    elsif state.register = 'basis' then basis := state;
    elsif state.register = 'objection' and state.kind = 'objected'
      -- An objection to everything covers direct marketing (Art. 21(2)) and what rests on balancing (Art. 21(1)).
      and (state.purpose_id <> everything or the_purpose.is_marketing or the_purpose.legal_basis in ('legitimate-interests', 'public-task'))
      and (objection.occurred_at is null or (state.occurred_at, state.entry_id) > (objection.occurred_at, objection.entry_id)) then objection := state;
    end if;
  end loop;

  -- Unknown origin means no, except where the person has since spoken for themselves: they asked to confirm a consent a
  -- moment ago, or gave one for this very purpose.
  if person.state = 'quarantined' and not the_purpose.is_system
     and (consent.kind is null or consent.kind not in ('consent-given', 'consent-renewed')) then
    return row(false, 'quarantined', null, null, null, null, null)::gate_answer;
  end if;

  -- A consent the person gave after objecting is their newer word; nothing else outlives an objection.
  if objection.kind is not null and not coalesce(consent.kind in ('consent-given', 'consent-renewed') and consent.occurred_at > objection.occurred_at, false) then
    return row(false, 'objected', null, null, objection.occurred_at, null, objection.entry_id)::gate_answer;
  end if;

  if p_channel <> 'none' then
    select cp.must_confirm and cp.verified_at is null into unproven
      from contact_point cp
     where cp.contact_id = p_contact_id
       and cp.kind = case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end
     order by cp.is_primary desc limit 1;
    if not found then
      return row(false, 'no-address', null, null, null, null, null)::gate_answer;
    end if;
    -- A dead address gets nothing; "not me" gets nothing for 30 days; otherwise suppression stops marketing until the
    -- person gives a newer consent.
    select max(s.suppressed_at) into suppressed
      from contact_point cp join suppression s on s.match_hash = cp.match_hash
     where cp.contact_id = p_contact_id and (cp.is_primary or cp.came_from is not null and s.reason <> 'hard-bounce')
       and cp.kind = case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end
       and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
            or (the_purpose.is_marketing and (consent.kind is null or consent.kind not in ('consent-given', 'consent-renewed')
                or consent.occurred_at <= s.suppressed_at)));
    if suppressed is not null then
      return row(false, 'suppressed', null, null, suppressed, null, null)::gate_answer;
    end if;
  end if;

  if the_purpose.legal_basis = 'consent' then
    if consent.kind in ('consent-given', 'consent-renewed') then
      if consent.until is not null and consent.until <= now() then
        return row(false, 'consent-expired', null, null, consent.until, null, consent.entry_id)::gate_answer;
      end if;
      -- What they agreed to is not what is done today: recipients, data or time were added since.
      if consent.purpose_version < the_purpose.covers_from_version then
        return row(false, 'consent-outdated', null, null, consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
      end if;
      -- The person agreed at another address; that this one is theirs nobody has shown.
      if unproven then
        return row(false, 'address-not-confirmed', null, null, consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
      end if;
      return row(true, 'consent-given', 'consent', 'consent', consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
    elsif consent.kind is not null then
      return row(false, consent.kind, null, null, consent.occurred_at, null, consent.entry_id)::gate_answer;
    end if;
    select * into state from permission_state s where s.contact_id = p_contact_id and s.purpose_id = p_purpose_id
       and s.channel = p_channel and s.register = 'request';
    if found then
      return row(false, 'consent-not-confirmed', null, null, state.occurred_at, null, state.entry_id)::gate_answer;
    end if;
    return row(false, 'consent-never-asked', null, null, null, null, null)::gate_answer;
  end if;

  if basis.kind is distinct from 'basis-asserted' then
    return row(false, case when basis.kind is null then 'basis-not-recorded' else 'basis-ended' end,
      null, null, basis.occurred_at, null, basis.entry_id)::gate_answer;
  end if;
  if basis.until is not null and basis.until <= now() then
    return row(false, 'basis-ended', null, null, basis.until, null, basis.entry_id)::gate_answer;
  end if;
  -- Marketing by e-mail, SMS or call needs a permission of its own, whatever the legal basis (Directive 2002/58/EC Art. 13;
  -- ЗЕС чл. 261 counts calls too). That an existing customer could object (13(2)) opens messages only, not calls.
  if the_purpose.is_marketing and p_channel in ('email', 'sms', 'phone') and basis.permission_ground <> 'legal-entity'
     and (p_channel = 'phone' or basis.permission_ground <> 'soft-opt-in') then
    return row(false, 'no-channel-permission', null, null, basis.occurred_at, null, basis.entry_id)::gate_answer;
  end if;
  return row(true, 'basis-asserted', basis.legal_basis, basis.permission_ground, basis.occurred_at, basis.until, basis.entry_id)::gate_answer;
end $$;

-- As before, and null of null; but without STRICT the planner writes them out in place instead of calling them
-- for every entry that is folded or verified.
create or replace function register_of(kind text) returns text language sql immutable parallel safe as $$
  select case
    when kind = 'consent-requested' then 'request'
    when kind like 'consent-%' then 'consent'
    when kind in ('objected', 'objection-lifted') then 'objection'
    when kind in ('restricted', 'restriction-lifted') then 'restriction'
    when kind in ('basis-asserted', 'basis-ended') then 'basis'
    when kind = 'notice-given' then 'notice'
  end
$$;
create or replace function strictness_of(kind text) returns smallint language sql immutable parallel safe as $$
  select (case when kind is null then null
               when kind in ('consent-withdrawn', 'objected', 'restricted', 'basis-ended') then 2
               when kind in ('consent-refused', 'consent-expired') then 1 else 0 end)::smallint
$$;

-- Looks first whether anything is to be copied: for somebody new whose row came with the copies, which is everybody who fills
-- in a form, nothing is, and working that out anew from all their addresses cost more than the insert.
create or replace function refresh_contact_copies() returns trigger language plpgsql security definer
  set search_path = saglasie, pg_temp as $$
begin
  if tg_op = 'INSERT' and not exists (
    select from changed n join contact c on c.id = n.contact_id
     where n.kind <> 'email' or not n.is_primary or c.primary_email is distinct from n.original
        or c.search_text <> lower(concat_ws(' ', nullif(trim(coalesce(c.given_name, '') || ' ' || coalesce(c.family_name, '')), ''),
             c.company, case when lower(n.original) = n.match_key then n.match_key else n.match_key || ' ' || lower(n.original) end))
        or exists (select from contact_point other where other.contact_id = n.contact_id and other.id <> n.id)) then
    return null;
  end if;
  update contact c set primary_email = e.original, search_text = search_text_of(c)
    from (select distinct contact_id from changed) d
    left join contact_point e on e.contact_id = d.contact_id and e.kind = 'email' and e.is_primary
   where c.id = d.contact_id
     and (c.primary_email, c.search_text) is distinct from (e.original, search_text_of(c));
  return null;
end $$;
