use leptos::prelude::*;

use super::{entries, typed::Typed};
use crate::{
    admin::{AdminFrame, Waiting, query::PER_PAGE},
    audit::{
        model::{self, Names, actions, objects},
        policy, store,
    },
    db::paging::{Cursor, Slice, counted},
    error::AppError,
    server::{Answer, CsvFile, Page, Visit},
    ui::{self, Choice, FieldState, Glyph, HeadCell, Icon, Need},
};

/// Entries per page: one tap may create several.
const ENTRIES: i64 = 4 * PER_PAGE;

/// Maximum number of rows in an export.
const EXPORT_LIMIT: i64 = 50_000;

/// `/admin/audit?person=…&about=…&object=…&action=…&from=…&until=…&after=…`: who did what.
pub async fn audit(visit: Visit) -> Result<Answer, AppError> {
    visit.ctx.allowed(policy::can_read)?;
    let typed = Typed::read(&visit);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let (found, total) = match typed.filter(&mut tx, &visit.ctx.tenant).await? {
        Some(filter) => {
            (store::list(&mut tx, &filter, visit.cursor(), ENTRIES).await?, store::count(&mut tx, &filter).await?)
        }
        None => (Slice::empty(), 0),
    };
    let names = store::names(&mut tx, &found.entries).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-audit-log"), move || {
        let tenant = ctx.tenant.clone();
        let base = typed.address("/admin/audit");
        let export = typed.address("/admin/audit.csv");
        let (previous, next) = (found.previous(|entry| entry.id), found.next(|entry| entry.id));
        let shown = counted(total, tenant.locale, |count, shown| t!("admin-listed-entries", entries = count, shown = shown));
        let rows = entries::rows(&tenant, &found.entries, &names);
        let list = if total == 0 {
            view! {
                <ui::EmptyState
                    glyph=Glyph::History
                    title=t!("admin-nothing-found")
                    text=t!("admin-no-entry-matches-search-for-a")
                >
                    <ui::SecondaryLink href="/admin/audit">{t!("admin-clear-filters")}</ui::SecondaryLink>
                </ui::EmptyState>
            }
            .into_any()
        } else {
            view! { <Table>{rows}</Table> }.into_any()
        };
        view! {
            <AdminFrame ctx waiting path="/admin/audit">
                <ui::WidePage
                    title=t!("admin-audit-log")
                    lead=t!("admin-who-did-what-when-and-from")
                    actions=move || view! { <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />{t!("admin-export-csv")}</ui::SecondaryLink> }
                >
                    <Filters typed />
                    {list}
                    <ui::PageLinks total=shown previous next base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

#[component]
fn Table(children: Children) -> impl IntoView {
    view! {
        <ui::CompactTable
            caption=t!("admin-audit-log")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-when")}</HeadCell>
                    <HeadCell>{t!("admin-who")}</HeadCell>
                    <HeadCell>{t!("admin-action")}</HeadCell>
                    <HeadCell>{t!("admin-record")}</HeadCell>
                    <HeadCell>{t!("admin-details")}</HeadCell>
                }
            }
        >
            {children()}
        </ui::CompactTable>
    }
}

#[component]
fn Filters(typed: Typed) -> impl IntoView {
    let choices = |names: &[(&'static str, &'static str)]| {
        names.iter().map(|(code, name)| Choice::new(*code, *name)).collect::<Vec<_>>()
    };
    let [from, until] = typed.days();
    let mut offered = vec![Choice::new("security", t!("admin-sign-ins-exports-lock-outs"))];
    offered.extend(choices(&actions()));
    let active = typed.active();
    let person = FieldState::of(typed.person);
    let search = || view! { <ui::SearchField label=t!("admin-person-e-mail") name="person" state=person /> };
    view! {
        <ui::FilterBar action="/admin/audit" search active>
            <ui::SearchField label=t!("admin-booking-reference-or-id") name="about" state=FieldState::of(typed.about) />
            <ui::SelectField
                label=t!("admin-record")
                name="object"
                need=Need::Optional
                prompt=t!("admin-all")
                state=FieldState::of(typed.object)
                choices=choices(&objects())
            />
            <ui::SelectField
                label=t!("admin-action")
                name="action"
                need=Need::Optional
                prompt=t!("admin-all")
                state=FieldState::of(typed.action)
                choices=offered
            />
            <ui::DateField label=t!("admin-from") name="from" need=Need::Optional state=from />
            <ui::DateField label=t!("admin-until") name="until" need=Need::Optional state=until />
        </ui::FilterBar>
    }
}

/// `/admin/audit.csv`: the same entries as CSV. The export itself is logged.
pub async fn audit_csv(visit: Visit) -> Result<Answer, AppError> {
    visit.ctx.allowed(policy::can_read)?;
    let tenant = visit.ctx.tenant.clone();
    let mut tx = visit.begin().await?;
    let found = match Typed::read(&visit).filter(&mut tx, &tenant).await? {
        Some(filter) => store::list(&mut tx, &filter, Cursor::Start, EXPORT_LIMIT).await?.entries,
        None => Vec::new(),
    };
    let when = t!("admin-when-in-zone", zone = tenant.zone);
    let head = [
        when.as_str(),
        t!("admin-who"),
        t!("admin-action"),
        t!("admin-record"),
        t!("admin-id"),
        t!("admin-details"),
        t!("admin-address"),
        t!("admin-request"),
    ];
    let mut file = CsvFile::new(format!("audit-{}.csv", tenant.zone.date(tx.now)), head)?;
    // The file has ids instead of names: looking up the names of fifty thousand rows would take too long.
    let no_names = Names::new();
    for entry in found {
        let details: Vec<String> =
            entry.differences(&tenant, &no_names).iter().map(model::Difference::sentence).collect();
        file.row([
            tenant.zone.local(entry.at).format("%Y-%m-%d %H:%M:%S").to_string(),
            entry.actor.unwrap_or_default(),
            entry.action,
            entry.object.unwrap_or_default(),
            entry.object_id.map(|id| id.to_string()).unwrap_or_default(),
            details.join("; "),
            entry.address.unwrap_or_default(),
            entry.request_id.unwrap_or_default(),
        ])?;
    }
    Ok(Answer::Csv(Box::new(file)))
}
