//! How a toy's booking stands, in words for its customer, and at which stage it is.

use std::collections::HashSet;

use engine::Id;
use sqlx::PgConnection;

use super::{Shape, tests::Shop};
use crate::{
    bookings::{self, Author, Booking, Phase},
    dispatch,
    error::AppError,
    fulfilment::{self, jobless, make::Beginning, progress_view::ProgressView},
    identity::Role,
    testing::{begin, provider, user},
    verticals::{Milestone, ProgressStep, Situation, Vertical},
};

/// Nobody is on the way to a stay.
const STEPS_OF_A_STAY: &[ProgressStep] = &[
    ProgressStep::since(Milestone::Booked, phrase!("toy-booked")),
    ProgressStep::since(Milestone::Begun, phrase!("toy-playing")),
    ProgressStep::since(Milestone::Done, phrase!("toy-done")),
];

pub(super) fn standing(at: &Situation<'_>) -> Option<ProgressView> {
    let is_a_stay = at.about.facts.iter().any(|fact| fact.text == Shape::Stay.as_str());
    let standing = is_a_stay.then(|| ProgressView::along(STEPS_OF_A_STAY, at))?;
    Some(match at.booking.phase {
        Phase::InProgress => ProgressView { headline: t!("toy-have-fun").into(), badge: t!("toy-playing"), ..standing },
        _ => standing,
    })
}

/// Those of these bookings whose toy is handed over, and not handed back.
pub(super) async fn handed_over(
    db: &mut PgConnection,
    bookings: &[Id<Booking>],
) -> Result<HashSet<Id<Booking>>, AppError> {
    let found: Vec<Id<Booking>> = sqlx::query_scalar(
        "select booking_id from toy_bookings
         where tenant_id = app.current_tenant() and booking_id = any($1) and handed_over_at is not null and handed_back_at is null",
    )
    .bind(bookings)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

#[tokio::test]
async fn the_customer_of_a_stay_waits_through_three_steps_and_that_of_two_legs_through_four() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let link = shop.link(&stay).await;
    let mut guest = shop.app.browser("shop.localhost");
    let page = guest.get(&link).await;
    assert_eq!(page.all(".step"), ["Booked", "Playing", "Done"]);
    assert_eq!(page.all(".step-current"), ["Booked"]);

    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let begun = jobless::begin(&mut tx, &tenant, &stay, Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    let page = guest.get(&link).await;
    assert_eq!(page.all(".step-current"), ["Playing"]);
    assert!(page.text().contains("Have fun"), "{}", page.text());

    let mut tx = begin(&shop.app, shop.id).await;
    jobless::complete(&mut tx, &tenant, &begun, Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(guest.get(&link).await.all(".step-done"), ["Booked", "Playing", "Done"]);

    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let link = shop.link(&legs).await;
    assert_eq!(guest.get(&link).await.all(".step"), ["Booked", "Ready", "Playing", "Done"]);
    shop.app.done().await;
}

#[tokio::test]
async fn lists_and_the_board_show_the_stage_of_a_booking_instead_of_its_phase() {
    let shop = Shop::open().await;
    let account = user(&shop.app, shop.id, "ada", &[Role::Provider]).await;
    let ada = provider(&shop.app, shop.id, "Ada", Some(account), &[]).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let dana = user(&shop.app, shop.id, "dana", &[Role::Customer]).await;
    let mut tx = begin(&shop.app, shop.id).await;
    sqlx::query("update customers set user_id = $2 where id = (select customer_id from bookings where id = $1)")
        .bind(legs.id)
        .bind(dana)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap();
    let jobs: Vec<_> = jobs.into_iter().map(|job| job.job_id).collect();
    for job in &jobs {
        shop.drives(*job, ada).await;
    }
    let pages = [
        ("stan", "/admin/board"),
        ("stan", "/admin/bookings"),
        ("dana", "/account/bookings"),
        ("ada", "/provider/jobs"),
        ("ada", "/provider"),
    ];
    shop.staff().await;
    let shown = async |who: &str, page: &str| {
        let mut browser = shop.app.browser("shop.localhost");
        browser.sign_in(&format!("{who}@example.com")).await;
        browser.get(page).await.text()
    };
    for (who, page) in pages {
        assert!(!shown(who, page).await.contains("With the player"), "{page}");
    }

    shop.do_job(jobs[0], ada).await;

    for (who, page) in pages {
        let text = shown(who, page).await;
        assert!(text.contains("With the player"), "{page}: {text}");
    }
    shop.do_job(jobs[1], ada).await;
    for (who, page) in pages {
        assert!(!shown(who, page).await.contains("With the player"), "handed back, on {page}");
    }
    shop.app.done().await;
}

#[tokio::test]
async fn a_booking_that_is_over_is_at_no_stage() {
    let shop = Shop::open().await;
    let ada = shop.provider("Ada").await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap();
    shop.drives(jobs[0].job_id, ada).await;
    shop.do_job(jobs[0].job_id, ada).await;
    let mut stan = shop.staff().await;
    assert!(stan.get("/admin/bookings").await.text().contains("With the player"));

    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = bookings::store::lock(&mut tx, legs.id).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &locked, Author::staff("Stan"), Some("It broke".to_owned())).await.unwrap();
    tx.commit().await.unwrap();

    let list = stan.get("/admin/bookings").await.text();
    assert!(list.contains("Cancelled") && !list.contains("With the player"), "{list}");
    shop.app.done().await;
}

#[test]
fn a_kind_with_two_to_six_steps_is_at_one_of_them_at_each_milestone() {
    for kind in Vertical::ALL {
        let steps = kind.words().told.steps;
        assert!((2..=6).contains(&steps.len()), "{kind}");
        assert!(steps.is_sorted_by_key(|step| step.since), "{kind}");
        let ends = (steps.first().map(|step| step.since), steps.last().map(|step| step.since));
        assert_eq!(ends, (Some(Milestone::Booked), Some(Milestone::Done)), "{kind}");
    }
    let at = |milestone| ProgressStep::at(STEPS_OF_A_STAY, milestone);
    assert_eq!(at(Milestone::Booked), 0);
    assert_eq!(at(Milestone::OnTheWay), 0, "nobody comes");
    assert_eq!(at(Milestone::Begun), 1);
    assert_eq!(at(Milestone::Done), 3, "all are done");
}
