//! kphotosd.
fn main() {}
