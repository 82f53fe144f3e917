//! Text as people type, paste and dictate it, and as attackers do: in every text field of every form, and on the pages that show it.

use engine::field::isolated;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    identity::Role,
    testing::{
        Browser, CONFIRM, Reply, START, TestApp,
        access::{Watched, functions},
        address, begin, booking_form, service, tenant, user,
    },
};

/// What is stored of a text.
#[derive(Debug, Clone, Copy)]
enum Kept {
    /// The text unchanged.
    Same,
    /// The text in normalized form.
    As(&'static str),
    /// Nothing, because nothing is visible.
    Nothing,
    Refused,
}
use Kept::{As, Nothing, Refused, Same};

const TEXTS: [(&str, Kept); 25] = [
    ("O'Sullivan-D’Angelo", Same),
    ("José Müller", Same),
    ("Jose\u{301} Mu\u{308}ller", As("José Müller")),
    ("محمد علي", Same),
    ("שרה (5)", Same),
    ("王小明", Same),
    ("สมชาย ใจดี", Same),
    ("می\u{200c}خواهم", Same),
    ("Ann 👩\u{200d}👩\u{200d}👧", Same),
    ("Field\tTab", As("Field Tab")),
    ("  Field\u{a0}\u{3000}Space ", As("Field Space")),
    ("\u{feff}Field Bom", As("Field Bom")),
    ("Field\u{ad}\u{200b} Soft", As("Field Soft")),
    ("Dictated\u{fffc} Name", As("Dictated Name")),
    ("Field \u{202e}ecila", As("Field ecila")),
    ("Field \u{2067}alice\u{2069}", As("Field alice")),
    ("<b>Field</b> & \"Co\"", Same),
    ("=HYPERLINK(\"x\")", Same),
    ("https://maps.app.goo.gl/kX5bq1y8QmVn2mLw8", Same),
    (
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        Same,
    ),
    ("\u{200b}\u{200b}", Nothing),
    ("\u{2800}", Nothing),
    ("\u{3164}", Nothing),
    ("\u{202e}", Nothing),
    ("Bell\u{7}", Refused),
];

/// After this many texts accepted by a form, its object is no longer recreated.
const FRESH_AT_MOST: usize = 4;

/// What no column may contain: direction marks other than isolates, invisible characters, white space other than spaces.
const INVISIBLE: &str = "[\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{2067}\u{2800}\u{3164}\u{a0}\u{3000}\u{feff}\u{fffc}\t]";

/// The text columns filled by people in which some row of the tenant contains such characters.
async fn untidy(owner: &mut PgConnection, tenant: String) -> Vec<String> {
    sqlx::query("select set_config('app.tenant_id', $1, false)").bind(tenant).execute(&mut *owner).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not in ('_sqlx_migrations', 'audit_log')
           and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype",
    )
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    assert!(columns.len() > 50, "{} columns", columns.len());
    let mut found = Vec::new();
    for (table, column) in columns {
        let select = AssertSqlSafe(format!(
            "select {column} from {table} where {column} ~ $1 or ({column} <> '' and {column} is not nfc normalized) limit 1"
        ));
        let text: Option<String> =
            sqlx::query_scalar(select).bind(INVISIBLE).fetch_optional(&mut *owner).await.unwrap();
        found.extend(text.map(|text| format!("{table}.{column}: {text:?}")));
    }
    found
}

/// Four tests share the functions, so that they run in parallel.
const SHARES: usize = 4;

#[tokio::test]
async fn text_of_any_kind_in_any_field_is_taken_or_refused_in_the_first_quarter_of_forms() {
    fill(0).await;
}

#[tokio::test]
async fn text_of_any_kind_in_any_field_is_taken_or_refused_in_the_second_quarter_of_forms() {
    fill(1).await;
}

#[tokio::test]
async fn text_of_any_kind_in_any_field_is_taken_or_refused_in_the_third_quarter_of_forms() {
    fill(2).await;
}

#[tokio::test]
async fn text_of_any_kind_in_any_field_is_taken_or_refused_in_the_last_quarter_of_forms() {
    fill(3).await;
}

