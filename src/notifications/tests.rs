//! Delivery to a test SMTP server, and to a gateway that answers like Twilio.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use engine::Id;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string_contains, header, method, path},
};

use super::{Email, email, text_message};
use crate::{
    config::{Environment, MailSettings, TextSettings},
    tenants::Tenant,
    testing::{TestApp, begin, tenant},
};

/// A mail server that records what it receives, and answers recipients as scripted.
struct Postbox {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
    recipient_answer: Arc<Mutex<&'static str>>,
}

impl Postbox {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let recipient_answer = Arc::new(Mutex::new("250 ok"));
        let (letters, answer) = (taken.clone(), recipient_answer.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, letters.clone(), answer.clone()));
            }
        });
        Self { port, taken, recipient_answer }
    }

    fn settings(&self) -> MailSettings {
        MailSettings { url: format!("smtp://127.0.0.1:{}", self.port).into(), from: "no-reply@wayside.example".into() }
    }

    fn letters(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

async fn converse(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>, recipient_answer: Arc<Mutex<&'static str>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut envelope = String::new();
    writer.write_all(b"220 postbox\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250 postbox",
            "MAIL" => {
                envelope.push_str(&line);
                "250 ok"
            }
            "RCPT" => {
                envelope.push_str(&line);
                *recipient_answer.lock().unwrap()
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.unwrap();
                let mut letter = format!("{envelope}\n");
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                taken.lock().unwrap().push(letter);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

fn reset_mail(to: &str) -> Email {
    Email {
        to: to.parse().unwrap(),
        subject: "Choose a new password".into(),
        lines: vec!["You asked for <a> new password.".into()],
        action: Some(("Choose a password", "https://atl.localhost/reset/abc?x=1&y=2".into())),
        kind: "password-reset",
    }
}

async fn send(app: &TestApp, tenant: Id<Tenant>, mail: Email) {
    let mut tx = begin(app, tenant).await;
    email(&mut tx, &app.app, mail).await.unwrap();
    tx.commit().await.unwrap();
}

/// Status, error, and whether the content is still there, of the only message.
async fn stored_state(app: &TestApp, tenant: Id<Tenant>) -> (String, Option<String>, bool) {
    sqlx::query_as("select status, error, sealed_content is not null from notifications")
        .fetch_one(&mut *begin(app, tenant).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_email_reaches_the_mail_server_and_is_wiped_here() {
    let postbox = Postbox::open().await;
    let app = TestApp::with(|config| config.mail = Some(postbox.settings())).await;
    let atl = tenant(&app, "atl").await;
    send(&app, atl, reset_mail("ann@example.com")).await;
    app.drain().await;

    let letters = postbox.letters();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0].replace("=\n", "");
    for part in [
        "MAIL FROM:<no-reply@wayside.example>",
        "RCPT TO:<ann@example.com>",
        "From: atl <no-reply@wayside.example>",
        "Reply-To: hello@example.com",
        "Subject: Choose a new password",
        "Auto-Submitted: auto-generated",
        "multipart/alternative",
        "You asked for <a> new password.",
        "https://atl.localhost/reset/abc?x=3D1&y=3D2",
    ] {
        assert!(letter.contains(part) || letter.contains(&part.replace("=3D", "=")), "{part} in {letter}");
    }
    assert!(letter.contains("You asked for &lt;a&gt; new password."), "the HTML is escaped: {letter}");
    assert_eq!(stored_state(&app, atl).await, ("sent".into(), None, false));
    app.drain().await;
    assert_eq!(postbox.letters().len(), 1, "once");
    app.done().await;
}

#[tokio::test]
async fn a_busy_mail_server_is_tried_again_with_the_same_message_id() {
    let postbox = Postbox::open().await;
    let app = TestApp::with(|config| config.mail = Some(postbox.settings())).await;
    let atl = tenant(&app, "atl").await;
    *postbox.recipient_answer.lock().unwrap() = "451 ann@example.com try later";
    send(&app, atl, reset_mail("ann@example.com")).await;
    app.drain().await;
    assert_eq!(
        stored_state(&app, atl).await,
        ("waiting".into(), Some("SMTP 451".into()), true),
        "no address in the log"
    );

    *postbox.recipient_answer.lock().unwrap() = "250 ok";
    app.pass(TimeDelta::seconds(10)).await;
    let id: uuid::Uuid =
        sqlx::query_scalar("select id from notifications").fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    let letters = postbox.letters();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains(&format!("Message-ID: <{id}@wayside.example>")), "{}", letters[0]);
    assert_eq!(stored_state(&app, atl).await.0, "sent");
    app.done().await;
}

#[tokio::test]
async fn an_address_nobody_has_is_not_tried_again() {
    let postbox = Postbox::open().await;
    let app = TestApp::with(|config| config.mail = Some(postbox.settings())).await;
    let atl = tenant(&app, "atl").await;
    *postbox.recipient_answer.lock().unwrap() = "550 no such user";
    send(&app, atl, reset_mail("nobody@example.com")).await;
    app.drain().await;
    assert_eq!(stored_state(&app, atl).await, ("failed".into(), Some("SMTP 550".into()), false));
    let tasks: i64 = sqlx::query_scalar("select count(*) from queue.tasks")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert_eq!(tasks, 0);
    app.done().await;
}

fn gateway(server: &MockServer) -> TextSettings {
    TextSettings { url: server.uri(), account: "AC1".into(), token: "secret".into(), from: "+14045550100".into() }
}

async fn send_text(app: &TestApp, tenant: Id<Tenant>) {
    let mut tx = begin(app, tenant).await;
    let to = "+14045550123".parse().unwrap();
    text_message(&mut tx, &app.app, &to, "Your code is\u{a0}123456", "sign-in-code").await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
}

#[tokio::test]
async fn a_text_message_goes_out_by_twilios_protocol_without_no_break_spaces() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/2010-04-01/Accounts/AC1/Messages.json"))
        .and(header("authorization", format!("Basic {}", STANDARD.encode("AC1:secret"))))
        .and(body_string_contains("To=%2B14045550123"))
        .and(body_string_contains("From=%2B14045550100"))
        .and(body_string_contains("Body=Your+code+is+123456"))
        .respond_with(ResponseTemplate::new(201).set_body_json(serde_json::json!({ "sid": "SM1", "status": "queued" })))
        .expect(1)
        .mount(&server)
        .await;
    let app = TestApp::with(|config| config.texts = Some(gateway(&server))).await;
    let atl = tenant(&app, "atl").await;
    send_text(&app, atl).await;
    assert_eq!(stored_state(&app, atl).await, ("sent".into(), None, false));
    app.done().await;
}

#[tokio::test]
async fn an_unreachable_number_fails_and_a_busy_gateway_is_retried() {
    for (status, code, expected) in [(400, 21_211, "failed"), (429, 20_429, "waiting"), (500, 20_500, "waiting")] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status)
            .set_body_json(serde_json::json!({ "code": code, "message": "+14045550123 is wrong" }));
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let app = TestApp::with(|config| config.texts = Some(gateway(&server))).await;
        let atl = tenant(&app, "atl").await;
        send_text(&app, atl).await;
        let (status, error, _) = stored_state(&app, atl).await;
        assert_eq!((status.as_str(), error), (expected, Some(format!("gateway code {code}"))));
        app.done().await;
    }
}

#[tokio::test]
async fn without_a_server_the_mailbox_page_shows_what_would_have_been_sent() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    tenant(&app, "other").await;
    send(&app, atl, reset_mail("ann@example.com")).await;
    app.drain().await;
    assert_eq!(stored_state(&app, atl).await, ("kept".into(), None, true));

    let page = app.browser("atl.localhost").get("/dev/mailbox").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Choose a new password") && page.text().contains("to ann@example.com"));
    let link = page.attribute("article a", "href");
    assert_eq!(link.as_deref(), Some("https://atl.localhost/reset/abc?x=1&y=2"));
    assert!(!app.browser("other.localhost").get("/dev/mailbox").await.text().contains("ann@example.com"));
    let mails = app.mailbox("ann@example.com").await;
    assert_eq!((mails.len(), mails[0].path()), (1, Some("/reset/abc?x=1&y=2")));
    app.done().await;
}

