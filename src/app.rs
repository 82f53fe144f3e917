//! The parts of the product: one table each of all pages, background handlers and live topics.

use std::future::{Ready, ready};

use leptos::prelude::*;

use crate::{
    account, admin,
    bookings::{self, Key},
    calendar, dispatch,
    error::AppError,
    fulfilment, housekeeping, identity, invites, notifications,
    operator::{self, OperatorCtx},
    portal, privacy, providers,
    server::{Access, Answer, App, Ctx, FindTopic, Page, Product, Route, Visit, page::page},
    tasks::{Every, Pace, Registry, Worker},
    tenants::{self, Drawing},
    ui::gallery::Gallery,
    verticals::{self, Vertical},
};

/// The parts of the product, for the server.
pub fn product() -> Product {
    let find_topic = FindTopic(|ctx, name| Box::pin(watchable_topic(ctx, name)));
    Product { pages: routes(), operator_pages: operator_routes(), find_topic }
}

/// Every page of the product: its path, who may open it, its handler. The router is built from this table.
pub fn routes() -> Vec<Route> {
    let verticals = Vertical::ALL.iter().flat_map(|vertical| vertical.routes());
    core_routes().into_iter().chain(verticals).collect()
}

#[rustfmt::skip]
fn core_routes() -> Vec<Route> {
    use Access::{Admin, Anyone, Developer, InPerson, Provider, SignedIn, Staff};
    vec![
        page("/",                                      Anyone,    tenants::pages::landing),
        page("/account",                               SignedIn,  leads_to("/account/bookings")),
        page("/account/bookings",                      SignedIn,  account::pages::bookings),
        page("/account/bookings/{reference}",          SignedIn,  fulfilment::pages::own),
        page("/account/bookings/{reference}/cancel",   SignedIn,  fulfilment::pages::cancel_own),
        page("/account/bookings/{reference}/move",     SignedIn,  fulfilment::pages::reschedule_own),
        page("/account/confirm",                       InPerson,  account::pages::confirm),
        page("/account/devices",                       InPerson,  account::pages::devices),
        page("/account/passkeys",                      InPerson,  account::pages::passkeys),
        page("/account/phone",                         InPerson,  identity::phone_code::pages::account_phone),
        page("/account/privacy",                       InPerson,  privacy::pages::account),
        page("/account/privacy/erase",                 InPerson,  privacy::pages::erase),
        page("/account/privacy/export.json",           InPerson,  privacy::pages::export),
        page("/account/second-factor",                 InPerson,  identity::second_factor::pages::second_factor),
        page("/account/second-factor/codes",           InPerson,  identity::second_factor::pages::recovery_codes),
        page("/account/security",                      InPerson,  account::pages::security),
        page("/admin",                                 Staff,     admin::pages::home),
        page("/admin/audit",                           Admin,     admin::pages::audit),
        page("/admin/audit.csv",                       Admin,     admin::pages::audit_csv),
        page("/admin/board",                           Staff,     admin::pages::board),
        page("/admin/bookings",                        Staff,     admin::pages::bookings),
        page("/admin/bookings.csv",                    Staff,     admin::pages::bookings_csv),
        page("/admin/bookings/new",                    Staff,     admin::pages::new_booking),
        page("/admin/bookings/{reference}",            Staff,     admin::pages::booking),
        page("/admin/bookings/{reference}/assign",     Staff,     admin::pages::assign),
        page("/admin/bookings/{reference}/cancel",     Staff,     admin::pages::cancel),
        page("/admin/bookings/{reference}/move",       Staff,     admin::pages::reschedule),
        page("/admin/bookings/{reference}/price",      Staff,     admin::pages::propose),
        page("/admin/customers/{id}",                  Staff,     privacy::pages::customer),
        page("/admin/customers/{id}/erase",            Admin,     privacy::pages::erase_customer),
        page("/admin/customers/{id}/export.json",      Admin,     privacy::pages::export_customer),
        page("/admin/invites",                         Staff,     invites::pages::invites),
        page("/admin/jobs",                            Staff,     admin::pages::jobs),
        page("/admin/jobs/{id}",                       Staff,     admin::pages::job),
        page("/admin/jobs/{id}/cancel-bookings",       Staff,     admin::pages::cancel_bookings),
        page("/admin/jobs/{id}/assign",                Staff,     admin::pages::assign_published),
        page("/admin/payments",                        Staff,     admin::pages::payments),
        page("/admin/payouts",                         Staff,     admin::pages::payouts),
        page("/admin/payouts/new",                     Staff,     admin::pages::payout_preview),
        page("/admin/payouts/{id}",                    Staff,     admin::pages::payout),
        page("/admin/payouts/{id}/statement.csv",      Staff,     admin::pages::payout_csv),
        page("/admin/people",                          Staff,     admin::pages::people),
        page("/admin/people/{id}",                     Staff,     admin::pages::person),
        page("/admin/providers",                       Staff,     admin::pages::providers),
        page("/admin/providers/{id}",                  Staff,     admin::pages::provider),
        page("/admin/services",                        Staff,     admin::pages::services),
        page("/admin/services/new",                    Admin,     admin::pages::new_service),
        page("/admin/services/{id}",                   Staff,     admin::pages::service),
        page("/admin/settings",                        Admin,     tenants::pages::settings),
        page("/admin/settings/sign-in",                Admin,     identity::oidc::pages::identity_providers),
        page("/apple-touch-icon.png",                  Anyone,    tenants::pages::drawn(Drawing::Touch)),
        page("/b/{token}",                             Anyone,    fulfilment::pages::manage),
        page("/b/{token}/cancel",                      Anyone,    fulfilment::pages::cancel),
        page("/b/{token}/move",                        Anyone,    fulfilment::pages::reschedule),
        page("/book",                                  Anyone,    verticals::pages::choose_service),
        page("/book/{service}",                        Anyone,    verticals::pages::booking_form),
        page("/book/{service}/review",                 Anyone,    verticals::pages::review),
        page("/brand/logo/{hash}",                     Anyone,    tenants::pages::logo),
        page("/dev/mailbox",                           Developer, notifications::pages::dev_mailbox),
        page("/dev/ui",                                Developer, design_system),
        page("/email/{token}",                         Anyone,    identity::pages::agree),
        page("/erasure/{token}",                       Anyone,    privacy::pages::certificate),
        page("/erasure/{token}/certificate.json",      Anyone,    privacy::pages::certificate_json),
        page("/favicon.png",                           Anyone,    tenants::pages::drawn(Drawing::Tab)),
        page("/favicon.svg",                           Anyone,    tenants::pages::icon),
        page("/icon-192.png",                          Anyone,    tenants::pages::drawn(Drawing::Home)),
        page("/icon-512.png",                          Anyone,    tenants::pages::drawn(Drawing::Splash)),
        page("/impersonate/{token}",                   Anyone,    operator::pages::begin_impersonation),
        page("/invite/{token}",                        Anyone,    invites::pages::accept),
        page("/manifest.webmanifest",                  Anyone,    tenants::pages::manifest),
        page("/privacy",                               Anyone,    privacy::pages::notice),
        page("/provider",                              Provider,  portal::pages::home),
        page("/provider/earnings",                     Provider,  portal::pages::earnings),
        page("/provider/jobs",                         Provider,  portal::pages::jobs),
        page("/provider/jobs/{id}",                    Provider,  portal::pages::job),
        page("/provider/offers",                       Provider,  leads_to("/provider")),
        page("/provider/offers/{id}",                  Provider,  portal::pages::offer),
        page("/provider/open/{id}",                    Provider,  portal::pages::open_job),
        page("/reset",                                 Anyone,    identity::pages::reset),
        page("/reset/sent",                            Anyone,    identity::pages::reset_sent),
        page("/reset/{token}",                         Anyone,    identity::pages::new_password),
        page("/robots.txt",                            Anyone,    tenants::pages::robots),
        page("/share.png",                             Anyone,    tenants::pages::share),
        page("/sign-in",                               Anyone,    identity::pages::sign_in),
        page("/sign-in/code",                          Anyone,    identity::second_factor::pages::sign_in_code),
        page("/sign-in/passkey",                       Anyone,    identity::pages::passkey),
        page("/sign-in/phone",                         Anyone,    identity::phone_code::pages::sign_in_phone),
        page("/sign-in/phone/code",                    Anyone,    identity::phone_code::pages::sign_in_phone_code),
        page("/sign-in/with/{provider}",               Anyone,    identity::oidc::pages::begin),
        page("/sign-in/with/{provider}/callback",      Anyone,    identity::oidc::pages::callback),
        page("/sign-up",                               Anyone,    identity::pages::sign_up),
        page("/sign-up/sent",                          Anyone,    identity::pages::sign_up_sent),
        page("/sign-up/{token}",                       Anyone,    identity::pages::finish_sign_up),
        page("/sitemap.xml",                           Anyone,    tenants::pages::sitemap),
        page("/track/{token}",                         Anyone,    fulfilment::pages::track),
        page("/verify/{token}",                        Anyone,    identity::pages::verify),
    ]
}

