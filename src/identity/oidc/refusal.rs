/// Why a user who returned from a provider isn't signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Declined,
    /// The answer doesn't belong to a sign-in of this browser, or it took too long.
    Stale,
    /// The provider doesn't answer, or its answer isn't trustworthy.
    Failed,
    /// The provider hasn't verified an e-mail.
    NoVerifiedEmail,
    /// There is an account with the e-mail, but its address isn't confirmed.
    UnverifiedHere,
    /// The account is suspended or banned.
    Closed,
    /// It isn't the account of the signed-in user.
    SomebodyElse,
}

impl Refusal {
    const ALL: [Self; 7] = [
        Self::Declined,
        Self::Stale,
        Self::Failed,
        Self::NoVerifiedEmail,
        Self::UnverifiedHere,
        Self::Closed,
        Self::SomebodyElse,
    ];

    /// The code in the sign-in page's address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::NoVerifiedEmail => "no-email",
            Self::UnverifiedHere => "unverified",
            Self::Closed => "closed",
            Self::SomebodyElse => "somebody-else",
        }
    }

    /// Reads what [`Refusal::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// The message, with what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Declined => "You stopped it there. Try again, or sign in with your password.",
            Self::Stale => "That took too long, or was begun in another window. Try again.",
            Self::Failed => "We couldn't make sure who you are. Try again, or sign in with your password.",
            Self::NoVerifiedEmail => {
                "They didn't confirm your e-mail address. Confirm it there, or create an account with a password."
            }
            Self::UnverifiedHere => {
                "There is an account with your e-mail. Sign in with its password once and confirm the address; then this way works, too."
            }
            Self::SomebodyElse => "That is another account than the one you are signed in to. Choose yours there.",
            Self::Closed => "This account is closed. Call us if you think that is wrong.",
        }
    }
}
