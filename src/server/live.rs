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
use tokio::sync::broadcast;
use tokio_stream::{StreamExt, wrappers::BroadcastStream};

use super::{App, Ctx, errors::error_response};
use crate::{db::Db, error::AppError};

/// Passes what Postgres announces on to the browsers of this process.
#[derive(Clone)]
pub struct Hub {
    announcements: broadcast::Sender<String>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { announcements: broadcast::channel(1024).0 }
    }
}

impl Hub {
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

/// Server-sent events of one topic.
pub(super) async fn events(
    State(app): State<App>,
    Extension(ctx): Extension<Ctx>,
    Path(topic): Path<String>,
) -> Response {
    let topic = match crate::app::watchable_topic(&ctx, &topic).await {
        Ok(topic) => topic,
        Err(error) => return error_response(&app, Some(&ctx.tenant), &error),
    };
    let wanted = format!("{}/{topic}", ctx.tenant.id);
    let changes = BroadcastStream::new(app.live.announcements.subscribe()).filter_map(move |announcement| {
        match announcement {
            Ok(announced) if announced != wanted => None,
            // A watcher that fell behind has missed something, perhaps its own topic.
            _ => Some(Ok::<_, Infallible>(Event::default().event("changed").data("1"))),
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}
