-- What a provider still has to do is asked for each candidate of each search: neither question may read what is over.
create index reservations_held_idx on reservations (tenant_id, resource_id, ends_at) where state = 'held';
create index assignments_open_idx on assignments (tenant_id, provider_id) where state <> 'ended';
