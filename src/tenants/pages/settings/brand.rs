use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    tenants::{
        Tenant,
        actions::{EditBrand, RemoveLogo, UploadLogo},
    },
    ui::{self, BrandLink, FormState, Need, TitledCard, color::Rgb},
};

/// Name, texts, colors and logo.
#[component]
pub(super) fn BrandSection(tenant: Tenant, form: FormState, logo: FormState) -> impl IntoView {
    let colors = tenant.colors;
    let form = form.or_prefilled([
        ("name", tenant.name.clone()),
        ("tagline", tenant.tagline.clone()),
        ("coverage", tenant.coverage.clone()),
        ("phone", tenant.spoken_phone.clone()),
        ("email", tenant.email.clone()),
        ("brand_color", colors.brand.to_string()),
        ("accent_color", colors.accent.to_string()),
    ]);
    let ink = if colors.ink == Rgb::WHITE { t!("tenants-white") } else { t!("tenants-black") };
    let contrast = t!(
        "tenants-text-on-your-brand-color-has",
        ink = ink,
        contrast = format!("{:.1}", colors.brand.contrast(colors.ink))
    );
    let [phone, email, brand_color, accent_color] =
        ["phone", "email", "brand_color", "accent_color"].map(|name| form.field(name));
    view! {
        <div id="brand">
            <TitledCard title=t!("tenants-brand")>
                <ui::PostForm action=EditBrand::PATH>
                    <ui::TextField label=t!("tenants-name") name="name" maxlength=80 autocomplete="organization" state=form.field("name") />
                    <ui::TextField
                        label=t!("tenants-tagline")
                        name="tagline"
                        need=Need::Optional
                        maxlength=120
                        autocomplete="off"
                        hint=t!("tenants-the-first-thing-customers-read")
                        state=form.field("tagline")
                    />
                    <ui::TextArea
                        label=t!("tenants-service-area")
                        name="coverage"
                        need=Need::Optional
                        rows=2
                        maxlength=300
                        state=form.field("coverage")
                    />
                    <ui::FieldRow>
                        <ui::PhoneField label=t!("tenants-phone-customers-call") name="phone" state=phone />
                        <ui::EmailField label=t!("tenants-e-mail-customers-write-to") name="email" state=email />
                    </ui::FieldRow>
                    <ui::FieldRow>
                        <ui::ColorField label=t!("tenants-brand-color") name="brand_color" hint=t!("tenants-buttons-and-your-mark") state=brand_color />
                        <ui::ColorField label=t!("tenants-accent") name="accent_color" hint=t!("tenants-used-sparingly-stars-small-marks") state=accent_color />
                    </ui::FieldRow>
                    <p class="faint small">{contrast}</p>
                    <ui::SaveBar><ui::PrimaryButton>{t!("tenants-save")}</ui::PrimaryButton></ui::SaveBar>
                </ui::PostForm>
                {logo_forms(&tenant, &logo)}
            </TitledCard>
        </div>
    }
}

fn logo_forms(tenant: &Tenant, form: &FormState) -> impl IntoView + use<> {
    let removal = tenant.logo_hash.is_some().then(|| {
        view! {
            <ui::ButtonForm action=RemoveLogo::PATH>
                <ui::QuietButton>{t!("tenants-remove-the-logo")}</ui::QuietButton>
            </ui::ButtonForm>
        }
    });
    let (name, mark, state) = (tenant.name.clone(), tenant.mark(), form.field("logo_file"));
    view! {
        <div class="logo-forms">
            <div class="row">
                <BrandLink name mark href="/" />
                {removal}
            </div>
            <ui::UploadForm action=UploadLogo::PATH>
                <ui::FileField
                    label=t!("tenants-logo")
                    name="logo_file"
                    accept="image/svg+xml,image/png"
                    hint=t!("tenants-a-square-svg-or-png-of")
                    state
                />
                <ui::SecondaryButton>{t!("tenants-upload")}</ui::SecondaryButton>
            </ui::UploadForm>
        </div>
    }
}
