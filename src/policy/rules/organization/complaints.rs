//! `organization.complaints`: the desk for complaints cannot be reached by letter and telephone, or is not named.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Contact, Handles, Organization};
use crate::said;

/// The desk for complaints cannot be reached by letter and telephone, or is not named.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.complaints",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The desk for complaints cannot be reached by letter and telephone, or is not named.",
        ja: "苦情の窓口が示されていないか、部署・住所・電話番号のいずれかがありません。",
    },
    why: Words {
        en: "Where people complain must be made known, and by which accredited body they may be heard; an e-mail address alone does not reach everybody.",
        ja: "苦情の申出先と、認定個人情報保護団体に加入しているときはその名称は、本人が知り得るようにしなければなりません。電子メールだけでは、申出のできない方がいます。",
    },
    example: "contacts: [{ id: privacy-desk, title: {…}, email: privacy@example.jp }]",
    fix: Words {
        en: "Mark one contact with `handles: [complaints]`, give its `department`, `address` and `telephone`, and say `accredited-body: none` or which.",
        ja: "窓口の1つに`handles: [complaints]`と書いて`department`、`address`、`telephone`をそろえ、`accredited-body`に認定団体か`none`を書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("handles: [requests, complaints]", "handles: [requests]", ""),
    ("      department: { ja: 総務課, en: General affairs }\n", "", "id"),
    ("  accredited-body: none\n", "", "id"),
];

/// Reports a missing desk, what is missing of one, and silence on the accredited body.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let organization = &lint.policy.organization;
    let asked = lint.law.elements("appi.retained-data", lint.as_of);
    if !lint.is_whole(&["organization"]) {
        return;
    }
    if asked.contains(&"complaints") {
        desks(lint, organization);
    }
    if asked.contains(&"accredited-body") && !lint.states("organization.accredited-body") {
        let found = said!(
            "the set does not say whether the organization belongs to an accredited body",
            "認定個人情報保護団体に加入しているかどうかが書かれていません"
        );
        lint.report(&RULE, "organization", found);
    }
}

/// Reports a missing desk, and what one lacks.
fn desks(lint: &Lint<'_>, organization: &Organization) {
    let desks: Vec<&Contact> =
        organization.contacts.iter().filter(|contact| contact.handles.contains(&Handles::Complaints)).collect();
    if desks.is_empty() {
        let found = said!("no contact takes complaints", "苦情を受け付ける窓口がありません");
        lint.report(&RULE, "organization.contacts", found);
    }
    for desk in desks {
        let id = &desk.id;
        let missing = [
            (desk.department.is_none(), "department", "部署"),
            (desk.address.is_none(), "address", "住所"),
            (desk.telephone.is_none(), "telephone", "電話番号"),
        ];
        for (_, key, ja) in missing.into_iter().filter(|(is_missing, ..)| *is_missing) {
            let found = said!(
                "`{id}` takes complaints, but has no `{key}`",
                "`{id}`は苦情の窓口ですが、{ja}（`{key}`）がありません"
            );
            lint.report(&RULE, &format!("organization.{id}"), found);
        }
    }
}
