use engine::Id;
use sqlx::PgConnection;

use crate::{customers::Customer, error::AppError, identity::User, providers::Provider};

/// A person, in all their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    pub user: Option<Id<User>>,
    /// Their customers: the account's, and guests with the same verified address.
    pub customers: Vec<Id<Customer>>,
    pub provider: Option<Id<Provider>>,
}

impl Subject {
    /// The owner of an account.
    pub async fn of_account(db: &mut PgConnection, user: Id<User>) -> Result<Self, AppError> {
        let (customers, provider) = sqlx::query_as(
            "select array(select c.id from customers c where c.tenant_id = u.tenant_id and (c.user_id = u.id
                          or (c.user_id is null and u.email_verified_at is not null and c.email = u.email))),
                    (select p.id from providers p where p.tenant_id = u.tenant_id and p.user_id = u.id)
             from users u where u.tenant_id = app.current_tenant() and u.id = $1",
        )
        .bind(user)
        .fetch_one(db)
        .await?;
        Ok(Self { user: Some(user), customers, provider })
    }

    /// A customer, and the roles of their account if there is one.
    pub async fn of_customer(db: &mut PgConnection, customer: Id<Customer>) -> Result<Self, AppError> {
        let found = sqlx::query_as(
            "select g.user_id,
                    array(select g.id union select c.id from customers c where c.tenant_id = u.tenant_id and (c.user_id = u.id
                          or (c.user_id is null and u.email_verified_at is not null and c.email = u.email))),
                    (select p.id from providers p where p.tenant_id = u.tenant_id and p.user_id = u.id)
             from customers g left join users u on (u.tenant_id, u.id) = (g.tenant_id, g.user_id)
             where g.tenant_id = app.current_tenant() and g.id = $1",
        )
        .bind(customer)
        .fetch_optional(db)
        .await?;
        let (user, customers, provider) = found.ok_or(AppError::NotFound)?;
        Ok(Self { user, customers, provider })
    }
}
