//! The limits: how many attempts of which action are allowed in how much time.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    SignIn,
    /// New accounts; each sends a message. Subject: the e-mail.
    SignUp,
    /// Requests of reset links. Subject: the e-mail.
    Reset,
    /// Reset links sent. Subject: the e-mail. Above the limit no more are sent, but the response is the same: the links already sent still work, so a
    /// stranger can't block the owner's reset.
    SendReset,
    /// One-time codes sent. Subject: the phone number or e-mail.
    SendCode,
    /// One-time codes entered, from messages and authenticators. Subject: the phone number, e-mail or user.
    TryCode,
    /// Tokens of invitations and other links opened. No subject.
    Invite,
    /// Challenges for passkeys; each begins a session. No subject.
    Passkey,
    /// Bookings made. Subject: the user, if there is one.
    Booking,
    /// Moves of a booking by its customer; each sends messages. Subject: the booking.
    Move,
    /// Searches that a customer asks for again. Subject: the booking.
    KeepLooking,
    /// Customers' codes entered to begin the work. Subject: the job.
    StartCode,
    /// Rejected forms stored for visitors who aren't signed in. No subject.
    Draft,
    /// Rejected forms stored for a signed-in user. Subject: the user.
    OwnDraft,
    /// Searches that query a geocoder or the whole database. No subject.
    Search,
}

/// How many attempts within a window are free, and how many are allowed before a lock-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    /// After this many attempts each one must wait: one second, two, four, … up to a minute.
    pub slow_after: i32,
    /// After this many attempts it is locked.
    pub lock_after: i32,
    /// Seconds from the first attempt until the count restarts.
    pub window: i32,
    /// Duration of a lock-out, seconds.
    pub lock: i32,
}

/// The rules of one limit.
pub(super) struct Rules {
    /// One subject from one address, or from one familiar browser.
    pub pair: Rule,
    /// One subject from all unknown clients.
    pub account: Rule,
    pub address: Rule,
}

const MINUTES: i32 = 60;
const HOUR: i32 = 3600;

/// This many attempts within the window (seconds), without a slow-down; then locked out for the length of the window.
const fn at_most(attempts: i32, window: i32) -> Rule {
    Rule { slow_after: attempts, lock_after: attempts, window, lock: window }
}

/// Isn't counted at all.
pub(super) const UNLIMITED: Rule = at_most(i32::MAX, HOUR);

/// Slowed down after `slow_after` attempts, locked out for the length of the window after `lock_after` attempts.
const fn slowing(slow_after: i32, lock_after: i32, window: i32) -> Rule {
    Rule { slow_after, lock_after, window, lock: window }
}

impl Limit {
    /// The code in counters and in the audit log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Reset => "reset",
            Self::SendReset => "send_reset",
            Self::SendCode => "send_code",
            Self::TryCode => "try_code",
            Self::Invite => "invite",
            Self::Passkey => "passkey",
            Self::Booking => "booking",
            Self::Move => "move",
            Self::KeepLooking => "keep_looking",
            Self::StartCode => "start_code",
            Self::Draft => "draft",
            Self::OwnDraft => "own_draft",
            Self::Search => "search",
        }
    }

    /// An office or a mobile network may share an address, so the limits per address are high. Fifty failures for one account from unknown clients
    /// within an hour are below the hundred that NIST SP 800-63B (5.2.2) allows.
    pub(super) const fn rules(self) -> Rules {
        match self {
            Self::SignIn => Rules {
                pair: slowing(5, 20, 15 * MINUTES),
                account: slowing(20, 50, HOUR),
                address: slowing(50, 100, 15 * MINUTES),
            },
            Self::SignUp => Rules { pair: at_most(5, HOUR), account: at_most(10, HOUR), address: at_most(30, HOUR) },
            Self::Reset => Rules { pair: at_most(5, HOUR), account: UNLIMITED, address: at_most(30, HOUR) },
            Self::SendReset => Rules { pair: UNLIMITED, account: at_most(10, HOUR), address: UNLIMITED },
            Self::SendCode => {
                Rules { pair: at_most(3, 10 * MINUTES), account: at_most(6, HOUR), address: at_most(20, HOUR) }
            }
            Self::TryCode => Rules {
                pair: slowing(5, 15, 15 * MINUTES),
                account: slowing(15, 30, HOUR),
                address: slowing(50, 100, 15 * MINUTES),
            },
            Self::Invite => {
                Rules { pair: at_most(20, HOUR), account: at_most(50, HOUR), address: slowing(20, 50, HOUR) }
            }
            Self::Passkey => Rules { pair: at_most(60, HOUR), account: at_most(60, HOUR), address: at_most(300, HOUR) },
            Self::Booking => Rules { pair: at_most(20, HOUR), account: at_most(20, HOUR), address: at_most(60, HOUR) },
            Self::Move => Rules { pair: at_most(6, HOUR), account: at_most(6, HOUR), address: at_most(60, HOUR) },
            Self::KeepLooking => {
                Rules { pair: at_most(5, 10 * MINUTES), account: at_most(5, 10 * MINUTES), address: at_most(60, HOUR) }
            }
            Self::StartCode => Rules { pair: at_most(5, HOUR), account: at_most(5, HOUR), address: UNLIMITED },
            Self::Draft => Rules { pair: UNLIMITED, account: at_most(1000, HOUR), address: at_most(30, HOUR) },
            Self::OwnDraft => Rules { pair: UNLIMITED, account: at_most(200, HOUR), address: UNLIMITED },
            Self::Search => {
                Rules { pair: at_most(120, MINUTES), account: at_most(120, MINUTES), address: at_most(240, MINUTES) }
            }
        }
    }
}
