//! The macro that makes types of single values.

/// Types of single values: what each is called, its type, and what it is read into.
macro_rules! scalars {
    ($($name:ident: $kind:expr, $draft:ty, |$value:pat_param, $written:pat_param| $read:expr;)*) => {
        $(pub(crate) struct $name;

        impl ValueType for $name {
            const TYPE: Type = $kind;
            type Draft = Option<Spanned<$draft>>;

            fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Self::Draft> {
                let span = toml.span(value);
                let ($value, $written) = (value.get_ref(), &toml.text[span.clone()]);
                Some(Some(Spanned::new($read?, span)))
            }
        })*
    };
}
pub(super) use scalars;
