-- We ask nobody to renew alone what was agreed with a parent: the consent ends, and the form asks the parent anew.
create or replace function obstacle_to_approach(p approach) returns text
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
declare consent permission_state; request permission_state; gate gate_answer;
begin
  if p.settled_at is not null then return 'already-answered'; end if;
  if p.cause = 'told' then return null; end if;
  if p.answer_until <= now() then return 'consent-expired'; end if;
  select * into consent from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
     and s.channel = p.channel and s.register = 'consent';
  gate := may_process(p.contact_id, p.purpose_id, p.channel);
  if p.cause = 'spoken' then
    select * into request from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
       and s.channel = p.channel and s.register = 'request';
    if request.entry_id is distinct from p.entry_id then return 'already-answered'; end if;
    -- Whatever they said after it is the newer word.
    if consent.occurred_at > request.occurred_at then return 'already-answered'; end if;
    if gate.reason in ('restricted', 'unknown-purpose', 'channel-not-declared', 'no-address')
       or gate.reason in ('objected', 'suppressed') and gate.since > request.occurred_at then
      return gate.reason;
    end if;
    return null;
  end if;
  -- A no, an end or a newer yes: nothing is asked again.
  if consent.entry_id is distinct from p.entry_id then
    return case when consent.kind in ('consent-withdrawn', 'consent-refused', 'consent-expired') then consent.kind else 'already-answered' end;
  end if;
  -- A child consented together with a parent (Art. 8(1)), and does not go on alone.
  if exists (select from purpose u join ledger_entry e on e.id = p.entry_id
              where u.id = p.purpose_id and u.needs_age and e.evidence ? 'guardian') then
    return 'parent-needed';
  end if;
  if gate.reason = (case p.cause when 'renewal' then 'consent-given' else 'consent-outdated' end) then return null; end if;
  return case when gate.allowed then 'already-answered' else gate.reason end;
end $$;
