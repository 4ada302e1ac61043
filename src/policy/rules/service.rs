//! The service: who can open, who can approve, where and when.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod approver_key;
pub(in crate::policy) mod headers_kept;
pub(in crate::policy) mod ignore;
pub(in crate::policy) mod limit;
pub(in crate::policy) mod no_recipients;
pub(in crate::policy) mod paths;
pub(in crate::policy) mod recipient_key;
pub(in crate::policy) mod same_key;
pub(in crate::policy) mod schedule;
pub(in crate::policy) mod too_few_approvers;
pub(in crate::policy) mod wait;

pub(in crate::policy) use approver_key::RULE as APPROVER_KEY;
pub(in crate::policy) use headers_kept::RULE as HEADERS_KEPT;
pub(in crate::policy) use ignore::RULE as IGNORE;
pub(in crate::policy) use limit::RULE as LIMIT;
pub(in crate::policy) use no_recipients::RULE as NO_RECIPIENTS;
pub(in crate::policy) use paths::RULE as PATH;
pub(in crate::policy) use recipient_key::RULE as RECIPIENT_KEY;
pub(in crate::policy) use same_key::RULE as SAME_KEY;
pub(in crate::policy) use schedule::RULE as SCHEDULE;
pub(in crate::policy) use too_few_approvers::RULE as TOO_FEW_APPROVERS;
pub(in crate::policy) use wait::RULE as WAIT;
