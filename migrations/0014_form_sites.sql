-- Where a form may stand beside our own pages. Not part of what people are shown, so not part of a version.

-- Exact origins: scheme, host, port and nothing else. Without encryption anyone on the way could change the text of a
-- consent, so http is for one's own machine only.
create function is_site_origin(origin text) returns boolean language sql immutable strict parallel safe as $$
  select length(origin) <= 200
     and origin ~ '^(https://([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|http://(localhost|127\.0\.0\.1|\[::1\]))(:[1-9][0-9]{0,4})?$'
$$;

-- May show the form in a frame, and may post to it by script and read the answer.
create table form_site (
  form_id uuid not null references form,
  origin text not null check (is_site_origin(origin)),
  created_at timestamptz not null default now(),
  primary key (form_id, origin)
);

-- Where people may be sent after a copied form was taken: pages of those sites only.
create table form_return_address (
  form_id uuid not null,
  address text not null check (length(address) <= 500 and address ~ '^[\x21-\x7e]+$' and address !~ '[?#\\]'),
  origin text not null,
  primary key (form_id, address),
  foreign key (form_id, origin) references form_site on delete cascade,
  check (left(address, length(origin) + 1) = origin || '/')
);

-- What a field of a form made for another product means here: `l` = a list's id is the box `newsletter:email`. Nothing
-- is guessed from names; what is not written here ticks nothing.
create table form_mapping (
  form_id uuid not null references form,
  field text not null check (length(field) between 1 and 100 and field !~ '[[:cntrl:]]' and field not in ('consent', '_form', '_lang', '_version', '_return')),
  value text not null check (length(value) between 1 and 200 and value !~ '[[:cntrl:]]'),
  purpose_id uuid not null references purpose,
  channel text not null check (channel in ('email', 'sms', 'phone')),
  primary key (form_id, field, value)
);

grant select, insert, delete on form_site, form_return_address, form_mapping to saglasie_app;
