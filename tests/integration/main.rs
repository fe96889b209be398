//! Everything that is tested from outside: one binary.

fn main() {}
