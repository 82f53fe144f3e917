//! Which page a form was submitted from.

use axum::{
    extract::Request,
    http::{Uri, header},
};

use crate::{identity::own_path, ui::forms::FROM};

/// The page of a form: according to the form, or else to the browser.
pub(super) fn page_of(request: &Request) -> Option<String> {
    let referer = || request.headers().get(header::REFERER)?.to_str().ok().and_then(path_of).map(str::to_owned);
    page_in(request.uri()).or_else(referer)
}

/// The page according to the form.
pub(super) fn page_in(uri: &Uri) -> Option<String> {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let from = query.into_owned().find_map(|(name, value)| (name == FROM).then_some(value))?;
    own_path(&from).map(str::to_owned)
}

/// The path and query of a URL of this site; none for any other.
fn path_of(url: &str) -> Option<&str> {
    let after_scheme = url.split_once("://")?.1;
    after_scheme.find('/').map(|slash| &after_scheme[slash..]).and_then(own_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_which_page_it_is_on_and_only_pages_of_this_site_count() {
        let page = |uri: &'static str| page_in(&Uri::from_static(uri));
        assert_eq!(
            page("/api/sign_in?from=%2Fsign-in%3Fnext%3D%252Faccount").as_deref(),
            Some("/sign-in?next=%2Faccount")
        );
        assert_eq!(page("/api/sign_in?from=https%3A%2F%2Fevil.example%2F"), None);
        assert_eq!(page("/api/sign_in?from=%2F%2Fevil.example%2F"), None);
        assert_eq!(page("/api/sign_in"), None);
    }

    #[test]
    fn only_the_path_of_a_referer_is_used() {
        assert_eq!(path_of("https://evil.example/book?x=1"), Some("/book?x=1"));
        assert_eq!(path_of("nonsense"), None);
        assert_eq!(path_of("https://tow.example//evil.example/"), None, "would lead to another host");
    }
}
