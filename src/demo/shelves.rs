//! Which files lie on the demo's shelves: class by class, how many are past their period, and about whom.
//!
//! In: the past and the seed. Out: the files, sorted by path.
//! The rule it keeps: a path follows its class's pattern in the example policies; the dates are chosen by the class's
//! period, so that the number of records already due is known, and no two files share a path.

use std::collections::BTreeMap;

use super::benefits::{self, Benefit};
use super::chance::Chance;
use super::checkup::{self, Checkup};
use super::forms::{self, Meeting, Request, Standing};
use super::past::{Past, month, working_day};
use super::people::{Member, members};
use super::photo::{self, Size};
use super::scans::{self, Voucher};
use super::tables::{self, Log, Statement};
use super::{DemoContent, DemoFile, HELD, LOST, MOVED};
use crate::calendar::Date;

/// The people and days that all classes share.
struct Office {
    past: Past,
    seed: u64,
    members: Vec<Member>,
}

/// Returns all files, sorted by path.
pub(super) fn filled(past: Past, seed: u64) -> Vec<DemoFile> {
    let office = Office { past, seed, members: members(seed, &[HELD, MOVED, LOST], 54) };
    let classes = [
        Office::receipts,
        Office::checkups,
        Office::cash_benefits,
        Office::eligibility,
        Office::third_party_acts,
        Office::vouchers,
        Office::requests,
        Office::provision_records,
        Office::access_logs,
        Office::minutes,
    ];
    let mut files: Vec<DemoFile> = classes.into_iter().flat_map(|class| class(&office)).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Draws until `wanted` has `count` different paths; gives up where there are not that many to find.
fn draw<T>(wanted: &mut BTreeMap<String, T>, count: usize, mut next: impl FnMut() -> Option<(String, T)>) {
    let enough = wanted.len() + count;
    for _ in 0..count * 200 {
        if wanted.len() == enough {
            return;
        }
        if let Some((path, what)) = next() {
            wanted.entry(path).or_insert(what);
        }
    }
}

impl Office {
    fn chance(&self, class: &str) -> Chance {
        Chance::new(self.seed, class)
    }

    fn member(&self, id: &str) -> &Member {
        self.members.iter().find(|member| member.id == id).unwrap_or(&self.members[0])
    }

    /// Draws a member who is none of the three that the story is about.
    fn anyone(&self, chance: &mut Chance) -> &Member {
        chance.pick(&self.members[3..])
    }

    fn file(&self, path: String, make: impl FnOnce(&mut Chance) -> DemoContent) -> DemoFile {
        let content = make(&mut Chance::new(self.seed, &path));
        DemoFile { path, content, sidecar: None }
    }

    /// 72 fee statements, 40 of them past their period (five years from the end of the month of treatment).
    fn receipts(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("receipts");
        let mut wanted = BTreeMap::new();
        let place = |kind: Statement, member: &Member, treated: Date| {
            format!("receipts/{}/{}-{}.csv", month(treated), member.id, kind.title())
        };
        let held = self.member(HELD);
        for months in [61, 62, 63, 66, 18, 7] {
            let treated = self.past.month_ago(months);
            wanted.insert(place(Statement::Medical, held, treated), (Statement::Medical, held, treated));
        }
        for (count, nearest, farthest) in [(36, 61, 86), (30, 2, 60)] {
            draw(&mut wanted, count, || {
                let kinds = [Statement::Medical, Statement::Medical, Statement::Dispensing, Statement::HomeNursing];
                let (kind, member) = (*chance.pick(&kinds), self.anyone(&mut chance));
                let treated = self.past.month_ago(chance.between(nearest, farthest));
                Some((place(kind, member, treated), (kind, member, treated)))
            });
        }
        let make = |(path, (kind, member, treated))| {
            self.file(path, |chance| DemoContent::Bytes(tables::statement(kind, member, treated, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 42 checkups, 10 past their period by age, and three of the member who moved.
    fn checkups(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("checkups");
        let mut wanted = BTreeMap::new();
        let place =
            |kind: Checkup, member: &Member, made: Date| format!("checkups/{made}/{}-{}.xml", member.id, kind.title());
        let past = self.past;
        let known = [
            (Checkup::Result, HELD, past.in_fiscal_year(7, 6, 12)),
            (Checkup::Result, HELD, past.in_fiscal_year(2, 6, 20)),
            (Checkup::Result, MOVED, past.in_fiscal_year(5, 6, 14)),
            (Checkup::Result, MOVED, past.in_fiscal_year(4, 6, 20)),
            (Checkup::Guidance, MOVED, past.in_fiscal_year(4, 10, 3)),
        ];
        for (kind, id, made) in known {
            let (member, made) = (self.member(id), working_day(made));
            wanted.insert(place(kind, member, made), (kind, member, made));
        }
        for (count, nearest, farthest) in [(9, 6, 8), (28, 1, 5)] {
            draw(&mut wanted, count, || {
                let kind = if chance.happens(25) { Checkup::Guidance } else { Checkup::Result };
                let member = self.anyone(&mut chance);
                let years = chance.between(nearest, farthest).cast_signed();
                let made = past.day_in_fiscal_year(years, &mut chance);
                let age = made.year() - member.born.year();
                (41..=74).contains(&age).then(|| (place(kind, member, made), (kind, member, made)))
            });
        }
        let make = |(path, (kind, member, made))| {
            self.file(path, |chance| DemoContent::Bytes(checkup::document(kind, member, made, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 40 decisions on cash benefits, 20 of them past their period (five years from the end of the fiscal year).
    fn cash_benefits(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("cash-benefits");
        let mut wanted = BTreeMap::new();
        let place = |benefit: Benefit, member: &Member, completed: Date| {
            format!("cash-benefits/{completed}/{}-{}.pdf", member.id, benefit.title())
        };
        let held = self.member(HELD);
        for (benefit, years) in [(Benefit::InjuryAndSickness, 6), (Benefit::HighCost, 6), (Benefit::Appliances, 2)] {
            let completed = self.past.day_in_fiscal_year(years, &mut chance);
            wanted.insert(place(benefit, held, completed), (benefit, held, completed));
        }
        for (count, nearest, farthest) in [(18, 6, 8), (19, 1, 5)] {
            draw(&mut wanted, count, || {
                let (benefit, member) = (*chance.pick(&Benefit::ALL), self.anyone(&mut chance));
                let years = chance.between(nearest, farthest).cast_signed();
                let completed = self.past.day_in_fiscal_year(years, &mut chance);
                let slot = || (place(benefit, member, completed), (benefit, member, completed));
                benefit.fits(member, completed).then(slot)
            });
        }
        let make = |(path, (benefit, member, completed))| {
            self.file(path, |chance| DemoContent::Document(benefits::decision(benefit, member, completed, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 32 notices about who is insured; they wait for the loss of the qualification.
    fn eligibility(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("eligibility");
        let mut wanted = BTreeMap::new();
        let place = |standing: Standing, member: &Member, made: Date| {
            format!("eligibility/{}/{made}-{}.pdf", member.id, standing.title())
        };
        let past = self.past;
        let known = [
            (Standing::Acquired, LOST, past.in_fiscal_year(14, 4, 5)),
            (Standing::Dependants, LOST, past.in_fiscal_year(10, 8, 22)),
            (Standing::Lost, LOST, past.lost().plus_days(3).unwrap_or(past.lost())),
            (Standing::Acquired, MOVED, past.in_fiscal_year(12, 4, 4)),
            (Standing::Lost, MOVED, past.moved().plus_days(2).unwrap_or(past.moved())),
            (Standing::Acquired, HELD, past.in_fiscal_year(13, 10, 3)),
        ];
        for (standing, id, made) in known {
            let member = self.member(id);
            wanted.insert(place(standing, member, made), (standing, member, made));
        }
        draw(&mut wanted, 26, || {
            let kinds = [Standing::Acquired, Standing::Dependants, Standing::Dependants, Standing::NameChanged];
            let (standing, member) = (*chance.pick(&kinds), self.anyone(&mut chance));
            let made = past.day_in_fiscal_year(chance.between(1, 9).cast_signed(), &mut chance);
            let is_grown = made.year() - member.born.year() >= 19;
            is_grown.then(|| (place(standing, member, made), (standing, member, made)))
        });
        let make = |(path, (standing, member, made))| {
            self.file(path, |chance| DemoContent::Document(forms::notice(standing, member, made, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 14 papers and photographs of four accidents; one photograph is large. They wait for the settlement.
    fn third_party_acts(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("third-party-acts");
        let mut files = Vec::new();
        for (years, number, photos) in [(8, 2, 1), (5, 3, 3), (3, 11, 2), (1, 6, 0)] {
            let case = self.past.case(years, number);
            let reported = self.past.day_in_fiscal_year(years, &mut chance);
            let below = |made: Date, title: &str| format!("third-party-acts/{case}/{made}-{title}.png");
            let picture = |bytes| DemoContent::Bytes(bytes);
            files.push(self.file(below(reported, "事故発生状況報告書"), |chance| {
                picture(scans::accident_report(reported, chance))
            }));
            let promised = working_day(reported.plus_days(11).unwrap_or(reported));
            files.push(self.file(below(promised, "念書"), |chance| picture(scans::promise(promised, chance))));
            for photograph in 1..=photos {
                let size = if (years, photograph) == (5, 1) { Size::Full } else { Size::Small };
                let path = below(reported, &format!("現場写真{photograph}"));
                let mut file = self.file(path, |chance| picture(photo::accident(size, chance)));
                file.sidecar = Some(sidecar(&case, reported));
                files.push(file);
            }
        }
        files
    }

    /// 22 vouchers, 12 of them past their period (ten years from the end of the fiscal year).
    fn vouchers(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("vouchers");
        let of_year = |(years, count): (i32, usize)| (0..count).map(move |_| years);
        let years = [(12, 6), (11, 6), (9, 3), (6, 2), (3, 2), (1, 3)].into_iter().flat_map(of_year);
        let mut number = chance.between(11, 60);
        let mut files = Vec::new();
        for (at, years) in years.enumerate() {
            let kind = Voucher::ALL[at % Voucher::ALL.len()];
            number += chance.between(3, 60);
            let date = self.past.day_in_fiscal_year(years, &mut chance);
            let path = format!("vouchers/FY{}/{}-{number:04}.png", self.past.fiscal_year(years), kind.title());
            files.push(self.file(path, |chance| DemoContent::Bytes(scans::voucher(kind, date, number, chance))));
        }
        files
    }

    /// 16 requests, 8 of them past their period (five years from the day after).
    fn requests(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("requests");
        let mut wanted = BTreeMap::new();
        for (nearest, farthest) in [(1_830, 2_500), (5, 1_815)] {
            draw(&mut wanted, 8, || {
                let (kind, member) = (*chance.pick(&Request::ALL), self.anyone(&mut chance));
                let completed = self.past.day_between(nearest, farthest, &mut chance);
                let path = format!("requests/{completed}/{}-{}.pdf", member.id, kind.title());
                Some((path, (kind, member, completed)))
            });
        }
        let make = |(path, (kind, member, completed))| {
            self.file(path, |chance| DemoContent::Document(forms::request(kind, member, completed, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 18 records of provision to third parties, 9 of them past their period (three years from the day after).
    fn provision_records(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("provision-records");
        let titles: Vec<&str> = tables::provision_titles().collect();
        let mut wanted = BTreeMap::new();
        for (nearest, farthest) in [(1_100, 1_500), (5, 1_080)] {
            draw(&mut wanted, 9, || {
                let (title, made) = (*chance.pick(&titles), self.past.day_between(nearest, farthest, &mut chance));
                Some((format!("provision-records/{made}-{title}.csv"), (title, made)))
            });
        }
        let make = |(path, (title, made))| {
            self.file(path, |chance| DemoContent::Bytes(tables::provision(title, made, &self.members, chance)))
        };
        wanted.into_iter().map(make).collect()
    }

    /// 24 access logs, 12 of them past their period (one year from the end of the month).
    fn access_logs(&self) -> Vec<DemoFile> {
        let months = (1..=6).chain(13..=18);
        let logs = months.flat_map(|months| [(months, Log::Operations), (months, Log::Entries)]);
        let make = |(months, kind): (u32, Log)| {
            let logged = self.past.month_ago(months);
            let path = format!("access-logs/{}/{}.csv", month(logged), kind.title());
            self.file(path, |chance| DemoContent::Bytes(tables::log(kind, logged, &self.members, chance)))
        };
        logs.map(make).collect()
    }

    /// 20 minutes, kept for ever.
    fn minutes(&self) -> Vec<DemoFile> {
        let mut chance = self.chance("minutes");
        let mut files = Vec::new();
        for years in 1..=10u32 {
            for (meeting, in_month, first) in [(Meeting::Council, 7, 96), (Meeting::Board, 3, 131)] {
                let day = self.past.in_fiscal_year(years.cast_signed(), in_month, chance.between(9, 27));
                let (held, session) = (working_day(day), first - years * 2);
                let path = format!("minutes/{held}-{}.pdf", meeting.title(session));
                let minutes = |chance: &mut Chance| forms::minutes(meeting, session, held, chance);
                files.push(self.file(path, |chance| DemoContent::Document(minutes(chance))));
            }
        }
        files
    }
}

/// Writes a sidecar that repeats what the path of a paper in a case says.
fn sidecar(case: &str, made: Date) -> String {
    format!("class: third-party-acts\nsubject: {case}\ndates:\n  made: {made}\n")
}
