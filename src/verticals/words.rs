use engine::CancellationStage;

use crate::ui::Glyph;

/// What a kind of business is called and looks like.
pub struct Words {
    pub label: &'static str,
    /// The mark of a business without a logo.
    pub glyph: Glyph,
    /// Of what a booking is about, in lists.
    pub subject: Glyph,
    /// The button that begins a booking: "Get help now".
    pub begin: &'static str,
    /// The same, where a customer has bookings already: "Book help".
    pub begin_another: &'static str,
    /// What a customer reads of a booking.
    pub told: Told,
    pub fees: FeeWords,
}

/// What a customer reads of a booking, besides what is the same for every kind of business.
pub struct Told {
    /// The steps that a customer waits through.
    pub steps: [&'static str; 4],
    /// Somebody who comes and whose name isn't known yet: "Your technician".
    pub provider: &'static str,
    /// The same in the middle of a sentence: "your technician".
    pub provider_within: &'static str,
    /// A provider is searched for: headline and explanation.
    pub searching: (&'static str, &'static str),
    /// Before `{time}`, the time before an appointment at which the search begins.
    pub assigned_later: &'static str,
    pub on_the_way: &'static str,
    pub arrived: &'static str,
    pub done: &'static str,
    pub missed: &'static str,
    /// The customer asked to search on.
    pub searching_again: &'static str,
    pub cancelled_by_provider: &'static str,
    /// Where `{name}` is on the map.
    pub on_the_map: &'static str,
    /// The price isn't final, but at most `{most}`.
    pub below_the_most: &'static str,
}

/// Why cancelling costs what it does.
pub struct FeeWords {
    pub nobody_yet: &'static str,
    pub assigned: &'static str,
    pub arrived: &'static str,
    pub late: &'static str,
    /// The line of the price.
    pub line_assigned: &'static str,
    pub line_arrived: &'static str,
    /// The fee has changed since it was shown.
    pub changed: &'static str,
}

impl FeeWords {
    pub const fn reason(&self, stage: CancellationStage) -> &'static str {
        match stage {
            CancellationStage::BeforeAssignment => self.nobody_yet,
            CancellationStage::Assigned => self.assigned,
            CancellationStage::Arrived => self.arrived,
            CancellationStage::ProviderLate => self.late,
        }
    }

    pub const fn line(&self, stage: CancellationStage) -> &'static str {
        match stage {
            CancellationStage::Arrived => self.line_arrived,
            _ => self.line_assigned,
        }
    }
}
