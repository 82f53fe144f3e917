use engine::{Quote, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::BookForCustomer,
        new_booking::{
            Known, OfficeForm, Places, Step, as_accepted, as_shown, breaches, call, choice_field, place_field, price,
        },
        store::customers,
    },
    bookings::{Whereabouts, appointment::MOST_DAYS, price_line},
    customers::Customer,
    error::AppError,
    payments::methods,
    places::geocoding::{self, Place},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, Choice, EmailField, FieldSet, FieldState, FormState, Glyph, HiddenField, Icon, MoneyField, Need,
        PhoneField, PriceLine, RadioGroup, SelectField, TextArea, TextField, TitledCard, Tone,
    },
    verticals::{
        office::{OfficeCall, OfficePlace, SITE},
        parts::time_fields,
    },
};

/// `/admin/bookings/new?customer=…`: the form by which staff make a booking for a customer on the phone.
pub async fn new_booking(visit: Visit) -> Result<Answer, AppError> {
    let mut state = visit.form(BookForCustomer::PATH);
    let mut form = OfficeForm::from_values(&state.values);
    if !state.was_submitted() {
        form = first(visit.query("customer").unwrap_or_default());
        form.service = visit.query("service").unwrap_or_default().to_owned();
        state = FormState::prefilled(form.values());
    }
    let ctx = visit.ctx.clone();
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let known = Known::load(&mut tx, &ctx.tenant, &form).await?;
    let found = match &known {
        Some(Known { customer: None, .. }) => customers::search(&mut tx, &form.wanted, &ctx.tenant.region).await?,
        _ => Vec::new(),
    };
    drop(tx);
    let Some(known) = known else { return nothing_to_book(visit, waiting) };
    let places = Places::find(&ctx.app.geocoder, ctx.tenant.center, &form, &known).await;
    let asks_price = matches!(form.step(), Step::Price | Step::Book) && !form.step.is_empty();
    let quote = match price(&call(&ctx.tenant, &form, &known, &places), &form) {
        Ok(quote) => Some(quote).filter(|_| asks_price || !form.shown_price.is_empty()),
        Err(AppError::Invalid(errors)) => {
            state.errors.extend(errors.0);
            None
        }
        Err(error) => return Err(error),
    };
    Page::new(t!("admin-new-booking"), move || {
        let tenant = ctx.tenant.clone();
        let call = call(&tenant, &form, &known, &places);
        let view = FormView { tenant: &tenant, form: &state, known: &known, places: &places, call: &call };
        let who = view.customer(&form, found);
        let service = view.service();
        let place = view.place();
        let when = time_fields([t!("admin-when-should-we-come"), t!("admin-at-a-set-time")], &state, &tenant, known.now, MOST_DAYS);
        let paying = view.paying();
        let account = view.account();
        let rest = view.rest();
        let broken = view.broken_rules();
        let in_full = quote.as_ref().map(|quote| view.price_in_full(quote));
        let aside = view.price(quote);
        view! {
            <AdminFrame ctx waiting path="/admin/bookings/new">
                <ui::WidePage title=t!("admin-new-booking") lead=t!("admin-for-a-customer-on-the-phone")>
                    <ui::PostForm action=BookForCustomer::PATH>
                        <ui::ErrorSummary form=state.clone() />
                        {broken}
                        <HiddenField name="attempt" value=form.attempt.clone() />
                        // The Enter key presses the first button: it must not drop the customer or book.
                        <button type="submit" class="visually-hidden" name="step" value="" tabindex="-1" aria-hidden="true"></button>
                        <office-form class="booking">
                            <div class="booking-fields form">
                                {who}
                                {service}
                                {place}
                                {when}
                                {paying}
                                {account}
                                {rest}
                                {in_full}
                                <p class="faint small">{geocoding::CREDITS.say()}</p>
                            </div>
                            <div class="booking-price">{aside}</div>
                        </office-form>
                    </ui::PostForm>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// The form before anything was typed but the words to search a customer by.
fn first(wanted: &str) -> OfficeForm {
    OfficeForm {
        attempt: Uuid::now_v7().to_string(),
        wanted: wanted.to_owned(),
        when: "now".to_owned(),
        payment_method: "cash".to_owned(),
        ..OfficeForm::default()
    }
}

fn nothing_to_book(visit: Visit, waiting: Waiting) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    Page::new(t!("admin-new-booking"), move || {
        view! {
            <AdminFrame ctx waiting path="/admin/bookings/new">
                <ui::Page title=t!("admin-new-booking")>
                    <ui::EmptyState glyph=Glyph::TrafficCone title=t!("admin-nothing-can-be-booked-right-now") text=t!("admin-switch-a-service-on-and-set")>
                        <ui::SecondaryLink href="/admin/services">{t!("admin-services")}</ui::SecondaryLink>
                    </ui::EmptyState>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}

struct FormView<'a> {
    tenant: &'a Tenant,
    form: &'a FormState,
    known: &'a Known,
    places: &'a Places,
    call: &'a OfficeCall<'a>,
}

impl FormView<'_> {
    /// The chosen customer or a search, and how to reach the person on site.
    fn customer(&self, form: &OfficeForm, found: Vec<Customer>) -> impl IntoView + use<> {
        let known = match &self.known.customer {
            Some(customer) => chosen(customer).into_any(),
            None => self.search(form, found).into_any(),
        };
        let [name, phone, email] = ["name", "phone", "email"].map(|name| self.form.field(name));
        view! {
            <FieldSet legend=t!("admin-customer")>
                {known}
                <ui::FieldRow>
                    <TextField label=t!("admin-name") name="name" state=name autocomplete="off" maxlength=120 />
                    <PhoneField label=t!("admin-phone") name="phone" state=phone />
                </ui::FieldRow>
                <EmailField label=t!("admin-e-mail") name="email" state=email need=Need::Optional autocomplete="off" hint=t!("admin-for-the-link-and-the-receipt") />
            </FieldSet>
        }
    }

    fn search(&self, form: &OfficeForm, found: Vec<Customer>) -> impl IntoView + use<> {
        let nothing = (found.is_empty() && !form.wanted.trim().is_empty())
            .then(|| view! { <p class="muted small">{t!("admin-nobody-found-type-a-new-customer")}</p> });
        let matches = found.iter().map(|customer| one_found(self.tenant, customer)).collect_view();
        view! {
            <div class="office-search">
                <ui::SearchField
                    label=t!("admin-customer-we-know")
                    name="wanted"
                    state=self.form.field("wanted")
                    hint=t!("admin-name-phone-e-mail-or-plate")
                />
                <ui::SecondaryButton name="step" value="search"><Icon glyph=Glyph::Search />{t!("admin-search")}</ui::SecondaryButton>
            </div>
            <div id="found-customers" class="stack-tight" role="status">{matches} {nothing}</div>
        }
    }

    /// The service, and the fields of its kind of business.
    fn service(&self) -> impl IntoView + use<> {
        let chosen = self.known.service();
        let choices: Vec<_> = self
            .known
            .services
            .iter()
            .map(|offered| {
                let service = &offered.service;
                let label =
                    format!("{}, {}", isolated(&service.name), service.vertical.least_price(self.tenant, offered));
                Choice::new(&service.slug, label)
            })
            .collect();
        let state = FieldState { value: chosen.slug.clone(), ..self.form.field("service") };
        let fields = chosen.vertical.office_fields(self.call, self.form, &self.known.saved);
        view! {
            <FieldSet legend=t!("admin-service")>
                <SelectField label=t!("admin-what-do-they-need") name="service" state choices />
                <noscript><p class="small muted">{t!("admin-after-another-choice-press-show-the")}</p></noscript>
                {fields}
            </FieldSet>
        }
    }

    /// Where the work is, and the places that only the service's kind asks for.
    fn place(&self) -> impl IntoView + use<> {
        let earlier = (!self.known.places.is_empty()).then(|| {
            let earlier = self.known.places.iter().map(|place| Choice::new(&place.address, &place.address));
            let choices = earlier.chain([Choice::new("", t!("admin-another-place"))]).collect();
            view! { <RadioGroup legend=t!("admin-a-place-they-had-before") name="known_place" state=self.form.field("known_place") choices /> }
        });
        let label = t!("admin-address-place-or", postcode = self.tenant.postcode());
        let site = self.one_place(SITE, label, t!("admin-words-coordinates-or-a-map-link"), Need::Required);
        let service = self.known.service();
        let more = service.vertical.office_places(service).iter();
        let more = more
            .map(|OfficePlace { name, label, hint }| {
                self.one_place(name, label.say().to_owned(), hint.say(), Need::Optional)
            })
            .collect_view();
        view! {
            <FieldSet legend=t!("admin-where") attr:data-priced="">
                {earlier}
                <div class="stack new-place">{site}</div>
                {more}
            </FieldSet>
        }
    }

    fn one_place(&self, name: &str, label: String, hint: &'static str, need: Need) -> AnyView {
        let field = place_field(name);
        let state = self.form.field(&field);
        let question = self.places.questions.iter().find(|question| question.name == name);
        let chosen = self.form.value(&choice_field(name));
        let answer = match question {
            Some(question) => Some(self.which(name, &question.found).into_any()),
            None if chosen.is_empty() => None,
            None => Some(view! { <HiddenField name=choice_field(name) value=chosen.to_owned() /> }.into_any()),
        };
        let standing = self.places.given.get(name).map(standing);
        view! {
            <TextField label name=field state hint need maxlength=300 autocomplete="off" />
            {standing.map(|words| view! { <p class="place-standing"><Icon glyph=Glyph::MapPin /><span>{words}</span></p> })}
            {answer}
        }
        .into_any()
    }

    fn which(&self, name: &str, found: &[Place]) -> impl IntoView + use<> {
        let mut choices: Vec<_> =
            found.iter().map(|place| Choice::new(place.point.to_string(), place.described())).collect();
        choices.push(Choice::new("none", t!("admin-none-of-these-we-ask-later")));
        let field = choice_field(name);
        let state = self.form.field(&field);
        view! { <RadioGroup legend=t!("admin-which-place-is-it") name=field state choices /> }
    }

    fn paying(&self) -> impl IntoView + use<> {
        let methods = methods::accepted(self.tenant).into_iter();
        let choices = methods.map(|method| Choice::new(method.as_str(), method.label())).collect();
        let [method, own, reason] = ["payment_method", "own_price", "price_reason"].map(|name| self.form.field(name));
        let is_open = self.is_filled(&["own_price", "price_reason"]);
        let (sign, hint) = (self.tenant.currency.symbol(), self.tenant.typed_price_hint());
        view! {
            <FieldSet legend=t!("admin-payment")>
                <RadioGroup legend=t!("admin-how-will-they-pay") name="payment_method" state=method choices />
                <details class="confirm" open=is_open data-priced="">
                    <summary class="button button-secondary">{t!("admin-set-another-price")}</summary>
                    <p class="muted small">{t!("admin-another-price-needs-a-reason")}</p>
                    <ui::FieldRow>
                        <MoneyField label=t!("admin-price") name="own_price" state=own need=Need::Optional sign hint />
                        <TextField label=t!("admin-reason") name="price_reason" state=reason need=Need::Optional maxlength=120 hint=t!("admin-the-customer-sees-this-label") />
                    </ui::FieldRow>
                </details>
            </FieldSet>
        }
    }

    fn account(&self) -> impl IntoView + use<> {
        let names = ["billed_to", "purchase_order", "hides_price"];
        let is_open = self.is_filled(&names);
        let [payer, order, hides] = names.map(|name| self.form.field(name));
        view! {
            <details class="confirm" open=is_open>
                <summary class="button button-secondary">{t!("admin-bill-an-account-instead")}</summary>
                <div class="stack">
                <ui::FieldRow>
                    <TextField label=t!("admin-billed-to") name="billed_to" state=payer need=Need::Optional maxlength=120 hint=t!("admin-a-fleet-an-insurer-a-motor") />
                    <TextField label=t!("admin-purchase-order") name="purchase_order" state=order need=Need::Optional maxlength=60 autocomplete="off" />
                </ui::FieldRow>
                <ui::Checkbox label=t!("admin-hide-the-price-from-the-customer") name="hides_price" state=hides />
                </div>
            </details>
        }
    }

    fn rest(&self) -> impl IntoView + use<> {
        let [notes, priority, next] = ["notes", "priority", "assign_next"].map(|name| self.form.field(name));
        view! {
            <FieldSet legend=t!("admin-for-the-provider-and-the-board")>
                <TextArea label=t!("admin-notes") name="notes" state=notes need=Need::Optional rows=2 maxlength=1000 hint=t!("admin-gate-code-level-of-the-parking") />
                <ui::Checkbox label=t!("admin-priority") name="priority" state=priority hint=t!("admin-the-board-and-the-booking-say") />
                <ui::Checkbox label=t!("admin-choose-a-provider-next") name="assign_next" state=next hint=t!("admin-otherwise-the-nearest-ones-are-asked") />
            </FieldSet>
        }
    }

    /// Whether one of the fields has a value or an error.
    fn is_filled(&self, fields: &[&str]) -> bool {
        fields.iter().any(|name| !self.form.value(name).is_empty() || self.form.errors.contains_key(*name))
    }

    /// The price once it was asked for, with the button that books at this price.
    fn price(&self, quote: Option<Quote>) -> impl IntoView + use<> {
        let question = self.places.questions.first().map(|question| {
            let href = format!("#field-choices-{}", question.name);
            view! { <p class="small desktop-only"><a href=href>{t!("admin-choose-which-place-it-is")}</a></p> }
        });
        match quote {
            None => view! {
                <div class="price-preview"><p class="muted small">{t!("admin-nothing-is-booked-yet")}</p></div>
                {question}
                <ui::PrimaryButton name="step" value="price">{t!("admin-show-the-price")}</ui::PrimaryButton>
            }
            .into_any(),
            Some(quote) => {
                let label = t!("admin-book-for", total = self.tenant.money(quote.total()));
                view! {
                    <div class="price-preview" role="status" aria-label=t!("admin-price")>{self.breakdown(&quote)}</div>
                    <div class="price-stale" role="status">
                        <p class="small">{t!("admin-the-price-may-have-changed")}</p>
                        <ui::PrimaryButton name="step" value="price"><Icon glyph=Glyph::RefreshCw />{t!("admin-show-the-new-price")}</ui::PrimaryButton>
                    </div>
                    {question}
                    <HiddenField name="shown_price" value=as_shown(&quote) />
                    // On a phone there is room for one button: at another price than the one shown it doesn't book, but shows the new one.
                    <div class="desktop-only wide">
                        <ui::SecondaryButton name="step" value="price"><Icon glyph=Glyph::RefreshCw />{t!("admin-update")}</ui::SecondaryButton>
                    </div>
                    <ui::PrimaryButton name="step" value="book"><Icon glyph=Glyph::Check />{label}</ui::PrimaryButton>
                }
                .into_any()
            }
        }
    }

    /// What the price consists of, and its ceiling.
    fn breakdown(&self, quote: &Quote) -> impl IntoView + use<> {
        let total = self.tenant.money(quote.total()).to_string();
        let most = quote.is_open().then(|| {
            let most = self.tenant.money(quote.ceiling());
            view! { <p class="muted small">{t!("admin-up-to-without-asking-again", most = most)}</p> }
        });
        view! {
            <ui::PriceLines lines=lines(self.tenant, quote) total note=self.tenant.included_tax([quote]) />
            {most}
            <p class="muted small">{t!("admin-ask-the-customer-to-agree-to")}</p>
        }
    }

    /// The same before the button of a phone, whose bar has room for the total only.
    fn price_in_full(&self, quote: &Quote) -> impl IntoView + use<> {
        let breakdown = self.breakdown(quote);
        view! {
            <div class="phone-only price-in-full">
                <TitledCard title=t!("admin-price")>{breakdown}</TitledCard>
            </div>
        }
    }

    /// What the booking doesn't keep of the service's rules. Staff may agree to it all the same.
    fn broken_rules(&self) -> Option<impl IntoView + use<>> {
        let breaches = breaches(self.call);
        let accepted = as_accepted(&breaches);
        let locale = self.tenant.locale;
        (!breaches.is_empty()).then(|| {
            let rules = breaches.into_iter().map(|breach| view! { <p>{breach.sentence(locale)}</p> }).collect_view();
            view! {
                <ui::Alert tone=Tone::Warning title=t!("admin-outside-the-rules-of-this-service")>
                    {rules}
                    <p>{t!("admin-you-can-book-it-all-the")}</p>
                </ui::Alert>
                <HiddenField name="accepted" value=accepted />
            }
        })
    }
}

fn chosen(customer: &Customer) -> impl IntoView + use<> {
    let href = format!("/admin/customers/{}", customer.id);
    view! {
        <HiddenField name="customer" value=customer.id.to_string() />
        <div class="row-between">
            <p><a href=href>{customer.name.clone()}</a></p>
            <ui::SecondaryButton name="step" value="forget">{t!("admin-somebody-else")}</ui::SecondaryButton>
        </div>
    }
}

fn one_found(tenant: &Tenant, customer: &Customer) -> impl IntoView + use<> {
    let reach = [Some(tenant.written_phone(&customer.phone)), customer.email.as_ref().map(ToString::to_string)];
    let reach = reach.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let name = customer.name.clone();
    view! {
        <div class="row-between">
            <div>
                <p>{customer.name.clone()}</p>
                <p class="faint small">{reach}</p>
            </div>
            <ui::SecondaryButton name="step" value=format!("choose:{}", customer.id)>
                {t!("admin-choose")} <span class="visually-hidden">" " {name}</span>
            </ui::SecondaryButton>
        </div>
    }
}

fn standing(place: &Whereabouts) -> String {
    match place.point {
        Some(_) => t!("admin-on-the-map", address = isolated(&place.address)),
        None => t!("admin-not-on-the-map-set-the").to_owned(),
    }
}

fn lines(tenant: &Tenant, quote: &Quote) -> Vec<PriceLine> {
    quote.lines().iter().map(|line| price_line(tenant, line)).collect()
}
