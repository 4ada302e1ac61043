//! `templates.broken`: a page or a notice cannot be made from a template of the instance.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: who reads the bundle names it.

use crate::diag::{Rule, Severity, Weight, Words};

/// A template that cannot be used.
pub(in crate::engine) const RULE: Rule = Rule {
    name: "templates.broken",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A page or a notice cannot be made from a template of the instance.",
        ja: "このインスタンスのテンプレートからページや書面を作れません。",
    },
    why: Words {
        en: "A policy that is accepted is published: with a broken template nothing could be, and the certificate of a sweep would be missing when the records are gone.",
        ja: "承認された方針は公表されます。テンプレートが壊れていると何も公表できず、廃棄の後に証明書も作れません。",
    },
    example: "# templates/pages/parts/footer.html, where the `if` is never ended\n{% if facts.contacts %}<p>{{ words.contact }}</p>",
    fix: Words {
        en: "Mend the template at the place shown, or remove it so that the built-in one is used.",
        ja: "示された箇所を直すか、テンプレートを取り除いて組み込みのものを使ってください。",
    },
};