/// Every page of the operators' host, which has no others. `SignedIn` means an operator.
#[rustfmt::skip]
pub fn operator_routes() -> Vec<Route<OperatorCtx>> {
    use Access::{Anyone, SignedIn};
    vec![
        page("/",                                                SignedIn, leads_to("/operator")),
        page("/favicon.svg",                                     Anyone,   operator::pages::icon),
        page("/operator",                                        SignedIn, operator::pages::tenants),
        page("/operator/account",                                SignedIn, operator::pages::account),
        page("/operator/health",                                 SignedIn, operator::pages::health),
        page("/operator/log",                                    SignedIn, operator::pages::log),
        page("/operator/security",                               SignedIn, operator::pages::security),
        page("/operator/security/codes",                         SignedIn, operator::pages::recovery_codes),
        page("/operator/tenants/new",                            SignedIn, operator::pages::new_tenant),
        page("/operator/tenants/{id}",                           SignedIn, operator::pages::tenant),
        page("/operator/tenants/{id}/impersonations/{permit}",   SignedIn, operator::pages::impersonation),
        page("/sign-in",                                         Anyone,   operator::pages::sign_in),
        page("/sign-in/code",                                    Anyone,   operator::pages::sign_in_code),
    ]
}

/// Redirects a shorter address to a page.
fn leads_to<S>(path: &'static str) -> impl Fn(Visit<S>) -> Ready<Result<Answer, AppError>> {
    move |_| ready(Ok(Answer::Redirect(path.to_owned())))
}

