//! `retention.disposal-record`: A medium in use has no method of disposal, no record of it, or no certificate from whom it is entrusted to.
//!
//! In: the checked set. Out: findings. The rule it keeps: where records hold Individual Numbers the finding is an error.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Class, DisposalMethod, Medium};
use crate::said;

/// A medium in use has no method of disposal, no record of it, or no certificate from whom it is entrusted to.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.disposal-record",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A medium in use has no method of disposal, no record of it, or no certificate from whom it is entrusted to.",
        ja: "使っている媒体について、廃棄の方法、廃棄の記録又は委託先の証明書の定めがありません。",
    },
    why: Words {
        en: "Only a record proves that data was disposed of and why; for Individual Numbers the record and the certificate are a duty.",
        ja: "廃棄したことと、その理由を示せるのは記録だけです。個人番号については、廃棄の記録と委託先の証明書が義務とされています。",
    },
    example: "disposal-methods:\n  paper: { text: {…}, method: shred }   # record is missing",
    fix: Words {
        en: "Add the medium to `disposal-methods` with `record: true`, and `certificate: true` to the entrustment.",
        ja: "その媒体を`disposal-methods`に`record: true`を付けて書き、委託には`certificate: true`を付けてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "  paper: { text: { ja: 裁断, en: Shredding }, record: true, over: { boxes: 9, entrustment: printing }, method: shred }\n",
        "",
        "paper",
    ),
    ("record: true, over", "over", "{"),
    ("    certificate: true\n", "", "printing"),
];

/// Reports media without a method, and methods that leave no proof.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let is_misspelt = !lint.states("disposal-methods") && !lint.is_unbroken();
    if is_misspelt || !lint.is_whole(&["disposal-methods"]) {
        return;
    }
    for medium in Medium::ALL {
        let classes = || lint.policy.classes.iter().filter(move |class| class.medium == medium);
        let Some(class) = classes().next() else { continue };
        let severity = if classes().any(|class| is_numbered(lint, class)) { Severity::Error } else { RULE.severity };
        let found = match lint.policy.disposal_methods.iter().find(|method| method.medium == medium) {
            Some(method) => unproved(lint, method),
            None => {
                let (en, ja) = name(medium);
                let found = said!(
                    "`disposal-methods` says nothing about {en}",
                    "`disposal-methods`に{ja}の廃棄の方法がありません"
                );
                vec![lint.finding(&RULE, &format!("retention.{}.medium", class.id), found)]
            }
        };
        found.into_iter().for_each(|finding| lint.send(Finding { severity, ..finding }));
    }
}

/// What a method lacks as a proof. hokan itself records how files end.
fn unproved(lint: &Lint<'_>, method: &DisposalMethod) -> Vec<Finding> {
    let (en, ja) = name(method.medium);
    let mut found = Vec::new();
    if !method.record && method.medium != Medium::Electronic {
        let said = said!("no record is kept of how {en} is disposed of", "{ja}の廃棄の記録を残す定めがありません");
        found.push(lint.finding(&RULE, &format!("disposal-methods.{}", method.medium.word()), said));
    }
    let over = method.over.as_ref().map(|over| ("over.entrustment", &over.entrustment));
    let entrusted = over.or(method.entrustment.as_ref().map(|id| ("entrustment", id)));
    let work = entrusted.and_then(|(key, id)| Some((key, lint.policy.entrustments.iter().find(|one| one.id == *id)?)));
    if let Some((at, work)) = work.filter(|(_, work)| !work.certificate) {
        let said = said!(
            "the disposal of {en} is entrusted without a certificate",
            "{ja}の廃棄を委託していますが、証明書の定めがありません"
        );
        let path = format!("disposal-methods.{}.{at}", method.medium.word());
        found.push(lint.finding(&RULE, &path, said).also(lint.place(&format!("entrustments.{}", work.id))));
    }
    found
}

/// Whether records of a class hold Individual Numbers, and a law pack speaks of them.
fn is_numbered(lint: &Lint<'_>, class: &Class) -> bool {
    lint.has_law("number-act.deletion") && lint.policy.holds_numbers(&class.information)
}

fn name(medium: Medium) -> (&'static str, &'static str) {
    match medium {
        Medium::Electronic => ("electronic data", "電子データ"),
        Medium::Paper => ("paper", "紙"),
        Medium::Device => ("devices", "機器"),
    }
}
