//! The language of a task.

engine::codes! {
    /// A language that pages and messages are written in.
    pub enum Language ("language") {
        English = "en",
    }
}

tokio::task_local! {
    static LANGUAGE: Language;
}

/// The language of the current task.
pub fn language() -> Language {
    LANGUAGE.try_with(|language| *language).unwrap_or(Language::English)
}

/// Runs `work` in a language.
pub async fn in_language<F: Future>(language: Language, work: F) -> F::Output {
    LANGUAGE.scope(language, work).await
}