/// `/dev/ui`: the whole design system.
async fn design_system(_: Visit) -> Result<Answer, AppError> {
    Page::new("Design system", || view! { <Gallery /> }).answer()
}

/// The background work: the handler of each deadline and task, and the schedules.
pub fn background() -> Registry<App> {
    let core = Registry::default()
        .handle_deadlines_with(App::impatient)
        .deadline("booking", fulfilment::requests::handle_deadline, fulfilment::requests::alert_of_deadline)
        .deadline("dispatch", dispatch::handle_deadline, dispatch::alert_of_deadline)
        .deadline("quote", fulfilment::approval::handle_deadline, fulfilment::approval::alert_of_deadline)
        .task(bookings::messages::WRITE, |app, task| async move { fulfilment::messages::write(&app, &task).await })
        .task(identity::phone_code::SEND, |app, task| async move { identity::phone_code::send(&app, &task).await })
        .task(identity::reset::SEND, |app, task| async move { identity::reset::send(&app, &task).await })
        .task(notifications::DELIVER, |app, task| async move { notifications::deliver(&app, &task).await })
        .task(privacy::FINISH, |app, task| async move { privacy::finish(&app, &task).await })
        .scheduled(calendar::plans::MAKE, Every::Hour, calendar::plans::make_all)
        .scheduled(housekeeping::SWEEP, Every::Hour, housekeeping::sweep)
        .scheduled(privacy::RETENTION, Every::DayAt(privacy::retention::AT), privacy::retention::sweep);
    Vertical::ALL.iter().fold(core, |registry, vertical| vertical.background(registry))
}

/// The worker of this process.
pub fn worker(app: &App) -> Worker<App> {
    let pace = Pace::for_pool(app.config.database_connections);
    Worker::new(app.db.clone(), app.clone(), background(), pace, app.pulse.clone())
}

/// The topic under this name, if the user may watch it; else `NotFound`.
pub async fn watchable_topic(ctx: &Ctx, name: &str) -> Result<String, AppError> {
    let mut tx = ctx.begin().await?;
    match name.split_once('/') {
        Some(("booking", reference)) => {
            let key = Key::Reference(reference.parse().map_err(|_| AppError::NotFound)?);
            Ok(format!("booking:{}", key.open(&mut tx, ctx).await?.booking.id))
        }
        Some(("track", token)) => {
            let key = Key::Token(token.to_owned());
            Ok(format!("booking:{}", key.open(&mut tx, ctx).await?.booking.id))
        }
        None if name == "board" => ctx.allowed(bookings::policy::can_manage).map(|_| name.to_owned()),
        None if name == "provider" => Ok(format!("provider:{}", providers::of_user(&mut tx, ctx).await?.id)),
        _ => Vertical::watchable(ctx, &mut tx, name).await,
    }
}

#[cfg(test)]
mod tests;
