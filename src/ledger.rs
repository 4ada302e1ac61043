//! The ledger: what was sealed, held, approved and destroyed, in an order nobody can change unseen.
//!
//! In: entries as values, or the bytes, checkpoints and proofs somebody kept. Out: bytes to store, signed checkpoints,
//! proofs, and what an independent reader finds. Everything here is pure: the store keeps the bytes, the host brings
//! time and randomness.
//!
//! The rule it keeps: the ledger holds no personal data, only ids, digests, codes and salted commitments, because it
//! can never forget; and what is stored is exactly what was hashed.
//!
//! ```text
//! Entry ─encode─► bytes ─leaf_hash─► Frontier ─root─► Checkpoint ─sign─► note text ─► witness, certificate
//!                   └──────────── verify(bytes, notes, public key) ─► Verified { problems, records, sweeps … }
//! ```

mod annex;
mod canonical;
mod checkpoint;
mod commitment;
mod consistency;
mod entry;
mod proof;
#[cfg(test)]
mod sample;
mod tree;
mod verify;

pub use annex::{AnnexLine, annex};
pub use canonical::{NotCanonical, canonical};
pub use checkpoint::{Checkpoint, CheckpointError, LedgerKey, NotAnOrigin, Origin, open_note, public_of, sign_note};
pub use commitment::commit;
pub use consistency::{changes_in, check_consistency, write_consistency};
pub use entry::{Entry, EntryError, Exposure, OrderStep, What};
pub use proof::{ProofError, Proven, check_proof, proof_checkpoint, write_proof};
pub use tree::{
    Frontier, NotAFrontier, Subtree, consistency_ranges, halves, inclusion_proof, inclusion_ranges, leaf_hash,
    node_hash, root, verify_consistency, verify_inclusion,
};
pub use verify::{Accepted, Fault, HoldSeen, Problem, Standing, SweepSeen, TimeWentBack, Verified, verify};
