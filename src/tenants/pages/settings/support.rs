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
        view! { <p class="muted">"Nobody who runs the platform has acted as one of your people."</p> }.into_any()
    } else {
        table(&tenant, impersonations).into_any()
    };
    view! {
        <div id="support">
            <TitledCard title="Support">
                {content}
                <p class="faint small">"Who runs the platform can act as one of your people for half an hour, to see what they see. They give a reason, and it stands here."</p>
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
                    <Cell label="Who, as whom">{format!("{} as {}", isolated(&one.operator_name), isolated(&one.user_name))}</Cell>
                    <Cell label="Why">{one.reason}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="When operators acted as somebody here"
            head=|| {
                view! {
                    <HeadCell>"When"</HeadCell>
                    <HeadCell>"Who, as whom"</HeadCell>
                    <HeadCell>"Why"</HeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
