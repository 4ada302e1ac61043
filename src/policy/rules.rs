//! The rules a policy set is checked by: what each finds, why it matters, how to mend it.
//!
//! In: nothing. Out: the pages of `hokan explain`. A rule of shape is named by the reader of its section; a rule of meaning
//! has a `check` that looks at the whole set. The rule it keeps: one file per rule; a name never changes its meaning and is
//! never reused; the text beside the name is the only explanation.

pub(super) mod citation;
pub(super) mod consent;
pub(super) mod dates;
pub(super) mod disclosures;
pub(super) mod disposal_methods;
pub(super) mod information;
pub(super) mod joint_use;
pub(super) mod law;
pub(super) mod notices;
pub(super) mod organization;
pub(super) mod pages;
pub(super) mod procedures;
pub(super) mod provisions;
pub(super) mod purposes;
pub(super) mod reference;
pub(super) mod retention;
pub(super) mod section;
pub(super) mod security;
pub(super) mod service;
pub(super) mod settings;
pub(super) mod terms;
pub(super) mod text;
mod words;

use crate::diag::Rule;

use super::lint::Lint;

/// A rule: its page, and what looks at the set.
pub(super) struct Page {
    /// The page.
    pub(super) rule: &'static Rule,
    /// What looks at the set; a rule of shape has none.
    pub(super) check: Option<fn(&Lint<'_>)>,
    /// The topic of the law without which it looks for nothing, or an element of one after `#`.
    pub(super) law: Option<&'static str>,
    /// Edits of the valid set that it finds.
    #[cfg(test)]
    pub(super) cases: &'static [Case],
}

/// An edit of the valid set: what is replaced, by what, and what the finding underlines.
#[cfg(test)]
pub(super) type Case = (&'static str, &'static str, &'static str);

macro_rules! shape {
    ($($at:ident)::+) => {
        Page { rule: &$($at::)+RULE, check: None, law: None, #[cfg(test)] cases: $($at::)+CASES }
    };
}

macro_rules! lint {
    ($($at:ident)::+) => {
        Page { rule: &$($at::)+RULE, check: Some($($at::)+check), law: None, #[cfg(test)] cases: $($at::)+CASES }
    };
    ($($at:ident)::+, $law:literal) => {
        Page { law: Some($law), ..lint!($($at)::+) }
    };
}

/// Every rule of this module, by section.
const PAGES: &[Page] = &[
    shape!(section::syntax),
    shape!(section::too_large),
    shape!(section::yaml_feature),
    shape!(section::unknown_key),
    shape!(section::duplicate_key),
    shape!(section::stated_twice),
    shape!(section::missing_key),
    shape!(section::wrong_type),
    shape!(section::unknown_word),
    shape!(section::empty_set),
    lint!(reference::id),
    shape!(reference::duplicate_id),
    shape!(reference::dangling),
    shape!(text::missing_language),
    shape!(text::unlisted_language),
    shape!(text::empty),
    lint!(text::no_glyph),
    lint!(text::direction),
    lint!(text::other_language),
    lint!(text::position_reference),
    lint!(text::duplicate_statement),
    lint!(text::banned_word),
    lint!(text::syntax),
    lint!(terms::inconsistent),
    lint!(terms::business_operator, "appi.personal-information"),
    shape!(organization::languages),
    shape!(organization::time_zone),
    shape!(organization::fiscal_year_starts),
    shape!(organization::date),
    shape!(organization::insurer_number),
    shape!(organization::corporate_number),
    shape!(organization::email),
    lint!(organization::complaints, "appi.complaints"),
    lint!(organization::name_consistent),
    lint!(organization::dates),
    lint!(purposes::unused),
    shape!(purposes::for_without_after),
    lint!(purposes::without_end),
    lint!(purposes::category),
    lint!(purposes::contradiction),
    lint!(purposes::coverage),
    lint!(information::no_purpose),
    lint!(information::special_care),
    lint!(information::no_class),
    lint!(joint_use::required_elements, "appi.joint-use"),
    lint!(joint_use::responsible_address, "appi.joint-use#responsible.address"),
    lint!(joint_use::responsible_representative, "appi.joint-use#responsible.representative"),
    lint!(joint_use::responsible_user),
    lint!(joint_use::processor),
    lint!(joint_use::items_open_ended),
    lint!(joint_use::individual_number, "number-act.no-joint-use"),
    lint!(disclosures::exceptions_complete),
    shape!(provisions::basis),
    lint!(provisions::individual_number, "number-act.provision"),
    shape!(consent::ground),
    lint!(consent::stress_check),
    lint!(joint_use::users_open_ended),
    lint!(joint_use::party_unnamed),
    lint!(joint_use::publication),
    lint!(disclosures::re_entrustment),
    lint!(consent::not_opt_out, "appi.opt-out"),
    lint!(consent::objection_burden, "appi.provision"),
    shape!(dates::about),
    lint!(dates::unused),
    shape!(retention::period),
    shape!(retention::starting),
    shape!(retention::keep),
    shape!(retention::pattern),
    shape!(retention::accept_missing),
    shape!(retention::accept_medium),
    shape!(retention::register),
    lint!(retention::rest),
    shape!(retention::same_path),
    lint!(retention::two_readings),
    lint!(retention::pattern_letters),
    shape!(retention::capture),
    shape!(retention::date_unknown),
    shape!(retention::read),
    lint!(retention::unmatched_path),
    lint!(retention::individual_number, "number-act.deletion"),
    lint!(retention::disposal_record),
    lint!(retention::no_information),
    lint!(retention::below_minimum),
    shape!(retention::no_recipients),
    shape!(retention::one_recipient),
    shape!(retention::no_electronic_class),
    shape!(disposal_methods::particle),
    lint!(security::categories),
    lint!(procedures::kinds),
    lint!(procedures::fee),
    lint!(procedures::method_choice),
    lint!(security::reveals_detail),
    shape!(pages::reserved),
    lint!(pages::show),
    lint!(pages::none),
    lint!(pages::made_known, "appi.retained-data"),
    lint!(notices::announced),
    lint!(notices::print_file),
    lint!(notices::reserved),
    lint!(notices::template),
    shape!(service::no_recipients),
    shape!(service::recipient_key),
    shape!(service::approver_key),
    shape!(service::same_key),
    shape!(service::too_few_approvers),
    lint!(service::paths),
    shape!(service::schedule),
    shape!(service::wait),
    shape!(service::ignore),
    shape!(service::limit),
    shape!(service::headers_kept),
    shape!(settings::no_reason),
    shape!(settings::fixed),
    shape!(settings::severity_expired),
    shape!(settings::expired),
    shape!(settings::unused),
    lint!(settings::not_carried_out),
    lint!(citation::outdated),
    lint!(citation::mixed_generations),
    lint!(terms::outdated),
    shape!(law::pack),
    shape!(law::unknown_pack),
    lint!(law::unknown_topic),
    lint!(law::pending),
];

/// Returns every rule with what looks at the set.
pub(super) fn pages() -> impl Iterator<Item = &'static Page> {
    PAGES.iter()
}

/// Returns every rule policies are checked by.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    PAGES.iter().map(|page| page.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hiragana or katakana: a sentence in Japanese has some.
    fn is_kana(c: char) -> bool {
        ('ぁ'..='ヿ').contains(&c)
    }

    #[test]
    fn every_rule_has_its_own_name_and_a_whole_page() {
        let mut names: Vec<&str> = all().map(|rule| rule.name).collect();
        names.sort_unstable();
        let doubles: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(doubles.is_empty(), "{doubles:?}");
        for rule in all() {
            assert!(rule.name.split('.').count() == 2, "{}", rule.name);
            assert!(!rule.example.is_empty(), "{}", rule.name);
            for words in [rule.what, rule.why, rule.fix] {
                assert!(words.en.len() > 10 && words.en.ends_with('.'), "{}", rule.name);
                assert!(words.ja.ends_with('。') && words.ja.chars().any(is_kana), "{}", rule.name);
            }
        }
    }
}
