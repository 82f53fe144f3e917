//! Values with a text form: the same code in JSON, in forms and in the database.

use thiserror::Error;

/// A code that is not one of the known ones: an old row, a mistyped setting, a forged form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{code}” is not a known {what}")]
pub struct UnknownCode {
    /// What the code stands for, as in "payment method".
    pub what: &'static str,
    pub code: String,
}

/// Implements JSON and Postgres `text` for a value with `as_str` and `FromStr`; both are validated on the way in.
#[macro_export]
macro_rules! text_value {
    ($type:ty) => {
        impl $crate::__private::serde::Serialize for $type {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let text =
                    <::std::string::String as $crate::__private::serde::Deserialize<'de>>::deserialize(deserializer)?;
                text.parse().map_err($crate::__private::serde::de::Error::custom)
            }
        }

        $crate::text_column!($type);
    };
}

/// An enum whose variants are codes, the same in the database, in JSON and in forms.
///
/// Generates `ALL` (in declaration order), `as_str`, `Display`, `FromStr` (error: [`UnknownCode`]), serde and
/// the Postgres `text` encoding.
///
/// ```
/// engine::codes! {
///     /// How a person pays.
///     pub enum Method ("payment method") {
///         /// Bills and coins, confirmed by staff.
///         Cash = "cash",
///         /// A transfer by Zelle, confirmed by staff.
///         Zelle = "zelle",
///     }
/// }
/// assert_eq!("zelle".parse(), Ok(Method::Zelle));
/// assert_eq!(Method::Cash.as_str(), "cash");
/// assert_eq!("card".parse::<Method>().unwrap_err().to_string(), "“card” is not a known payment method");
/// ```
///
/// A variant that exists only under a condition is written `Toy if (test) = "toy"`. With `("kind of event", else Other)` a code that isn't known is
/// read as `Other`, so that a row written by a newer version can be read.
#[macro_export]
macro_rules! codes {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident ($what:literal $(, else $other:ident)?) {
            $($(#[$variant_attribute:meta])* $variant:ident $(if ($condition:meta))? = $code:literal),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $($(#[cfg($condition)])? $(#[$variant_attribute])* $variant),+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$($(#[cfg($condition)])? Self::$variant),+];

            /// The variant's code in the database, in JSON and in forms.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(#[cfg($condition)])? Self::$variant => $code),+
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> ::core::result::Result<Self, Self::Err> {
                #[allow(unreachable_patterns)] // with `else` every code is known
                match code {
                    $($(#[cfg($condition)])? $code => ::core::result::Result::Ok(Self::$variant),)+
                    $(_ => ::core::result::Result::Ok(Self::$other),)?
                    _ => ::core::result::Result::Err($crate::UnknownCode { what: $what, code: code.to_owned() }),
                }
            }
        }

        $crate::text_value!($name);
    };
}
