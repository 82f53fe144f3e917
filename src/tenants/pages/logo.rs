use crate::{
    error::AppError,
    server::{Answer, Picture, Visit},
    tenants::{logo, store},
};

/// `/brand/logo/{hash}`: the business's logo. A new picture has a new URL, so browsers may cache it.
pub async fn logo(visit: Visit) -> Result<Answer, AppError> {
    let hash: String = visit.param("hash")?;
    let mut tx = visit.begin().await?;
    let current = visit.ctx.tenant.logo_hash.as_ref() == Some(&hash);
    let (kind, content) = if current {
        store::find_logo(&mut tx).await?.ok_or(AppError::NotFound)?
    } else {
        return Err(AppError::NotFound);
    };
    Ok(Answer::Picture(Picture { kind, content, policy: logo::POLICY, days: 365 }))
}
