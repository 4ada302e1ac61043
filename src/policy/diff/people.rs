//! Who can open and approve, limits, ways of disposal, and how the service runs.
//!
//! In: two sets. Out: changes a person has to accept (I14), and the rest of `service`. The rule it keeps: a key is a
//! person; another key under the same name is another person until somebody says otherwise.

use super::change::{Kind, WHOLE};
use super::compared::{Compared, Pair, pairs, written};
use crate::diag::Said;
use crate::policy::{AcceptedFinding, Approver, DisposalMethod, Policy, Recipient, RuleSeverity, Service};
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    recipients(found);
    approvers(found);
    methods(found);
    service(found);
    findings(found);
}

fn recipients(found: &mut Compared<'_>) {
    let (before, after) = (&found.before.service.recipients, &found.after.service.recipients);
    let same = |was: &Recipient, is: &Recipient| was.key == is.key;
    let at = |one: &Recipient| format!("service.{}", one.id);
    for pair in pairs(before, after, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => recipient(found, was, is, at(is)),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!(
                    "recipient `{id}` is gone: new records are not sealed to it",
                    "開封者`{id}`を外します。新たな記録は開封できません"
                );
                found.add(Kind::RecipientVanishes, at(was), said).showing(&was.key, "");
            }
            Pair::Appeared(is) => {
                let id = &is.id;
                let said = match is.always {
                    true => said!(
                        "recipient `{id}` can open every new record",
                        "開封者`{id}`を加えます。新たな記録を全て開封できます"
                    ),
                    false => said!(
                        "recipient `{id}` can open new records of the classes that name it",
                        "開封者`{id}`を加えます。指定した種類の新たな記録を開封できます"
                    ),
                };
                found.add(Kind::RecipientAppears, at(is), said).showing("", &is.key);
            }
        }
    }
}

fn recipient(found: &mut Compared<'_>, was: &Recipient, is: &Recipient, item: String) {
    let id = &is.id;
    if was.key != is.key {
        let said = said!("recipient `{id}` has another key", "開封者`{id}`の鍵が変わります");
        found.add(Kind::RecipientDiffers, item.clone(), said).showing(&was.key, &is.key);
    }
    if was.always != is.always {
        let said = match is.always {
            true => said!(
                "recipient `{id}` can open every new record",
                "開封者`{id}`が、新たな記録を全て開封できるようになります"
            ),
            false => said!(
                "recipient `{id}` can open only records of classes that name it",
                "開封者`{id}`が開封できる新たな記録は、指定した種類のものに限られます"
            ),
        };
        let words = |one: &Recipient| format!("always: {}", one.always);
        found.add(Kind::RecipientDiffers, item, said).showing(words(was), words(is));
    }
}

fn approvers(found: &mut Compared<'_>) {
    let (before, after) = (&found.before.service.approvers, &found.after.service.approvers);
    let same = |was: &Approver, is: &Approver| was.key == is.key;
    for pair in pairs(before, after, |one| &one.name, same) {
        let (kind, said, from, to) = match pair {
            Pair::Vanished(was) => {
                let name = &was.name;
                let said = said!("`{name}` can approve no more", "`{name}`が承認できなくなります");
                (Kind::ApproverVanishes, said, was.key.clone(), String::new())
            }
            Pair::Appeared(is) => {
                let name = &is.name;
                let said = said!(
                    "`{name}` can approve plans and policies",
                    "`{name}`が廃棄の計画と方針を承認できるようになります"
                );
                (Kind::ApproverAppears, said, String::new(), is.key.clone())
            }
            Pair::Both(was, is) if was.key != is.key => {
                let name = &is.name;
                let said = said!("approver `{name}` has another key", "承認者`{name}`の鍵が変わります");
                (Kind::ApproverDiffers, said, was.key.clone(), is.key.clone())
            }
            Pair::Both(was, is) if was.name != is.name => {
                let said = said!("an approver has another name", "承認者の氏名の記載が変わります");
                (Kind::ApproverDiffers, said, was.name.clone(), is.name.clone())
            }
            Pair::Both(..) => continue,
        };
        found.add(kind, "service", said).showing(from, to);
    }
}

