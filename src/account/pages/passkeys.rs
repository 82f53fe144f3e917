use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    account::AccountFrame,
    error::AppError,
    identity::passkeys::{
        actions::RemovePasskey,
        elements::AddPasskey,
        store::{self, Passkey},
    },
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{ButtonForm, Cell, DataTable, HeadCell, HiddenField, SecondaryButton, TableRow, TitledCard},
};

/// `/account/passkeys`: the account's passkeys. Requires a recent proof of identity, because passkeys can sign in.
pub async fn passkeys(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.confirmed()?.id;
    let passkeys = store::of_user(&mut *visit.begin().await?, user).await?;
    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    Page::new(t!("account-passkeys"), move || {
        let known = (!passkeys.is_empty()).then(|| table(&tenant, passkeys));
        view! {
            <AccountFrame ctx path="/account/security" title=t!("account-passkeys")>
                <p class="lead">
                    {t!("account-sign-in-with-your-finger-face")}
                </p>
                {known}
                <TitledCard title=t!("account-add-this-device")>
                    <AddPasskey />
                </TitledCard>
            </AccountFrame>
        }
    })
    .answer()
}

fn table(tenant: &Tenant, passkeys: Vec<Passkey>) -> impl IntoView + use<> {
    let rows = passkeys
        .into_iter()
        .map(|passkey| {
            let added = tenant.date(passkey.created_at);
            let used = passkey.last_used_at.map_or(t!("account-not-yet").to_owned(), |at| tenant.date_time(at));
            let name = passkey.name.clone();
            view! {
                <TableRow>
                    <Cell label=t!("account-name")>{passkey.name}</Cell>
                    <Cell label=t!("account-added")>{added}</Cell>
                    <Cell label=t!("account-last-used")>{used}</Cell>
                    <Cell label="">{remove(passkey.id, name)}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption=t!("account-your-passkeys")
            head=|| {
                view! {
                    <HeadCell>{t!("account-name")}</HeadCell>
                    <HeadCell>{t!("account-added")}</HeadCell>
                    <HeadCell>{t!("account-last-used")}</HeadCell>
                    <HeadCell><span class="visually-hidden">{t!("account-remove")}</span></HeadCell>
                }
            }
        >
            {rows}
        </DataTable>
    }
}

fn remove(id: Id<Passkey>, name: String) -> impl IntoView {
    view! {
        <ButtonForm action=RemovePasskey::PATH>
            <HiddenField name="id" value=id.to_string() />
            <SecondaryButton>
                {t!("account-remove")} <span class="visually-hidden">" " {name}</span>
            </SecondaryButton>
        </ButtonForm>
    }
}
