use axum::http::StatusCode;
use engine::Id;

use super::{assign, report};
use crate::{
    bookings::{
        self, Author,
        messages::{self, Kind},
    },
    config::{Environment, MailSettings},
    dispatch::{self, JobState, Outcome},
    fulfilment,
    notifications::Mail,
    providers::Provider,
    secrets::{Keys, rotation},
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin, booking, field, provider, service, tenant},
};

const EMAIL: &str = "dana@example.com";
const PHONE: &str = "+14045550123";

async fn booked(app: &TestApp) -> (Id<Tenant>, Booked, Id<Provider>) {
    let atl = tenant(app, "atl").await;
    let booked = field::booked(app, atl).await;
    let marcus = provider(app, atl, "Marcus Johnson", None, &["jump-start"]).await;
    (atl, booked, marcus)
}

/// The only messages of this kind: the e-mail and the text message.
async fn told(app: &TestApp, kind: Kind) -> (Mail, Mail) {
    app.drain().await;
    let only = async |to: &str| {
        let mails: Vec<_> = app.mailbox(to).await.into_iter().filter(|mail| mail.kind == kind.as_str()).collect();
        let [mail] = &mails[..] else { panic!("{} of {kind} to {to}: {mails:?}", mails.len()) };
        mail.clone()
    };
    (only(EMAIL).await, only(PHONE).await)
}

async fn kinds(app: &TestApp, to: &str) -> Vec<String> {
    app.drain().await;
    app.mailbox(to).await.into_iter().map(|mail| mail.kind).rev().collect()
}

async fn finish(app: &TestApp, atl: Id<Tenant>, booked: &Booked, by: Id<Provider>) {
    let mut tx = begin(app, atl).await;
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    fulfilment::finish(&mut tx, &of, by, booked.job, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn cancel(app: &TestApp, atl: Id<Tenant>, booked: &Booked, by: Author) {
    let mut tx = begin(app, atl).await;
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    fulfilment::cancel(&mut tx, &of, &locked, by, None).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_step_is_notified_by_mail_and_text_with_a_link_to_the_booking() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    let track = format!("/track/{}", booked.token);
    let mut browser = app.browser("atl.localhost");

    assign(&app, atl, &booked, marcus).await;
    let (mail, text) = told(&app, Kind::Accepted).await;
    for message in [&mail, &text] {
        assert_eq!(message.path(), Some(track.as_str()), "{message:?}");
        assert!(message.text.contains("Marcus") && message.text.contains("will be with you at about"), "{message:?}");
    }
    for (state, kind, words) in [
        (JobState::EnRoute, Kind::OnTheWay, "Marcus is on the way"),
        (JobState::Arrived, Kind::Arrived, "Marcus has arrived"),
    ] {
        report(&app, atl, &booked, marcus, &[state]).await;
        let (mail, text) = told(&app, kind).await;
        assert!(mail.subject.contains(words) && text.text.contains(words), "{mail:?} {text:?}");
        assert_eq!((mail.path(), text.path()), (Some(track.as_str()), Some(track.as_str())));
        assert!(text.text.chars().count() <= 160, "one text message is paid for: {text:?}");
    }
    assert_eq!(browser.get(&track).await.status, StatusCode::OK);

    report(&app, atl, &booked, marcus, &[JobState::InProgress]).await;
    finish(&app, atl, &booked, marcus).await;
    let (mail, text) = told(&app, Kind::Done).await;
    assert!(text.text.chars().count() <= 160, "one text message is paid for: {text:?}");
    for message in [&mail, &text] {
        assert!(message.text.contains("$110.00 cash, awaiting confirmation"), "{message:?}");
        let page = browser.get(message.path().unwrap()).await;
        assert!(page.html.contains("/api/review_booking"), "it can be rated: {}", page.text());
    }
    assert!(!format!("{mail:?}{text:?}").contains("Johnson"), "customers know providers by their first name");
    app.done().await;
}

#[tokio::test]
async fn names_from_right_to_left_turn_nothing_around_them() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    let mut owner = app.database.owner().await;
    sqlx::query("update platform.tenants set name = 'سحب 24' where id = $1")
        .bind(atl)
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(atl.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("update providers set name = 'محمد علي' where id = $1").bind(marcus).execute(&mut owner).await.unwrap();
    assign(&app, atl, &booked, marcus).await;
    let (mail, text) = told(&app, Kind::Accepted).await;
    assert!(mail.subject.starts_with("\u{2068}محمد\u{2069} will come: RA-"), "{}", mail.subject);
    assert!(text.text.starts_with("\u{2068}سحب 24\u{2069}: \u{2068}محمد\u{2069} will be with you"), "{}", text.text);
}

#[tokio::test]
async fn an_event_is_notified_once_even_if_its_task_runs_again() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    let assignment = dispatch::store::assignments::current_of_job(&mut tx, booked.job).await.unwrap().unwrap().id;
    messages::tell_of_assignment(&mut tx, booked.id, Kind::Accepted, assignment.uuid()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kinds(&app, EMAIL).await, ["booking-accepted"]);
    assert_eq!(kinds(&app, PHONE).await, ["booking-accepted"]);
    app.done().await;
}

#[tokio::test]
async fn a_job_accepted_again_notifies_the_customer_again() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    app.drain().await;
    let tanya = provider(&app, atl, "Tanya Brooks", None, &["jump-start"]).await;
    assign(&app, atl, &booked, tanya).await;
    app.drain().await;
    let texts: Vec<_> = app.mailbox(PHONE).await.into_iter().map(|mail| mail.text).rev().collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("Marcus will be with you") && texts[1].contains("Tanya will be with you"), "{texts:?}");
    app.done().await;
}

