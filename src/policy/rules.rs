//! The rules a policy set is checked by: what each finds, why it matters, how to mend it.
//!
//! In: nothing. Out: [`RULES`], the pages of `hokan explain`; the checker names a rule for each finding. The rule it
//! keeps: a name never changes its meaning and is never reused; the text beside the name is the only explanation.

pub(super) mod joint_use;
pub(super) mod organization;
pub(super) mod publication;
pub(super) mod purposes;
pub(super) mod reference;
pub(super) mod retention;
pub(super) mod section;
pub(super) mod service;
pub(super) mod text;

use crate::diag::{Rule, Severity};

/// Every rule of this module, by section.
pub const RULES: &[&Rule] = &[
    &section::SYNTAX,
    &section::TOO_LARGE,
    &section::FEATURE,
    &section::UNKNOWN_KEY,
    &section::DUPLICATE_KEY,
    &section::STATED_TWICE,
    &section::MISSING_KEY,
    &section::WRONG_TYPE,
    &section::UNKNOWN_WORD,
    &section::EMPTY_SET,
    &reference::ID,
    &reference::DUPLICATE_ID,
    &reference::DANGLING,
    &text::MISSING_LANGUAGE,
    &text::UNLISTED_LANGUAGE,
    &text::EMPTY,
    &organization::LANGUAGES,
    &organization::TIME_ZONE,
    &organization::FISCAL_YEAR,
    &organization::DATE,
    &organization::INSURER_NUMBER,
    &purposes::UNUSED,
    &purposes::NO_PURPOSE,
    &purposes::CONSENT_GROUND,
    &joint_use::ELEMENTS,
    &joint_use::RESPONSIBLE_ADDRESS,
    &joint_use::RESPONSIBLE_REPRESENTATIVE,
    &joint_use::RESPONSIBLE_USER,
    &joint_use::PROCESSOR,
    &joint_use::OPEN_ENDED,
    &retention::PERIOD,
    &retention::STARTING,
    &retention::KEEP,
    &retention::PATTERN,
    &retention::ACCEPT_MISSING,
    &retention::ACCEPT_MEDIUM,
    &retention::SAME_PATH,
    &retention::CAPTURE,
    &retention::DATE_UNKNOWN,
    &retention::DATE_ABOUT,
    &retention::NO_INFORMATION,
    &retention::NO_RECIPIENTS,
    &retention::ONE_RECIPIENT,
    &retention::NO_ELECTRONIC_CLASS,
    &publication::RESERVED_PAGE,
    &publication::TEMPLATE,
    &service::NO_RECIPIENTS,
    &service::RECIPIENT_KEY,
    &service::APPROVER_KEY,
    &service::SAME_KEY,
    &service::TOO_FEW_APPROVERS,
    &service::PATH,
    &service::SCHEDULE,
    &service::WAIT,
    &service::IGNORE,
    &service::LIMIT,
    &service::HEADERS_KEPT,
];

/// Makes an error's page.
const fn error(name: &'static str, what: &'static str, why: &'static str, fix: &'static str) -> Rule {
    Rule { name, severity: Severity::Error, what, why, fix }
}

/// Makes a warning's page.
const fn warning(name: &'static str, what: &'static str, why: &'static str, fix: &'static str) -> Rule {
    Rule { name, severity: Severity::Warning, what, why, fix }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_name_and_a_whole_page() {
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        let doubles: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(doubles.is_empty(), "{doubles:?}");
        for rule in RULES {
            assert!(rule.name.split('.').count() == 2, "{}", rule.name);
            for text in [rule.what, rule.why, rule.fix] {
                assert!(text.len() > 10, "{}", rule.name);
            }
        }
    }
}
