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
    let ink = if colors.ink == Rgb::WHITE { "White" } else { "Black" };
    let contrast =
        format!("{ink} text on your brand color has a contrast of {:.1} : 1.", colors.brand.contrast(colors.ink));
    let [phone, email, brand_color, accent_color] =
        ["phone", "email", "brand_color", "accent_color"].map(|name| form.field(name));
    view! {
        <div id="brand">
            <TitledCard title="Brand">
                <ui::PostForm action=EditBrand::PATH>
                    <ui::TextField label="Name" name="name" maxlength=80 autocomplete="organization" state=form.field("name") />
                    <ui::TextField
                        label="Tagline"
                        name="tagline"
                        need=Need::Optional
                        maxlength=120
                        autocomplete="off"
                        hint="The first thing customers read."
                        state=form.field("tagline")
                    />
                    <ui::TextArea
                        label="Service area"
                        name="coverage"
                        need=Need::Optional
                        rows=2
                        maxlength=300
                        state=form.field("coverage")
                    />
                    <ui::FieldRow>
                        <ui::PhoneField label="Phone customers call" name="phone" state=phone />
                        <ui::EmailField label="E-mail customers write to" name="email" state=email />
                    </ui::FieldRow>
                    <ui::FieldRow>
                        <ui::ColorField label="Brand color" name="brand_color" hint="Buttons and your mark." state=brand_color />
                        <ui::ColorField label="Accent" name="accent_color" hint="Used sparingly: stars, small marks." state=accent_color />
                    </ui::FieldRow>
                    <p class="faint small">{contrast}</p>
                    <ui::SaveBar><ui::PrimaryButton>"Save"</ui::PrimaryButton></ui::SaveBar>
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
                <ui::QuietButton>"Remove the logo"</ui::QuietButton>
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
                    label="Logo"
                    name="logo_file"
                    accept="image/svg+xml,image/png"
                    hint="A square SVG or PNG of at most 64 kB, shown beside your name."
                    state
                />
                <ui::SecondaryButton>"Upload"</ui::SecondaryButton>
            </ui::UploadForm>
        </div>
    }
}
