use leptos::prelude::*;

use crate::{
    admin::{AdminFrame, Waiting, query, tones},
    error::AppError,
    identity::{
        AccountStatus, Role,
        directory::{self, Account, Filter},
        policy,
    },
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AsideCell, Badge, Cell, Choice, FieldState, Glyph, HeadCell, Icon, Need, PageInfo, Pagination, TableRow,
        Tone,
    },
};

/// `/admin/people?role=…&status=…&q=…`: the accounts of everybody who works here.
pub async fn people(visit: Visit) -> Result<Answer, AppError> {
    visit.ctx.allowed(policy::can_see_people)?;
    let filter = Filter {
        role: visit.query("role").and_then(Role::from_code).filter(|role| *role != Role::Customer),
        status: query::filter(&visit, "status"),
        wanted: visit.query("q").map(str::to_owned),
    };
    let page = visit.page_number();
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let (listed, total) = directory::list(&mut tx, &filter, query::offset(page), query::PER_PAGE).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-people"), move || {
        let tenant = ctx.tenant.clone();
        let role = filter.role.map(Role::code);
        let status = filter.status.map(AccountStatus::as_str);
        let base = query::address("/admin/people", &[("role", role), ("status", status), ("q", filter.wanted.as_deref())]);
        let info = PageInfo {
            page: page.unsigned_abs(),
            per_page: query::PER_PAGE.unsigned_abs(),
            total: total.unsigned_abs(),
        };
        let active = [role.is_some(), status.is_some(), filter.wanted.is_some()].into_iter().filter(|set| *set).count();
        let searched = FieldState::of(filter.wanted.unwrap_or_default());
        let roles = [Role::Provider, Role::Staff, Role::Admin].map(|role| Choice::new(role.code(), role_label(role)));
        let statuses: Vec<_> =
            AccountStatus::ALL.iter().map(|status| Choice::new(status.as_str(), status_label(*status))).collect();
        view! {
            <AdminFrame ctx waiting path="/admin/people">
                <ui::WidePage
                    title=t!("admin-people")
                    lead=t!("admin-accounts-of-your-team")
                    actions=|| view! { <ui::PrimaryLink href="/admin/invites"><Icon glyph=Glyph::Mail />{t!("admin-invitations")}</ui::PrimaryLink> }
                >
                    <ui::FilterBar
                        action="/admin/people"
                        search=|| view! { <ui::SearchField label=t!("admin-name-or-e-mail") name="q" state=searched /> }
                        active
                    >
                        <ui::SelectField
                            label=t!("admin-role")
                            name="role"
                            need=Need::Optional
                            prompt=t!("admin-all")
                            state=FieldState::of(role.unwrap_or_default())
                            choices=roles.to_vec()
                        />
                        <ui::SelectField
                            label=t!("admin-status")
                            name="status"
                            need=Need::Optional
                            prompt=t!("admin-all")
                            state=FieldState::of(status.unwrap_or_default())
                            choices=statuses
                        />
                    </ui::FilterBar>
                    {if listed.is_empty() {
                        view! {
                            <ui::EmptyState glyph=Glyph::Users title=t!("admin-no-people-found") text=t!("admin-no-team-member-matches")>
                                <ui::SecondaryLink href="/admin/people">{t!("admin-clear-filters")}</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        table(&tenant, listed).into_any()
                    }}
                    <Pagination info base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

pub(super) fn role_label(role: Role) -> &'static str {
    match role {
        Role::Customer => t!("admin-customer"),
        Role::Provider => t!("admin-provider"),
        Role::Staff => t!("admin-staff"),
        Role::Admin => t!("admin-administrator"),
    }
}

pub(super) fn status_label(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Active => t!("admin-active"),
        AccountStatus::Suspended => t!("admin-suspended"),
        AccountStatus::Banned => t!("admin-banned"),
    }
}

pub(super) fn role_badges(roles: &[Role]) -> impl IntoView + use<> {
    let badges = roles
        .iter()
        .map(|role| {
            let tone = if *role == Role::Admin { Tone::Progress } else { Tone::Neutral };
            view! { <Badge tone label=role_label(*role) /> }
        })
        .collect_view();
    view! { <span class="row">{badges}</span> }
}

fn table(tenant: &Tenant, listed: Vec<Account>) -> impl IntoView + use<> {
    let rows = listed
        .into_iter()
        .map(|account| {
            let since = tenant.date(account.created_at);
            view! {
                <TableRow>
                    <Cell label=t!("admin-name")>
                        <div>
                            <a class="row-link" href=format!("/admin/people/{}", account.id)>{account.name}</a>
                            <p class="faint small">{account.email.to_string()}</p>
                        </div>
                    </Cell>
                    <Cell label=t!("admin-roles")>{role_badges(&account.roles)}</Cell>
                    <AsideCell label=t!("admin-status")><Badge tone=tones::of_account(account.status) label=status_label(account.status) /></AsideCell>
                    <AsideCell label=t!("admin-since")><ui::Time at=account.created_at text=since /></AsideCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-people")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-name")}</HeadCell>
                    <HeadCell>{t!("admin-roles")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-since")}</HeadCell>
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
}
