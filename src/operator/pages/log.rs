use engine::field::isolated;
use leptos::prelude::*;

use super::{frame::OperatorFrame, moment};
use crate::{
    error::AppError,
    operator::{
        OperatorCtx,
        store::log::{self, Entry},
    },
    server::{Answer, Page, Visit},
    ui::{self, Cell, Glyph, HeadCell, PageInfo, Pagination, TableRow},
};

const PER_PAGE: i64 = 50;

/// `/operator/log`: the operators' actions.
pub async fn log(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let page = visit.page_number();
    let mut tx = visit.ctx.begin().await?;
    let done = log::list(&mut tx, None, PER_PAGE, (page - 1) * PER_PAGE).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    Page::new(t!("operator-log"), move || {
        let total = done.first().map_or(0, |first| first.total).unsigned_abs();
        let info = PageInfo { page: page.unsigned_abs(), per_page: PER_PAGE.unsigned_abs(), total };
        view! {
            <OperatorFrame operator path="/operator/log">
                <ui::WidePage title=t!("operator-log") lead=t!("operator-what-operators-did-entries-cant-be")>
                    {entries(done, true)}
                    <Pagination info base="/operator/log" />
                </ui::WidePage>
            </OperatorFrame>
        }
    })
    .answer()
}

/// Entries as a table, with or without the column of tenants.
pub(super) fn entries(done: Vec<Entry>, with_tenant: bool) -> AnyView {
    if done.is_empty() {
        return view! { <ui::EmptyState glyph=Glyph::History title=t!("operator-nothing-yet") text=t!("operator-everything-operators-do-is-recorded-here") /> }.into_any();
    }
    let rows = done
        .into_iter()
        .map(|entry| {
            let (action, details) = (words(&entry.action), details(&entry.details.0));
            let whose = with_tenant.then(|| {
                let tenant = entry.tenant.zip(entry.tenant_id).map(|(name, id)| {
                    view! { <a href=format!("/operator/tenants/{id}")>{name}</a> }
                });
                let tenant = tenant.map_or_else(|| "–".into_any(), IntoAny::into_any);
                view! { <Cell label=t!("operator-business")>{tenant}</Cell> }
            });
            view! {
                <TableRow>
                    <Cell label=t!("operator-when")>{moment(entry.at)}</Cell>
                    <Cell label=t!("operator-who")><div><p>{entry.operator}</p><p class="faint small">{entry.address}</p></div></Cell>
                    <Cell label=t!("operator-what")><div><p>{action}</p><p class="faint small">{details}</p></div></Cell>
                    {whose}
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("operator-what-operators-did")
            head=move || {
                view! {
                    <HeadCell>{t!("operator-when")}</HeadCell>
                    <HeadCell>{t!("operator-who")}</HeadCell>
                    <HeadCell>{t!("operator-what")}</HeadCell>
                    {with_tenant.then(|| view! { <HeadCell>{t!("operator-business")}</HeadCell> })}
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
    .into_any()
}

/// `tenant_created` as words.
fn words(action: &str) -> String {
    let text = action.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `name: Peach Tow · hosts: peach.example, tow.example`.
fn details(details: &serde_json::Value) -> String {
    let part = |(key, value): (&String, &serde_json::Value)| format!("{key}: {}", isolated(&plain(value)));
    details.as_object().map(|parts| parts.iter().map(part).collect::<Vec<_>>().join(" · ")).unwrap_or_default()
}

/// A value without the quotes and brackets of JSON.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => t!("operator-none").to_owned(),
        serde_json::Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}