fn methods(found: &mut Compared<'_>) {
    let (before, after) = (&found.before.disposal_methods, &found.after.disposal_methods);
    let words = |one: Option<&DisposalMethod>| {
        let Some(one) = one else { return String::new() };
        let over = one.over.as_ref().map(|over| format!("over: {} {}", over.boxes, over.entrustment));
        let parts = [
            written(&one.method),
            one.second.map(|second| written(&second)).unwrap_or_default(),
            one.particle.clone().unwrap_or_default(),
            over.unwrap_or_default(),
            one.before.iter().map(written).collect::<Vec<_>>().join(", "),
            one.entrustment.clone().map(|work| format!("entrustment: {work}")).unwrap_or_default(),
            one.certificates.clone().map(|class| format!("certificates: {class}")).unwrap_or_default(),
            one.certified_within.map(|within| format!("certified-within: {within}")).unwrap_or_default(),
            format!("record: {}", one.record),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let mut media: Vec<_> = before.iter().chain(after).map(|one| one.medium).collect();
    media.sort();
    media.dedup();
    for medium in media {
        let of = |list: &'_ [DisposalMethod]| words(list.iter().find(|one| one.medium == medium));
        let (from, to) = (of(before), of(after));
        if from != to {
            let medium = medium.word();
            let said = said!("`{medium}` is disposed of in another way", "`{medium}`の廃棄の方法が変わります");
            let change = found.add(Kind::DisposalMethod, format!("disposal-methods.{medium}"), said);
            change.showing(&from, &to);
            if from.is_empty() || to.is_empty() {
                change.telling(WHOLE);
            }
        }
    }
}

fn service(found: &mut Compared<'_>) {
    let (was, is) = (&found.before.service, &found.after.service);
    if was.sweep_at_most != is.sweep_at_most {
        let said = said!(
            "another number of records may go in one sweep without an approved plan",
            "承認された計画がなくても一度に廃棄できる記録の数の上限が変わります"
        );
        let (from, to) = (was.sweep_at_most.to_string(), is.sweep_at_most.to_string());
        found.add(Kind::Limit, "service", said).telling(&["sweep_at_most"]).showing(from, to);
    }
    if was.headers_kept != is.headers_kept {
        let said = said!(
            "backups of headers are kept for another time: so long a destroyed record might come back",
            "ヘッダーのバックアップを残す期間が変わります。その間は、廃棄した記録を復元できるおそれがあります"
        );
        let change = found.add(Kind::Limit, "service", said).telling(&["headers_kept"]);
        change.showing(written(&was.headers_kept), written(&is.headers_kept));
    }
    for ((key, part, from), (_, _, to)) in settings(was).into_iter().zip(settings(is)) {
        if from != to {
            let said = said!("`service.{key}` differs", "`service.{key}`が変わります");
            found.add(Kind::Service, "service", said).telling(part).showing(from, to);
        }
    }
    let (was, is) = (&found.before.organization.id, &found.after.organization.id);
    if was != is {
        let said = said!(
            "the organization has another id: its ledger keeps the old one",
            "組織のIDが変わります（台帳には元のIDが残ります）"
        );
        found.add(Kind::Service, "organization", said).telling(&["id"]).showing(was, is);
    }
}

/// What is left of `service`: the key, the part of the item it is, what it says.
fn settings(service: &Service) -> [(&'static str, &'static [&'static str], String); 9] {
    let lines = |globs: &[crate::policy::Glob]| globs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    [
        ("paths", &["paths"], written(&service.paths)),
        ("file-names", &["file_names"], written(&service.file_names)),
        ("watch.settle", &["watch.settle"], written(&service.watch.settle)),
        ("watch.rescan", &["watch.rescan"], written(&service.watch.rescan)),
        ("watch.ignore", &["watch.ignore"], lines(&service.watch.ignore)),
        ("sweep.schedule", &["sweep_schedule"], written(&service.sweep_schedule)),
        ("second-copy", &["second_copy"], written(&service.second_copy)),
        ("witness", &["witness"], written(&service.witness)),
        ("typesetter", &["typesetter"], written(&service.typesetter)),
    ]
}

fn findings(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let weights = |policy: &Policy| -> Vec<String> {
        let one = |stated: &RuleSeverity| {
            let until = stated.reasoned.as_ref().map(|why| format!(", {} ({}, {})", why.until, why.reason, why.by));
            format!("{}: {}{}", stated.rule, written(&stated.severity), until.unwrap_or_default())
        };
        policy.rules.iter().map(one).collect()
    };
    let accepted = |policy: &Policy| -> Vec<String> {
        let one = |one: &AcceptedFinding| {
            let why = &one.reasoned;
            format!("{} at {}, {} ({}, {})", one.rule, one.at, why.until, why.reason, why.by)
        };
        policy.accepted_findings.iter().map(one).collect()
    };
    let laws = |policy: &Policy| policy.organization.law.clone();
    let mut note = |section: &str, parts: &'static [&'static str], of: &dyn Fn(&Policy) -> Vec<String>, said: Said| {
        let (was, is) = (of(before), of(after));
        if was != is {
            let only = |one: &[String], other: &[String]| {
                one.iter().filter(|line| !other.contains(line)).cloned().collect::<Vec<_>>().join("; ")
            };
            found.add(Kind::Findings, section, said).telling(parts).showing(only(&was, &is), only(&is, &was));
        }
    };
    note("rules", WHOLE, &weights, said!("rules weigh differently", "規則の重さの設定が変わります"));
    note("accepted-findings", WHOLE, &accepted, said!("other findings are accepted", "受け入れる指摘が変わります"));
    let said = said!("the organization answers to other law packs", "適用する法令集が変わります");
    note("organization", &["law"], &laws, said);
}
