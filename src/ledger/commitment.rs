//! Salted commitments: how the ledger speaks of a fact it must not hold.
//!
//! In: a random salt and the fact as JSON. Out: a digest. The salt stays in the catalog beside the fact and is erased
//! with it. The rule it keeps: with salt and fact anybody can check the digest; without the salt a fact cannot be
//! guessed from it, however few facts are possible.

use serde_json::Value;

use super::canonical::{NotCanonical, canonical};
use crate::Digest;

/// Returns the commitment to `fact`: SHA-256 of the 16 bytes of `salt` and then the fact's canonical JSON.
///
/// # Errors
/// A fact with a number that has no canonical form is refused.
pub fn commit(salt: &[u8; 16], fact: &Value) -> Result<Digest, NotCanonical> {
    Ok(Digest::of_parts(&[salt, &canonical(fact)?]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_commitment_is_the_digest_of_salt_and_canonical_fact() {
        let fact = json!({ "subject": "0001", "about": "2026-11-22" });
        let expected = Digest::of(b"0123456789abcdef{\"about\":\"2026-11-22\",\"subject\":\"0001\"}");
        assert_eq!(commit(b"0123456789abcdef", &fact).unwrap(), expected);
    }

    #[test]
    fn another_salt_or_another_fact_gives_another_commitment() {
        let committed = commit(&[1; 16], &json!({ "hold": "lawsuit" })).unwrap();
        assert_ne!(commit(&[2; 16], &json!({ "hold": "lawsuit" })).unwrap(), committed);
        assert_ne!(commit(&[1; 16], &json!({ "hold": "audit" })).unwrap(), committed);
    }

    #[test]
    fn a_fact_with_a_fraction_is_refused() {
        assert!(commit(&[1; 16], &json!({ "amount": 1.5 })).is_err());
    }
}
