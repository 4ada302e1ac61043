//! A small checked policy in two languages for tests, with something in every section.
//!
//! In: nothing, or a change to make. Out: a [`PolicySet`]. The rule it keeps: only tests see it; elsewhere the checker
//! alone makes a set.

use std::collections::BTreeMap;

use super::*;
use crate::calendar::{MonthDay, Period, Starting, Wait};

/// Returns the sample.
pub(crate) fn sample() -> PolicySet {
    sample_with(|_| {})
}

/// Returns the sample with one change.
pub(crate) fn sample_with(change: impl FnOnce(&mut Policy)) -> PolicySet {
    let mut policy = Policy {
        organization: organization(),
        parties: parties(),
        terms: Vec::new(),
        principles: principles(),
        purposes: purposes(),
        information: information(),
        processes: Vec::new(),
        joint_use: vec![joint_use()],
        entrustments: Vec::new(),
        provisions: Vec::new(),
        exceptions: Cases::default(),
        notice_exceptions: Cases::default(),
        not_third_parties: Cases::default(),
        abroad: None,
        consent: Some(consent()),
        dates: dates(),
        classes: classes(),
        disposal_methods: disposal_methods(),
        security: Vec::new(),
        procedures: Vec::new(),
        pages: pages(),
        notices: notices(),
        service: service(),
        rules: Vec::new(),
        accepted_findings: Vec::new(),
        law: law::Law::default(),
    };
    change(&mut policy);
    PolicySet(policy)
}

/// Returns a text in both languages.
pub(crate) fn text(ja: &str, en: &str) -> Text {
    Text(BTreeMap::from([("ja".to_owned(), ja.to_owned()), ("en".to_owned(), en.to_owned())]))
}

fn ids(ids: &[&str]) -> Vec<Id> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn organization() -> Organization {
    Organization {
        id: "minato-kenpo".into(),
        name: text("みなと健康保険組合", "Minato Health Insurance Society"),
        short_name: text("当組合", "the Society"),
        address: text("〒105-0000 東京都港区架空9丁目99番9号", "9-99-9 Kaku, Minato-ku, Tokyo 105-0000"),
        representative: Officer {
            title: text("理事長", "Chair of the Board"), name: text("見本 太郎", "Taro Mihon")
        },
        privacy_officer: Officer {
            title: text("個人情報保護管理者", "Chief Privacy Officer"),
            name: text("見本 花子", "Hanako Mihon"),
        },
        insurer_number: Some("06990014".into()),
        corporate_number: None,
        contacts: vec![Contact {
            id: "privacy-desk".into(),
            title: text("個人情報に関するお問合せ", "Questions about personal information"),
            department: Some(text("総務課", "General Affairs Section")),
            address: Some(text("〒105-0000 東京都港区架空9丁目99番9号", "9-99-9 Kaku, Minato-ku, Tokyo 105-0000")),
            telephone: Some("03-0000-0000".into()),
            email: Some("privacy@example.jp".into()),
            hours: Some(text("平日午前9時から午後5時まで", "9:00 to 17:00 on weekdays")),
            handles: vec![Handles::Requests, Handles::Complaints],
        }],
        accredited_body: None,
        languages: vec!["ja".into(), "en".into()],
        time_zone: "Asia/Tokyo".parse().unwrap(),
        fiscal_year_starts: MonthDay::APRIL_1,
        law: Vec::new(),
        enacted: "2005-04-01".parse().unwrap(),
        revised: None,
    }
}

fn parties() -> Vec<Party> {
    vec![Party {
        id: "federation".into(),
        kind: PartyKind::Body,
        name: text("全国見本連合会", "National Sample Federation"),
        address: Some(text("〒100-0000 東京都千代田区架空1丁目1番1号", "1-1-1 Kaku, Chiyoda-ku, Tokyo 100-0000")),
        representative: Some(Officer {
            title: text("会長", "President"), name: text("例示 一郎", "Ichiro Reiji")
        }),
        corporate_number: None,
    }]
}

fn principles() -> Vec<Principle> {
    vec![
        Principle {
            id: "purpose-limitation".into(),
            duty: Vec::new(),
            title: text("利用目的の特定", "Limited purposes"),
            text: text(
                "当組合は、個人情報を取り扱うに当たり、その利用目的をできる限り特定し、公表した範囲を超えて利用しません。",
                "The Society states the purposes for which it uses personal information as precisely as it can, and uses it for nothing beyond what it has published.",
            ),
        },
        Principle {
            id: "safe-management".into(),
            duty: Vec::new(),
            title: text("安全管理", "Safe management"),
            text: text(
                "個人データの漏えい、滅失及び毀損を防ぐため、必要かつ適切な措置を講じます。",
                "Necessary and appropriate measures guard personal data against leakage, loss and damage.",
            ),
        },
    ]
}

