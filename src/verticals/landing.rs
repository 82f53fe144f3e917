use crate::ui::Glyph;

/// What a kind of business adds to the landing page.
pub struct Landing {
    /// The paragraph under the title.
    pub lead: &'static str,
    /// How many providers could come now, in words; `None` if that says nothing.
    pub on_duty: Option<String>,
    /// A sentence about prices, above the services.
    pub prices: &'static str,
    /// How it works.
    pub steps: Vec<LandingStep>,
    /// About the area, below the business's own text.
    pub area: &'static str,
    /// Questions with their answers.
    pub questions: Vec<(&'static str, String)>,
}

/// One step of "How it works".
pub struct LandingStep {
    pub glyph: Glyph,
    pub title: &'static str,
    pub text: String,
}
