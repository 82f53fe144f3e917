/// The result of one attempt. The texts are codes for the log, because servers' messages often contain the address.
pub(super) enum Outcome {
    Sent,
    Kept,
    /// It can never be delivered.
    Refused(String),
    NotNow(String),
}
