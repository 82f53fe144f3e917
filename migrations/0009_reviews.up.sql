create table reviews (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    booking_id  uuid not null,
    provider_id uuid not null,
    customer_id uuid not null,
    rating      smallint not null check (rating between 1 and 5),
    comment     text check (length(comment) <= 2000),
    created_at  timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint reviews_booking_key unique (tenant_id, booking_id),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade,
    foreign key (tenant_id, provider_id) references providers (tenant_id, id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index reviews_provider_idx on reviews (tenant_id, provider_id, created_at desc);
create index reviews_customer_idx on reviews (tenant_id, customer_id);
call platform.protect('reviews');
call platform.audit('reviews');

create function app.keep_rating() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update providers set rating_sum = rating_sum - old.rating, review_count = review_count - 1
        where tenant_id = old.tenant_id and id = old.provider_id;
    end if;
    if tg_op <> 'DELETE' then
        update providers set rating_sum = rating_sum + new.rating, review_count = review_count + 1
        where tenant_id = new.tenant_id and id = new.provider_id;
    end if;
    return null;
end $$;
create trigger keep_rating after insert or update or delete on reviews for each row execute function app.keep_rating();
