//! Checks the public keys of recipients and approvers.
//!
//! In: `service.recipients`, `service.approvers`. Out: their checked types. The rule it keeps: a key is a public key of its
//! kind, down to its checksum, and stands once; that somebody has its other half shows when recipients are confirmed.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::diag::{Finding, Rule, Words};
use crate::policy::check::desk::{Checked, Desk, all};
use crate::policy::check::item::{Item, once, word};
use crate::policy::raw::Node;
use crate::policy::rules::service as rules;
use crate::policy::shape::{ID, Shape, Takes, forms, map, maybe, needed};
use crate::policy::{Approver, Recipient};
use crate::said;

/// Who can open records.
pub(super) const RECIPIENT: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name classes use for it."),
    needed("name", Takes::Text, "Who it is."),
    needed("key", Takes::Form(&forms::RECIPIENT_KEY), "Its public age key."),
    maybe("always", Takes::Flag, "Whether every record is sealed to it: the spare key in the safe."),
]);
/// Who approves.
pub(super) const APPROVER: Shape = map(&[
    needed("name", Takes::Word, "Who it is; certificates name them."),
    needed("key", Takes::Form(&forms::APPROVER_KEY), "Their SSH public key."),
]);

/// How an age public key begins.
const AGE: &str = "age1";

/// The kind of an approver's key, as the line begins and as the key itself says.
const SSH_ED25519: &str = "ssh-ed25519";

/// Checks who can open records; a set without recipients is refused.
pub(super) fn recipients(service: &Item<'_>) -> Checked<Vec<Recipient>> {
    let desk = service.desk();
    let nodes = service.list("recipients")?;
    if nodes.is_empty() {
        return Err(desk.refuse_at(&rules::NO_RECIPIENTS, service.place_of("recipients"), nobody()));
    }
    one_key_one_person(desk, nodes, age_key);
    all(nodes, |node| {
        let item = Item::open(desk, node, &RECIPIENT)?;
        let (id, name, always) = (item.id("id"), item.text("name"), item.flag("always"));
        let key = item.needed("key").and_then(|node| age_recipient(desk, node, &rules::RECIPIENT_KEY));
        Ok(Recipient { id: id?, name: name?, key: key?, always: always? })
    })
}

/// Checks who can approve.
pub(super) fn approvers(service: &Item<'_>) -> Checked<Vec<Approver>> {
    let desk = service.desk();
    let nodes = service.list("approvers")?;
    one_key_one_person(desk, nodes, ssh_key);
    let names = nodes.iter().filter_map(|node| node.get("name"));
    once(desk, names.filter_map(|name| Some((name.scalar()?, name.place()))), |name| {
        said!("two approvers are called `{name}`", "`{name}`という承認者が2人います")
    });
    all(nodes, |node| {
        let item = Item::open(desk, node, &APPROVER)?;
        let name = item.word("name");
        let kind = Words { en: "an SSH Ed25519 public key", ja: "SSHのEd25519公開鍵" };
        let key = item.needed("key").and_then(|node| key(desk, node, &rules::APPROVER_KEY, kind, ssh_key));
        Ok(Approver { name: name?.to_owned(), key: key? })
    })
}

/// What is said where nobody could open anything.
pub(super) fn nobody() -> crate::diag::Said {
    said!("the set names no recipients, so nothing could be sealed", "開封者がいないため、記録を封かんできません")
}

/// Returns an age public key as typed.
pub(in crate::policy::check) fn age_recipient(desk: &Desk, node: &Node, rule: &Rule) -> Checked<String> {
    key(desk, node, rule, Words { en: "an age public key", ja: "ageの公開鍵" }, age_key)
}

/// The key as typed, if `read` finds the bytes of one in it.
fn key(desk: &Desk, node: &Node, rule: &Rule, kind: Words, read: fn(&str) -> Option<Vec<u8>>) -> Checked<String> {
    let written = word(desk, node)?;
    if read(written).is_some() {
        return Ok(written.to_owned());
    }
    // What was written may be a secret pasted by mistake: it is not repeated.
    let Words { en, ja } = kind;
    let found = said!("this is not {en}", "{ja}ではありません");
    if !written.starts_with(AGE) {
        return Err(desk.refuse_at(rule, node.place(), found));
    }
    // A wrong letter: nothing can be sealed to it, and nothing else depends on it.
    desk.report_at(rule, node.place(), found);
    Ok(written.to_owned())
}

/// `age1` and what age itself reads as a key: the letters carry a checksum.
fn age_key(text: &str) -> Option<Vec<u8>> {
    let is_key = text.starts_with(AGE) && age::x25519::Recipient::from_str(text).is_ok();
    is_key.then(|| text.as_bytes().to_vec())
}

/// `ssh-ed25519 `, then in base64 the length-prefixed strings `ssh-ed25519` and 32 bytes.
///
/// # Source
/// RFC 8709, section 4.
fn ssh_key(text: &str) -> Option<Vec<u8>> {
    let encoded = text.strip_prefix(SSH_ED25519)?.strip_prefix(' ')?;
    let wire = STANDARD.decode(encoded).ok()?;
    let (kind, rest) = wire_string(&wire)?;
    let (key, rest) = wire_string(rest)?;
    (kind == SSH_ED25519.as_bytes() && key.len() == 32 && rest.is_empty()).then(|| key.to_vec())
}

fn wire_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Reports a key that two of them have.
fn one_key_one_person(desk: &Desk, nodes: &[Node], read: fn(&str) -> Option<Vec<u8>>) {
    let mut seen: BTreeMap<Vec<u8>, &Node> = BTreeMap::new();
    for node in nodes.iter().filter_map(|node| node.get("key")) {
        let Some(bytes) = node.scalar().and_then(read) else { continue };
        if let Some(first) = seen.insert(bytes, node) {
            let finding = Finding::at(
                &rules::SAME_KEY,
                node.place(),
                said!("this key stands twice", "同じ鍵が2回書かれています"),
            );
            desk.report(finding.also(first.place()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_right_shape_are_accepted() {
        assert!(age_key("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p").is_some());
        let mut wire = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
        wire.extend([7; 32]);
        assert_eq!(ssh_key(&format!("ssh-ed25519 {}", STANDARD.encode(&wire))), Some(vec![7; 32]));
        wire.push(0);
        assert_eq!(ssh_key(&format!("ssh-ed25519 {}", STANDARD.encode(&wire))), None);
    }

    #[test]
    fn other_keys_are_refused() {
        for text in [
            "age1ql3z7",
            "AGE-SECRET-KEY-1QL3Z7HJY54PW3HYWW5AYYFG7ZQGVC7W3J2ELW8ZMRJ2KG5SFN9AQMCAC8P",
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q",
            "AGE1QL3Z7HJY54PW3HYWW5AYYFG7ZQGVC7W3J2ELW8ZMRJ2KG5SFN9AQMCAC8P",
            "age1bl3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        ] {
            assert_eq!(age_key(text), None, "{text}");
        }
        for text in ["ssh-rsa AAAA", "ssh-ed25519 AAAA", "ssh-ed25519", "ssh-ed25519 !", "ssh-ed25519 /////w=="] {
            assert_eq!(ssh_key(text), None, "{text}");
        }
    }
}
