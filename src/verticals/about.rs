/// What a booking is about, in the words of its kind of business.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// In a few words, for lists: "2018 Honda Civic, red".
    pub subject: String,
    /// For the booking's pages.
    pub facts: Vec<Fact>,
    /// The kind's own stage within a phase, derived and never stored: "In the workshop".
    pub stage: Option<&'static str>,
}

/// A detail of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub text: String,
    /// Whether it describes the way, which a provider's page of the job shows as stops.
    pub is_of_the_way: bool,
}

impl Fact {
    pub fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, text: text.into(), is_of_the_way: false }
    }

    /// A detail of the way.
    pub fn of_the_way(label: &'static str, text: impl Into<String>) -> Self {
        Self { is_of_the_way: true, ..Self::new(label, text) }
    }
}
