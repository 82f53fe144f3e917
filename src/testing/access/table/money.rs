//! Payments and payouts.

use crate::{
    dispatch::JobState,
    testing::access::{ADMINS, Call, Function, PageLine, Person, STAFF, form, function, open, page},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("confirm_payment", STAFF, "payments", async |at, _| {
            let work = at.under_way(JobState::Done).await;
            form!("payment" = at.payment_of(&work).await, "received_by" = work.provider)
        }),
        function("create_payout", ADMINS, "payouts", async |at, _| {
            form!("provider" = at.under_way(JobState::Done).await.provider)
        }),
        function("expect_payment", STAFF, "payments", async |at, _| {
            let work = at.under_way(JobState::Done).await;
            form!("payment" = at.failed_payment_of(&work).await, "method" = "cashapp")
        }),
        function("fail_payment", STAFF, "payments", async |at, _| {
            let work = at.under_way(JobState::Done).await;
            form!("payment" = at.payment_of(&work).await, "reason" = "It never came")
        }),
        function("mark_payout_failed", ADMINS, "payouts", async |at, _| {
            form!("payout" = at.payout().await, "reason" = "The bank said no")
        }),
        function("mark_payout_paid", ADMINS, "payouts", async |at, _| form!("payout" = at.payout().await)),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/admin/payments", STAFF),
        open("/admin/payouts", STAFF),
        page("/admin/payouts/new", ADMINS, async |at, _| {
            Call::to(format!("/admin/payouts/new?provider={}", at.under_way(JobState::Done).await.provider))
        })
        .answers(Person::Staff, 403)
        .names_something(),
        page("/admin/payouts/{id}", STAFF, async |at, _| Call::to(format!("/admin/payouts/{}", at.payout().await))),
        page("/admin/payouts/{id}/statement.csv", STAFF, async |at, _| {
            Call::to(format!("/admin/payouts/{}/statement.csv", at.payout().await))
        })
        .logged(),
    ]
}
