//! The forms of single lines: ids, dates, periods, keys, paths.
//!
//! In: nothing. Out: for each form, a pattern for editors and an example. The rule it keeps: a pattern never refuses what
//! the reader takes; where it takes more (29 February of a common year), the reader decides.

/// The form of a line.
#[derive(Debug)]
pub(in crate::policy) struct Form {
    /// Its name among the definitions of the schema.
    pub(in crate::policy) name: &'static str,
    /// What it is, in one line.
    pub(in crate::policy) about: &'static str,
    /// A regular expression that JSON Schema knows.
    pub(in crate::policy) pattern: &'static str,
    /// A line of this form.
    pub(in crate::policy) example: &'static str,
}

/// Every form.
pub(in crate::policy) const FORMS: [&Form; 21] = [
    &ID,
    &TOPIC,
    &LANGUAGE,
    &DATE,
    &MONTH_DAY,
    &PERIOD,
    &STARTING,
    &WAIT,
    &TIME_ZONE,
    &SCHEDULE,
    &EMAIL,
    &INSURER_NUMBER,
    &CORPORATE_NUMBER,
    &RECIPIENT_KEY,
    &APPROVER_KEY,
    &FOLDER,
    &TEMPLATE,
    &ACCEPTED_PATH,
    &GLOB,
    &PARTICLE,
    &ITEM,
];

/// The name of an item.
pub(in crate::policy) const ID: Form = Form {
    name: "id",
    about: "A name: lower-case letters, digits and single hyphens, starting with a letter.",
    pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    example: "high-cost-grant",
};
/// A topic of a law pack.
pub(in crate::policy) const TOPIC: Form = Form {
    name: "topic",
    about: "A topic of a law pack: names joined by points.",
    pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*(\\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+$",
    example: "appi.joint-use",
};
/// A language.
pub(in crate::policy) const LANGUAGE: Form =
    Form { name: "language", about: "A language by its two letters.", pattern: "^[a-z]{2}$", example: "ja" };
/// A day.
pub(in crate::policy) const DATE: Form = Form {
    name: "date",
    about: "A day.",
    pattern: "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
    example: "2026-04-01",
};
/// A day of every year.
pub(in crate::policy) const MONTH_DAY: Form = Form {
    name: "month-day",
    about: "A day of every year: month and day.",
    pattern: "^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$",
    example: "04-01",
};
/// A period by the calendar.
pub(in crate::policy) const PERIOD: Form = Form {
    name: "period",
    about: "A period: years and months, or weeks and days.",
    pattern: "^P(0*(1?[0-9]{1,2}|200)Y(0*[0-9]{1,4}M)?|0*[0-9]{1,4}M|0*[0-9]{1,5}W(0*[0-9]{1,5}D)?|0*[0-9]{1,5}D)$",
    example: "P5Y",
};
/// When a period begins to count.
pub(in crate::policy) const STARTING: Form = Form {
    name: "starting",
    about: "When counting begins; the day after the date where nothing is said.",
    pattern: "^(same-day|next-day|month-end|year-end|fiscal-year-end|next-fiscal-year-end|following ((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])))$",
    example: "fiscal-year-end",
};
/// A time on the clock.
pub(in crate::policy) const WAIT: Form = Form {
    name: "wait",
    about: "A waiting time: hours, minutes and seconds, at most a day.",
    pattern: "^PT(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?$",
    example: "PT1M",
};
/// A time zone.
pub(in crate::policy) const TIME_ZONE: Form = Form {
    name: "time-zone",
    about: "A time zone by its name in the tz database.",
    pattern: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
    example: "Asia/Tokyo",
};
/// Points in time that come again.
pub(in crate::policy) const SCHEDULE: Form = Form {
    name: "schedule",
    about: "When something is done: minute, hour, day, month and day of the week, as cron writes them.",
    pattern: "^\\s*(@[a-z]+|\\S+(\\s+\\S+){4,6})\\s*$",
    example: "0 3 * * *",
};
/// An address for mail.
pub(in crate::policy) const EMAIL: Form = Form {
    name: "email",
    about: "An e-mail address.",
    pattern: "^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$",
    example: "privacy@example.jp",
};
/// The number of a Japanese health insurer.
pub(in crate::policy) const INSURER_NUMBER: Form = Form {
    name: "insurer-number",
    about: "A Japanese insurer number: eight digits in quotes, the last one a check digit.",
    pattern: "^[0-9]{8}$",
    example: "06990014",
};
/// The number of a Japanese corporation.
pub(in crate::policy) const CORPORATE_NUMBER: Form = Form {
    name: "corporate-number",
    about: "A Japanese corporate number: thirteen digits in quotes, the first one a check digit.",
    pattern: "^[1-9][0-9]{12}$",
    example: "6012345678901",
};
/// A key records are sealed to.
pub(in crate::policy) const RECIPIENT_KEY: Form = Form {
    name: "recipient-key",
    about: "A public age key.",
    pattern: "^age1[02-9ac-hj-np-z]{58}$",
    example: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
};
/// A key plans and policies are signed with.
pub(in crate::policy) const APPROVER_KEY: Form = Form {
    name: "approver-key",
    about: "An SSH public key of the kind Ed25519, without comment.",
    pattern: "^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$",
    example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
};
/// Where files lie.
pub(in crate::policy) const FOLDER: Form = Form {
    name: "folder",
    about: "A folder below the instance, or from the root on; never with `..`.",
    pattern: "^/?(?!\\.{1,2}(/|$))[^/\\\\]+(/(?!\\.{1,2}(/|$))[^/\\\\]+)*$",
    example: "records/in",
};
/// A template.
pub(in crate::policy) const TEMPLATE: Form = Form {
    name: "template",
    about: "A template by its path below `templates/`.",
    pattern: "^(?!\\.{1,2}(/|$))[^/\\\\]+(/(?!\\.{1,2}(/|$))[^/\\\\]+)*$",
    example: "notices/announcement.typ",
};
/// A path with captures.
pub(in crate::policy) const ACCEPTED_PATH: Form = Form {
    name: "accepted-path",
    about: "Paths below the folder of records: `*` stands for any characters, `{name:month}` captures a date, `{subject}` whom the record is about.",
    pattern: "^(?!/)(?!.*/$)(?!.*//)(?!(.*/)?\\.{1,2}(/|$))([^{}?\\\\]|\\{(subject|[a-z][a-z0-9]*(-[a-z0-9]+)*:(date|month|year|fiscal-year|subject|text))\\})+$",
    example: "receipts/{treated:month}/{subject}-*.csv",
};
/// A path without captures.
pub(in crate::policy) const GLOB: Form = Form {
    name: "glob",
    about: "Paths below the folder of records: `*` stands for any characters, `**` for any folders.",
    pattern: "^[^/{}\\\\]([^{}\\\\]*[^/{}\\\\])?$",
    example: "**/Thumbs.db",
};
/// How finely paper is shredded.
pub(in crate::policy) const PARTICLE: Form = Form {
    name: "particle",
    about: "A security level of shredding, from coarse to fine.",
    pattern: "^P-[1-7]$",
    example: "P-4",
};
/// The name of an item with its section.
pub(in crate::policy) const ITEM: Form = Form {
    name: "item",
    about: "What a finding is about: `section.id`, a part of it such as `section.id.items.0`, or a section that has no items.",
    pattern: "^.*\\S.*$",
    example: "joint-use.high-cost-grant",
};
