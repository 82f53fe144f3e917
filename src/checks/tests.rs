use engine::Id;
use sqlx::{Connection, PgConnection};

use super::{laws::LAWS, violations};
use crate::{
    seeds,
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

/// For each law, statements that violate it.
const VIOLATIONS: [(&str, &str); 21] = [
    (
        "a quote's total is the sum of its lines",
        "update quote_lines set amount = amount + 1 where id = (select id from quote_lines limit 1)",
    ),
    (
        "no customer is charged or pays more than they approved",
        "update quotes set ceiling_amount = total_amount - 1 where state = 'approved' and kind = 'cancellation'",
    ),
    (
        "a finished booking is charged what was approved, and another what was charged of it so far",
        "with twice as (insert into postings (id, key, kind) values (gen_random_uuid(), 'charge:again', 'charge') returning id)
         insert into ledger_rows (posting_id, position, from_account, to_account, amount)
         select t.id, 1, 'customer:' || b.id, 'revenue', 1 from twice t, (select id from bookings where phase = 'completed' limit 1) b",
    ),
    (
        "the platform has its fee of what was charged",
        "update quotes set kept_fee_amount = 1 where id = (select id from quotes where charged_at is not null limit 1)",
    ),
    (
        "the ledger contains every confirmed payment and no other",
        "update payments set status = 'pending', confirmed_at = null where id = (select id from payments where status = 'confirmed' limit 1)",
    ),
    (
        "a provider's balance is the sum of their unpaid earnings",
        "update earnings set amount = amount + 1 where id = (select id from earnings where status = 'pending' limit 1)",
    ),
    (
        "a provider's earning is their share of the price without tax, tips and the platform's fee",
        "update earnings set base_amount = base_amount + 100 where id = (select id from earnings where kind = 'job' limit 1)",
    ),
    (
        "an earning uses the commission that was agreed for the job",
        "update assignments set commission_rate = commission_rate - 1 where commission_type = 'percentage'",
    ),
    (
        "a completed job has an earning",
        "update earnings set kind = 'adjustment' where id = (select id from earnings where kind = 'job' limit 1)",
    ),
    (
        "a payout's total is the sum of its earnings",
        "update payouts set total_amount = total_amount + 1 where id = (select id from payouts limit 1)",
    ),
    (
        "an earning is paid out exactly if its payout is paid",
        "update payouts set status = 'pending', paid_at = null where id = (select id from payouts where status = 'paid' limit 1)",
    ),
    (
        "the ledger contains every paid payout",
        "update postings set key = 'gone' where id = (select id from postings where kind = 'payout' limit 1)",
    ),
    (
        "no provider is reserved twice at the same time",
        "alter table reservations drop constraint reservations_no_overlap;
         insert into reservations (id, resource_id, starts_at, ends_at, job_id)
         select gen_random_uuid(), resource_id, starts_at, ends_at, job_id from reservations where state = 'held' limit 1",
    ),
    ("a booking's phase matches its jobs' states", "update jobs set state = 'arrived' where state = 'in_progress'"),
    (
        "an ended job has no pending offer, provider or deadline",
        "update jobs set dispatch_at = app.now() where id = (select id from jobs where state = 'done' limit 1)",
    ),
    (
        "a booking that is over holds nothing any more",
        "insert into reservations (id, resource_id, starts_at, ends_at, booking_id)
         select gen_random_uuid(), r.id, app.now() + interval '1 year', app.now() + interval '366 days', b.id
         from bookings b, (select id from resources limit 1) r where b.phase = 'completed' limit 1",
    ),
    (
        "a job has an assignment or an offer exactly while its state says so",
        "update assignments set state = 'ended', ended_at = app.now() where state = 'under_way'",
    ),
    (
        "a job's times match its state and are in order",
        "update jobs set arrived_at = null where id = (select id from jobs where state = 'done' limit 1)",
    ),
    (
        "a booking's timeline ends at its phase, in order of time",
        "update booking_events set occurred_at = occurred_at - interval '6 hours' where kind = 'completed'",
    ),
    ("a deadline equals its column", "delete from queue.deadlines where kind = 'dispatch'"),
    (
        "a provider's rating is the sum of their reviews",
        "update providers set rating_sum = rating_sum + 1 where id = (select id from providers where review_count > 0 limit 1)",
    ),
];

async fn broken(db: &mut PgConnection) -> Vec<&'static str> {
    violations(db).await.unwrap().into_iter().map(|violation| violation.law).collect()
}

#[tokio::test]
async fn every_broken_law_is_named_with_what_breaks_it() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    seeds::load(&app.app.db, &mut owner, &app.app.keys).await.unwrap();
    let mut platform = app.app.db.begin_platform().await.unwrap();
    let tenant: Id<Tenant> = find_by_host(&mut platform, "roadside-atl.localhost").await.unwrap().unwrap().id;
    drop(platform);
    for law in LAWS {
        let (_, statement) =
            VIOLATIONS.iter().find(|(name, _)| *name == law.name).unwrap_or_else(|| panic!("{}", law.name));
        // As the owner: the application isn't allowed to do half of this. It is rolled back.
        let mut tx = owner.begin().await.unwrap();
        sqlx::query("select set_config('app.tenant_id', $1, true), set_config('app.now', $2, true)")
            .bind(tenant.to_string())
            .bind(app.now().to_rfc3339())
            .execute(&mut *tx)
            .await
            .unwrap();
        assert_eq!(broken(&mut tx).await, Vec::<&str>::new());
        sqlx::raw_sql(*statement).execute(&mut *tx).await.unwrap_or_else(|error| panic!("{}: {error}", law.name));
        let named = broken(&mut tx).await;
        assert!(named.contains(&law.name), "{}: {named:?}", law.name);
        tx.rollback().await.unwrap();
    }
    drop(owner);
    app.done().await;
}
