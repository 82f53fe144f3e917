use crate::bookings::Phase;

/// The filter of a list of bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Bookings whose phase isn't final.
    Open,
    Past,
    All,
}

impl Span {
    pub(super) fn phases(self) -> Vec<Phase> {
        let shows = |phase: &Phase| match self {
            Self::Open => !phase.is_terminal(),
            Self::Past => phase.is_terminal(),
            Self::All => true,
        };
        Phase::ALL.iter().copied().filter(shows).collect()
    }
}
