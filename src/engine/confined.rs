//! What confined the service that ran here last, as it stated itself.
//!
//! In: the kernel's word on this process. Out: a note in the catalog, for whoever looks at the installation from another
//! process. The rule it keeps: the service states what it finds, and a service that never ran has stated nothing.

use serde::{Deserialize, Serialize};

use super::instance::Instance;
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::host::{self, Bounds};
use crate::store::{Store, StoreError};

/// Where the catalog keeps it.
const NOTE: &str = "service-confinement";

/// What a service stated of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Stated {
    /// When it began.
    pub(super) at: Instant,
    /// What it cannot do.
    pub(super) bounds: Bounds,
}

/// Looks at what confines this process, and notes it.
///
/// # Durability
/// The note is on disk.
pub(super) fn state(instance: &Instance) -> Result<Bounds> {
    let bounds = host::bounds().map_err(EngineError::io("read", "/proc/self"))?;
    let text = serde_json::to_string(&Stated { at: instance.now(), bounds }).unwrap_or_default();
    let mut store = instance.store()?;
    let pending = store.write_pending()?;
    pending.set_meta(NOTE, &text)?;
    pending.commit()?;
    Ok(bounds)
}

/// Returns what the service that began last stated.
pub(super) fn stated(store: &Store) -> Result<Option<Stated>> {
    let Some(text) = store.catalog().meta(NOTE)? else { return Ok(None) };
    let damaged = |_| StoreError::Damaged { column: "value", key: NOTE.to_owned() };
    Ok(Some(serde_json::from_str(&text).map_err(damaged)?))
}
