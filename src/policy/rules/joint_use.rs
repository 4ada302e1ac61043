//! What the law asks of joint use.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod individual_number;
pub(in crate::policy) mod items_open_ended;
pub(in crate::policy) mod party_unnamed;
pub(in crate::policy) mod processor;
pub(in crate::policy) mod publication;
pub(in crate::policy) mod required_elements;
pub(in crate::policy) mod responsible_address;
pub(in crate::policy) mod responsible_representative;
pub(in crate::policy) mod responsible_user;
pub(in crate::policy) mod users_open_ended;
