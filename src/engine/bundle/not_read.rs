//! `policy.not-read`: a file below `policies` is not read.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: who reads the bundle names it.

use crate::diag::{Rule, Severity, Weight, Words};

/// A file that is left out.
pub(in crate::engine) const RULE: Rule = Rule {
    name: "policy.not-read",
    severity: Severity::Note,
    weight: Weight::Fixed,
    what: Words {
        en: "A file below `policies` is not read.",
        ja: "`policies`の中に、読み込まれないファイルがあります。",
    },
    why: Words {
        en: "Policy files end in `.yaml` or `.yml`, in small letters, and do not begin with a dot. A law pack is read where `law` names it.",
        ja: "方針のファイル名の末尾は小文字の`.yaml`か`.yml`で、先頭は`.`以外です。法令のデータは、`law`に名前を書いたものだけを読み込みます。",
    },
    example: "# policies/retention.YAML\nretention: …",
    fix: Words {
        en: "Rename the file, name the law pack under `law`, or remove it.",
        ja: "ファイル名を直すか、`law`に法令のデータの名前を加えるか、ファイルを取り除いてください。",
    },
};
