//! E-mail by SMTP.

use std::time::Duration;

use anyhow::{Context, Result};
use engine::{Id, field::isolated};
use leptos::prelude::*;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use secrecy::ExposeSecret;

use super::{content::Letter, outcome::Outcome, store::Notification};
use crate::{
    config::MailSettings,
    error::{AppError, OrInternal},
    tenants::Tenant,
};

/// Time limit of one step of the SMTP conversation.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Time limit of one message: shorter than a task's lease, so that two processes can't send it.
const LONGEST: Duration = Duration::from_secs(40);

#[derive(Clone)]
pub(super) struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl MailServer {
    pub(super) fn new(settings: &MailSettings) -> Result<Self> {
        // The error would contain the URL with its password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.expose_secret())
            .ok()
            .context("WAYSIDE_SMTP_URL is not an address like smtps://user:password@mail.example.com")?;
        let from = settings.from.parse().context("WAYSIDE_MAIL_FROM is not an e-mail address")?;
        Ok(Self { transport: builder.timeout(Some(TIME_LIMIT)).build(), from })
    }

    pub(super) async fn answers(&self) -> bool {
        tokio::time::timeout(TIME_LIMIT, self.transport.test_connection())
            .await
            .is_ok_and(|tested| tested.unwrap_or(false))
    }

    /// Sends under the brand's name, with replies to the brand. Every attempt has the same message id, by which mail programs recognize a
    /// duplicate.
    pub(super) async fn send(
        &self,
        id: Id<Notification>,
        sender: &Tenant,
        letter: &Letter,
    ) -> Result<Outcome, AppError> {
        let Ok(recipient) = letter.to.as_str().parse::<Address>() else {
            return Ok(Outcome::Refused("not an address".into()));
        };
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(sender.name.clone()), self.from.clone()))
            .to(recipient.into())
            .subject(letter.subject.as_str())
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Ok(answers_to) = sender.email.parse::<Address>() {
            builder = builder.reply_to(answers_to.into());
        }
        let text = as_text(sender, letter);
        let html = as_html(sender, letter);
        let message = builder.multipart(MultiPart::alternative_plain_html(text, html)).or_internal()?;
        let sending = tokio::time::timeout(LONGEST, self.transport.send(message)).await;
        Ok(match sending {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => outcome_of(&error),
            Err(_) => Outcome::NotNow("timed out".into()),
        })
    }
}

fn outcome_of(error: &smtp::Error) -> Outcome {
    match error.status() {
        Some(code) if error.is_permanent() && !is_our_fault(code) => Outcome::Refused(format!("SMTP {code}")),
        Some(code) => Outcome::NotNow(format!("SMTP {code}")),
        None if error.is_timeout() => Outcome::NotNow("timed out".into()),
        None if error.is_tls() => Outcome::NotNow("no TLS".into()),
        None => Outcome::NotNow("no connection".into()),
    }
}

/// Codes for wrong settings (RFC 4954): after correcting them, the message can be sent.
fn is_our_fault(code: smtp::response::Code) -> bool {
    ["530", "534", "535", "538"].contains(&code.to_string().as_str())
}

/// For mail programs that show no HTML.
fn as_text(sender: &Tenant, letter: &Letter) -> String {
    let mut paragraphs = letter.lines.clone();
    if let Some((label, url)) = &letter.action {
        paragraphs.push(format!("{label}:\r\n{url}"));
    }
    paragraphs.push(format!("{}\r\n{}", isolated(&sender.name), sender.spoken_phone));
    paragraphs.join("\r\n\r\n")
}

/// One column, one button, styles in attributes: what all mail programs support.
fn as_html(sender: &Tenant, letter: &Letter) -> String {
    let (background, ink) = (sender.colors.brand, sender.colors.ink);
    let button = format!(
        "display:inline-block;padding:12px 20px;border-radius:8px;background:{background};color:{ink};font-weight:600;text-decoration:none"
    );
    let heading = format!(
        "margin:0 0 24px;padding-bottom:12px;border-bottom:3px solid {background};font-size:18px;font-weight:700"
    );
    let paragraphs =
        letter.lines.iter().map(|line| view! { <p style="margin:0 0 16px">{line.clone()}</p> }).collect_view();
    let action = letter.action.as_ref().map(|(label, url)| {
        view! {
            <p style="margin:24px 0"><a href=url.clone() style=button>{label.clone()}</a></p>
            <p style="margin:0 0 16px;font-size:13px;color:#5b6472;word-break:break-all">
                {t!("notifications-if-the-button-doesnt-work")} " " {url.clone()}
            </p>
        }
    });
    let footer = format!("{} · {}", isolated(&sender.name), sender.spoken_phone);
    let body = view! {
        <html lang=sender.lang().to_owned()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width" />
                <meta name="color-scheme" content="light dark" />
                <title>{letter.subject.clone()}</title>
            </head>
            <body style="margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif">
                <div style="max-width:34rem;margin:0 auto">
                    <p style=heading>{sender.name.clone()}</p>
                    {paragraphs}
                    {action}
                    <p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #d8dce2;font-size:13px;color:#5b6472">{footer}</p>
                </div>
            </body>
        </html>
    };
    // Without the markers between texts, which Leptos needs only in a browser.
    format!("<!DOCTYPE html>{}", body.to_html().replace("<!>", ""))
}
