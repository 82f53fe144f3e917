//! All SQL on `customers`.

use engine::Id;
use sqlx::{FromRow, PgConnection, Row};

use super::{Contact, Customer};
use crate::{error::AppError, identity::User};

pub async fn find(db: &mut PgConnection, id: Id<Customer>) -> Result<Option<Customer>, AppError> {
    Ok(sqlx::query_as(
        "select id, name, email, phone from customers where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// One customer, and their account if they have one.
pub async fn find_with_account(
    db: &mut PgConnection,
    id: Id<Customer>,
) -> Result<Option<(Customer, Option<Id<User>>)>, AppError> {
    let row = sqlx::query(
        "select id, name, email, phone, user_id from customers where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Ok::<_, sqlx::Error>((Customer::from_row(&row)?, row.try_get("user_id")?))).transpose()?)
}

/// The customer of an account, if it has one.
pub async fn find_by_user(db: &mut PgConnection, user: Id<User>) -> Result<Option<Customer>, AppError> {
    Ok(sqlx::query_as(
        "select id, name, email, phone from customers where tenant_id = app.current_tenant() and user_id = $1",
    )
    .bind(user)
    .fetch_optional(db)
    .await?)
}

/// The guest with this phone, e-mail and name, created if new.
///
/// - Two people may share a phone: another name is another customer, with a separate export and erasure.
/// - Never a customer with an account: knowing a phone number is no proof of identity.
pub async fn find_or_insert(db: &mut PgConnection, contact: &Contact) -> Result<Id<Customer>, AppError> {
    let guests: Vec<(Id<Customer>, String)> = sqlx::query_as(
        "select id, name from customers where tenant_id = app.current_tenant() and phone = $1 and email is not distinct from $2 and user_id is null order by created_at, id",
    )
    .bind(&contact.phone)
    .bind(&contact.email)
    .fetch_all(&mut *db)
    .await?;
    match guests.into_iter().find(|(_, name)| is_same_name(name, &contact.name)) {
        Some((id, _)) => Ok(id),
        None => insert(db, None, contact).await,
    }
}

/// Whether two names differ only in letter case and spaces.
fn is_same_name(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    folded(one) == folded(other)
}

/// The customer of an account, created at the account's first booking.
pub async fn find_or_insert_for_user(
    db: &mut PgConnection,
    user: Id<User>,
    contact: &Contact,
) -> Result<Id<Customer>, AppError> {
    if let Some(customer) = find_by_user(db, user).await? {
        return Ok(customer.id);
    }
    // A second tap may have created it in between: then nothing is inserted, and it is found below.
    let inserted = sqlx::query_scalar(
        "insert into customers (id, user_id, name, email, phone) values ($1, $2, $3, $4, $5)
         on conflict on constraint customers_user_key do nothing returning id",
    )
    .bind(Id::<Customer>::new())
    .bind(user)
    .bind(&contact.name)
    .bind(&contact.email)
    .bind(&contact.phone)
    .fetch_optional(&mut *db)
    .await?;
    match inserted {
        Some(id) => Ok(id),
        None => find_by_user(db, user).await?.map(|customer| customer.id).ok_or(AppError::NotFound),
    }
}

/// Changes the e-mail of an account's customer.
pub async fn change_email_of_user(db: &mut PgConnection, user: Id<User>, email: &str) -> Result<(), AppError> {
    sqlx::query("update customers set email = $2 where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .bind(email)
        .execute(db)
        .await?;
    Ok(())
}

/// Guests with this e-mail, the first one first, locked until the transaction ends.
pub async fn lock_guests(db: &mut PgConnection, email: &str) -> Result<Vec<Id<Customer>>, AppError> {
    Ok(sqlx::query_scalar(
        "select id from customers where tenant_id = app.current_tenant() and email = $1 and user_id is null order by created_at, id for update",
    )
    .bind(email)
    .fetch_all(db)
    .await?)
}

/// Links a customer to the account: its own, else the first of the guests. `None` without either.
pub async fn link_guest(
    db: &mut PgConnection,
    user: Id<User>,
    guests: &[Id<Customer>],
) -> Result<Option<Id<Customer>>, AppError> {
    let Some(first) = guests.first() else {
        return Ok(None);
    };
    if let Some(own) = find_by_user(db, user).await? {
        return Ok(Some(own.id));
    }
    sqlx::query("update customers set user_id = $2 where tenant_id = app.current_tenant() and id = $1")
        .bind(first)
        .bind(user)
        .execute(db)
        .await?;
    Ok(Some(*first))
}

/// Merges guests into one customer: moves their vehicles and deletes the guests.
pub async fn merge_guests(db: &mut PgConnection, guests: &[Id<Customer>], own: Id<Customer>) -> Result<(), AppError> {
    sqlx::query("update customer_vehicles set customer_id = $2 where tenant_id = app.current_tenant() and customer_id = any($1)")
        .bind(guests)
        .bind(own)
        .execute(&mut *db)
        .await?;
    sqlx::query("delete from customers where tenant_id = app.current_tenant() and id = any($1) and id <> $2")
        .bind(guests)
        .bind(own)
        .execute(db)
        .await?;
    Ok(())
}

/// Creates the customer of a new account.
pub async fn insert_for_user(
    db: &mut PgConnection,
    user: Id<User>,
    contact: &Contact,
) -> Result<Id<Customer>, AppError> {
    insert(db, Some(user), contact).await
}

async fn insert(db: &mut PgConnection, user: Option<Id<User>>, contact: &Contact) -> Result<Id<Customer>, AppError> {
    let id = Id::new();
    sqlx::query("insert into customers (id, user_id, name, email, phone) values ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(user)
        .bind(&contact.name)
        .bind(&contact.email)
        .bind(&contact.phone)
        .execute(db)
        .await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::Role,
        testing::{TestApp, begin, tenant, until_one_waits, user},
    };

    #[tokio::test]
    async fn two_concurrent_bookings_of_an_account_create_one_customer() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ann = user(&app, atl, "ann", &[Role::Customer]).await;
        let contact = Contact { name: "Ann".into(), phone: "+14045550123".parse().unwrap(), email: None };
        let (mut one, mut other) = (begin(&app, atl).await, begin(&app, atl).await);
        let first = find_or_insert_for_user(&mut one, ann, &contact).await.unwrap();
        let (second, ()) = tokio::join!(find_or_insert_for_user(&mut other, ann, &contact), async {
            until_one_waits(&app).await;
            one.commit().await.unwrap();
        });
        assert_eq!(second, Ok(first));
        drop(other);
        app.done().await;
    }
}
