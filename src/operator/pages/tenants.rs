use leptos::prelude::*;

use super::{frame::OperatorFrame, moment, status::status_badge};
use crate::{
    error::AppError,
    operator::{
        OperatorCtx,
        store::tenants::{self, Listed},
    },
    server::{Answer, Page, Visit},
    tenants::Status,
    ui::{
        self, Badge, Cell, Choice, FieldState, Glyph, HeadCell, Icon, Need, PageInfo, Pagination, PrimaryLink,
        TableRow, Tone,
    },
};

const PER_PAGE: i64 = 25;

/// `/operator`: the businesses of the installation.
pub async fn tenants(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let search = visit.query("q").map(str::to_owned);
    let status = visit.query("status").and_then(|code| code.parse::<Status>().ok());
    let page = visit.page_number();
    let mut tx = visit.ctx.begin().await?;
    let listed = tenants::list(&mut tx, search.as_deref(), status, PER_PAGE, (page - 1) * PER_PAGE).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    Page::new(t!("operator-businesses"), move || {
        let total = listed.first().map_or(0, |first| first.total);
        let info = PageInfo {
            page: page.unsigned_abs(),
            per_page: PER_PAGE.unsigned_abs(),
            total: total.unsigned_abs(),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(search.as_deref().map(|text| ("q", text)));
        query.extend_pairs(status.map(|status| ("status", status.as_str())));
        let base = format!("/operator?{}", query.finish());
        let active = usize::from(search.is_some()) + usize::from(status.is_some());
        let searched = FieldState::of(search.clone().unwrap_or_default());
        let chosen = FieldState::of(status.map(Status::as_str).unwrap_or_default());
        let choices = vec![
            Choice::new("active", t!("operator-active")),
            Choice::new("paused", t!("operator-paused")),
            Choice::new("cancelled", t!("operator-cancelled")),
        ];
        let list = if listed.is_empty() {
            nothing(search.is_some() || status.is_some()).into_any()
        } else {
            table(listed).into_any()
        };
        view! {
            <OperatorFrame operator path="/operator">
                <ui::WidePage
                    title=t!("operator-businesses")
                    lead=t!("operator-all-businesses-on-this-installation")
                    actions=|| view! { <PrimaryLink href="/operator/tenants/new"><Icon glyph=Glyph::Plus />{t!("operator-new-business")}</PrimaryLink> }
                >
                    <ui::FilterBar
                        action="/operator"
                        search=|| view! { <ui::SearchField label=t!("operator-name-or-address") name="q" state=searched /> }
                        active
                    >
                        <ui::SelectField label=t!("operator-status") name="status" prompt=t!("operator-any") need=Need::Optional state=chosen choices />
                    </ui::FilterBar>
                    {list}
                    <Pagination info base />
                </ui::WidePage>
            </OperatorFrame>
        }
    })
    .answer()
}

fn nothing(filtered: bool) -> impl IntoView {
    let (title, text) = if filtered {
        (t!("operator-no-businesses-found"), t!("operator-no-business-has-that-name-address"))
    } else {
        (t!("operator-no-businesses-yet"), t!("operator-create-the-first-one-its-administrator"))
    };
    view! { <ui::EmptyState glyph=Glyph::Search title text /> }
}

fn table(listed: Vec<Listed>) -> impl IntoView {
    let rows = listed
        .into_iter()
        .map(|tenant| {
            let host = tenant.host.unwrap_or_else(|| t!("operator-no-address").to_owned());
            let closed = tenant.in_maintenance.then(|| view! { <Badge tone=Tone::Warning label=t!("operator-maintenance") /> });
            let since = moment(tenant.created_at);
            view! {
                <TableRow>
                    <Cell label=t!("operator-business")>
                        <div>
                            <a class="row-link" href=format!("/operator/tenants/{}", tenant.id)>{tenant.name}</a>
                            <p class="faint small">{tenant.slug}</p>
                        </div>
                    </Cell>
                    <Cell label=t!("operator-address")>{host}</Cell>
                    <Cell label=t!("operator-status")><span class="row">{status_badge(tenant.status)} {closed}</span></Cell>
                    <Cell label=t!("operator-plan")>{tenant.plan.label()}</Cell>
                    <Cell label=t!("operator-here-since")>{since}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("operator-businesses")
            head=|| {
                view! {
                    <HeadCell>{t!("operator-business")}</HeadCell>
                    <HeadCell>{t!("operator-address")}</HeadCell>
                    <HeadCell>{t!("operator-status")}</HeadCell>
                    <HeadCell>{t!("operator-plan")}</HeadCell>
                    <HeadCell>{t!("operator-here-since")}</HeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
