//! allclear.
