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
    Page::new("Passkeys", move || {
        let known = (!passkeys.is_empty()).then(|| table(&tenant, passkeys));
        view! {
            <AccountFrame ctx path="/account/security" title="Passkeys">
                <p class="lead">
                    "Sign in with your finger, face or device PIN. A passkey can't be guessed or stolen by a fake site."
                </p>
                {known}
                <TitledCard title="Add this device">
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
            let used = passkey.last_used_at.map_or("Not yet".to_owned(), |at| tenant.date_time(at));
            let name = passkey.name.clone();
            view! {
                <TableRow>
                    <Cell label="Name">{passkey.name}</Cell>
                    <Cell label="Added">{added}</Cell>
                    <Cell label="Last used">{used}</Cell>
                    <Cell label="">{remove(passkey.id, name)}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption="Your passkeys"
            head=|| {
                view! {
                    <HeadCell>"Name"</HeadCell>
                    <HeadCell>"Added"</HeadCell>
                    <HeadCell>"Last used"</HeadCell>
                    <HeadCell><span class="visually-hidden">"Remove"</span></HeadCell>
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
                "Remove" <span class="visually-hidden">" " {name}</span>
            </SecondaryButton>
        </ButtonForm>
    }
}
