//! The components' HTML.

use leptos::{prelude::*, reactive::owner::Owner};
use scraper::{Html, Selector};

use super::*;

/// The HTML of a view, as a browser would parse it.
fn render<V: IntoView>(view: impl FnOnce() -> V) -> Html {
    let html = Owner::new().with(|| view().into_view().to_html());
    Html::parse_fragment(&html)
}

fn select<'a>(html: &'a Html, selector: &str) -> scraper::ElementRef<'a> {
    let selector = Selector::parse(selector).expect("a valid selector");
    html.select(&selector).next().expect("the element is there")
}

fn count(html: &Html, selector: &str) -> usize {
    html.select(&Selector::parse(selector).expect("a valid selector")).count()
}

fn typed(value: &str) -> FieldState {
    FieldState::of(value)
}

#[test]
fn a_text_area_keeps_hostile_text_as_text() {
    let hostile = "</textarea><script>alert(1)</script>&lt;";
    let html = render(|| view! { <TextArea label="Notes" name="notes" state=typed(hostile)/> });
    assert_eq!(select(&html, "textarea").text().collect::<String>(), hostile);
    assert_eq!(count(&html, "script"), 0);
}

#[test]
fn a_text_area_keeps_an_empty_first_line() {
    let html = render(|| view! { <TextArea label="Notes" name="notes" state=typed("\n\nsecond gate")/> });
    assert_eq!(select(&html, "textarea").text().collect::<String>(), "\n\nsecond gate");
}

#[test]
fn a_text_field_keeps_hostile_text_as_its_value() {
    let hostile = r#""><script>alert(1)</script>"#;
    let html = render(|| view! { <TextField label="Make" name="make" state=typed(hostile)/> });
    assert_eq!(select(&html, "input").attr("value"), Some(hostile));
    assert_eq!(count(&html, "script"), 0);
}

#[test]
fn a_label_hint_and_error_belong_to_their_control() {
    let state = FieldState { value: "12".into(), error: Some("Enter ten digits".into()), ..FieldState::default() };
    let html = render(|| view! { <PhoneField label="Phone" name="phone" state hint="For the driver"/> });
    let input = select(&html, "input");
    assert_eq!(select(&html, "label").attr("for"), input.attr("id"));
    assert_eq!(input.attr("aria-invalid"), Some("true"));
    let texts: Vec<String> = input
        .attr("aria-describedby")
        .expect("it is described")
        .split(' ')
        .map(|id| select(&html, &format!("#{id}")).text().collect())
        .collect();
    assert_eq!(texts, ["For the driver", "Enter ten digits"]);
}

#[test]
fn a_field_without_hint_and_error_is_described_by_nothing() {
    let html = render(|| view! { <TextField label="Make" name="make"/> });
    let input = select(&html, "input");
    assert_eq!(input.attr("aria-describedby"), None);
    assert_eq!(input.attr("aria-invalid"), None);
    assert!(input.attr("required").is_some());
}

#[test]
fn an_optional_field_says_so_and_may_stay_empty() {
    let html = render(|| view! { <TextField label="Plate" name="plate" need=Need::Optional/> });
    assert_eq!(select(&html, "input").attr("required"), None);
    assert!(select(&html, "label").text().collect::<String>().contains("optional"));
}

#[test]
fn a_password_never_comes_back() {
    let html = render(|| view! { <PasswordField label="Password" name="password" state=typed("secret")/> });
    assert_eq!(select(&html, "input").attr("value"), Some(""));
}

#[test]
fn fields_of_the_same_name_in_two_forms_of_a_page_have_ids_of_their_own() {
    let rejected = FormState { errors: [("reason".to_owned(), "Say why".to_owned())].into(), ..FormState::default() }
        .within("paused");
    let (paused, other) = (rejected.field("reason"), FormState::default().field("reason"));
    let html = render(|| {
        view! {
            <ErrorSummary form=rejected/>
            <TextField label="Why" name="reason" state=paused/>
            <TextField label="Why" name="reason" state=other/>
        }
    });
    let target = select(&html, "[role=alert] a").attr("href").expect("it links").to_owned();
    assert_eq!(target, "#field-paused-reason");
    assert_eq!(select(&html, "label").attr("for"), Some("field-paused-reason"));
    assert_eq!([count(&html, &target), count(&html, "#field-reason")], [1, 1]);
}

#[test]
fn the_error_summary_links_to_each_field() {
    let mut form = FormState::default();
    form.errors.insert("phone".into(), "Enter a phone number".into());
    let html = render(|| view! { <ErrorSummary form/> <PhoneField label="Phone" name="phone"/> });
    let link = select(&html, "[role=alert] a");
    let target = link.attr("href").expect("it links").to_owned();
    assert_eq!(select(&html, &target).attr("name"), Some("phone"));
    assert_eq!(link.text().collect::<String>(), "Enter a phone number");
}

