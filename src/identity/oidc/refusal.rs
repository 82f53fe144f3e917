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
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Declined => t!("identity-you-cancelled-the-sign-in-there"),
            Self::Stale => t!("identity-that-took-too-long-or-was"),
            Self::Failed => t!("identity-we-couldnt-confirm-who-you-are"),
            Self::NoVerifiedEmail => {
                t!("identity-your-e-mail-address-isnt-confirmed")
            }
            Self::UnverifiedHere => {
                t!("identity-you-already-have-an-account-with-this-e-mail")
            }
            Self::SomebodyElse => t!("identity-that-account-belongs-to-someone-else"),
            Self::Closed => t!("identity-this-account-is-closed-call-us"),
        }
    }
}