#[tokio::test]
async fn a_server_in_production_without_mail_keeps_nothing() {
    let app = TestApp::with(|config| config.environment = Environment::Production).await;
    let atl = tenant(&app, "atl").await;
    send(&app, atl, reset_mail("ann@example.com")).await;
    app.drain().await;
    assert_eq!(stored_state(&app, atl).await, ("failed".into(), Some("no server in the settings".into()), false));
    assert_eq!(app.browser("atl.localhost").get("/dev/mailbox").await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn unsent_content_is_deleted_after_a_week_and_records_after_three_months() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    send(&app, atl, reset_mail("ann@example.com")).await;
    let sweep = async || {
        let mut tx = begin(&app, atl).await;
        let now = tx.now;
        let swept = super::store::sweep(&mut tx, now).await.unwrap();
        tx.commit().await.unwrap();
        swept
    };
    assert_eq!(sweep().await, 0);
    app.app.db.clock.advance(TimeDelta::days(7));
    assert_eq!(sweep().await, 1);
    assert_eq!(stored_state(&app, atl).await, ("failed".into(), Some("expired".into()), false));
    app.app.db.clock.advance(TimeDelta::days(83));
    assert_eq!(sweep().await, 1);
    app.done().await;
}

#[tokio::test]
async fn a_message_exists_only_if_its_transaction_does() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    email(&mut tx, &app.app, reset_mail("ann@example.com")).await.unwrap();
    drop(tx);
    app.drain().await;
    assert!(app.mailbox("ann@example.com").await.is_empty());
    app.done().await;
}
