//! Which numbers are found in sentences, and how they are judged.

use crate::calendar::Date;
use crate::policy::law::{Law, Verdict};

fn law() -> Law {
    crate::policy::check::shipped_law(&["jp"])
}

fn today() -> Date {
    "2026-11-22".parse().unwrap()
}

/// Each number found, as `law cite`, and what is underlined.
fn found(text: &str) -> Vec<(String, String)> {
    let law = law();
    let citations = law.citations(text).into_iter().filter(|one| one.is_named);
    citations.map(|one| (format!("{} {}", one.statute, one.cite), text[one.range.clone()].to_owned())).collect()
}

#[test]
fn numbers_beside_a_law_are_found_however_they_are_written() {
    let cases = [
        ("法第23条第4項第3号により", "appi 23(4)(iii)", "第23条第4項第3号"),
        ("法23条4項3号により", "appi 23(4)(iii)", "23条4項3号"),
        ("個人情報保護法第二十三条第四項第三号", "appi 23(4)(iii)", "第二十三条第四項第三号"),
        ("個人情報保護法第２３条第１項", "appi 23(1)", "第２３条第１項"),
        ("個人情報の保護に関する法律（平成15年法律第57号）第23条", "appi 23", "第23条"),
        ("個人情報の保護に関する法律（以下「法」という。）第23条", "appi 23", "第23条"),
        ("個人情報保護法では、第23条第5項第3号に", "appi 23(5)(iii)", "第23条第5項第3号"),
        ("労働安全衛生法第66条の10第2項", "industrial-safety 66-10(2)", "第66条の10第2項"),
        ("番号法第2条第8項", "number-act 2(8)", "第2条第8項"),
        ("健康保険法施行規則第34条", "health-insurance-ordinance 34", "第34条"),
        ("法第2条の一部", "appi 2", "第2条"),
        ("改正個人情報保護法第27条", "appi 27", "第27条"),
        ("法27(5)(iii)", "appi 27(5)(iii)", "27(5)(iii)"),
        ("Article 23(4)(iii) of the Act", "appi 23(4)(iii)", "23(4)(iii)"),
        ("under art. 23(1) of the APPI", "appi 23(1)", "23(1)"),
        ("Art. 23 para. 4 item 3 of the Act", "appi 23(4)(iii)", "23 para. 4 item 3"),
        ("Article 23, paragraph (4), item (iii) of the Act", "appi 23(4)(iii)", "23, paragraph (4), item (iii)"),
        ("APPI 23(1)", "appi 23(1)", "23(1)"),
        ("Article 109 of the Labor Standards Act", "labour-standards 109", "109"),
        ("Article 19 of the Number Act", "number-act 19", "19"),
        ("under the Act (Article 27(5)(iii) of the Act)", "appi 27(5)(iii)", "27(5)(iii)"),
        ("Article 23, Paragraph 4, Item 3 of the APPI", "appi 23(4)(iii)", "23, Paragraph 4, Item 3"),
        ("Article 23 (4) (iii) of the Act", "appi 23(4)(iii)", "23 (4) (iii)"),
        (
            "item (iii) of paragraph (4) of Article 23 of the Act",
            "appi 23(4)(iii)",
            "item (iii) of paragraph (4) of Article 23",
        ),
        ("Item 3, Paragraph 4 of Article 23 of the Act", "appi 23(4)(iii)", "Item 3, Paragraph 4 of Article 23"),
        ("paragraph 4 of Article 23 of the Act", "appi 23(4)", "paragraph 4 of Article 23"),
        ("Section 23(4)(iii) of the APPI", "appi 23(4)(iii)", "23(4)(iii)"),
        (
            "follows Article 23, Paragraph 1 of the Act on the Protection of Personal Information",
            "appi 23(1)",
            "23, Paragraph 1",
        ),
        ("Article 23 (see below) of the Act", "appi 23", "23"),
        ("法第23条（第三者提供の制限）第4項第3号", "appi 23(4)(iii)", "第23条（第三者提供の制限）第4項第3号"),
        ("法第23条（第三者提供の制限）による", "appi 23", "第23条"),
        ("法第23条の第4項の第3号", "appi 23(4)(iii)", "第23条の第4項の第3号"),
        ("法第23条④三により", "appi 23(4)(iii)", "第23条④三"),
        ("法第23条①目的", "appi 23(1)", "第23条①"),
        ("法23-4-3により", "appi 23(4)(iii)", "23-4-3"),
        ("個人情報の保護に関する法律（以下「個情法」という。）により、個情法第23条第1項", "appi 23(1)", "第23条第1項"),
    ];
    for (text, cited, underlined) in cases {
        assert_eq!(found(text), [(cited.to_owned(), underlined.to_owned())], "{text}");
    }
}

