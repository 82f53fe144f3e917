//! The card of toys among the settings.

use axum::http::StatusCode;
use engine::field;
use leptos::{prelude::*, server, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::{background::Rules, tests::Shop};
use crate::{
    error::{AppError, Next, OrInvalid},
    tenants::{
        Tenant,
        actions::{changes_settings, saved},
        store,
    },
    ui::{self, FormState, TitledCard},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToyRulesForm {
    pub patience_minutes: String,
}

/// Changes how long a stay is waited for.
#[server(endpoint = "toy_edit_rules")]
pub async fn toy_edit_rules(#[server(flatten)] form: ToyRulesForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let minutes = field::whole_number(&form.patience_minutes, 0..=240).or_invalid("patience_minutes")?;
    let mut tx = ctx.begin().await?;
    store::change_settings(&mut tx, &Rules { patience_minutes: minutes }).await?;
    saved(&ctx, tx, "toy", t!("toy-saved")).await
}

/// The form of these rules.
pub(super) fn section(tenant: &Tenant, form: &FormState) -> AnyView {
    let now = tenant.settings.of_kind::<Rules>();
    let form = form.clone().or_prefilled([("patience_minutes", now.patience_minutes.to_string())]);
    view! {
        <TitledCard title=t!("toy-toy")>
            <ui::PostForm action=ToyEditRules::PATH>
                <ui::TextField label=t!("toy-how-long-we-wait") name="patience_minutes" state=form.field("patience_minutes") />
                <ui::PrimaryButton>{t!("toy-save")}</ui::PrimaryButton>
            </ui::PostForm>
        </TitledCard>
    }
    .into_any()
}

const SETTINGS: &str = "/admin/settings?part=toy";
const ACTION: &str = "/api/toy_edit_rules";

#[tokio::test]
async fn administrators_change_the_rules_of_their_kind_of_business_among_the_settings() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let shown = boss.get(SETTINGS).await;
    assert_eq!(shown.attribute("input[name=patience_minutes]", "value").as_deref(), Some("30"), "unless set");
    let wrong = boss.submit(SETTINGS, ACTION, &[("patience_minutes", "forever")]).await;
    assert_eq!(wrong.all("#field-patience_minutes-error").len(), 1, "{}", wrong.text());
    let saved = boss.submit(SETTINGS, ACTION, &[("patience_minutes", "5")]).await;
    assert!(saved.text().contains("The rules of toys are saved."), "{}", saved.text());
    assert_eq!(shop.tenant().await.settings.of_kind::<Rules>().patience_minutes, 5);
    let mut stan = shop.staff().await;
    assert_eq!(
        stan.post("/", ACTION, &[("patience_minutes", "1")]).await.status,
        StatusCode::FORBIDDEN,
        "not for staff"
    );
    shop.app.done().await;
}
