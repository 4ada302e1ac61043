//! Signatures of approvers: SSH keys that people already have.
//!
//! In: an OpenSSH key, the bytes of a plan or the digest of a policy. Out: an SSH signature that
//! `ssh-keygen -Y verify` checks too. The rule it keeps: a signature counts for one namespace only, and only for a key
//! that the accepted policy lists.

use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};
use zeroize::Zeroizing;

use super::plan::Plan;
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
    /// Returns the namespace that `ssh-keygen -Y sign -n` is given.
    pub fn namespace(self) -> &'static str {
        match self {
            Purpose::Plan => "hokan-plan",
            Purpose::Policy => "hokan-policy",
        }
    }
}

/// What is wrong with a key or a signature.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Not an OpenSSH key.
    #[error("this is not an Ed25519 key of OpenSSH's: make one with `ssh-keygen -t ed25519`")]
    NotAKey,
    /// `ssh-keygen` did not sign.
    #[error("`ssh-keygen -Y sign` did not sign with `{key}`: {said}")]
    NotSigned {
        /// The key file.
        key: String,
        /// What it said.
        said: String,
    },
    /// A signature for something else.
    #[error(
        "the signature is for the namespace `{found}`, expected `{expected}`: sign with `ssh-keygen -Y sign -n {expected}`"
    )]
    Namespace {
        /// The signature's namespace.
        found: String,
        /// The one it should have.
        expected: &'static str,
    },
    /// Not an approver's key, nor the planner's where the planner signs.
    #[error("the key {fingerprint} may not sign this: {known} may")]
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

/// What a file with an OpenSSH key holds.
pub enum KeyFile {
    /// A private key that anybody who reads the file can sign with.
    Open(Box<PrivateKey>),
    /// A private key behind a passphrase, or the public half of one that an agent holds: `ssh-keygen` signs with it.
    Closed(Box<PublicKey>),
}

impl KeyFile {
    /// Reads an Ed25519 key, private or public, as OpenSSH writes it.
    ///
    /// # Errors
    /// Refuses every other text.
    pub fn parse(text: &str) -> Result<KeyFile, ApprovalError> {
        let key = match PrivateKey::from_openssh(text) {
            Ok(key) if key.is_encrypted() => KeyFile::Closed(Box::new(key.public_key().clone())),
            Ok(key) => KeyFile::Open(Box::new(key)),
            Err(_) => {
                KeyFile::Closed(Box::new(PublicKey::from_openssh(text.trim()).map_err(|_| ApprovalError::NotAKey)?))
            }
        };
        if key.public().algorithm().is_ed25519() { Ok(key) } else { Err(ApprovalError::NotAKey) }
    }

    fn public(&self) -> &PublicKey {
        match self {
            KeyFile::Open(key) => key.public_key(),
            KeyFile::Closed(key) => key,
        }
    }

    /// Returns the public half as policies and plans name it.
    pub fn public_line(&self) -> Option<String> {
        public_line(&self.public().to_openssh().ok()?)
    }

    /// Signs `message`, where the file alone suffices.
    ///
    /// # Errors
    /// Fails only when the signature cannot be written down.
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> Result<Option<String>, ApprovalError> {
        let KeyFile::Open(key) = self else { return Ok(None) };
        let signature = key.sign(purpose.namespace(), HashAlg::Sha512, message).map_err(|_| ApprovalError::NotAKey)?;
        signature.to_pem(LineEnding::LF).map(Some).map_err(|_| ApprovalError::NotAKey)
    }

    /// Refuses a key that none of `signers` has.
    ///
    /// # Errors
    /// Names the key and those there are.
    pub fn is_of(&self, signers: &[Approver]) -> Result<(), ApprovalError> {
        let ours = self.public_line();
        if signers.iter().any(|one| public_line(&one.key) == ours) {
            return Ok(());
        }
        let fingerprint = self.public().fingerprint(HashAlg::Sha256).to_string();
        Err(ApprovalError::NotAnApprover { fingerprint, known: names(signers) })
    }
}

/// Returns the planner of a plan as one who may sign it.
pub fn planner(plan: &Plan) -> Approver {
    Approver { name: plan.planner.name.clone(), key: plan.planner.key.clone() }
}

/// Returns the SHA-256 fingerprint of an OpenSSH public key, `SHA256:…`.
pub fn fingerprint(key: &str) -> Option<String> {
    PublicKey::from_openssh(key.trim()).ok().map(|key| key.fingerprint(HashAlg::Sha256).to_string())
}

/// Returns the approvers whose key is not the planner's.
pub fn others(approvers: &[Approver], planner: &Approver) -> Vec<Approver> {
    let own = public_line(&planner.key);
    approvers.iter().filter(|one| public_line(&one.key) != own).cloned().collect()
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
    let parsed = SshSig::from_pem(signature.trim()).map_err(|_| ApprovalError::Wrong(purpose.namespace()))?;
    if parsed.namespace() != purpose.namespace() {
        let (found, expected) = (parsed.namespace().to_owned(), purpose.namespace());
        return Err(ApprovalError::Namespace { found, expected });
    }
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
        let key = KeyFile::parse(&key).unwrap();
        let signature = key.sign(Purpose::Plan, b"plan").unwrap().unwrap();
        let all = [ours.clone(), other];
        assert_eq!(check(&signature, Purpose::Plan, b"plan", &all).unwrap().name, "approver 1");
        assert!(matches!(check(&signature, Purpose::Policy, b"plan", &all), Err(ApprovalError::Namespace { .. })));
        assert!(matches!(check(&signature, Purpose::Plan, b"plaN", &all), Err(ApprovalError::Wrong(_))));
        assert!(key.is_of(&all).is_ok());
        let other_key = KeyFile::parse(&other_key).unwrap();
        assert!(matches!(other_key.is_of(&[ours]), Err(ApprovalError::NotAnApprover { .. })));
    }

    #[test]
    fn the_planner_is_no_approver_of_the_own_plan_under_any_name() {
        let ((_, planner), (_, other)) = (approver(1), approver(2));
        let renamed = Approver { name: "another name".into(), key: format!("{} comment", planner.key) };
        assert_eq!(others(&[renamed, other.clone()], &planner), [other]);
    }

    #[test]
    fn a_public_key_and_nothing_else_needs_ssh_keygen() {
        let (private, public) = new_key(&[3; 32], "test").unwrap();
        assert!(matches!(KeyFile::parse(&private), Ok(KeyFile::Open(_))));
        let closed = KeyFile::parse(&public).unwrap();
        assert_eq!(closed.public_line(), public_line(&public));
        assert_eq!(closed.sign(Purpose::Plan, b"plan").unwrap(), None);
        assert!(matches!(KeyFile::parse("ssh-rsa AAAA"), Err(ApprovalError::NotAKey)));
    }
}