fn purposes() -> Vec<Purpose> {
    let benefits = || text("保険給付に関する業務", "Insurance benefits");
    let health = || text("保健事業", "Health services");
    let purpose = |id: &str, category, ja, en| Purpose {
        id: id.into(),
        category,
        title: text(ja, en),
        text: None,
        only: false,
        after: None,
        period: None,
    };
    vec![
        purpose("benefit-review", benefits(), "保険給付の審査及び支払", "Review and payment of benefits"),
        purpose("health-guidance", health(), "特定保健指導の実施", "Specific health guidance"),
        purpose("cost-notices", benefits(), "医療費のお知らせの送付", "Sending of medical cost notices"),
    ]
}

fn information() -> Vec<Information> {
    vec![
        Information {
            id: "receipts".into(),
            title: text("診療報酬明細書に関する情報", "Medical fee statements"),
            items: Vec::new(),
            special_care: true,
            individual_number: false,
            acquired_from: vec![text("審査支払機関", "The review and payment agency")],
            purposes: ids(&["benefit-review", "cost-notices"]),
        },
        Information {
            id: "eligibility".into(),
            title: text("資格に関する情報", "Eligibility data"),
            items: Vec::new(),
            special_care: false,
            individual_number: true,
            acquired_from: vec![text("事業主", "Employers"), text("被保険者", "Insured persons")],
            purposes: ids(&["benefit-review"]),
        },
    ]
}

fn joint_use() -> JointUse {
    JointUse {
        id: "high-cost-grant".into(),
        title: text("高額な医療費に係る交付金の申請", "Application for the high-cost grant"),
        persons: None,
        information: ids(&["receipts"]),
        items: vec![
            text("氏名、性別及び診療年月", "Name, sex and month of treatment"),
            text("診療報酬の額", "Amount of fees"),
        ],
        users: vec![
            JointUser { party: None, scope: text("給付課", "Benefits Section") },
            JointUser {
                party: Some("federation".into()), scope: text("交付金を担当する部署", "Grant section")
            },
        ],
        purposes: vec![
            joint_purpose(None, text("交付金を申請するため", "To apply for the grant")),
            joint_purpose(Some("federation"), text("交付金を審査するため", "To review the grant")),
        ],
        responsible: Some("federation".into()),
        contact: "privacy-desk".into(),
        since: "2022-04-01".parse().unwrap(),
    }
}

fn joint_purpose(party: Option<&str>, text: Text) -> JointPurpose {
    JointPurpose { party: party.map(str::to_owned), text, publishes: Publishes::None, smallest_group: None }
}

fn consent() -> Consent {
    Consent {
        explanation: text("次の事項は、ご本人の同意に基づいて行います。", "The following is done with your consent."),
        objection: Objection {
            how: text("書面、電話又は電子メールでお申し出ください。", "Write, call or send an e-mail."),
            contact: "privacy-desk".into(),
            changeable: Changeable::AnyTime,
            reason_required: false,
        },
        items: vec![
            ConsentItem {
                id: "household-cost-notice".into(),
                kind: ConsentKind::Implied,
                ground: Some(ConsentGround::BenefitsThePerson),
                title: text("医療費のお知らせの世帯単位での送付", "Medical cost notices per household"),
                text: None,
                information: ids(&["receipts"]),
                given_to: text("被保険者", "The insured person"),
            },
            ConsentItem {
                id: "checkups-to-employer".into(),
                kind: ConsentKind::Explicit,
                ground: None,
                title: text("健診結果の事業主への提供", "Checkup results to employers"),
                text: None,
                information: ids(&["receipts"]),
                given_to: text("事業主", "Employers"),
            },
        ],
    }
}

fn dates() -> Vec<DateName> {
    let date = |id: &str, ja, en, comes_from, about| DateName { id: id.into(), title: text(ja, en), comes_from, about };
    let moved = "date of moving to another insurer";
    vec![
        date("treated", "診療年月", "month of treatment", ComesFrom::Path, About::Record),
        date("completed", "完結日", "date of completion", ComesFrom::Path, About::Record),
        date("moved", "他の保険者への異動日", moved, ComesFrom::Event, About::Subject),
    ]
}

fn leg(period: &str, after: &str, starting: Starting) -> Leg {
    Leg { period: period.parse().unwrap(), after: after.into(), starting }
}

