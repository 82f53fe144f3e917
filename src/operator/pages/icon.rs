use crate::{
    error::AppError,
    operator::OperatorCtx,
    server::{Answer, Picture, Visit},
};

/// `/favicon.svg`: the platform's own mark.
pub async fn icon(_: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let content = include_bytes!("icon.svg").to_vec();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    Ok(Answer::Picture(Picture { kind: "image/svg+xml".to_owned(), content, policy, days: 1 }))
}
