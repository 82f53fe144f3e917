use crate::{
    ui::{Glyph, NavItem},
    words::Phrase,
};

/// An entry that a kind of business adds to the navigation of its business.
#[derive(Debug, Clone, Copy)]
pub struct NavEntry {
    pub side: NavSide,
    pub label: Phrase,
    pub href: &'static str,
    pub glyph: Glyph,
}

/// Whose navigation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavSide {
    Customer,
    Provider,
    Staff,
}

impl From<NavEntry> for NavItem {
    fn from(entry: NavEntry) -> Self {
        Self::new(entry.label.say(), entry.href, entry.glyph)
    }
}

/// What a new provider is asked, besides name and phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// The services they can do.
    Skills,
    /// Where they are based.
    Home,
    /// What customers look out for.
    Vehicle,
}