#[test]
fn several_numbers_are_found_one_by_one() {
    let cited: Vec<String> = found("Articles 23(1) and 27(5) of the Act on the Protection of Personal Information")
        .into_iter()
        .map(|(cited, _)| cited)
        .collect();
    assert_eq!(cited, ["appi 23(1)", "appi 27(5)"]);
    let cited: Vec<String> =
        found("個人情報保護法第27条及び番号法第19条並びに同法第20条").into_iter().map(|(cited, _)| cited).collect();
    assert_eq!(cited, ["appi 27", "number-act 19", "number-act 20"]);
}

#[test]
fn numbers_of_other_documents_are_left_alone() {
    for text in [
        "規約第3条",
        "当組合の規程第23条第4項第3号",
        "個人情報保護法及び規約第23条",
        "国民健康保険法第23条",
        "法施行令第23条",
        "第23条第1項",
        "方法23条",
        "旧個人情報保護法第23条",
        "改正前の個人情報保護法第23条",
        "Article 5 of our statutes",
        "Article 6(1)(f) of the UK GDPR",
        "former Article 23(4)",
        "2026年11月22日、03-0000-0000",
        "9-99, Mihoncho 9-chome",
        "(Article 27(5)(iii))",
        "Section 23(4)(iii)",
        "COVID-19(2)",
        "step 23(1)",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_number_without_a_law_is_told_apart_and_only_where_no_document_is_named() {
    let law = law();
    let unnamed = |text: &str| -> Vec<String> {
        law.citations(text).into_iter().filter(|one| !one.is_named).map(|one| one.cite.to_string()).collect()
    };
    for (text, expected) in [
        ("第23条第4項第3号により", "23(4)(iii)"),
        ("個人情報保護法に従います。第23条第1項により", "23(1)"),
        ("under Article 23(4)(iii)", "23(4)(iii)"),
        ("under Section 23(4)(iii),", "23(4)(iii)"),
    ] {
        assert_eq!(unnamed(text), [expected], "{text}");
    }
    for text in [
        "第23条により",
        "under Article 23",
        "規約第23条第1項",
        "当組合の規程による。第23条第1項",
        "国民健康保険法第23条第1項",
        "旧第23条第1項",
        "番号法による。第19条第1項",
    ] {
        assert_eq!(unnamed(text), Vec::<String>::new(), "{text}");
    }
    let citation = law.citations("第23条第4項第3号により").remove(0);
    assert!(law.has_had(&["appi.security", "appi.joint-use"], &citation));
    assert!(!law.has_had(&["appi.security"], &citation));
}

#[test]
fn nothing_is_put_in_the_place_of_a_number_that_is_not_read_as_a_whole() {
    let law = law();
    let of = |text: &str| law.citations(text).remove(0);
    for text in [
        "法第23条（第三者提供の制限）第4項第3号",
        "法第23条④三",
        "法23-4-3",
        "item (iii) of paragraph (4) of Article 23 of the Act",
        "Article 23(4), item 3 of the Act",
    ] {
        let citation = of(text);
        assert!(!citation.is_exact(), "{text}");
        assert_eq!(citation.written(&"27(5)(iii)".parse().unwrap()).as_deref(), Some("27(5)(iii)"), "{text}");
    }
    for text in [
        "法第23条、第4項第3号",
        "under the APPI, Article 23, paragraph four",
        "paragraphs 4 and 5 of Article 23 of the Act",
        "Article 23 (paragraph 4) of the Act",
    ] {
        let citation = of(text);
        assert!(!citation.is_exact() && citation.written(&citation.cite).is_none(), "{text}: {citation:?}");
    }
    for text in ["法第23条第4項、第5項", "法第23条第4項各号", "Article 23(4) and (5) of the Act"] {
        assert!(of(text).is_exact(), "{text}");
    }
}

/// What becomes of the first number of a text at a place that speaks of `topics`.
fn now(text: &str, language: &str, topics: &[&str]) -> Option<String> {
    let law = law();
    let citation = law.citations(text).remove(0);
    match law.judge(&citation, text, language, topics, today()).verdict {
        Verdict::Current => None,
        Verdict::Outdated { now, .. } => Some(now.and_then(|now| citation.written(&now)).unwrap_or("gone".to_owned())),
        Verdict::Ambiguous(_) => Some("ambiguous".to_owned()),
        Verdict::Unknown => Some("unknown".to_owned()),
    }
}

#[test]
fn the_topic_decides_first_and_the_date_second() {
    let joint = ["appi.joint-use", "appi.joint-use.change", "appi.not-third-party", "appi.third-parties"];
    let provision = ["appi.provision", "appi.third-parties"];
    let cases: [(&str, &str, &[&str], Option<&str>); 28] = [
        ("法第23条第4項第3号", "ja", &joint, Some("第27条第5項第3号")),
        ("法第23条第4項第3号", "ja", &[], Some("第27条第5項第3号")),
        ("法23条5項3号", "ja", &joint, Some("27条5項3号")),
        ("法第23条第5項", "ja", &joint, Some("第27条第5項")),
        ("法第23条第5項により変更を通知する", "ja", &joint, Some("第27条第6項")),
        ("法第23条第1項", "ja", &provision, Some("第27条第1項")),
        ("法第23条第1項第4号", "ja", &provision, Some("第27条第1項第4号")),
        ("法第23条", "ja", &provision, Some("第27条")),
        ("法第23条に定める第三者提供", "ja", &[], Some("第27条")),
        ("法第23条", "ja", &["appi.security"], None),
        ("法第23条", "ja", &[], None),
        ("法第21条第4項", "ja", &["appi.notice-exceptions"], None),
        ("法第18条第4項", "ja", &["appi.notice-exceptions"], Some("第21条第4項")),
        ("法第24条", "ja", &["appi.retained-data"], Some("第32条")),
        ("法第24条第1項", "ja", &["appi.retained-data"], Some("第32条第1項")),
        ("法第24条", "ja", &["appi.employees"], None),
        ("法第27条", "ja", &["appi.retained-data"], Some("第32条")),
        ("法第27条第1項", "ja", &provision, None),
        ("法第27条第5項第3号", "ja", &joint, None),
        ("番号法第2条第8項", "ja", &[], Some("第2条第9項")),
        ("Article 23(4)(iii) of the Act", "en", &joint, Some("27(5)(iii)")),
        ("Art. 23 para. 4 item 3 of the Act", "en", &joint, Some("27 para. 5 item 3")),
        ("Article 23(1) of the Act", "en", &[], Some("27(1)")),
        ("法第99条", "ja", &[], Some("unknown")),
        ("Article 23, Paragraph 4, Item 3 of the Act", "en", &joint, Some("27, Paragraph 5, Item 3")),
        ("Article 23 (4) (iii) of the Act", "en", &joint, Some("27 (5) (iii)")),
        ("法第23条（第三者提供の制限）第4項第3号", "ja", &joint, Some("27(5)(iii)")),
        ("item (iii) of paragraph (4) of Article 23 of the Act", "en", &joint, Some("27(5)(iii)")),
    ];
    for (text, language, topics, expected) in cases {
        assert_eq!(now(text, language, topics).as_deref(), expected, "{text} {topics:?}");
    }
}

#[test]
fn a_sentence_ends_where_the_next_begins() {
    let law = law();
    let text = "甲は共同して利用します。法第23条第5項により委託します。乙は変更します。";
    let citation = law.citations(text).remove(0);
    assert_eq!(citation.sentence(text), "法第23条第5項により委託します");
    let text = "We use data jointly. Under Art. 23(5) of the Act, work is entrusted. Changes follow.";
    let citation = law.citations(text).remove(0);
    assert_eq!(citation.sentence(text), "Under Art. 23(5) of the Act, work is entrusted");
}
