use std::sync::Arc;

use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    operator::store::impersonations::Listed,
    tenants::Tenant,
    ui::{self, Cell, HeadCell, TableRow, TitledCard},
};

/// Number of entries listed.
pub(super) const LATEST: i64 = 10;

/// When operators acted as users of this tenant, as whom and why.
#[component]
pub(super) fn SupportSection(tenant: Arc<Tenant>, impersonations: Vec<Listed>) -> impl IntoView {
    let content = if impersonations.is_empty() {
        view! { <p class="muted">{t!("tenants-wayside-support-has-not-acted-as")}</p> }.into_any()
    } else {
        table(&tenant, impersonations).into_any()
    };
    view! {
        <div id="support">
            <TitledCard title=t!("tenants-support")>
                {content}
                <p class="faint small">{t!("tenants-wayside-support-can-act-as-a")}</p>
            </TitledCard>
        </div>
    }
}

fn table(tenant: &Tenant, impersonations: Vec<Listed>) -> impl IntoView + use<> {
    let rows = impersonations
        .into_iter()
        .map(|one| {
            let until = match (one.started_at, one.ended_at.or(one.ends_at)) {
                (Some(_), Some(end)) => t!("tenants-until", end = tenant.time(end)),
                _ => t!("tenants-not-used").to_owned(),
            };
            let when = tenant.date_time(one.started_at.unwrap_or(one.created_at));
            view! {
                <TableRow>
                    <Cell label=t!("tenants-when")><div><p>{when}</p><p class="faint small">{until}</p></div></Cell>
                    <Cell label=t!("tenants-who")>{t!("tenants-as", operator_name = isolated(&one.operator_name), user_name = isolated(&one.user_name))}</Cell>
                    <Cell label=t!("tenants-why")>{one.reason}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("tenants-support-sessions")
            head=|| {
                view! {
                    <HeadCell>{t!("tenants-when")}</HeadCell>
                    <HeadCell>{t!("tenants-who")}</HeadCell>
                    <HeadCell>{t!("tenants-why")}</HeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