/// Types every text into every field of a share of the forms. No response may be a 500, and all stored text is normalized.
async fn fill(share: usize) {
    let mut watched = Watched::new().await;
    let (mut forms, mut taken) = (0, 0);
    let mut lines = functions();
    lines.dedup_by_key(|line| line.endpoint);
    for line in lines.into_iter().skip(share).step_by(SHARES) {
        let person = line.may[0];
        let mut call = (line.prepare)(&watched.world.ours, person).await;
        let mut browser = watched.browser(person, &call, true);
        let mut fresh = 0;
        forms += 1;
        for field in 0..call.fields.len() {
            for (text, _) in TEXTS {
                let mut fields = call.fields.clone();
                text.clone_into(&mut fields[field].1);
                browser = browser.at(&address());
                let reply = browser.call(&format!("/api/{}", line.endpoint), &fields).await;
                watched.calls += 1;
                if reply.status.is_server_error() {
                    watched.complain(format!("{} answers {} to {fields:?}", line.endpoint, reply.status));
                }
                taken += usize::from(reply.status.is_success());
                if reply.status.is_success() && fresh < FRESH_AT_MOST {
                    fresh += 1;
                    call = (line.prepare)(&watched.world.ours, person).await;
                    browser = watched.browser(person, &call, true);
                }
            }
        }
    }
    let mut owner = watched.world.app.database.owner().await;
    for column in untidy(&mut owner, watched.world.ours.tenant.to_string()).await {
        watched.complain(format!("kept as it was typed, {column}"));
    }
    drop(owner);
    assert!(taken > 20, "only {taken} texts were taken");
    watched.done(&format!("{forms} forms, {taken} texts taken")).await;
}

/// Starts a booking by that name, with an address that a person has to look up.
async fn start(guest: &mut Browser, name: &str, at: &str, phone: &str) -> Reply {
    let mut fields = booking_form(name, phone, at, "Civic");
    fields.push(("notes", name));
    guest.submit("/book/jump-start", START, &fields).await
}

#[tokio::test]
async fn names_of_all_kinds_are_booked_listed_found_and_exported_as_they_are_kept() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "jump-start", 10_000, None).await;
    user(&app, atl, "sam", &[Role::Staff]).await;
    let mut office = app.browser("atl.localhost");
    office.sign_in("sam@example.com").await;
    for (nth, (text, kept)) in TEXTS.into_iter().enumerate() {
        let mut guest = app.visitor("atl.localhost");
        let review = start(&mut guest, text, &format!("xyzzy {text}"), &format!("404-555-01{nth:02}")).await;
        let name = match kept {
            Same => text,
            As(other) => other,
            Nothing | Refused => {
                let errors = review.all("#field-name-error");
                assert_eq!(errors.len(), 1, "{text:?}: {}", review.text());
                continue;
            }
        };
        let field = |name: &str| review.attribute(&format!("form[action^='{CONFIRM}'] input[name={name}]"), "value");
        let fields = ["draft", "total", "ceiling"]
            .map(|name| (name, field(name).unwrap_or_else(|| panic!("{text:?}: {}", review.text()))));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let confirmed = guest.post("/book/jump-start/review", CONFIRM, &fields).await;
        let track = confirmed.location.unwrap_or_else(|| panic!("{text:?}: {}", confirmed.html));
        app.drain().await;

        let folded = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let reference: String = sqlx::query_scalar(
            "select reference from bookings where contact_name = $1 and address = $2 order by created_at desc limit 1",
        )
        .bind(name)
        .bind(format!("xyzzy {name}"))
        .fetch_optional(&mut *begin(&app, atl).await)
        .await
        .unwrap()
        .unwrap_or_else(|| panic!("{text:?} is not kept as {name:?}"));
        let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let pages = [
            format!("/admin/bookings?q={query}"),
            "/admin/board".to_owned(),
            format!("/admin/bookings/{reference}"),
            format!("/admin/bookings/{reference}/cancel"),
        ];
        for page in &pages {
            let shown = office.get(page).await;
            assert!(
                shown.status.is_success() && shown.text().contains(&folded),
                "{text:?} on {page}: {}",
                shown.text()
            );
            assert!(!shown.html.contains("<b>Field"), "{page}");
        }
        let alert =
            format!("Call {} to find out where they are: “{}”.", isolated(name), isolated(&format!("xyzzy {name}")));
        assert!(office.get("/admin/board").await.text().contains(&alert), "{text:?}: {alert}");
        assert!(guest.get(&track).await.status.is_success());
        let csv = office.get(&format!("/admin/bookings.csv?q={query}")).await.html;
        assert!(csv.contains(&name.replace('"', "\"\"")), "{text:?}: {csv}");
    }
    app.done().await;
}
