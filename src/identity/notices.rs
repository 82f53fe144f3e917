//! E-mails to an account's owner about changes to the account.

use engine::field::isolated;

use super::{
    User, email_changes,
    one_time::{self, purpose},
};
use crate::{
    db::Tx,
    error::{AppError, OrInternal},
    notifications::{self, Email},
    server::Ctx,
};

/// Notifies the account's owner that the password was changed, in case it wasn't them. Invalidates links that could change it again, and any pending
/// change of e-mail, which somebody with the old password may have begun.
pub(super) async fn tell_of_new_password(tx: &mut Tx, ctx: &Ctx, user: &User) -> Result<(), AppError> {
    one_time::revoke(tx, purpose::RESET_PASSWORD, user.id).await?;
    email_changes::withdraw(tx, user.id).await?;
    let mail = Email {
        to: user.email.parse().or_internal()?,
        subject: t!("identity-your-password-was-changed").into(),
        lines: vec![
            t!(
                "identity-hello-the-password-of-your-account",
                name = isolated(&user.name),
                business = isolated(&ctx.tenant.name)
            ),
            t!("identity-if-it-wasnt-you-choose-a", phone = ctx.tenant.spoken_phone),
        ],
        action: Some((t!("identity-it-wasnt-me"), ctx.url("/reset"))),
        kind: "password-changed",
    };
    notifications::email(tx, &ctx.app, mail).await
}
