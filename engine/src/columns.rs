//! Storing a value in a Postgres column. Reading a row validates the value: a row that breaks a rule
//! is an error when it is read, not later. In the browser the macros are empty.

/// Stores a `Copy` value in a column of type `$column`. The value needs `From` into that type and `TryFrom` from it:
/// `column!(Stars as i16)`.
#[cfg(feature = "ssr")]
#[macro_export]
macro_rules! column {
    ($type:ty as $column:ty) => {
        impl $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres> for $type {
            fn type_info() -> $crate::__private::sqlx::postgres::PgTypeInfo {
                <$column as $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres>>::type_info()
            }

            fn compatible(ty: &$crate::__private::sqlx::postgres::PgTypeInfo) -> bool {
                <$column as $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres>>::compatible(ty)
            }
        }

        impl $crate::__private::sqlx::postgres::PgHasArrayType for $type {
            fn array_type_info() -> $crate::__private::sqlx::postgres::PgTypeInfo {
                <$column as $crate::__private::sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }

        impl $crate::__private::sqlx::Encode<'_, $crate::__private::sqlx::Postgres> for $type {
            fn encode_by_ref(
                &self,
                buffer: &mut $crate::__private::sqlx::postgres::PgArgumentBuffer,
            ) -> ::core::result::Result<
                $crate::__private::sqlx::encode::IsNull,
                $crate::__private::sqlx::error::BoxDynError,
            > {
                <$column as $crate::__private::sqlx::Encode<'_, $crate::__private::sqlx::Postgres>>::encode(
                    <$column as ::core::convert::From<$type>>::from(*self),
                    buffer,
                )
            }
        }

        impl<'r> $crate::__private::sqlx::Decode<'r, $crate::__private::sqlx::Postgres> for $type {
            fn decode(
                value: $crate::__private::sqlx::postgres::PgValueRef<'r>,
            ) -> ::core::result::Result<Self, $crate::__private::sqlx::error::BoxDynError> {
                let column =
                    <$column as $crate::__private::sqlx::Decode<'r, $crate::__private::sqlx::Postgres>>::decode(value)?;
                ::core::result::Result::Ok(<$type as ::core::convert::TryFrom<$column>>::try_from(column)?)
            }
        }
    };
}

/// Stores a value with `as_str` and `FromStr` in a `text` column: `text_column!(Currency)`.
#[cfg(feature = "ssr")]
#[macro_export]
macro_rules! text_column {
    ($type:ty) => {
        impl $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres> for $type {
            fn type_info() -> $crate::__private::sqlx::postgres::PgTypeInfo {
                <&str as $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres>>::type_info()
            }

            fn compatible(ty: &$crate::__private::sqlx::postgres::PgTypeInfo) -> bool {
                <&str as $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres>>::compatible(ty)
            }
        }

        impl $crate::__private::sqlx::postgres::PgHasArrayType for $type {
            fn array_type_info() -> $crate::__private::sqlx::postgres::PgTypeInfo {
                <&str as $crate::__private::sqlx::postgres::PgHasArrayType>::array_type_info()
            }

            fn array_compatible(ty: &$crate::__private::sqlx::postgres::PgTypeInfo) -> bool {
                <&str as $crate::__private::sqlx::postgres::PgHasArrayType>::array_compatible(ty)
            }
        }

        impl $crate::__private::sqlx::Encode<'_, $crate::__private::sqlx::Postgres> for $type {
            fn encode_by_ref(
                &self,
                buffer: &mut $crate::__private::sqlx::postgres::PgArgumentBuffer,
            ) -> ::core::result::Result<
                $crate::__private::sqlx::encode::IsNull,
                $crate::__private::sqlx::error::BoxDynError,
            > {
                <&str as $crate::__private::sqlx::Encode<'_, $crate::__private::sqlx::Postgres>>::encode(
                    self.as_str(),
                    buffer,
                )
            }
        }

        impl<'r> $crate::__private::sqlx::Decode<'r, $crate::__private::sqlx::Postgres> for $type {
            fn decode(
                value: $crate::__private::sqlx::postgres::PgValueRef<'r>,
            ) -> ::core::result::Result<Self, $crate::__private::sqlx::error::BoxDynError> {
                let text =
                    <&str as $crate::__private::sqlx::Decode<'r, $crate::__private::sqlx::Postgres>>::decode(value)?;
                ::core::result::Result::Ok(<$type as ::core::str::FromStr>::from_str(text)?)
            }
        }
    };
}

#[cfg(not(feature = "ssr"))]
#[macro_export]
macro_rules! column {
    ($type:ty as $column:ty) => {};
}

#[cfg(not(feature = "ssr"))]
#[macro_export]
macro_rules! text_column {
    ($type:ty) => {};
}
