//! The whole system, started for real.
//!
//! One executable, a module a subject. The modules in the first list need no daemon: they prove the tools that the
//! others stand on, and hold the rules of the house that a program can check (`.config/nextest.toml` names them,
//! because only the others are limited in number).
//!
//! A test is named as a sentence, leaves no process, mount or file behind, and runs beside the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "this is test code: a condition that does not hold ends the test, with its text"
)]

mod attempts_self_test;
mod bad_input;
mod beside;
mod brought;
mod commands;
mod corpus;
mod crowd;
mod dependencies;
mod desktop;
mod durable;
mod edits;
mod first_run;
mod hanging;
mod http;
mod identity;
mod inotify_self_test;
mod isolated;
mod jobs;
mod libraries;
mod live;
mod moments;
mod mounts;
mod near;
mod offline;
mod people;
mod photos_self_test;
mod private;
mod readonly;
mod reads;
mod remote;
mod requests;
mod rest;
mod sacred;
mod sacred_self_test;
mod samba;
mod sidecars;
mod stable;
mod stacks;
mod start;
mod systemd;
mod tidy;
mod tour;
mod views;
mod walk;
mod watching;
mod windows;
mod world_self_test;
