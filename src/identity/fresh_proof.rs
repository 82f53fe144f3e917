//! The ways in which a signed-in user can give a fresh proof of identity: the sign-in methods of their account.

use engine::{Id, Phone};

use super::{
    User,
    oidc::store::{OfferedProvider, list_linked},
};
use crate::{db::Tx, error::AppError};

/// The methods available to an account.
#[derive(Debug)]
pub struct FreshProofs {
    pub has_password: bool,
    pub has_passkey: bool,
    /// The phone number that receives codes.
    pub phone: Option<Phone>,
    /// The identity providers it is linked to.
    pub providers: Vec<OfferedProvider>,
}

impl FreshProofs {
    /// The methods of an account.
    pub async fn of(tx: &mut Tx, user: Id<User>) -> Result<Self, AppError> {
        let (has_password, has_passkey, phone) = sqlx::query_as(
            "select password_hash is not null, exists (select from passkeys k where k.tenant_id = app.current_tenant() and k.user_id = users.id),
                    case when phone_verified_at is not null then phone end
             from users where tenant_id = app.current_tenant() and id = $1",
        )
        .bind(user)
        .fetch_one(&mut **tx)
        .await?;
        let providers = list_linked(tx, user).await?;
        Ok(Self { has_password, has_passkey, phone, providers })
    }
}
