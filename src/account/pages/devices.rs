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
    Page::new("Devices", move || {
        let others = devices.iter().any(|device| Some(device.id) != here);
        view! {
            <AccountFrame ctx path="/account/devices" title="Devices">
                <p class="lead">"Where you are signed in. If you don't recognize a device, sign it out and change your password."</p>
                {table(&tenant, devices, here, now)}
                {others
                    .then(|| {
                        view! {
                            <PostForm action=RevokeOtherDevices::PATH>
                                <SecondaryButton>"Sign out everywhere else"</SecondaryButton>
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
                view! { <Badge tone=Tone::Success label="This device" /> }.into_any()
            } else {
                view! {
                    <ButtonForm action=RevokeDevice::PATH>
                        <HiddenField name="device" value=device.id.to_string() />
                        <SecondaryButton>
                            "Sign out" <span class="visually-hidden">" " {whose}</span>
                        </SecondaryButton>
                    </ButtonForm>
                }
                .into_any()
            };
            view! {
                <TableRow>
                    <Cell label="Browser"><span class="strong">{name}</span></Cell>
                    <Cell label="Last seen"><RelativeTime at=device.last_seen_at now /></Cell>
                    <Cell label="From">{device.address.unwrap_or_else(|| "unknown".into())}</Cell>
                    <Cell label="Signed in">
                        <Time at=device.created_at text=signed_in />
                    </Cell>
                    <Cell label="">{end}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption="Devices"
            head=|| {
                view! {
                    <HeadCell>"Browser"</HeadCell>
                    <HeadCell>"Last seen"</HeadCell>
                    <HeadCell>"From"</HeadCell>
                    <HeadCell>"Signed in"</HeadCell>
                    <HeadCell><span class="visually-hidden">"Sign out"</span></HeadCell>
                }
            }
        >
            {rows}
        </DataTable>
    }
}
