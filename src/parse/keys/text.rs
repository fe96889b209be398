//! The types of keys whose texts have a form.

use crate::parse::keys::description::Type;
use crate::parse::keys::fields::ValueType;
use crate::parse::keys::form::{Form, text_types};
use crate::parse::keys::scalars::scalars;
use crate::parse::table::{Toml, Value, text_of};
use crate::source::Spanned;

text_types! {}
