-- Quarantine, the duty to tell, and records that are united: what each says holds of both.

-- As before, and: every datum needs one account that is known; that there is an older one nobody can prove is part of its
-- history, and stays.
create or replace function check_contact_provenance() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare stray boolean; loose boolean;
begin
  with sets as (
    select c.state, to_jsonb(array_remove(array[c.origin_id, c.repaired_id], null)) as ids from changed c
    union
    select c.state, f.body->'provenance' from changed c, jsonb_each(c.facts) f(key, body)
    union
    -- Leaving quarantine, the addresses must be accounted for too; nothing else about a contact's row concerns them.
    select c.state, to_jsonb(cp.provenance_ids) from changed c join contact_point cp on cp.contact_id = c.id
     where tg_op = 'INSERT' or c.state not in ('quarantined', 'merged')
  ), judged as (
    select s.state, k.stray, k.known
      from sets s cross join lateral (
        select bool_or(v.id is null) as stray, coalesce(bool_or(v.legal_basis <> 'unknown'), false) as known
          from jsonb_array_elements_text(s.ids) as i(id) left join provenance v on v.id = i.id::uuid) k
  )
  select bool_or(j.stray), bool_or(not j.known and j.state not in ('quarantined', 'merged')) into stray, loose from judged j;
  if stray then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
  elsif loose then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  end if;
  return null;
end $$;

create function is_being_merged(p_contact_id uuid) returns boolean
language sql stable security definer set search_path = saglasie, pg_temp as $$
  select exists (select from contact_merge m where p_contact_id in (m.survivor_id, m.absorbed_id) and m.xmin = pg_current_xact_id()::xid)
$$;

-- As before; uniting two records of one person, and taking them apart, keeps what is unproven in quarantine and loses no account.
create or replace function refuse_use_in_quarantine() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if is_being_merged(new.id) then return new; end if;
  if new.origin_id <> old.origin_id then
    raise exception 'where data came from is not rewritten: a repair adds to it' using errcode = 'SG009';
  end if;
  if new.state not in ('quarantined', 'active') then
    raise exception 'a contact leaves quarantine by a repair or by erasure' using errcode = 'SG009';
  end if;
  if new.facts is distinct from old.facts and exists (
    select from jsonb_each(new.facts) f(key, body)
     where jsonb_typeof(f.body->'provenance') = 'array'
       and case when f.body->>'value' is distinct from old.facts->f.key->>'value'
           then not exists (select from jsonb_array_elements_text(f.body->'provenance') p join provenance v on v.id = p::uuid and v.legal_basis <> 'unknown')
             and not exists (select from contact_change h where h.contact_id = new.id and h.field = f.key and h.old_value = f.body->>'value')
           else not f.body->'provenance' @> (old.facts->f.key->'provenance') end) then
    raise exception 'data in quarantine are not changed without an account that is known' using errcode = 'SG009';
  end if;
  return new;
end $$;

create or replace function refuse_use_of_quarantined_address() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare known boolean;
begin
  if tg_op = 'UPDATE' and new.match_key = old.match_key and new.provenance_ids @> old.provenance_ids then
    return new;
  end if;
  if not exists (select from contact c where c.id = new.contact_id and c.state = 'quarantined'
       -- An address that comes with its contact comes into quarantine with it.
       and (tg_op = 'UPDATE' or c.xmin::text::bigint < pg_current_xact_id()::xid::text::bigint))
     or is_being_merged(new.contact_id) then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.match_key = old.match_key then
    raise exception 'where data came from is not rewritten: a repair adds to it' using errcode = 'SG009';
  end if;
  select bool_or(v.legal_basis <> 'unknown') into known from provenance v where v.id = any (new.provenance_ids);
  if not coalesce(known, true) and not exists (select from contact_change h where h.contact_id = new.contact_id and h.field = new.kind and h.old_value = new.original) then
    raise exception 'data in quarantine are not changed without an account that is known' using errcode = 'SG009';
  end if;
  return new;
end $$;

-- Whom to tell of what follows the person: to the record their data go up in, and back when the two are taken apart. Whoever
-- was told stays told.
alter table duty_to_tell add column merge_id uuid;
create function let_duties_follow_merge() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into duty_to_tell as held (contact_id, source_id, obtained_at, due_on, told_at, entry_id, exemption_id, merge_id)
    select new.survivor_id, d.source_id, d.obtained_at, d.due_on, d.told_at, d.entry_id, d.exemption_id, new.id
      from duty_to_tell d where d.contact_id = new.absorbed_id
    on conflict (contact_id, source_id) do update
      set told_at = coalesce(held.told_at, excluded.told_at), entry_id = case when held.told_at is null then excluded.entry_id else held.entry_id end;
    delete from duty_to_tell where contact_id = new.absorbed_id;
  elsif new.undone_at is not null and old.undone_at is null then
    insert into duty_to_tell (contact_id, source_id, obtained_at, due_on, told_at, entry_id, exemption_id)
    select new.absorbed_id, d.source_id, d.obtained_at, d.due_on, d.told_at, d.entry_id, d.exemption_id
      from duty_to_tell d
     where d.contact_id = new.survivor_id and exists (
       select from contact c join provenance v on v.source_id = d.source_id
        where c.id = new.absorbed_id and (v.id = c.origin_id or c.facts::text like '%' || v.id::text || '%'))
    on conflict do nothing;
    delete from duty_to_tell where contact_id = new.survivor_id and merge_id = new.id;
  end if;
  return null;
end $$;
create trigger duties_follow_merge after insert or update on contact_merge for each row execute function let_duties_follow_merge();
