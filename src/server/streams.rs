//! Server-sent events: a browser watches a topic of [`live`](super::live).

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Path, State},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::MissedTickBehavior,
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    App, Ctx,
    errors::error_response,
    live::{Hub, Watching},
    product::FindTopic,
    slots::Slot,
};
use crate::{error::AppError, identity, telemetry::EventStream};

/// Maximum number of streams per user, or per link, in this process.
const MOST_PER_WATCHER: usize = 100;

/// Maximum number of streams per address in this process. A whole office may share it.
const MOST_PER_ADDRESS: usize = 200;

/// `Retry-After` beyond these limits, in seconds.
const WAIT: u32 = 30;

/// Server-sent events of one topic, for as long as the user may watch it.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    Extension(ctx): Extension<Ctx>,
    Extension(find_topic): Extension<FindTopic>,
    Path(name): Path<String>,
) -> Response {
    let topic = match (find_topic.0)(&ctx, &name).await {
        Ok(topic) => topic,
        Err(error) => return error_response(&app, Some(&ctx.tenant), &error),
    };
    let Some(places) = places(&app.live, &ctx, &name) else {
        return error_response(&app, Some(&ctx.tenant), &AppError::TooMany(WAIT));
    };
    let watching = app.live.watch(&format!("{}/{topic}", ctx.tenant.id));
    let (events, stream) = mpsc::channel(1);
    tokio::spawn(async move {
        watch(watching, ctx, find_topic, name, events).await;
        drop(places);
    });
    Sse::new(ReceiverStream::new(stream)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

/// Takes a place for one more stream of this user or link, and of this address.
fn places(hub: &Hub, ctx: &Ctx, name: &str) -> Option<(Slot, Slot)> {
    let watcher = match &ctx.user {
        Some(user) => format!("user {}", user.id),
        None => format!("guest {}/{name}", ctx.tenant.id),
    };
    let address = format!("address {}", ctx.address.counted());
    Some((hub.open.take(watcher, MOST_PER_WATCHER)?, hub.open.take(address, MOST_PER_ADDRESS)?))
}

/// Passes on notifications of one topic until the browser disconnects, the user may no longer watch, or the process stops.
async fn watch(
    mut watching: Watching,
    ctx: Ctx,
    find_topic: FindTopic,
    name: String,
    events: mpsc::Sender<Result<Event, Infallible>>,
) {
    let _counted = EventStream::open();
    let (recheck, closing) = (watching.hub.recheck, watching.hub.closing.clone());
    let mut checks = tokio::time::interval_at(tokio::time::Instant::now() + recheck, recheck);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            () = events.closed() => return,
            _ = checks.tick() => {
                if !may_still_watch(&ctx, find_topic, &name).await {
                    return;
                }
            }
            announced = watching.changes.changed() => {
                // A full channel already has an event that makes the browser fetch the page.
                if announced.is_err() || matches!(events.try_send(Ok(changed())), Err(TrySendError::Closed(_))) {
                    return;
                }
            }
        }
    }
}

fn changed() -> Event {
    Event::default().event("changed").data("1")
}

