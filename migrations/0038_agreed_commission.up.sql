-- Work earns by the commission of when it was offered, or assigned by staff, whatever the provider's is by the time it is done. Null in rows of before,
-- and of the release before: there the provider's counts.
alter table offers
    add column commission_type text check (commission_type in ('percentage', 'flat_per_job')),
    add column commission_rate integer check (commission_rate between 0 and 10000),
    add column flat_fee_amount bigint check (flat_fee_amount >= 0),
    add constraint offers_commission_whole check (
        (commission_type is null) = (commission_rate is null)
        and (commission_type is not distinct from 'flat_per_job') = (flat_fee_amount is not null));
call platform.audit('offers');

alter table assignments
    add column commission_type text check (commission_type in ('percentage', 'flat_per_job')),
    add column commission_rate integer check (commission_rate between 0 and 10000),
    add column flat_fee_amount bigint check (flat_fee_amount >= 0),
    add constraint assignments_commission_whole check (
        (commission_type is null) = (commission_rate is null)
        and (commission_type is not distinct from 'flat_per_job') = (flat_fee_amount is not null));
call platform.audit('assignments');
