use engine::{Id, field::isolated};

use super::{
    Purpose, SEALED_FOR,
    store::{self, PhoneCode},
};
use crate::{
    error::AppError, identity::store as accounts, notifications::text_message, server::App, tasks::Task, tenants,
};

/// The task that creates a code and sends it.
pub const SEND: &str = "send_phone_code";

/// Handles the task [`SEND`]. Nothing is sent to a number that no account signs in with.
pub async fn send(app: &App, task: &Task) -> Result<(), AppError> {
    let id: Id<PhoneCode> = task.payload()?;
    let tenant = task.tenant_id.ok_or(AppError::NotFound)?;
    let mut tx = app.db.begin_system(tenant).await?;
    let Some(unsent) = store::find_unsent(&mut tx, id).await? else {
        return Ok(());
    };
    let phone = unsent.phone(&app.keys)?;
    let user = match unsent.user_id {
        Some(user) => Some(user),
        None => accounts::find_by_phone(&mut tx, &phone).await?,
    };
    let Some(user) = user else {
        return Ok(());
    };
    let digits = format!("{:06}", rand::random_range(0..1_000_000));
    store::set_code(&mut tx, id, user, &app.keys.digest(SEALED_FOR, store::value(id, &digits).as_bytes())).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    let brand = isolated(&tenant.name);
    let what_for = if unsent.purpose == Purpose::SignIn.code() {
        t!("identity-sign-in-to")
    } else {
        t!("identity-confirm-your-number-with")
    };
    let text = t!("identity-is-your-code-to-it-works", digits = digits, what_for = what_for, brand = brand);
    text_message(&mut tx, app, &phone, text, "phone-code").await?;
    tx.commit().await
}
