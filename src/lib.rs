//! hokan (保管, safe custody): one set of YAML files prints the privacy pages and notices, seals the records that
//! arrive, and destroys each record when the policy allows, never before, with proof.
//!
//! This page is the map. Data goes one way:
//!
//! ```text
//! policies/*.yaml ─► policy (raw → check → PolicySet) ─┬─► publish (facts → site, notice → typeset) ─► public/
//! records/**  ─► intake (scan → rows → classify) ─► vault (seal) ─► store (catalog, ledger) ─► plaintext destroyed
//! events, holds, consents ─► store ─► retention (due → plan → approval → gate → warrant → sweep) ─► certificate
//! ledger (entry, tree, checkpoint) ─► ledger::verify, by anyone, offline
//! ```
//!
//! Read [`engine`] next: one function per verb, each only composition. Decisions (`policy::check`,
//! `intake::classify`, `retention::due`, `retention::plan`) are pure functions from values to a value; actions take a
//! decided value and a [`host::Host`].
#![forbid(unsafe_code)]
#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "unit tests act on real files and start programs"))]

pub mod calendar;
pub mod cli;
pub mod consent;
pub mod demo;
pub mod diag;
pub mod engine;
pub mod host;
pub mod intake;
pub mod ledger;
pub mod policy;
pub mod publish;
pub mod retention;
pub mod rows;
pub mod store;
pub mod vault;

mod identity;

pub use identity::{Digest, Digesting, RecordId};
