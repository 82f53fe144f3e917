use crate::ui::FormState;

/// What was typed, or how things stand.
pub(super) fn typed_or<'a>(form: &FormState, now: impl IntoIterator<Item = (&'a str, String)>) -> FormState {
    if form.came_back() { form.clone() } else { FormState::prefilled(now) }
}
