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
}