#[tokio::test]
async fn a_message_about_a_provider_who_gave_the_job_back_is_skipped() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    let tanya = provider(&app, atl, "Tanya Brooks", None, &["jump-start"]).await;
    assign(&app, atl, &booked, tanya).await;
    let (mail, text) = told(&app, Kind::Accepted).await;
    assert!(mail.text.contains("Tanya") && text.text.contains("Tanya"), "{mail:?} {text:?}");
    app.done().await;
}

#[tokio::test]
async fn every_cancellation_message_says_how_to_pay_the_fee() {
    for (by, said) in [
        (Author::customer(), "You cancelled it."),
        (Author::staff("Sam"), "Our team cancelled it."),
        (Author::system(), "It was cancelled automatically."),
    ] {
        let app = TestApp::new().await;
        let (atl, booked, marcus) = booked(&app).await;
        let is_free = by == Author::system();
        assign(&app, atl, &booked, marcus).await;
        cancel(&app, atl, &booked, by).await;
        let (mail, text) = told(&app, Kind::Cancelled).await;
        assert!(mail.text.contains(said), "{mail:?}");
        let owed = if is_free { "Nothing to pay" } else { "$35.00 to pay. Call us at (404) 555-0100" };
        assert!(mail.text.contains(owed) && text.text.contains(owed), "{mail:?} {text:?}");
        let page = app.browser("atl.localhost").get(text.path().unwrap()).await;
        assert!(page.text().contains("This booking is cancelled"), "{}", page.text());
        app.done().await;
    }
}

#[tokio::test]
async fn a_missed_customer_is_notified_of_the_cost() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    report(&app, atl, &booked, marcus, &[JobState::EnRoute, JobState::Arrived]).await;
    let mut tx = begin(&app, atl).await;
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    fulfilment::give_up(&mut tx, &of, marcus, booked.job, Outcome::GoneOnArrival, None).await.unwrap();
    tx.commit().await.unwrap();
    let (mail, text) = told(&app, Kind::Missed).await;
    assert!(mail.text.contains("found no one there") && mail.text.contains("to pay"), "{mail:?}");
    assert!(text.text.contains("found no one there") && text.text.contains("to pay"), "{text:?}");
    app.done().await;
}

#[tokio::test]
async fn a_customer_is_reached_by_whichever_they_gave() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update bookings set contact_email = null").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assign(&app, atl, &booked, marcus).await;
    assert_eq!(kinds(&app, EMAIL).await, Vec::<String>::new(), "no address was given");
    assert_eq!(kinds(&app, PHONE).await, ["booking-accepted"]);
    app.done().await;

    let mail = MailSettings { url: "smtp://127.0.0.1:9".to_owned().into(), from: "no-reply@wayside.example".into() };
    let app = TestApp::with(|config| {
        config.environment = Environment::Production;
        config.mail = Some(mail);
    })
    .await;
    let (atl, booked, marcus) = self::booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    app.drain().await;
    let channels: Vec<String> =
        sqlx::query_scalar("select channel from notifications").fetch_all(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(channels, ["email"], "there is no gateway for text messages");
    app.done().await;
}

#[tokio::test]
async fn messages_are_sent_after_a_crash_before_they_were_written() {
    let app = TestApp::new().await;
    let (atl, booked, marcus) = booked(&app).await;
    assign(&app, atl, &booked, marcus).await;
    let written: i64 =
        sqlx::query_scalar("select count(*) from notifications").fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    let waiting: i64 = sqlx::query_scalar("select count(*) from queue.tasks where kind = $1")
        .bind(messages::WRITE)
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert_eq!((written, waiting), (0, 1), "the action is committed, and no process has worked its task");
    told(&app, Kind::Accepted).await;
    app.done().await;
}

#[tokio::test]
async fn a_link_is_sent_again_after_the_key_it_was_sealed_with_was_replaced() {
    let app = TestApp::new().await;
    let (atl, booked, _) = booked(&app).await;
    let of = |setting: &str| Keys::parse(&setting.to_owned().into()).unwrap();
    let (old, new) = ("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=");
    let both = of(&format!("next:{new},test:{old}"));
    assert!(rotation::rotate(&app.app.db, &both).await.unwrap() > 0);
    let mut tx = begin(&app, atl).await;
    let only_new = of(&format!("next:{new}"));
    let token = bookings::key::find_token(&mut tx, &only_new, booked.id).await.unwrap();
    assert_eq!(token.as_deref(), Some(booked.token.as_str()));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn the_messages_about_a_booking_say_nothing_that_its_customer_typed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query(
        "update bookings set contact_name = 'Win at evil.example', address = 'evil.example', notes = 'evil.example'",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    messages::tell(&mut tx, booked.id, Kind::Booked).await.unwrap();
    tx.commit().await.unwrap();
    let (mail, text) = told(&app, Kind::Booked).await;
    assert!(!format!("{mail:?}{text:?}").contains("evil.example"), "{mail:?} {text:?}");
    app.done().await;
}
