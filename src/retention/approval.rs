//! Signatures of approvers: SSH keys that people already have.
//!
//! In: an OpenSSH key, the bytes of a plan or the digest of a policy. Out: an SSH signature that
//! `ssh-keygen -Y verify` checks too. The rule it keeps: a signature counts for one namespace only, and only for a key
//! that the accepted policy lists.

use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};
use zeroize::Zeroizing;

use crate::policy::Approver;

/// What a signature is for; a signature for one purpose is refused for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A list of records to destroy.
    Plan,
    /// A policy to be put in force.
    Policy,
}

impl Purpose {
    fn namespace(self) -> &'static str {
        match self {
            Purpose::Plan => "hokan-plan",
            Purpose::Policy => "hokan-policy",
        }
    }
}

/// What is wrong with a key or a signature.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Not an OpenSSH private key.
    #[error(
        "this is not an OpenSSH private key that hokan reads: expected an unencrypted Ed25519 key (`ssh-keygen -t ed25519`)"
    )]
    NotAKey,
    /// A key with a passphrase.
    #[error(
        "the key is protected by a passphrase: sign with `ssh-keygen -Y sign -n {0} -f KEY FILE` and hand in the signature with `--signature`"
    )]
    Encrypted(&'static str),
    /// Not an approver's key.
    #[error("the key {fingerprint} is not an approver's: the accepted policy lists {known}")]
    NotAnApprover {
        /// The key's fingerprint.
        fingerprint: String,
        /// The names of the approvers.
        known: String,
    },
    /// Not a signature of these bytes.
    #[error("the signature is not an approver's signature of these bytes for `{0}`")]
    Wrong(&'static str),
}

/// A signature and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature as OpenSSH writes it.
    pub signature: String,
    /// The SHA-256 fingerprint of the key.
    pub fingerprint: String,
    /// The approver's name.
    pub name: String,
}

/// Signs `message` with an OpenSSH private key.
///
/// # Errors
/// Refuses keys that are not unencrypted Ed25519 keys, and keys that no approver has.
pub fn sign(key: &str, purpose: Purpose, message: &[u8], approvers: &[Approver]) -> Result<Signed, ApprovalError> {
    let key = PrivateKey::from_openssh(key).map_err(|_| ApprovalError::NotAKey)?;
    if key.is_encrypted() {
        return Err(ApprovalError::Encrypted(purpose.namespace()));
    }
    let signature = key.sign(purpose.namespace(), HashAlg::Sha512, message).map_err(|_| ApprovalError::NotAKey)?;
    let signature = signature.to_pem(LineEnding::LF).map_err(|_| ApprovalError::NotAKey)?;
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    check(&signature, purpose, message, approvers).map_err(|error| match error {
        ApprovalError::Wrong(_) => ApprovalError::NotAnApprover { fingerprint, known: names(approvers) },
        other => other,
    })
}

/// Checks that `signature` is an approver's over `message` for `purpose`, and returns whose.
///
/// # Errors
/// Refuses everything else.
pub fn check(
    signature: &str,
    purpose: Purpose,
    message: &[u8],
    approvers: &[Approver],
) -> Result<Signed, ApprovalError> {
    let parsed = SshSig::from_pem(signature).map_err(|_| ApprovalError::Wrong(purpose.namespace()))?;
    for approver in approvers {
        let Ok(key) = PublicKey::from_openssh(&approver.key) else { continue };
        if key.verify(purpose.namespace(), message, &parsed).is_ok() {
            let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
            return Ok(Signed { signature: signature.to_owned(), fingerprint, name: approver.name.clone() });
        }
    }
    Err(ApprovalError::Wrong(purpose.namespace()))
}

/// Makes an approver's key pair from 32 random bytes: the private key file's text and the public line.
///
/// # Errors
/// Fails only when the key cannot be written down.
pub fn new_key(seed: &[u8; 32], comment: &str) -> Result<(Zeroizing<String>, String), ApprovalError> {
    let pair = ssh_key::private::Ed25519Keypair::from_seed(seed);
    let key = PrivateKey::new(pair.into(), comment).map_err(|_| ApprovalError::NotAKey)?;
    let private = key.to_openssh(LineEnding::LF).map_err(|_| ApprovalError::NotAKey)?;
    let public = key.public_key().to_openssh().map_err(|_| ApprovalError::NotAKey)?;
    Ok((private, public))
}

/// Returns an OpenSSH public key line without its comment, if it is an Ed25519 key.
pub fn public_line(text: &str) -> Option<String> {
    let key = PublicKey::from_openssh(text.trim()).ok()?;
    key.algorithm().is_ed25519().then_some(())?;
    Some(text.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn names(approvers: &[Approver]) -> String {
    let names: Vec<String> = approvers.iter().map(|approver| format!("`{}`", approver.name)).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approver(seed: u8) -> (Zeroizing<String>, Approver) {
        let (private, public) = new_key(&[seed; 32], "test").unwrap();
        (private, Approver { name: format!("approver {seed}"), key: public_line(&public).unwrap() })
    }

    #[test]
    fn a_signature_counts_for_its_key_purpose_and_bytes_only() {
        let ((key, ours), (other_key, other)) = (approver(1), approver(2));
        let signed = sign(&key, Purpose::Plan, b"plan", std::slice::from_ref(&ours)).unwrap();
        assert_eq!(signed.name, "approver 1");
        let all = [ours.clone(), other];
        assert!(check(&signed.signature, Purpose::Plan, b"plan", &all).is_ok());
        assert!(check(&signed.signature, Purpose::Policy, b"plan", &all).is_err());
        assert!(check(&signed.signature, Purpose::Plan, b"plaN", &all).is_err());
        assert!(matches!(sign(&other_key, Purpose::Plan, b"plan", &[ours]), Err(ApprovalError::NotAnApprover { .. })));
    }
}
