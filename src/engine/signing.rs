//! What a person signs with: an SSH key, or a signature made elsewhere.
//!
//! In: a key file or a signature, the bytes, those who may sign. Out: a checked signature and whose it is. The rule it
//! keeps: a passphrase is never asked for here: `ssh-keygen` signs with keys that have one, and with those of an agent.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Result;
use crate::host;
use crate::policy::Approver;
use crate::retention::approval::{self, ApprovalError, KeyFile, Purpose, Signed};

/// What a person hands in who signs.
pub enum Consent {
    /// An OpenSSH key file and its text.
    Key {
        /// Where it lies; `-` where it was read from standard input.
        path: PathBuf,
        /// The private key; or the public one, if an agent holds the other half.
        text: Zeroizing<String>,
    },
    /// A signature made with `ssh-keygen -Y sign`.
    Signature(String),
}

impl Consent {
    /// Signs, or takes the signature handed in, and returns it once it is checked against `signers`.
    pub(super) fn signed(&self, purpose: Purpose, message: &[u8], signers: &[Approver]) -> Result<Signed> {
        let signature = match self {
            Consent::Signature(signature) => signature.clone(),
            Consent::Key { path, text } => {
                let key = KeyFile::parse(text)?;
                key.is_of(signers)?;
                match key.sign(purpose, message)? {
                    Some(signature) => signature,
                    None => by_ssh_keygen(path, purpose, message)?,
                }
            }
        };
        Ok(approval::check(&signature, purpose, message, signers)?)
    }
}

/// Lets `ssh-keygen` sign: it asks for the passphrase on the terminal, or finds the key in the agent.
fn by_ssh_keygen(key: &Path, purpose: Purpose, message: &[u8]) -> Result<String> {
    let name = key.display().to_string();
    let refused = |said: &str| ApprovalError::NotSigned { key: name.clone(), said: said.to_owned() };
    if key == Path::new("-") {
        return Err(refused("it needs the key in a file, not on standard input").into());
    }
    let variables = host::person();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arguments = ["-Y", "sign", "-n", purpose.namespace(), "-f", &name];
    let ended = host::run("ssh-keygen", &arguments, Path::new("."), &variables, message)?;
    if ended.code != 0 {
        let said = ended.stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason was given");
        return Err(refused(said.trim()).into());
    }
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}