/// Whether the session still exists and its owner may still watch the topic. If the database doesn't answer, the stream ends and the browser
/// reconnects.
async fn may_still_watch(ctx: &Ctx, find_topic: FindTopic, name: &str) -> bool {
    let user = match (&ctx.user, ctx.session) {
        (Some(user), Some(session)) => match identity::current_session_user(ctx, session, user).await {
            Ok(Some(user)) => Some(user),
            Ok(None) | Err(_) => return false,
        },
        (Some(_), None) => return false,
        (None, _) => None,
    };
    (find_topic.0)(&Ctx { user, ..ctx.clone() }, name).await.is_ok()
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinHandle;

    use super::*;
    use crate::{
        identity::{Role, revoke_sessions},
        testing::{TestApp, begin, tenant, user},
    };

    /// The board's stream, opened by a member of staff, and what ends it.
    async fn ends_after(
        end: impl AsyncFnOnce(&TestApp, engine::Id<crate::tenants::Tenant>, engine::Id<crate::identity::User>),
    ) {
        let app = TestApp::watching(Hub::rechecking_every(Duration::from_millis(5))).await;
        let atl = tenant(&app, "atl").await;
        let stan = user(&app, atl, "stan", &[Role::Staff]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("stan@example.com").await;
        let mut stream = browser.open_stream("/live/board").await;
        assert!(!stream.ends_within(Duration::from_millis(200)).await, "it goes on while he may");
        end(&app, atl, stan).await;
        assert!(stream.ends_within(Duration::from_secs(20)).await, "it ends when he may not");
        drop(stream);
        app.done().await;
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_session_is_revoked() {
        ends_after(async |app, atl, stan| {
            let mut tx = begin(app, atl).await;
            revoke_sessions(&mut tx, stan, None).await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_session_expires() {
        ends_after(async |app, _, _| app.app.db.clock.advance(chrono::TimeDelta::hours(13))).await;
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_owner_has_other_rights() {
        ends_after(async |app, atl, stan| {
            let mut tx = begin(app, atl).await;
            crate::identity::directory::change_roles(&mut tx, stan, &[Role::Staff], &[Role::Customer]).await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    }

    /// Waits for the next event of a stream.
    async fn next(stream: &mut crate::testing::Stream) -> String {
        tokio::time::timeout(Duration::from_secs(20), stream.next()).await.expect("an event comes")
    }

    async fn say(app: &TestApp, tenant: engine::Id<crate::tenants::Tenant>, topic: &str) {
        let mut tx = begin(app, tenant).await;
        crate::db::publish(&mut tx, topic).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A tenant whose staff watch the board; the hub is running, because the first notification has arrived.
    async fn watched() -> (TestApp, engine::Id<crate::tenants::Tenant>, crate::testing::Stream, JoinHandle<()>) {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        user(&app, atl, "stan", &[Role::Staff]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("stan@example.com").await;
        let mut stream = browser.open_stream("/live/board").await;
        let listening = tokio::spawn(app.app.live.clone().listen(app.app.db.clone()));
        assert!(next(&mut stream).await.contains("changed"), "what was said before it listened is unknown");
        (app, atl, stream, listening)
    }

    #[tokio::test]
    async fn a_stream_receives_only_its_own_topic() {
        let (app, atl, mut stream, listening) = watched().await;
        let other = tenant(&app, "other").await;
        say(&app, other, "board").await;
        for number in 0..3000 {
            app.app.live.announce(&format!("{atl}/booking:{number}"));
        }
        assert!(stream.is_silent(Duration::from_millis(100)).await, "neither a neighbour's nor another topic's");
        say(&app, atl, "board").await;
        assert!(next(&mut stream).await.contains("changed"));
        listening.abort();
        drop(stream);
        app.done().await;
    }

    #[tokio::test]
    async fn after_a_lost_connection_all_watchers_reload_and_are_notified_again() {
        let (app, atl, mut stream, listening) = watched().await;
        let mut tx = begin(&app, atl).await;
        let ended: i64 = sqlx::query_scalar(
            "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity
             where datname = current_database() and usename = current_user and query ilike 'listen%'",
        )
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        drop(tx);
        assert_eq!(ended, 1);
        assert!(next(&mut stream).await.contains("changed"), "something may have been missed");
        say(&app, atl, "board").await;
        assert!(next(&mut stream).await.contains("changed"), "it listens again");
        listening.abort();
        drop(stream);
        app.done().await;
    }

    #[tokio::test]
    async fn one_link_has_a_limited_number_of_streams_and_gets_a_place_back_when_one_ends() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let service = crate::testing::service(&app, atl, "lockout", 13_500, None).await;
        let booked = crate::testing::booking(&app, atl, service).await;
        let path = format!("/live/track/{}", booked.token);
        let mut browser = app.browser("atl.localhost");
        let mut streams = Vec::new();
        for _ in 0..MOST_PER_WATCHER {
            streams.push(browser.open_stream(&path).await);
        }
        assert_eq!(browser.status_of(&path).await, 429);
        streams.pop();
        let again = async {
            while browser.status_of(&path).await != 200 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), again).await.expect("its place is free");
        drop(streams);
        app.done().await;
    }
}
