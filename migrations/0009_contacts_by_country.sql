-- People of one country in the order of their names.
drop index contact_by_country;
create index contact_by_country on contact (country, sort_name, id);
