//! `pages.reserved`: a page has an id that hokan needs itself.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A page has an id that hokan needs itself.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "pages.reserved",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A page has an id that hokan needs itself.", ja: "hokan自身が使うIDがページに付いています。"
    },
    why: Words {
        en: "`index` leads to all others, `contents` is the contents and the search, `history` lists the revisions; hokan writes them.",
        ja: "`index`（入口のページ）、`contents`（目次と検索）及び`history`（改定の履歴）は、hokanが作ります。",
    },
    example: "pages: [{ id: index, title: {…}, show: [principles] }]",
    fix: Words { en: "Give the page another id.", ja: "ページに別のIDを付けてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("id: privacy-policy", "id: index", "index")];
