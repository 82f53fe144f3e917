//! Live updates: a transaction publishes a topic, browsers that watch it hear that something changed and fetch the page again.
//!
//! Topics name things (`booking:<id>`, `job:<id>`, `provider:<id>`, `board`); nothing about them is sent, so a topic that leaks tells nobody anything.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Path, State},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use sqlx::PgConnection;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc::{self, error::TrySendError},
    },
    time::MissedTickBehavior,
};
use tokio_stream::wrappers::ReceiverStream;

use super::{App, Ctx, errors::error_response};
use crate::{app::watchable_topic, db::Db, error::AppError, identity, telemetry::EventStream};

/// How often it is asked whether whoever watches still may: so long a stream outlives its session at most.
const RECHECK: Duration = Duration::from_secs(30);

/// Passes what Postgres announces on to the browsers of this process.
#[derive(Clone)]
pub struct Hub {
    announcements: broadcast::Sender<String>,
    recheck: Duration,
}

impl Default for Hub {
    fn default() -> Self {
        Self { announcements: broadcast::channel(1024).0, recheck: RECHECK }
    }
}

impl Hub {
    /// One that asks more often, for tests.
    #[cfg(test)]
    pub fn rechecking_every(recheck: Duration) -> Self {
        Self { recheck, ..Self::default() }
    }

    /// Listens until the process ends; after a lost connection every watcher is told to look again.
    pub async fn listen(self, db: Db) {
        loop {
            match db.listen(&["live"]).await {
                Ok(mut listener) => {
                    while let Ok(notification) = listener.recv().await {
                        let _ = self.announcements.send(notification.payload().to_owned());
                    }
                }
                Err(error) => tracing::warn!(%error, "can't listen for live updates"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Tells whoever watches the topic, once the transaction commits.
pub async fn publish(db: &mut PgConnection, topic: &str) -> Result<(), AppError> {
    sqlx::query("select pg_notify('live', app.current_tenant()::text || '/' || $1)").bind(topic).execute(db).await?;
    Ok(())
}

/// Server-sent events of one topic, for as long as whoever watches may.
pub(super) async fn events(
    State(app): State<App>,
    Extension(ctx): Extension<Ctx>,
    Path(name): Path<String>,
) -> Response {
    let topic = match watchable_topic(&ctx, &name).await {
        Ok(topic) => topic,
        Err(error) => return error_response(&app, Some(&ctx.tenant), &error),
    };
    let wanted = format!("{}/{topic}", ctx.tenant.id);
    let (events, stream) = mpsc::channel(4);
    tokio::spawn(watch(app.live.clone(), ctx, name, wanted, events));
    Sse::new(ReceiverStream::new(stream)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

/// Passes announcements of one topic on until the browser leaves, or may watch no longer.
async fn watch(hub: Hub, ctx: Ctx, name: String, wanted: String, events: mpsc::Sender<Result<Event, Infallible>>) {
    let _counted = EventStream::open();
    let mut announcements = hub.announcements.subscribe();
    let mut checks = tokio::time::interval_at(tokio::time::Instant::now() + hub.recheck, hub.recheck);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = events.closed() => return,
            _ = checks.tick() => {
                if !may_still_watch(&ctx, &name).await {
                    return;
                }
            }
            announced = announcements.recv() => {
                let is_ours = match announced {
                    Ok(announced) => announced == wanted,
                    // A watcher that fell behind has missed something, perhaps its own topic.
                    Err(RecvError::Lagged(_)) => true,
                    Err(RecvError::Closed) => return,
                };
                // One that has events waiting looks again anyway.
                if is_ours && let Err(TrySendError::Closed(_)) = events.try_send(Ok(changed())) {
                    return;
                }
            }
        }
    }
}

fn changed() -> Event {
    Event::default().event("changed").data("1")
}

/// Whether the session goes on with which watching began, and its owner would be let in now. Without an answer of the database the stream ends, too: the
/// browser asks again.
async fn may_still_watch(ctx: &Ctx, name: &str) -> bool {
    let user = match (&ctx.user, ctx.session) {
        (Some(user), Some(session)) => match identity::session_goes_on(ctx, session, user).await {
            Ok(Some(user)) => Some(user),
            Ok(None) | Err(_) => return false,
        },
        (Some(_), None) => return false,
        (None, _) => None,
    };
    watchable_topic(&Ctx { user, ..ctx.clone() }, name).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::{Role, revoke_sessions},
        testing::{TestApp, begin, tenant, user},
    };

    /// The stream of the board, opened by a member of staff, and what ends it.
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
    async fn a_stream_ends_when_its_session_has_expired_however_long_it_is_open() {
        ends_after(async |app, _, _| app.app.db.clock.advance(chrono::TimeDelta::hours(13))).await;
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_owner_has_other_rights() {
        ends_after(async |app, atl, stan| {
            let mut tx = begin(app, atl).await;
            crate::identity::directory::set_roles(&mut tx, stan, &[Role::Customer]).await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    }
}
