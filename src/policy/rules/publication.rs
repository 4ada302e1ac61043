//! Pages and notices.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::error;
use crate::diag::Rule;

/// A page has an id that hokan needs itself.
pub(in crate::policy) const RESERVED_PAGE: Rule = error(
    "pages.reserved",
    "A page has an id that hokan needs itself.",
    "`index` is the page that leads to all others; hokan writes it.",
    "Give the page another id.",
);

/// A notice's template is not a path below the folder of templates.
pub(in crate::policy) const TEMPLATE: Rule = error(
    "notices.template",
    "A notice's template is not a path below the folder of templates.",
    "Templates are read from `templates/` alone.",
    "Write a relative path without `..`, such as `notices/announcement.typ`.",
);
