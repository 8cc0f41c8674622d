-- Without a list of pending entries: each of thousands of look-ups would read all of it.
alter index contact_match_by_key set (fastupdate = off);
