//! The views that are made when somebody looks.
//!
//! `search`: folders that are queries.

mod search;
