//! `notices.template`: a notice's template is none that it can be printed with.
//!
//! In: the checked set. Out: findings. The rule it keeps: paths that climb are named by the reader of the section, the
//! others here; whether a template of the organization's own is there and can be used is looked at with the files.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::NoticeWhen;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A notice's template is none that it can be printed with.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "notices.template",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A notice's template is not there, or is none for this notice.",
        ja: "お知らせのテンプレートがないか、このお知らせには使えないものです。",
    },
    why: Words {
        en: "Notices are printed from `templates/notices/` alone. A certificate that cannot be printed would be found out when the records are gone.",
        ja: "お知らせは`templates/notices/`のテンプレートだけで作ります。証明書を作れないことが、廃棄の後になって分かるのでは遅すぎます。",
    },
    example: "template: pages/announcement.html",
    fix: Words {
        en: "Write `notices/announcement.typ` for changes of the policy, `notices/disposal-certificate.typ` for sweeps, or the path of a template of your own below `templates/`.",
        ja: "方針の変更には`notices/announcement.typ`、廃棄には`notices/disposal-certificate.typ`を指定するか、`templates/`の下に置いた独自のテンプレートのパスを書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("notices/certificate.typ", "../certificate.typ", "../certificate.typ"),
    ("notices/certificate.typ", "pages/page.html", "pages/page.html"),
    ("notices/certificate.typ", "notices/announcement.typ", "notices/announcement.typ"),
    ("notices/announcement.typ", "notices/booklet.typ", "notices/booklet.typ"),
];

/// The built-in templates for changes of the policy and for sweeps, and those that print no notice.
const ANNOUNCEMENT: &str = "notices/announcement.typ";
const CERTIFICATE: &str = "notices/disposal-certificate.typ";
const OTHERS: [&str; 6] = [
    "notices/booklet.typ",
    "notices/change.typ",
    "notices/disposal-plan.typ",
    "notices/document.typ",
    "notices/lib.typ",
    "notices/work-order.typ",
];

/// Reports templates that are not for their notice.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for notice in &lint.policy.notices {
        let (fitting, other) = match notice.when {
            NoticeWhen::PolicyChanges(_) => (ANNOUNCEMENT, CERTIFICATE),
            NoticeWhen::SweepCompleted => (CERTIFICATE, ANNOUNCEMENT),
            // Not printed by this version, which another rule says.
            NoticeWhen::Record(_) | NoticeWhen::Schedule(_) => continue,
        };
        let template = notice.template.as_str();
        let found = if !template.starts_with("notices/") || !template.ends_with(".typ") {
            said!(
                "`{template}` is not a template of notices (expected a path such as `{fitting}`)",
                "`{template}`はお知らせのテンプレートではありません（`{fitting}`のように書きます）"
            )
        } else if template == other || OTHERS.contains(&template) {
            said!(
                "`{template}` does not print this notice (expected `{fitting}` or one of your own)",
                "`{template}`ではこのお知らせを作れません（`{fitting}`か独自のテンプレートを指定します）"
            )
        } else {
            continue;
        };
        let place = lint.place(&format!("notices.{}.template", notice.id));
        lint.send(Finding::at(&RULE, place, found).replace_by(fitting));
    }
}
