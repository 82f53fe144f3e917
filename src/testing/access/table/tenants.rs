//! A business's settings and public files.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::testing::{
    self, FIRST_KIND,
    access::{ADMINS, ANYONE, Business, Call, Function, PageLine, Person, form, function, open, page},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        // The second of these reopens what the first has closed.
        function("close_for_maintenance", ADMINS, "platform.tenants", async |_, _| form!("note" = "Back at noon"))
            .names_nothing(),
        function("open_after_maintenance", ADMINS, "platform.tenants", async |_, _| form!()).names_nothing(),
        function("begin_impersonation", ANYONE, "impersonations", async |at, _| {
            form!("token" = testing::impersonation(at.app(), at.tenant, at.customer).await)
                .by(at.browser(Person::Nobody))
        })
        .elsewhere(409),
        function("end_impersonation", ADMINS, "impersonations", async |at, _| {
            let token = testing::impersonation(at.app(), at.tenant, at.admin).await;
            let mut operator = at.browser(Person::Nobody);
            operator.post("/", "/api/begin_impersonation", &[("token", &token)]).await;
            form!().by(operator)
        })
        .answers(Person::Staff, 404),
        function("edit_brand", ADMINS, "platform.tenants", async |at, _| {
            form!(
                "name" = at.name("Brand"),
                "tagline" = "Help on the road",
                "phone" = "(404) 555-0100",
                "email" = "hello@example.com",
                "brand_color" = "#0b3c6f",
                "accent_color" = "#f59e0b",
            )
        })
        .names_nothing(),
        function("edit_dispatch_rules", ADMINS, "platform.tenants", async |_, _| {
            form!(
                "offer_seconds" = 40,
                "search_minutes" = 10,
                "search_radius" = 60,
                "position_fresh_minutes" = 10,
                "dispatch_lead_minutes" = 60,
                "speed" = 45,
                "promise_margin_percent" = 25,
            )
        })
        .names_nothing(),
        function("edit_money_rules", ADMINS, "platform.tenants", async |_, _| {
            form!("tax" = 0, "cashapp_handle" = "$tow",)
        })
        .names_nothing(),
        function("edit_place", ADMINS, "platform.tenants", async |_, _| {
            form!("zone" = "America/Chicago", "locale" = "en-US").ticking(FIRST_KIND)
        })
        .names_nothing(),
        function("edit_security_rules", ADMINS, "platform.tenants", async |_, _| form!()).names_nothing(),
        function("upload_logo", ADMINS, "platform.logos", async |at, _| form!("logo_file" = logo(at))).names_nothing(),
        function("remove_logo", ADMINS, "platform.logos", async |at, _| {
            upload_logo(at).await;
            form!()
        })
        .names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/admin/settings", ADMINS),
        open("/apple-touch-icon.png", ANYONE),
        open("/favicon.png", ANYONE),
        open("/favicon.svg", ANYONE),
        open("/icon-192.png", ANYONE),
        open("/icon-512.png", ANYONE),
        open("/manifest.webmanifest", ANYONE),
        open("/robots.txt", ANYONE),
        open("/share.png", ANYONE),
        open("/sitemap.xml", ANYONE),
        page("/impersonate/{token}", ANYONE, async |at, _| {
            Call::to(format!("/impersonate/{}", testing::impersonation(at.app(), at.tenant, at.customer).await))
        }),
        page("/brand/logo/{hash}", ANYONE, async |at, _| {
            upload_logo(at).await;
            let home = at.browser(Person::Nobody).get("/").await;
            Call::to(home.attribute(".brand-logo", "src").expect("a logo is on the page"))
        }),
    ]
}

/// A unique logo, encoded as a form sends it. It is too large to be written into pages.
fn logo(at: &Business) -> String {
    let name = at.name("logo");
    let space = " ".repeat(1500);
    STANDARD
        .encode(format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{name} of {}</title>{space}</svg>", at.host))
}

async fn upload_logo(at: &Business) {
    let fields = [("logo_file", &*logo(at))];
    at.browser(Person::Admin).post("/admin/settings", "/api/upload_logo", &fields).await;
}
