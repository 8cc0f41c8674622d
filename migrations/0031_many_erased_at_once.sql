-- Many people erased by one transaction: what the application may not do itself takes a list, what every erased person costs is
-- found by an index, and two more reasons stand in the journal: what could not be proven, and what an undone import had brought.

alter table erasure_journal drop constraint erasure_journal_reason_check;
alter table erasure_journal add check (reason in ('request', 'not-me', 'unconfirmed', 'retention', 'staff', 'quarantine', 'import-undone'));
create index erasure_journal_by_time on erasure_journal (erased_at);

-- A contact's address that goes is looked for in every message and question: without these, each one reads all of them.
create index delivery_by_point on delivery (contact_point_id) where contact_point_id is not null;
create index approach_by_point on approach (contact_point_id) where contact_point_id is not null;

drop function erase_ledger_of(uuid);
create function erase_ledger_of(p_contact_ids uuid[]) returns integer
language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare erased integer;
begin
  if exists (select from unnest(p_contact_ids) c(id) where not exists (select from erasure_journal j where j.contact_id = c.id)) then
    raise exception 'a ledger is emptied only at an erasure that is in the journal' using errcode = 'SG005';
  end if;
  -- Waits for entries under way (see fold_new_entries) and lets none in after them; in one order, as they lock theirs.
  perform from ledger_salt where contact_id = any(p_contact_ids) order by contact_id for update;
  insert into ledger_erased (id, leaf_hash) select id, leaf_hash from ledger_entry where contact_id = any(p_contact_ids);
  perform set_config('saglasie.erasing', 'on', true);
  delete from ledger_entry where contact_id = any(p_contact_ids);
  get diagnostics erased = row_count;
  perform set_config('saglasie.erasing', 'off', true);
  delete from permission_state where contact_id = any(p_contact_ids);
  delete from ledger_salt where contact_id = any(p_contact_ids);
  return erased;
end $$;
revoke all on function erase_ledger_of from public;
grant execute on function erase_ledger_of to saglasie_app;

-- By the hour of the journal's entries, which an index finds: a long journal is not read again for every person of a batch.
create or replace function refuse_capsule_without_erasure() returns trigger
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if not exists (select from erasure_journal j
       where j.erased_at between now() - interval '1 millisecond' and now() + interval '1 millisecond'
         and j.xmin = pg_current_xact_id()::xid and j.reason in ('request', 'staff', 'retention')) then
    raise exception 'evidence is sealed only while a person is erased' using errcode = 'SG007';
  end if;
  return new;
end $$;
