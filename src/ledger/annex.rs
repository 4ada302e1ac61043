//! The annex of a sweep: every record it destroyed, in one digest.
//!
//! In: the destroyed records. Out: the digest that the entry `swept` holds and the certificate's list is checked with.
//! The rule it keeps: the same destructions give the same digest, in whatever order they happened.

use serde_json::{Value, json};

use super::canonical::written;
use crate::calendar::Date;
use crate::{Digest, Digesting, RecordId};

/// One destroyed record, as the annex lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnexLine {
    /// The record.
    pub record: RecordId,
    /// Its class, from the entry `sealed`.
    pub class: String,
    /// The digest of the rule that allowed it, from the entry `intent`.
    pub rule: Digest,
    /// The index of the entry `destroyed`.
    pub destroyed: u64,
    /// The first day on which its disposal was allowed, from the entry `intent`; none where that does not say so.
    pub due: Option<Date>,
}

/// Returns the digest of an annex.
///
/// To the byte: SHA-256 of a canonical JSON list with one `[record, class, rule digest, index of destroyed, first day allowed]`
/// for each line, without the day where the entry `intent` has none, sorted by record id; an empty annex is the digest of `[]`.
pub fn annex(lines: &[AnnexLine]) -> Digest {
    let mut sorted: Vec<&AnnexLine> = lines.iter().collect();
    sorted.sort_by_key(|line| (line.record, line.destroyed));
    let mut digesting = Digesting::default();
    digesting.update(b"[");
    for (place, line) in sorted.into_iter().enumerate() {
        let mut value = vec![
            json!(line.record.to_string()),
            json!(line.class),
            json!(line.rule.to_string()),
            json!(line.destroyed),
        ];
        value.extend(line.due.map(|due| json!(due.to_string())));
        digesting.update(if place == 0 { b"" } else { b"," });
        digesting.update(written(&Value::Array(value)).as_bytes());
    }
    digesting.update(b"]");
    digesting.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Instant;

    fn line(arrived: i64, destroyed: u64) -> AnnexLine {
        let record = RecordId::new(Instant::from_micros(arrived), [0; 10]);
        AnnexLine { record, class: "receipts".into(), rule: Digest::of(b"rule"), destroyed, due: None }
    }

    #[test]
    fn the_digest_is_that_of_the_listed_lines_sorted_by_record() {
        let rule = Digest::of(b"rule");
        let (first, second) = (line(1_000, 9), line(2_000, 7));
        let expected = format!(
            "[[\"{}\",\"receipts\",\"{rule}\",9],[\"{}\",\"receipts\",\"{rule}\",7]]",
            first.record, second.record
        );
        assert_eq!(annex(&[second.clone(), first.clone()]), Digest::of(expected.as_bytes()));
        assert_eq!(annex(&[first, second.clone()]), annex(&[line(2_000, 7), line(1_000, 9)]));
        assert_ne!(annex(&[second]), annex(&[line(2_000, 8)]));
        assert_eq!(annex(&[]), Digest::of(b"[]"));
        let due = AnnexLine { due: Some("2026-04-01".parse().unwrap()), ..line(1_000, 9) };
        let expected = format!("[[\"{}\",\"receipts\",\"{rule}\",9,\"2026-04-01\"]]", due.record);
        assert_eq!(annex(&[due]), Digest::of(expected.as_bytes()));
    }
}
