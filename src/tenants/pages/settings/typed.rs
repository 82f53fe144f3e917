use crate::ui::FormState;

/// The typed values of a rejected form, or the current settings.
pub(super) fn typed_or<'a>(form: &FormState, now: impl IntoIterator<Item = (&'a str, String)>) -> FormState {
    if form.was_submitted() { form.clone() } else { FormState::prefilled(now) }
}
