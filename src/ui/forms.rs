//! Forms: posts, filters, confirmations, and the error summary.

use leptos::prelude::*;

use super::{
    fields::{FieldLabels, field_id},
    form::FormState,
    icons::{Glyph, Icon},
};

/// The parameter in which a form says which page it is on.
pub const FROM: &str = "from";

/// The page that is being rendered: the server shows a rejected form there again.
#[derive(Clone)]
pub struct FormsPage {
    /// Added to the address of each form.
    query: String,
}

impl FormsPage {
    /// Tells the forms of this page their address.
    #[cfg(feature = "ssr")]
    pub fn provide(address: &str) {
        let address: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
        provide_context(Self { query: format!("?{FROM}={address}") });
    }

    fn action(action: String) -> String {
        match use_context::<Self>() {
            Some(page) if action.starts_with("/api/") => action + &page.query,
            _ => action,
        }
    }
}

/// A form that changes something. Its fields are stacked with space between them.
///
/// The browser validates nothing: the server shows an error under each field and a summary above them.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    /// Needed if a button outside of the form submits it.
    #[prop(optional, into)]
    id: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <form class="form" method="post" action=FormsPage::action(action) id=id novalidate=true>
            {children()}
        </form>
    }
}

/// A form that sends one file. Text fields belong in other forms.
#[component]
pub fn UploadForm(
    #[prop(into)] action: String,
    /// A [`FileField`](super::FileField) and a button.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="form" method="post" enctype="multipart/form-data" action=FormsPage::action(action) novalidate=true>
            {children()}
        </form>
    }
}

/// A form with one button, small enough for a row of buttons; hidden inputs identify its object.
#[component]
pub fn ButtonForm(
    #[prop(into)] action: String,
    /// Hidden inputs and a button.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="button-form" method="post" action=FormsPage::action(action)>
            {children()}
        </form>
    }
}

/// The save button of a settings form. Once something was changed, it says so and stays visible until the form is saved; `public/scripts/unsaved.js` asks before
/// the page is left.
#[component]
pub fn SaveBar(children: Children) -> impl IntoView {
    view! { <save-bar class="save-bar">{children()}<span class="save-note">{t!("ui-unsaved-changes")}</span></save-bar> }
}

/// A value the form sends without showing it.
#[component]
pub fn HiddenField(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input r#type="hidden" name=name value=value/> }
}

/// A search above a list. The term becomes part of the address, so the result can be shared and bookmarked.
#[component]
pub fn SearchBar(
    #[prop(into)] action: String,
    /// A [`SearchField`](super::SearchField); the button comes with the bar.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="filter-bar" method="get" action=action role="search">
            {children()}
            <button type="submit" class="button button-secondary">
                <Icon glyph=Glyph::Search/>
                {t!("ui-search")}
            </button>
        </form>
    }
}

/// The filters of a list, which become part of its address. On a phone all except the search are in a sheet behind one button.
#[component]
pub fn FilterBar(
    #[prop(into)] action: String,
    /// The search field, also visible on a phone.
    #[prop(optional, into)]
    search: Option<ViewFnOnce>,
    /// The number of filters that are set.
    active: usize,
    /// The other fields; the button comes with the bar.
    children: Children,
) -> impl IntoView {
    let count = (active > 0).then(|| {
        view! { <span class="filter-count">{active}<span class="visually-hidden">{t!("ui-set")}</span></span> }
    });
    let clear = (active > 0).then(|| view! { <a class="button button-quiet" href=action.clone()>{t!("ui-clear")}</a> });
    view! {
        <form class="filter-bar" method="get" action=action role="search">
            {search.map(ViewFnOnce::run)}
            <button type="button" class="button button-secondary filter-toggle" popovertarget="filters" aria-haspopup="dialog">
                <Icon glyph=Glyph::ListFilter/>
                {t!("ui-filters")}
                {count}
            </button>
            <div class="dialog filter-fields" id="filters" popover="auto">
                <p class="filter-title">{t!("ui-filters")}</p>
                {children()}
                <button type="submit" class="button button-secondary">
                    <Icon glyph=Glyph::ListFilter/>
                    {t!("ui-filter")}
                </button>
            </div>
            {clear}
        </form>
    }
}

/// Fields that belong together, under a heading.
#[component]
pub fn FieldSet(#[prop(into)] legend: String, children: Children) -> impl IntoView {
    view! {
        <fieldset class="field-set">
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
}

/// Fields side by side where there is room, such as first and last name.
#[component]
pub fn FieldRow(children: Children) -> impl IntoView {
    view! { <div class="field-row">{children()}</div> }
}

/// An action that asks for confirmation: the first tap opens the question, the second button is inside it.
#[component]
pub fn ConfirmForm(
    #[prop(into)] action: String,
    /// The text of the first button, such as "Deactivate".
    #[prop(into)]
    label: String,
    /// What will happen, so that people can decide.
    #[prop(into)]
    question: String,
    /// Open at first, because the form in it was rejected.
    #[prop(optional)]
    open: bool,
    /// Hidden inputs or fields, and the button that does it.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="confirm" open=open>
            <summary class="button button-secondary">{label}</summary>
            <form class="confirm-form" method="post" action=FormsPage::action(action) novalidate=true>
                <p>{question}</p>
                {children()}
            </form>
        </details>
    }
}

/// Why a form was rejected, with a link to each field; empty if it wasn't. Put it first in the form: it takes the focus
/// when the page loads, so that people find it.
#[component]
pub fn ErrorSummary(form: FormState) -> impl IntoView {
    form.is_rejected().then(|| {
        let FormState { errors, message, scope, .. } = form;
        let title = message.unwrap_or_else(|| t!("ui-please-check-what-you-entered").to_owned());
        let has_errors = !errors.is_empty();
        let labels = FieldLabels::current();
        // A closure, because it must be rendered after the fields that follow.
        let links = move || {
            let mut links: Vec<_> = errors
                .iter()
                .map(|(name, error)| {
                    let id = field_id(&scope, name);
                    (labels.find(&id), id, error.clone())
                })
                .collect();
            links.sort_by_key(|(known, ..)| known.as_ref().map_or(usize::MAX, |(place, _)| *place));
            links
                .into_iter()
                .map(|(known, id, error)| {
                    let label = known.map(|(_, label)| {
                        let sign = if label.ends_with('?') { " " } else { ": " };
                        view! { <span class="strong">{label} {sign}</span> }
                    });
                    view! { <li><a href=format!("#{id}")>{label} {error}</a></li> }
                })
                .collect::<Vec<_>>()
        };
        let list = has_errors.then(|| view! { <ul>{links}</ul> });
        view! {
            <div class="alert alert-danger" id="errors" role="alert" tabindex="-1" autofocus>
                <Icon glyph=Glyph::CircleAlert/>
                <div class="alert-body">
                    <p class="alert-title">{title}</p>
                    {list}
                </div>
            </div>
        }
    })
}