#[test]
fn a_form_that_was_not_rejected_has_no_error_summary() {
    let html = render(|| view! { <ErrorSummary form=FormState::prefilled([("phone", "404 555 0100")])/> });
    assert_eq!(count(&html, "[role=alert]"), 0);
}

#[test]
fn choices_keep_what_was_chosen() {
    let choices = || vec![Choice::new("cash", "Cash"), Choice::new("zelle", "Zelle")];
    let html = render(|| {
        view! {
            <SelectField label="Method" name="method" state=typed("zelle") choices=choices()/>
            <RadioGroup legend="Paid by" name="paid_by" state=typed("cash") choices=choices()/>
            <Checkbox label="Tell me" name="tell" state=typed("true")/>
            <StarsField legend="Rating" name="rating" state=typed("4")/>
        }
    });
    assert_eq!(select(&html, "option[selected]").attr("value"), Some("zelle"));
    assert_eq!(select(&html, "[name=paid_by][checked]").attr("value"), Some("cash"));
    assert!(select(&html, "[name=tell]").attr("checked").is_some());
    assert_eq!(select(&html, "[name=rating][checked]").attr("value"), Some("4"));
}

#[test]
fn pages_of_a_list_keep_its_filters() {
    let info = PageInfo { page: 2, per_page: 20, total: 134 };
    let html = render(|| view! { <Pagination info base="/admin/bookings?phase=pending"/> });
    assert_eq!(select(&html, "[rel=next]").attr("href"), Some("/admin/bookings?phase=pending&page=3"));
    assert_eq!(select(&html, "p").text().collect::<String>(), "21–40 of 134");
}

#[test]
fn a_list_on_one_page_has_no_page_links() {
    let info = PageInfo { page: 1, per_page: 20, total: 20 };
    let html = render(|| view! { <Pagination info base="/admin/bookings"/> });
    assert_eq!(count(&html, "nav"), 0);
}

#[test]
fn a_very_long_list_is_paged_from_the_entries_at_its_ends() {
    let links = |previous: Option<&str>, next: Option<&str>| {
        let (previous, next) = (previous.map(str::to_owned), next.map(str::to_owned));
        let total = "1,000+ bookings".to_owned();
        render(move || view! { <PageLinks total previous next base="/b?phase=pending"/> })
    };
    let both = links(Some("RA-222222"), Some("RA-333333"));
    assert_eq!(select(&both, "[rel=prev]").attr("href"), Some("/b?phase=pending&before=RA-222222"));
    assert_eq!(select(&both, "[rel=next]").attr("href"), Some("/b?phase=pending&after=RA-333333"));
    assert_eq!(select(&both, "p").text().collect::<String>(), "1,000+ bookings");
    assert_eq!(count(&links(None, Some("RA-333333")), "[rel=prev]"), 0);
    assert_eq!(count(&links(None, None), "nav"), 0);
}

#[test]
fn a_sorted_column_offers_the_other_direction() {
    let header = |sort: &'static str| {
        render(move || {
            let head =
                move || view! { <SortableHeader label="Created" key="created" sort=Sort::parse(sort) base="/b"/> };
            view! { <DataTable caption="Bookings" head>""</DataTable> }
        })
    };
    let ascending = header("created");
    assert_eq!(select(&ascending, "th").attr("aria-sort"), Some("ascending"));
    assert_eq!(select(&ascending, "th a").attr("href"), Some("/b?sort=-created"));
    let other = header("price");
    assert_eq!(select(&other, "th").attr("aria-sort"), None);
    assert_eq!(select(&other, "th a").attr("href"), Some("/b?sort=created"));
}

#[test]
fn brand_colors_become_custom_properties_under_the_nonce() {
    let colors = BrandColors::new("#1F45C4".parse().expect("a color"), color::Rgb(245, 165, 36));
    let html = render(|| view! { <BrandStyle colors nonce="abc"/> });
    let style = select(&html, "style");
    assert_eq!(style.attr("nonce"), Some("abc"));
    assert_eq!(style.inner_html(), ":root{--brand:#1f45c4;--brand-ink:#ffffff;--accent:#f5a524;--accent-ink:#000000}");
}

#[test]
fn invalid_colors_are_rejected() {
    for text in ["1f45c4", "#1f45c", "#1f45c4;}", "red", "#+12345"] {
        assert!(text.parse::<color::Rgb>().is_err(), "{text}");
    }
}

#[test]
fn every_glyph_has_shapes() {
    for glyph in Glyph::ALL {
        let html = render(|| view! { <Icon glyph=*glyph/> });
        assert!(count(&html, "svg > *") > 0, "{}", glyph.name());
    }
}
