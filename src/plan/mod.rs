//! Every output the site has, and the page each one holds.

pub mod path;
