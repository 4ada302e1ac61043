//! The integration tests, one binary: each test binary links all of Typst.
//!
//! Every file below `tests/` is a module of it. `support` runs the real program; `layers` reads the source.
#![expect(clippy::disallowed_methods, reason = "tests act on real files and start programs")]

mod acceptance;
mod bad_input;
mod beforehand;
mod book;
mod boxes;
mod browser;
mod change_notice;
mod commands;
mod consents;
mod crash;
mod damaged;
mod dates;
mod diff;
mod doctor;
mod events;
mod fields;
mod formats;
mod holds;
mod image;
mod inbox;
mod instances;
mod invariants;
mod kept;
mod layers;
mod letters;
mod live;
mod migration;
mod notice_runs;
mod partial;
mod plans;
mod print_files;
mod rekey;
mod restore;
mod scene;
mod scheduled;
mod second_copy;
mod service;
mod site_life;
mod soak;
mod statements;
mod support;
mod tamper;
mod templates;
mod unit;
mod verify_files;
