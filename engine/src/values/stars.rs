use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A rating from one star to five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct Stars(i16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Choose one to five stars")]
pub struct StarsError;

impl Stars {
    /// Every rating, the worst first.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    pub const fn new(stars: i16) -> Result<Self, StarsError> {
        if stars >= 1 && stars <= 5 { Ok(Self(stars)) } else { Err(StarsError) }
    }

    pub const fn get(self) -> i16 {
        self.0
    }
}

impl TryFrom<i16> for Stars {
    type Error = StarsError;

    fn try_from(stars: i16) -> Result<Self, Self::Error> {
        Self::new(stars)
    }
}

impl From<Stars> for i16 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

impl FromStr for Stars {
    type Err = StarsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map_err(|_| StarsError).and_then(Self::new)
    }
}

impl fmt::Display for Stars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

column!(Stars as i16);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_and_text_are_checked_too() {
        assert!(serde_json::from_str::<Stars>("0").is_err());
        assert_eq!(serde_json::from_str::<Stars>("5").unwrap(), Stars::ALL[4]);
        assert_eq!("4".parse(), Ok(Stars::ALL[3]));
        assert_eq!("four".parse::<Stars>(), Err(StarsError));
    }

    proptest! {
        #[test]
        fn only_one_to_five_are_accepted(stars in any::<i16>()) {
            prop_assert_eq!(Stars::new(stars).is_ok(), (1..=5).contains(&stars));
        }
    }
}
