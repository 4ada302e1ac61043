//! `service.approver-key`: an approver's key is not an SSH Ed25519 public key.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An approver's key is not an SSH Ed25519 public key.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.approver-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An approver's key is not an SSH Ed25519 public key.",
        ja: "承認者の鍵がSSHのEd25519公開鍵ではありません。",
    },
    why: Words {
        en: "Approvals are signatures by this key; a mistyped key can approve nothing.",
        ja: "承認はこの鍵による署名で行います。打ち間違えた鍵では何も承認できません。",
    },
    example: "approvers: [{ name: 沖 進, key: ssh-rsa AAAA… }]",
    fix: Words {
        en: "Copy the line of the `.pub` file, such as `ssh-ed25519 AAAA…`, without its comment.",
        ja: "`.pub`ファイルの`ssh-ed25519 AAAA…`の行を、末尾の注記を除いて書き写してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("AAAAC3NzaC1lZDI1NTE5AAAAIAcH", "AAAAC3NzaC1lZDI1NTE5AAAAIAc", "ssh-ed25519")];
