//! The catalogues of each language, read once.

use std::{collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

use super::language::Language;
use crate::verticals::Vertical;

/// The core's catalogues in English.
const ENGLISH: &[&str] = &[
    include_str!("en/account.ftl"),
    include_str!("en/admin.ftl"),
    include_str!("en/audit.ftl"),
    include_str!("en/bookings.ftl"),
    include_str!("en/calendar.ftl"),
    include_str!("en/catalog.ftl"),
    include_str!("en/customers.ftl"),
    include_str!("en/db.ftl"),
    include_str!("en/dispatch.ftl"),
    include_str!("en/error.ftl"),
    include_str!("en/fulfilment.ftl"),
    include_str!("en/geocoding.ftl"),
    include_str!("en/identity.ftl"),
    include_str!("en/invites.ftl"),
    include_str!("en/notifications.ftl"),
    include_str!("en/operator.ftl"),
    include_str!("en/payments.ftl"),
    include_str!("en/payouts.ftl"),
    include_str!("en/places.ftl"),
    include_str!("en/portal.ftl"),
    include_str!("en/privacy.ftl"),
    include_str!("en/providers.ftl"),
    include_str!("en/reviews.ftl"),
    include_str!("en/scripts.ftl"),
    include_str!("en/server.ftl"),
    include_str!("en/tenants.ftl"),
    include_str!("en/ui.ftl"),
    include_str!("en/verticals.ftl"),
];

/// The catalogues of a language: the core's, and those of each kind of business.
pub(super) fn sources(language: Language) -> impl Iterator<Item = &'static str> {
    let core = match language {
        Language::English => ENGLISH,
    };
    let of_kinds = Vertical::ALL.iter().flat_map(move |kind| kind.catalogues(language));
    core.iter().chain(of_kinds).copied()
}

pub(super) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Sentences without values, by key. They live as long as the program.
    sentences: HashMap<String, &'static str>,
}

static IN_ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::English));

pub(super) fn of(language: Language) -> &'static Catalogue {
    match language {
        Language::English => &IN_ENGLISH,
    }
}

/// The keys of a catalogue: each begins a line.
fn keys_in(source: &str) -> impl Iterator<Item = &str> {
    let is_key = |text: &&str| text.starts_with(|first: char| first.is_ascii_lowercase()) && !text.contains(' ');
    source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).filter(is_key)
}

impl Catalogue {
    /// # Panics
    ///
    /// Panics if a catalogue can't be read or two have the same key. They are part of the program, and a test reads them.
    fn read(language: Language) -> Self {
        let tag = language.as_str().parse().expect("the code of a language is its tag");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false); // names are isolated where they are shown
        let mut keys = Vec::new();
        for source in sources(language) {
            let resource = FluentResource::try_new(source.to_owned()).expect("a catalogue is Fluent");
            keys.extend(keys_in(source).map(str::to_owned));
            bundle.add_resource(resource).expect("a key is in one catalogue");
        }
        let plain = |key: String| {
            let mut errors = Vec::new();
            let pattern = bundle.get_message(&key)?.value()?;
            let text = bundle.format_pattern(pattern, None, &mut errors).into_owned();
            errors.is_empty().then(|| (key, &*text.leak()))
        };
        let sentences = keys.into_iter().filter_map(plain).collect();
        Self { bundle, sentences }
    }

    pub(super) fn sentence(&self, key: &str) -> Option<&'static str> {
        self.sentences.get(key).copied()
    }

    pub(super) fn fill(&self, key: &str, values: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(values), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}
