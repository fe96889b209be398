//! The macro that makes of a list of keys the table that describes them and the draft that they are read into.

/// Describes a table. A line is a key: its name, its type, in brackets what else holds of it, and its meaning.
///
/// In brackets: `required`; `= LITERAL`, its default, which the method of its name gives where the key is left out;
/// `toml "TOML"`, a default that is no literal; `else "WORDS"`, what holds where TOML cannot say it; `only [KINDS]`, the kinds
/// of the table that take it; `since "VERSION"`, where it is not the first. Last, `..NAME: NAMES, VALUES` makes room for others.
macro_rules! described {
    (
        $(#[$about:meta])* $visible:vis $draft:ident $(at $span:ident)?, hints $hints:expr;
        $($key:ident: $kind:ty [$($option:tt)*] $doc:literal;)*
        $(..$rest:ident: $names:ty, $values:ty;)?
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default)]
        $visible struct $draft {
            $(pub(crate) $span: std::ops::Range<usize>,)?
            $(#[doc = $doc] pub(crate) $key: <$kind as $crate::parse::keys::fields::ValueType>::Draft,)*
            $(pub(crate) $rest: $crate::parse::keys::fields::Entries<$values>,)?
        }

        impl $draft {
            $($crate::parse::keys::plain_value! { $key: $kind; $($option)* })*
        }

        impl $crate::parse::keys::fields::Record for $draft {
            const TABLE: &'static $crate::parse::keys::Table = &$crate::parse::keys::Table {
                all: &[$($crate::parse::keys::described_key! {
                    $crate::parse::keys::Key::new(
                        stringify!($key),
                        <$kind as $crate::parse::keys::fields::ValueType>::TYPE,
                        $doc,
                    );
                    $($option)*
                }),*],
                hints: &$hints,
                $(rest: Some((
                    <$names as $crate::parse::keys::fields::ValueType>::TYPE,
                    <$values as $crate::parse::keys::fields::ValueType>::TYPE,
                )),)?
                ..$crate::parse::keys::Table::NONE
            };

            fn read(fields: $crate::parse::keys::fields::Fields<'_>) -> Self {
                Self {
                    $($span: fields.span(),)?
                    $($key: fields.read::<$kind>(stringify!($key)),)*
                    $($rest: fields.others::<$values>(Self::TABLE),)?
                }
            }
        }
    };
}

/// A key with what stands in its brackets.
macro_rules! described_key {
    ($key:expr;) => { $key };
    ($key:expr; required $($rest:tt)*) => {
        $crate::parse::keys::described_key! { $crate::parse::keys::Key { required: true, ..$key }; $($rest)* }
    };
    ($key:expr; = $default:literal $($rest:tt)*) => {
        $crate::parse::keys::described_key! {
            $crate::parse::keys::Key { default: stringify!($default), ..$key }; $($rest)*
        }
    };
    ($key:expr; toml $default:literal $($rest:tt)*) => {
        $crate::parse::keys::described_key! { $crate::parse::keys::Key { default: $default, ..$key }; $($rest)* }
    };
    ($key:expr; else $words:literal $($rest:tt)*) => {
        $crate::parse::keys::described_key! { $crate::parse::keys::Key { otherwise: $words, ..$key }; $($rest)* }
    };
    ($key:expr; only $kinds:tt $($rest:tt)*) => {
        $crate::parse::keys::described_key! { $crate::parse::keys::Key { only: &$kinds, ..$key }; $($rest)* }
    };
    ($key:expr; since $version:literal $($rest:tt)*) => {
        $crate::parse::keys::described_key! { $crate::parse::keys::Key { since: $version, ..$key }; $($rest)* }
    };
}

/// The method that gives a key's value, or its default.
macro_rules! plain_value {
    ($key:ident: $kind:ty;) => {};
    ($key:ident: $kind:ty; = $default:literal $($rest:tt)*) => {
        pub(crate) fn $key(&self) -> <<$kind as $crate::parse::keys::fields::ValueType>::Draft as $crate::parse::keys::fields::Plain>::Of<'_> {
            $crate::parse::keys::fields::Plain::plain(&self.$key).unwrap_or($default)
        }
    };
    ($key:ident: $kind:ty; $first:tt $($rest:tt)*) => {
        $crate::parse::keys::plain_value! { $key: $kind; $($rest)* }
    };
}

pub(super) use {described, described_key, plain_value};
