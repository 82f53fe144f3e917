use chrono::{DateTime, Utc};
use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    account::AccountFrame,
    error::AppError,
    identity::{
        self, Device, OpenSession, browser_name,
        security::{RevokeDevice, RevokeOtherDevices},
    },
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        Badge, ButtonForm, Cell, DataTable, HeadCell, HiddenField, PostForm, RelativeTime, SecondaryButton, TableRow,
        Time, Tone,
    },
};

/// `/account/devices`: the account's sessions, with buttons to end them.
pub async fn devices(visit: Visit) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let mut devices = identity::devices(&mut tx, visit.ctx.user()?.id).await?;
    let now = tx.now;
    drop(tx);
    let ctx = visit.ctx;
    let here = ctx.session.map(|session| session.id);
    devices.sort_by_key(|device| Some(device.id) != here);
    let tenant = ctx.tenant.clone();
    Page::new(t!("account-devices"), move || {
        let others = devices.iter().any(|device| Some(device.id) != here);
        view! {
            <AccountFrame ctx path="/account/devices" title=t!("account-devices")>
                <p class="lead">{t!("account-where-you-are-signed-in-if")}</p>
                {table(&tenant, devices, here, now)}
                {others
                    .then(|| {
                        view! {
                            <PostForm action=RevokeOtherDevices::PATH>
                                <SecondaryButton>{t!("account-sign-out-everywhere-else")}</SecondaryButton>
                            </PostForm>
                        }
                    })}
            </AccountFrame>
        }
    })
    .answer()
}

fn table(
    tenant: &Tenant,
    devices: Vec<Device>,
    here: Option<Id<OpenSession>>,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let rows = devices
        .into_iter()
        .map(|device| {
            let is_here = Some(device.id) == here;
            let name = browser_name(device.user_agent.as_deref());
            let signed_in = tenant.date_time(device.created_at);
            let whose = name.clone();
            let end = if is_here {
                view! { <Badge tone=Tone::Success label=t!("account-this-device") /> }.into_any()
            } else {
                view! {
                    <ButtonForm action=RevokeDevice::PATH>
                        <HiddenField name="device" value=device.id.to_string() />
                        <SecondaryButton>
                            {t!("account-sign-out")} <span class="visually-hidden">" " {whose}</span>
                        </SecondaryButton>
                    </ButtonForm>
                }
                .into_any()
            };
            view! {
                <TableRow>
                    <Cell label=t!("account-browser")><span class="strong">{name}</span></Cell>
                    <Cell label=t!("account-last-seen")><RelativeTime at=device.last_seen_at now /></Cell>
                    <Cell label=t!("account-from")>{device.address.unwrap_or_else(|| "unknown".into())}</Cell>
                    <Cell label=t!("account-signed-in")>
                        <Time at=device.created_at text=signed_in />
                    </Cell>
                    <Cell label="">{end}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption=t!("account-devices")
            head=|| {
                view! {
                    <HeadCell>{t!("account-browser")}</HeadCell>
                    <HeadCell>{t!("account-last-seen")}</HeadCell>
                    <HeadCell>{t!("account-from")}</HeadCell>
                    <HeadCell>{t!("account-signed-in")}</HeadCell>
                    <HeadCell><span class="visually-hidden">{t!("account-sign-out")}</span></HeadCell>
                }
            }
        >
            {rows}
        </DataTable>
    }
}
