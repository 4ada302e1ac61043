//! Intake: what lies under `records/`, and which of it becomes a record.
//!
//! In: the listing of the folder, the accepted policy, the present moment. Out: every path in exactly one state (I7).
//! The rule it keeps: the scan is the truth and the watcher only a hint to scan sooner; a path decides class and dates,
//! a sidecar only adds, file times never decide anything but settling.

mod classify;
mod fields;
mod names;
mod numbers;
mod register;
mod scan;
mod sightings;
mod watch;

pub use classify::{Grounds, Ready, SidecarFile, State, classify, read_class, settled};
pub use fields::{FieldFacts, field_facts};
pub use names::{decoded, spelling, unfit};
pub use numbers::{Looked, Masked, individual_numbers, mask_columns, mask_numbers, numbers_in};
pub use register::{Refusal, RegisterFile, RegisterGrounds, RegisterRow, read_register, register_of};
pub use scan::{Found, FoundKind, Meta, WORK, scan};
pub use sightings::Sightings;
pub use watch::{Bell, Depth, NameWatcher, Wake, WatchError, Watcher};

/// The ending of a sidecar: `NAME.meta.yaml` lies beside `NAME`.
pub const SIDECAR: &str = ".meta.yaml";
