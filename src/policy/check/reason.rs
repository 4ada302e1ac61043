//! Why a text is not the value it should be, in both languages.
//!
//! In: what the value's own reader says. Out: the message of a finding. The rule it keeps: where the English message tells
//! two faults apart, the Japanese one tells them apart as well.

use crate::calendar::{
    NotADate, NotAPeriod, NotASchedule, NotAStarting, NotAWait, NotAZone, PeriodFault, ScheduleFault,
};
use crate::diag::Said;
use crate::policy::NotAPattern;
use crate::policy::law::NotACite;
use crate::said;

use super::item::last_day;

/// What the reader of a value says of a text it cannot read.
pub(super) trait Reason {
    /// Returns it as a message.
    fn said(&self) -> Said;

    /// Returns the next step, where it is another one than that of the rule.
    fn help(&self) -> Option<Said> {
        None
    }

    /// Returns the whole text as it was meant, where its reader knows.
    fn meant(&self) -> Option<&str> {
        None
    }
}

impl Reason for NotADate {
    fn said(&self) -> Said {
        let (en, text) = (self, &self.0);
        said!(
            "{en}",
            "`{text}`は、1873-01-01から2999-12-31までの実在する日付ではありません（`YYYY-MM-DD`の形で書きます）"
        )
    }

    fn help(&self) -> Option<Said> {
        let numbers: Vec<u32> = self.0.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let [year, month, day] = numbers[..] else { return None };
        if month == 0 || month > 12 {
            return Some(said!("a year has the months `01` to `12`", "月は`01`から`12`までです"));
        }
        let last = last_day(&self.0)?.day();
        (day > last).then(|| {
            said!(
                "month {month} of {year} has {last} days: did you mean `{year:04}-{month:02}-{last:02}`?",
                "{year}年{month}月は{last}日までです（`{year:04}-{month:02}-{last:02}`の間違いではありませんか）"
            )
        })
    }
}

impl Reason for NotAStarting {
    fn said(&self) -> Said {
        let (en, text) = (self, &self.0);
        said!("{en}", "`{text}`という起算の方法はありません")
    }
}

impl Reason for NotAWait {
    fn said(&self) -> Said {
        let (en, text) = (self, &self.0);
        said!("{en}", "`{text}`は待ち時間として読めません（`PT1M`のように、時・分・秒で1日以内の長さを書きます）")
    }
}

impl Reason for NotAZone {
    fn said(&self) -> Said {
        let (en, text) = (self, &self.0);
        said!("{en}", "`{text}`というタイムゾーンはありません（`Asia/Tokyo`のようなIANAの名前で書きます）")
    }
}

impl Reason for NotACite {
    fn said(&self) -> Said {
        let (en, text) = (self, &self.0);
        said!("{en}", "`{text}`は条文の番号として読めません（`27(5)(iii)`、`24-7`、`S2`のように書きます）")
    }
}

impl Reason for NotAPattern {
    fn said(&self) -> Said {
        let (en, text, why) = (self, &self.text, &self.fault.why.ja);
        said!("{en}", "`{text}`はパスのパターンとして読めません：{why}")
    }

    fn help(&self) -> Option<Said> {
        Some(self.fault.help.clone())
    }

    fn meant(&self) -> Option<&str> {
        self.meant.as_deref()
    }
}

impl Reason for NotAPeriod {
    fn said(&self) -> Said {
        let why = match self.why {
            PeriodFault::Start => "先頭に`P`がありません",
            PeriodFault::Clock => "保存期間に時・分・秒は使えません",
            PeriodFault::NoUnit => "単位のない数があります",
            PeriodFault::NoNumber => "数のない単位があります",
            PeriodFault::Unit => "単位は`Y`（年）、`M`（月）、`W`（週）、`D`（日）です",
            PeriodFault::Order => "単位は`Y`、`M`、`W`、`D`の順に、1回ずつ書きます",
            PeriodFault::TooLong => "200年を超えています",
            PeriodFault::Mixed => "年・月と週・日は一緒に使えません",
            PeriodFault::Nothing => "長さが書かれていません",
        };
        let (en, text) = (self, &self.text);
        said!("{en}", "`{text}`は期間として読めません：{why}")
    }

    fn help(&self) -> Option<Said> {
        let number = self.text.trim_start_matches('P').parse::<u8>().ok().filter(|number| *number > 0)?;
        Some(said!(
            "say of what: `P{number}Y` is {number} years, `P{number}M` {number} months, `P{number}D` {number} days",
            "`P{number}Y`（{number}年）、`P{number}M`（{number}か月）、`P{number}D`（{number}日）のように単位を付けてください"
        ))
    }
}

impl Reason for NotASchedule {
    fn said(&self) -> Said {
        const FIELDS: [&str; 5] =
            ["分（0～59）", "時（0～23）", "日（1～31）", "月（1～12）", "曜日（0～7、0と7は日曜日）"];
        let why = match &self.why {
            ScheduleFault::Fields => "5つの欄（分・時・日・月・曜日）になっていません".to_owned(),
            ScheduleFault::Field { field, written } => format!("`{written}`は{}として読めません", FIELDS[*field]),
            ScheduleFault::Never => "その日時は来ません".to_owned(),
        };
        let (en, text) = (self, &self.text);
        said!("{en}", "`{text}`はスケジュールとして読めません：{why}")
    }
}
