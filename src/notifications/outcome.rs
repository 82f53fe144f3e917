/// How one try went. The texts are codes for the log: what servers say in words often has the address in it.
pub(super) enum Outcome {
    Sent,
    Kept,
    /// It will never be taken.
    Refused(String),
    NotNow(String),
}
