-- The few messages that did not arrive are looked for among the many that did.
create index delivery_gone_wrong on delivery (status, id) where status in ('failed', 'unknown', 'withheld');
