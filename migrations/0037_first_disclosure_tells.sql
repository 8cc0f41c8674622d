-- Whoever does not know yet where we have their data from is told before the data are first given to another recipient, a
-- processor too (Art. 14(3)(c), 4(9)): until then they are left out of what is given, with that as the reason.
create or replace function disclosure_answers(d disclosure, p_contact_ids uuid[]) returns table (contact_id uuid, allowed boolean, reason text)
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
begin
  if d.rule = 'gate' then
    return query
    select g.contact_id, g.allowed and not u.untold, case when g.allowed and u.untold then 'not-told' else g.reason end
      from gate_answers(p_contact_ids, d.purpose_id, d.channel) g
      cross join lateral (select g.allowed and d.recipient_kind in ('processor', 'third-party') and exists (
        select from duty_to_tell t where t.contact_id = g.contact_id and t.told_at is null and t.exemption_id is null) as untold) u;
    return;
  end if;
  return query
  select w.id, r.reason is null, r.reason
    from unnest(p_contact_ids) w(id) left join contact c on c.id = w.id
    cross join lateral (select case when c.id is null then 'unknown-contact'
      -- Absorbed by another contact, who stands for them.
      when c.state not in ('unconfirmed', 'active', 'quarantined') then c.state
      when d.recipient_kind = 'authority' and d.restriction_ground is null and exists (select from permission_state s
        where s.contact_id = w.id and s.kind = 'restricted') then 'restricted' end as reason) r;
end $$;
