use leptos::prelude::*;

use super::{entries, typed::Typed};
use crate::{
    admin::{
        AdminFrame, Waiting,
        query::{self, PER_PAGE},
    },
    audit::{
        model::{self, DEEDS, OBJECTS},
        policy,
        store::{self, DEEPEST},
    },
    error::AppError,
    server::{Answer, CsvFile, Page, Visit},
    ui::{self, Choice, FieldState, Glyph, HeadCell, Icon, Need, PageInfo},
};

/// Maximum number of rows in a file.
const EXPORT_LIMIT: i64 = 50_000;

/// `/admin/audit?person=…&about=…&object=…&action=…&from=…&until=…&page=…`: who did what.
pub async fn audit(visit: Visit) -> Result<Answer, AppError> {
    refuse_others(&visit)?;
    let typed = Typed::read(&visit);
    let page = visit.page_number().min(DEEPEST / PER_PAGE);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let (found, total) = match typed.filter(&mut tx, &visit.ctx.tenant).await? {
        Some(filter) => {
            (store::list(&mut tx, &filter, PER_PAGE, query::offset(page)).await?, store::count(&mut tx, &filter).await?)
        }
        None => (Vec::new(), 0),
    };
    let names = store::names(&mut tx, &found).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new("Audit log", move || {
        let tenant = ctx.tenant.clone();
        let base = typed.address("/admin/audit");
        let export = typed.address("/admin/audit.csv");
        let info = PageInfo { page: page.unsigned_abs(), per_page: PER_PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let rows = found.iter().map(|entry| entries::row(&tenant, entry, &names)).collect_view();
        let list = if total == 0 {
            view! {
                <ui::EmptyState
                    glyph=Glyph::History
                    title="Nothing found"
                    text="Nobody did anything that matches. A person is found by the e-mail of their account, a booking by its reference."
                >
                    <ui::SecondaryLink href="/admin/audit">"Show everything"</ui::SecondaryLink>
                </ui::EmptyState>
            }
            .into_any()
        } else {
            view! { <Table>{rows}</Table> }.into_any()
        };
        view! {
            <AdminFrame ctx waiting path="/admin/audit">
                <ui::WidePage
                    title="Audit log"
                    lead="Who did what, when and from where. Entries can't be changed. Names, addresses and other personal values aren't kept here: only that they changed."
                    actions=move || view! { <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />"Export CSV"</ui::SecondaryLink> }
                >
                    <Filters typed />
                    {list}
                    {(total == DEEPEST).then(|| view! { <p class="muted small">"Older entries are found by their day."</p> })}
                    <ui::Pagination info base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn refuse_others(visit: &Visit) -> Result<(), AppError> {
    if policy::can_read(visit.ctx.user()?) { Ok(()) } else { Err(AppError::NotFound) }
}

#[component]
fn Table(children: Children) -> impl IntoView {
    view! {
        <ui::DataTable
            caption="Audit log"
            head=|| {
                view! {
                    <HeadCell>"When"</HeadCell>
                    <HeadCell>"Who"</HeadCell>
                    <HeadCell>"What"</HeadCell>
                    <HeadCell>"Details"</HeadCell>
                }
            }
        >
            {children()}
        </ui::DataTable>
    }
}

#[component]
fn Filters(typed: Typed) -> impl IntoView {
    let choices = |names: &[(&'static str, &'static str)]| {
        names.iter().map(|(code, name)| Choice::new(*code, *name)).collect::<Vec<_>>()
    };
    let [from, until] = typed.days();
    let mut deeds = vec![Choice::new("security", "Sign-ins, exports, lock-outs")];
    deeds.extend(choices(&DEEDS));
    view! {
        <ui::FilterBar action="/admin/audit">
            <ui::SearchField label="Person (e-mail)" name="person" state=FieldState::of(typed.person) />
            <ui::SearchField label="Booking reference or id" name="about" state=FieldState::of(typed.about) />
            <ui::SelectField
                label="Thing"
                name="object"
                need=Need::Optional
                prompt="All"
                state=FieldState::of(typed.object)
                choices=choices(&OBJECTS)
            />
            <ui::SelectField
                label="Deed"
                name="action"
                need=Need::Optional
                prompt="All"
                state=FieldState::of(typed.action)
                choices=deeds
            />
            <ui::DateField label="From" name="from" need=Need::Optional state=from />
            <ui::DateField label="Until" name="until" need=Need::Optional state=until />
        </ui::FilterBar>
    }
}

/// `/admin/audit.csv`: the same entries as CSV. The export itself is logged, too.
pub async fn audit_csv(visit: Visit) -> Result<Answer, AppError> {
    refuse_others(&visit)?;
    let tenant = visit.ctx.tenant.clone();
    let mut tx = visit.begin().await?;
    let found = match Typed::read(&visit).filter(&mut tx, &tenant).await? {
        Some(filter) => store::list(&mut tx, &filter, EXPORT_LIMIT, 0).await?,
        None => Vec::new(),
    };
    let when = format!("When ({})", tenant.zone);
    let head = [when.as_str(), "Who", "Deed", "Thing", "Id", "Details", "Address", "Request"];
    let mut file = CsvFile::new(format!("audit-{}.csv", tenant.zone.date(tx.now)), head)?;
    for entry in found {
        let details: Vec<String> = entry.differences(&tenant).iter().map(model::Difference::sentence).collect();
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
