//! Texts for readers.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod banned_word;
pub(in crate::policy) mod direction;
pub(in crate::policy) mod duplicate_statement;
pub(in crate::policy) mod empty;
pub(in crate::policy) mod missing_language;
pub(in crate::policy) mod no_glyph;
pub(in crate::policy) mod other_language;
pub(in crate::policy) mod position_reference;
pub(in crate::policy) mod syntax;
pub(in crate::policy) mod unlisted_language;

pub(in crate::policy) use empty::RULE as EMPTY;
pub(in crate::policy) use missing_language::RULE as MISSING_LANGUAGE;
pub(in crate::policy) use unlisted_language::RULE as UNLISTED_LANGUAGE;
