use engine::CancellationStage;

use super::progress_step::ProgressStep;
use crate::{ui::Glyph, words::Phrase};

/// What a kind of business is called and looks like.
pub struct Words {
    pub label: Phrase,
    /// The mark of a business without a logo.
    pub glyph: Glyph,
    /// Who comes, on a map.
    pub provider: Glyph,
    /// Of what a booking is about, in lists.
    pub subject: Glyph,
    /// The button that begins a booking: "Get help now".
    pub begin: Phrase,
    /// The same, where a customer has bookings already: "Book help".
    pub begin_another: Phrase,
    /// What a customer reads of a booking.
    pub told: Told,
    pub fees: FeeWords,
}

/// What a customer reads of a booking, besides what is the same for every kind of business.
pub struct Told {
    /// The steps that a customer waits through. Where some bookings have others, the kind's `standing` says so.
    pub steps: &'static [ProgressStep],
    /// Somebody who comes and whose name isn't known yet: "Your technician".
    pub provider: Phrase,
    /// The same in the middle of a sentence: "your technician".
    pub provider_within: Phrase,
    /// A provider is searched for: headline and explanation.
    pub searching: (Phrase, Phrase),
    /// Before `time`, the time before an appointment at which the search begins.
    pub assigned_later: Phrase,
    pub on_the_way: Phrase,
    pub arrived: Phrase,
    pub done: Phrase,
    pub missed: Phrase,
    /// The customer asked to search on.
    pub searching_again: Phrase,
    pub cancelled_by_provider: Phrase,
    /// Where `name` is on the map.
    pub on_the_map: Phrase,
    /// The place where a job ends, in a word or two on the map, and the sentence below it on the way there.
    pub destination: Phrase,
    pub to_the_destination: Phrase,
    /// The price isn't final, but at most `most`.
    pub below_the_most: Phrase,
}

/// Why cancelling costs what it does.
pub struct FeeWords {
    pub nobody_yet: Phrase,
    pub assigned: Phrase,
    pub arrived: Phrase,
    pub late: Phrase,
    /// The line of the price.
    pub line_assigned: Phrase,
    pub line_arrived: Phrase,
    /// The fee has changed since it was shown.
    pub changed: Phrase,
}

impl FeeWords {
    pub const fn reason(&self, stage: CancellationStage) -> Phrase {
        match stage {
            CancellationStage::BeforeAssignment => self.nobody_yet,
            CancellationStage::Assigned => self.assigned,
            CancellationStage::Arrived => self.arrived,
            CancellationStage::ProviderLate => self.late,
        }
    }

    pub const fn line(&self, stage: CancellationStage) -> Phrase {
        match stage {
            CancellationStage::Arrived => self.line_arrived,
            _ => self.line_assigned,
        }
    }
}
