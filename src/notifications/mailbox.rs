use chrono::{DateTime, Utc};

use super::{
    content::{Content, Letter},
    store,
};
use crate::{db::Tx, error::AppError, secrets::Keys};

/// A message in the mailbox of a development machine.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub kind: String,
    pub subject: String,
    pub text: String,
    /// The links in it, the button's first.
    pub links: Vec<String>,
    pub at: DateTime<Utc>,
}

/// The tenant's unsent messages, the newest first.
pub async fn mailbox(tx: &mut Tx, keys: &Keys, most: i64) -> Result<Vec<Mail>, AppError> {
    let unsent = store::list_unsent(tx, most).await?;
    unsent
        .into_iter()
        .map(|unsent| {
            let content = Content::open(keys, &unsent.sealed_content)?;
            Ok(Mail::new(content, unsent.kind, unsent.created_at))
        })
        .collect()
}

impl Mail {
    fn new(content: Content, kind: String, at: DateTime<Utc>) -> Self {
        match content {
            Content::Email(Letter { to, subject, lines, action }) => {
                let text = lines.join("\n\n");
                let links = action.into_iter().map(|(_, url)| url).chain(links_in(&text)).collect();
                Self { to: to.to_string(), kind, subject, text, links, at }
            }
            Content::Text { to, body } => {
                let links = links_in(&body).collect();
                Self { to: to.as_str().to_owned(), kind, subject: String::new(), text: body, links, at }
            }
        }
    }

    /// Path and query of the first link, for tests to open.
    pub fn path(&self) -> Option<&str> {
        let after_scheme = self.links.first()?.split_once("://")?.1;
        Some(&after_scheme[after_scheme.find('/')?..])
    }
}

fn links_in(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(|word| word.trim_end_matches(['.', ',', ')']).to_owned())
        .collect::<Vec<_>>()
        .into_iter()
}
