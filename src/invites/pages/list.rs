use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting},
    error::AppError,
    identity::User,
    invites::{
        Invite, InviteStatus,
        actions::{ResendInvite, RevokeInvite, SendInvite},
        policy, store,
    },
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ActionsCell, ActionsHeadCell, Badge, Cell, Choice, FieldState, FormState, Glyph, HeadCell, HiddenField,
        Icon, Need, PageInfo, Pagination, TableRow, Tone, time::distance,
    },
};

const PER_PAGE: i64 = 25;

/// `/admin/invites?status=…`: the invitations with inviter, date and status; and a form for a new one.
pub async fn invites(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.allowed(policy::can_see_invites)?.clone();
    let status: Option<InviteStatus> = visit.query("status").and_then(|text| text.parse().ok());
    let page = visit.page_number();
    let mut form = visit.form(SendInvite::PATH);
    if let Some(email) = visit.query("email").filter(|_| !form.is_rejected()) {
        form = FormState::prefilled([("email", email), ("role", "provider")]);
    }
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let waiting = Waiting::load(&mut tx).await?;
    let (listed, total) = store::list(&mut tx, status, (page - 1) * PER_PAGE, PER_PAGE).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("invites-invitations"), move || {
        let tenant = ctx.tenant.clone();
        let statuses = InviteStatus::ALL.iter().map(|status| Choice::new(status.as_str(), status.label())).collect::<Vec<_>>();
        let chosen = status.map_or("", InviteStatus::as_str);
        let base = if chosen.is_empty() { "/admin/invites".to_owned() } else { format!("/admin/invites?status={chosen}") };
        let info = PageInfo { page: page.unsigned_abs(), per_page: PER_PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! {
            <AdminFrame ctx waiting path="/admin/people">
                <ui::WidePage
                    title=t!("invites-invitations")
                    lead=t!("invites-a-link-by-e-mail-that")
                    actions=|| view! { <ui::SecondaryLink href="/admin/people">{t!("invites-people")}</ui::SecondaryLink> }
                >
                    <ui::ErrorSummary form=form.clone() />
                    {invite_form(&user, &form)}
                    <ui::FilterBar action="/admin/invites" active=usize::from(!chosen.is_empty())>
                        <ui::SelectField
                            label=t!("invites-status")
                            name="status"
                            need=Need::Optional
                            prompt=t!("invites-all")
                            state=FieldState::of(chosen)
                            choices=statuses
                        />
                    </ui::FilterBar>
                    {if listed.is_empty() {
                        view! { <ui::EmptyState glyph=Glyph::Mail title=t!("invites-no-invitations") text=t!("invites-sent-invitations-and-their-status-appear") /> }
                            .into_any()
                    } else {
                        table(&tenant, &user, listed, now).into_any()
                    }}
                    <Pagination info base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn invite_form(user: &User, form: &FormState) -> impl IntoView + use<> {
    let choices: Vec<_> =
        policy::invitable(user).into_iter().map(|role| Choice::new(role.as_str(), role.label())).collect();
    let only = match choices.as_slice() {
        [one] => Some(one.value.clone()),
        _ => None,
    };
    let role = match only {
        Some(only) => view! { <HiddenField name="role" value=only /> }.into_any(),
        None => view! { <ui::SelectField label=t!("invites-role") name="role" state=form.field("role") choices /> }
            .into_any(),
    };
    let email = form.field("email");
    view! {
        <ui::TitledCard title=t!("invites-invite-someone")>
            <ui::PostForm action=SendInvite::PATH>
                <ui::EmailField label=t!("invites-e-mail") name="email" state=email autocomplete="off" />
                {role}
                <ui::PrimaryButton><Icon glyph=Glyph::Mail />{t!("invites-send-invitation")}</ui::PrimaryButton>
            </ui::PostForm>
        </ui::TitledCard>
    }
}

const fn tone(status: InviteStatus) -> Tone {
    match status {
        InviteStatus::Pending => Tone::Info,
        InviteStatus::Accepted => Tone::Success,
        InviteStatus::Expired => Tone::Warning,
        InviteStatus::Revoked => Tone::Neutral,
    }
}

fn table(tenant: &Tenant, user: &User, listed: Vec<Invite>, now: DateTime<Utc>) -> impl IntoView + use<> {
    let rows = listed
        .into_iter()
        .map(|invite| {
            let status = invite.status(now);
            let invited = tenant.date_time(invite.invited_at);
            let until = match status {
                InviteStatus::Pending => t!("invites-expires", now = distance(invite.expires_at, now)),
                InviteStatus::Expired => t!("invites-expired-at", now = distance(invite.expires_at, now)),
                InviteStatus::Accepted => invite.accepted_at.map(|at| tenant.date_time(at)).unwrap_or_default(),
                InviteStatus::Revoked => invite.revoked_at.map(|at| tenant.date_time(at)).unwrap_or_default(),
            };
            let actions = (invite.is_open() && policy::can_change(user, &invite)).then(|| actions(&invite));
            view! {
                <TableRow>
                    <Cell label=t!("invites-who")>{invite.email.to_string()}</Cell>
                    <Cell label=t!("invites-role")>{invite.role.label()}</Cell>
                    <Cell label=t!("invites-status")>
                        <div>
                            <Badge tone=tone(status) label=status.label() />
                            <p class="faint small">{until}</p>
                        </div>
                    </Cell>
                    <Cell label=t!("invites-invited-by")>
                        <div>
                            {invite.inviter.clone()}
                            <p class="faint small"><ui::Time at=invite.invited_at text=invited /></p>
                        </div>
                    </Cell>
                    <ActionsCell>{actions}</ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("invites-invitations")
            head=|| {
                view! {
                    <HeadCell>{t!("invites-who")}</HeadCell>
                    <HeadCell>{t!("invites-role")}</HeadCell>
                    <HeadCell>{t!("invites-status")}</HeadCell>
                    <HeadCell>{t!("invites-invited-by")}</HeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

fn actions(invite: &Invite) -> impl IntoView + use<> {
    let (resent, revoked) = (invite.id.to_string(), invite.id.to_string());
    view! {
        <ui::ButtonForm action=ResendInvite::PATH>
            <HiddenField name="invite" value=resent />
            <ui::SecondaryButton>{t!("invites-send-again")}</ui::SecondaryButton>
        </ui::ButtonForm>
        <ui::ButtonForm action=RevokeInvite::PATH>
            <HiddenField name="invite" value=revoked />
            <ui::QuietButton>{t!("invites-revoke")}</ui::QuietButton>
        </ui::ButtonForm>
    }
}
