//! Bringing the databases of an older hokan to the formats of this one.
//!
//! In: an instance. Out: what was done to each database. The rule it keeps: nothing else is touched; what every writer
//! does on its way is done here on its own, so that somebody can make a copy first and look on.

use super::Result;
use super::instance::Instance;
use crate::store::{Migrated, Store};

/// Brings catalog and ledger to the newest formats, the catalog first.
///
/// # Errors
/// Fails when they cannot be written, or are newer than this program.
///
/// # Durability
/// Each step is one transaction: a stop in between leaves a whole database, and the next call goes on.
pub fn migrate(instance: &Instance) -> Result<Vec<Migrated>> {
    instance.opened(Store::migrate(instance.vault_dir()))
}
