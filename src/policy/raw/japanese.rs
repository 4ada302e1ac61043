//! What the reader of YAML says about a text, in Japanese.
//!
//! In: its error, and its words in English. Out: the same in Japanese. The rule it keeps: what is told apart in English is
//! told apart in Japanese; what has no sentence here is repeated as it was said.

use serde_saphyr::Error;
use serde_saphyr::granit_parser::ErrorKind;
use serde_saphyr::localizer::ExternalMessageSource;

/// Says in Japanese what `error` says in English as `said`.
pub(super) fn japanese(error: &Error, said: &str) -> String {
    let known = match error {
        Error::ExternalMessage { source, .. } => match source.as_ref() {
            ExternalMessageSource::Parser(error) => sentence(error.kind()),
            _ => None,
        },
        _ => None,
    };
    known.unwrap_or_else(|| format!("読み取りの際の報告は「{said}」です"))
}

/// The sentence for a kind of error that a person can make by hand.
fn sentence(kind: &ErrorKind) -> Option<String> {
    let fixed = match kind {
        ErrorKind::UnclosedFlowCollection { open } => return Some(format!("`{open}`が閉じられていません")),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return Some(format!("`{open}`が`{close}`で閉じられています"));
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let character = character.escape_default();
            return Some(format!("`{character}`という文字はここでは使えません"));
        }
        ErrorKind::UnexpectedEofBlockSequence => "リストの途中でファイルが終わっています",
        ErrorKind::UnexpectedEofBlockMapping => "キーと値の組の途中でファイルが終わっています",
        ErrorKind::UnexpectedEof => "途中でファイルが終わっています",
        ErrorKind::ExpectedDocumentStart => "文書の始まりが必要です",
        ErrorKind::ExpectedNodeContent => "値が必要です",
        ErrorKind::ExpectedBlockMappingKey => "キーが必要です",
        ErrorKind::ExpectedFlowMappingSeparator => "`{ }`の中で、`,`か`}`が必要です",
        ErrorKind::ExpectedFlowSequenceSeparator => "`[ ]`の中で、`,`か`]`が必要です",
        ErrorKind::ExpectedBlockSequenceEntry => "リストの中で、`-`が必要です",
        ErrorKind::SimpleKeyExpected => "キーの後に`:`がありません",
        ErrorKind::InvalidSimpleKey => "キーが1行に収まっていません",
        ErrorKind::InvalidIndentation => "字下げが正しくありません",
        ErrorKind::BomInsideDocument => "文書の途中にBOM（見えない文字）があります",
        ErrorKind::TabNotAllowed => "ここではタブは使えません",
        ErrorKind::TabInBlockIndentation => "字下げの中にタブがあります",
        ErrorKind::TabInIndentation => "字下げにタブは使えません",
        ErrorKind::TabInPlainScalar => "引用符のない文の中にタブがあります",
        ErrorKind::TabAtBlockScalarStart => "`|`や`>`の後の文がタブで始まっています",
        ErrorKind::CommentInterceptedScalar => "複数行の文がコメントで途切れています",
        ErrorKind::CommentNotSeparated => "コメントの`#`の前に空白がありません",
        ErrorKind::ExpectedWhitespace => "空白が必要です",
        ErrorKind::MisplacedFlowCollectionEnd => "対になる始まりのない括弧があります",
        ErrorKind::BlockEntryInFlowCollection => "括弧の中では`-`によるリストは使えません",
        ErrorKind::BlockSequenceEntryNotAllowed => "`-`によるリストは、ここからは始められません",
        ErrorKind::InvalidBlockEntryWhitespace => "`-`の後に空白がありません",
        ErrorKind::InvalidBlockScalarHeader => "`|`や`>`の行の残りが、コメントでも改行でもありません",
        ErrorKind::ZeroBlockScalarIndent => "`|`や`>`の字下げの数に0は使えません",
        ErrorKind::InvalidBlockScalarIndent => "`|`や`>`の後の文の字下げがそろっていません",
        ErrorKind::DocumentIndicatorInQuotedScalar => "引用符で囲んだ文の中に`---`か`...`があります",
        ErrorKind::UnclosedQuotedScalar => "引用符が閉じられていません",
        ErrorKind::InvalidQuotedScalarIndent => "引用符で囲んだ複数行の文の字下げが正しくありません",
        ErrorKind::InvalidTrailingSingleQuotedScalar => "閉じる`'`の後に余分な文字があります",
        ErrorKind::InvalidTrailingDoubleQuotedScalar => "閉じる`\"`の後に余分な文字があります",
        ErrorKind::UnknownQuotedScalarEscape => "`\"`で囲んだ文の中に、`\\`で始まる知られていない書き方があります",
        ErrorKind::InvalidQuotedScalarHexEscape => "`\\`の後に16進数が必要です",
        ErrorKind::InvalidUnicodeEscape => "`\\`の後の番号の文字はありません",
        ErrorKind::InvalidFlowScalarIndent => "括弧の中の字下げが正しくありません",
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => "文を`-`と括弧やカンマで始めることはできません",
        ErrorKind::UnexpectedEndOfPlainScalar => "引用符のない文が途中で終わっています",
        ErrorKind::MappingKeyNotAllowed => "ここにはキーを書けません",
        ErrorKind::FlowMappingValueAdjacentCollection => "`{ }`の中で、`:`のすぐ前に括弧があります",
        ErrorKind::InvalidMappingValueWhitespace => "`:`の後に空白がありません",
        ErrorKind::InvalidColonPlacement => "`:`の位置が正しくありません",
        ErrorKind::MappingValueNotAllowed => "ここには値を書けません",
        _ => return None,
    };
    Some(fixed.to_owned())
}
