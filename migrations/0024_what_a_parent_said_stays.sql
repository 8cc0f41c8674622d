-- What a parent said is a legal fact (Art. 8(2)): asked once, answered once, gone only with the child's request or the parent.
create function keep_parental_answer() returns trigger language plpgsql as $$
begin
  if old.confirmed_at is not null
     or (new.submission_id, new.guardian_id, new.asked_at) is distinct from (old.submission_id, old.guardian_id, old.asked_at) then
    raise exception 'what a parent was asked and said is not changed' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger parental_confirmation_is_said_once before update on parental_confirmation
  for each row execute function keep_parental_answer();
create trigger parental_confirmation_is_never_emptied before truncate on parental_confirmation
  for each statement execute function refuse_change();

revoke update, delete on parental_confirmation from saglasie_app;
grant update (guardian_name, confirmed_at) on parental_confirmation to saglasie_app;
