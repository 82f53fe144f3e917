//! Pages around accounts.

mod sign_in;
mod sign_up;

pub use sign_in::sign_in;
pub use sign_up::sign_up;

/// The address with the place one was going to, if there is one.
fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        return path.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}
