//! What can be asked about policies.
//!
//! In: words. Out: [`PolicyCommand`], [`DiffArguments`]. The rule it keeps: what puts a policy in force needs a signature.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Signature;

#[derive(Args)]
pub(in crate::cli) struct DiffArguments {
    /// The version before: a commit, branch or tag; `HEAD` by default.
    #[arg(value_name = "BEFORE")]
    pub before: Option<String>,
    /// The version after; the work tree by default.
    #[arg(value_name = "AFTER")]
    pub after: Option<String>,
    /// End with exit code 1 when the change does such a thing; several with commas.
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
}

/// What a change of policy may be stopped by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// A period that may be shorter, or records that fall due earlier.
    Shortening,
    /// A notice that is owed.
    Notice,
    /// A consent to ask for or to announce.
    Consent,
    /// Recipients, approvers, limits or ways of disposal.
    People,
    /// Classes that appear, vanish or are renamed.
    Classes,
    /// Anything that is published or done.
    Any,
}

#[derive(Subcommand)]
pub(in crate::cli) enum PolicyCommand {
    /// Show which policy is in force and which one waits.
    #[command(after_help = "Example:\n  hokan policy status --json | jq .waiting")]
    Status,
    /// Show what the committed policy changes and put it in force, signed by an approver where its effect needs one.
    #[command(after_help = "Examples:
  hokan policy accept                           says whether a signature is needed; if not, accepts
  hokan policy accept --key ~/.ssh/id_ed25519
  hokan policy accept --signature message.sig
  hokan policy accept --key approver --yes      without asking")]
    Accept {
        #[command(flatten)]
        signature: Option<Signature>,
        /// Do not ask on a terminal.
        #[arg(long)]
        yes: bool,
    },
    /// Print the text an approver signs with `ssh-keygen -Y sign -n hokan-policy`.
    #[command(
        after_help = "Example:\n  hokan policy message > message\n  ssh-keygen -Y sign -n hokan-policy -f ~/.ssh/id_ed25519 message"
    )]
    Message,
    /// Write a new class as a commented stanza to fill in.
    #[command(after_help = "Examples:
  hokan policy new-class board-minutes --medium paper --title 'en=Minutes of the board'
  hokan policy new-class board-minutes --append policies/minutes.yaml")]
    NewClass(NewClassArguments),
}

#[derive(Args)]
pub(in crate::cli) struct NewClassArguments {
    /// The id of the class, such as `board-minutes`.
    pub id: String,
    /// What its records are.
    #[arg(long, value_name = "MEDIUM", default_value = "electronic")]
    pub medium: Kind,
    /// What readers are told they are called, as LANGUAGE=TEXT; once for each language.
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = titled)]
    pub title: Vec<(String, String)>,
    /// Add it to this file instead of printing it; the file is made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
}

/// What records are.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Kind {
    Electronic,
    Paper,
    Device,
}

fn titled(text: &str) -> Result<(String, String), String> {
    let (language, title) = text.split_once('=').ok_or("expected LANGUAGE=TEXT, such as `en=Minutes`")?;
    Ok((language.to_owned(), title.to_owned()))
}
