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
        view! { <p class="muted">"Wayside support has not acted as a team member."</p> }.into_any()
    } else {
        table(&tenant, impersonations).into_any()
    };
    view! {
        <div id="support">
            <TitledCard title="Support">
                {content}
                <p class="faint small">"Wayside support can act as a team member for up to 30 minutes to see what they see. Each time is listed here with its reason."</p>
            </TitledCard>
        </div>
    }
}

fn table(tenant: &Tenant, impersonations: Vec<Listed>) -> impl IntoView + use<> {
    let rows = impersonations
        .into_iter()
        .map(|one| {
            let until = match (one.started_at, one.ended_at.or(one.ends_at)) {
                (Some(_), Some(end)) => format!("until {}", tenant.time(end)),
                _ => "not used".to_owned(),
            };
            let when = tenant.date_time(one.started_at.unwrap_or(one.created_at));
            view! {
                <TableRow>
                    <Cell label="When"><div><p>{when}</p><p class="faint small">{until}</p></div></Cell>
                    <Cell label="Who">{format!("{} as {}", isolated(&one.operator_name), isolated(&one.user_name))}</Cell>
                    <Cell label="Why">{one.reason}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Support sessions"
            head=|| {
                view! {
                    <HeadCell>"When"</HeadCell>
                    <HeadCell>"Who"</HeadCell>
                    <HeadCell>"Why"</HeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