fn class(id: &str, title: Text, medium: Medium, keep: Keep, review: Review) -> Class {
    Class {
        id: id.into(),
        was: Vec::new(),
        title,
        information: ids(&["receipts"]),
        medium,
        accept: Vec::new(),
        read: BTreeMap::new(),
        register: None,
        sidecar: Sidecar::Optional,
        recipients: ids(&["benefits"]),
        keep,
        authority: Authority { own_rule: Some(text("文書管理規程", "Own rules on documents")), topic: None },
        disposal: Disposal { review, then: Then::Destroy, within: Period::Months(1), rest: None, mask: Vec::new() },
        extension: None,
    }
}

fn classes() -> Vec<Class> {
    let earlier = Keep::EarlierOf(vec![
        leg("P5Y", "completed", Starting::FiscalYearEnd),
        leg("P0D", "moved", Starting::NextFiscalYearEnd),
    ]);
    let receipts = Keep::For(leg("P5Y", "treated", Starting::MonthEnd));
    let paper = Keep::For(leg("P5Y", "completed", Starting::FiscalYearEnd));
    vec![
        class(
            "receipts",
            text("診療報酬明細書等", "Medical fee statements"),
            Medium::Electronic,
            receipts,
            Review::One,
        ),
        class("checkups", text("特定健康診査の記録", "Health checkups"), Medium::Electronic, earlier, Review::Two),
        class(
            "minutes",
            text("理事会会議録", "Minutes of the board"),
            Medium::Electronic,
            Keep::Permanent,
            Review::One,
        ),
        class("forms", text("申請書の紙原本", "Application forms on paper"), Medium::Paper, paper, Review::None),
    ]
}

fn disposal_methods() -> Vec<DisposalMethod> {
    let method = |medium, method, text| DisposalMethod {
        medium,
        text,
        method,
        second: None,
        particle: None,
        over: None,
        before: Vec::new(),
        entrustment: None,
        certificates: None,
        certified_within: None,
        record: true,
    };
    let erased = text("復元できない方法で消去します。", "Erased in a way that cannot be undone.");
    vec![
        method(Medium::Electronic, Method::CryptographicErase, erased),
        method(Medium::Paper, Method::Shred, text("細断又は溶解します。", "Shredded or pulped.")),
    ]
}

fn pages() -> Vec<Page> {
    let page = |id: &str, ja, en, show: &[Section]| Page {
        id: id.into(),
        title: text(ja, en),
        show: show.to_vec(),
        navigation: None,
    };
    let policy = &[Section::Principles, Section::Contacts];
    vec![
        page("privacy-policy", "個人情報保護方針", "Privacy policy", policy),
        page("purposes", "個人情報の利用目的", "Purposes of use", &[Section::Purposes]),
        page("joint-use", "個人データの共同利用", "Joint use", &[Section::JointUse]),
        page("consent", "同意について", "Consent", &[Section::Consent]),
        page("retention", "記録の保存期間", "Retention of records", &[Section::Retention]),
        page("contacts", "お問合せ", "Contacts", &[Section::Contacts]),
    ]
}

fn notices() -> Vec<Notice> {
    vec![Notice {
        id: "purposes-announcement".into(),
        title: text("個人情報の利用目的について", "Purposes of use of personal information"),
        audience: Audience::Public,
        when: NoticeWhen::PolicyChanges(vec![Section::Purposes, Section::JointUse]),
        read: None,
        number: None,
        masks_individual_numbers: false,
        needs: None,
        template: "notices/announcement.typ".into(),
        file_as: None,
        print_file: None,
    }]
}

fn service() -> Service {
    let recipient = |id: &str, name, key: &str, always| Recipient { id: id.into(), name, key: key.into(), always };
    Service {
        paths: Paths { records: "records/in".into(), vault: "vault".into(), public: "public".into() },
        recipients: vec![
            recipient(
                "benefits",
                text("給付課", "Benefits Section"),
                "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
                false,
            ),
            recipient(
                "escrow",
                text("保管用", "Escrow"),
                "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
                true,
            ),
        ],
        approvers: Vec::new(),
        headers_kept: Some(Period::Days(30)),
        file_names: FileNames::Utf8,
        watch: Watch { settle: Wait::seconds(60), rescan: Wait::seconds(600), ignore: Vec::new() },
        second_copy: None,
        witness: None,
        typesetter: Typesetter::Embedded,
        sweep_schedule: None,
        sweep_at_most: 5000,
    }
}
