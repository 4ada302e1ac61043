//! The demo's scanned papers: vouchers of the accounts, and the papers of an accident caused by somebody else.
//!
//! In: a kind of paper, its date and dice. Out: a PNG as an office scanner makes it.
//! The rule it keeps: sums are the sums of the lines above them; a scan shows no name.

use crate::calendar::Date;

use super::canvas::{BLACK, BLUE, Canvas, Colour, GREY, Look, Place, Tones};
use super::chance::Chance;
use super::glyphs::{Seal, Type, marks, seal, write, write_to};
use super::past::working_day;

/// What a voucher is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Voucher {
    Invoice,
    Receipt,
    Slip,
    Transfer,
}

impl Voucher {
    pub(super) const ALL: [Voucher; 4] = [Voucher::Invoice, Voucher::Receipt, Voucher::Slip, Voucher::Transfer];

    /// Returns the name of the file, without number and ending.
    pub(super) fn title(self) -> &'static str {
        match self {
            Voucher::Invoice => "請求書",
            Voucher::Receipt => "領収書",
            Voucher::Slip => "レシート",
            Voucher::Transfer => "振込明細",
        }
    }
}

/// Papers, from the whitest to the yellowest.
const PAPERS: [Colour; 5] = [[252, 252, 250], [250, 249, 244], [247, 244, 234], [244, 239, 224], [240, 240, 243]];

/// A sheet on the scanner's glass, with everything that a page needs to be drawn.
struct Page<'a> {
    canvas: Canvas,
    chance: &'a mut Chance,
}

impl Page<'_> {
    fn lay(size: Place, scale: f32, chance: &mut Chance) -> Page<'_> {
        let skew = chance.fraction(-0.009, 0.009);
        Page { canvas: Canvas::new(size, scale, skew), chance }
    }

    fn text(&mut self, at: Place, text: &str, set: Type) {
        write(&mut self.canvas, at, text, set, self.chance);
    }

    fn text_to(&mut self, right: Place, text: &str, set: Type) {
        write_to(&mut self.canvas, right, text, set, self.chance);
    }

    fn marks(&mut self, at: Place, count: u32, set: Type) {
        marks(&mut self.canvas, at, count, set, self.chance);
    }

    fn seal(&mut self, centre: Place, radius: f32, shape: Seal) {
        let shift = (self.chance.fraction(-1.0, 1.0), self.chance.fraction(-1.0, 1.0));
        seal(&mut self.canvas, (centre.0 + shift.0, centre.1 + shift.1), radius, shape, self.chance);
    }

    fn rule(&mut self, from: Place, to: Place, width: f32, ink: Colour) {
        self.canvas.stroke(from, to, width, ink);
    }

    /// Punches two holes at the left edge and lets the fold show.
    fn file(&mut self, height: f32) {
        for offset in [-40.0, 40.0] {
            let centre = (11.0, height / 2.0 + offset);
            self.canvas.disc(centre, 2.9, [96, 94, 92]);
            self.canvas.disc((centre.0 + 0.3, centre.1 + 0.3), 2.6, [74, 73, 72]);
        }
    }

    fn scan(self, tones: Tones) -> Vec<u8> {
        let paper = *self.chance.pick(&PAPERS);
        let look =
            Look { paper, shade: self.chance.fraction(0.02, 0.09), grain: self.chance.between(2, 5) as u8, tones };
        self.canvas.scan(&look, self.chance)
    }
}

/// Draws a voucher as it was scanned.
pub(super) fn voucher(kind: Voucher, date: Date, number: u32, chance: &mut Chance) -> Vec<u8> {
    match kind {
        Voucher::Invoice => invoice(date, number, chance),
        Voucher::Receipt => receipt(date, number, chance),
        Voucher::Slip => slip(date, number, chance),
        Voucher::Transfer => transfer(date, number, chance),
    }
}

fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Writes an amount with commas, without its unit.
fn amount(value: u32) -> String {
    super::forms::yen(value).trim_end_matches('円').to_owned()
}

/// The tax of the day: 8 per cent from 2014-04, 10 per cent from 2019-10.
fn tax(net: u32, date: Date) -> u32 {
    let percent = if (date.year(), date.month()) >= (2019, 10) { 10 } else { 8 };
    net * percent / 100
}

fn invoice(date: Date, number: u32, chance: &mut Chance) -> Vec<u8> {
    let mut page = Page::lay((210.0, 297.0), 3.9, chance);
    let body = Type::printed(3.4, BLACK);
    page.text((82.0, 22.0), "請 求 書", Type::bold(10.0, BLACK));
    page.rule((78.0, 35.0), (136.0, 35.0), 0.5, BLACK);
    page.text_to((192.0, 42.0), &day(date), body);
    page.text_to((192.0, 48.0), &format!("{}-{number:04}", date.year()), body);
    page.marks((22.0, 52.0), 9, Type::bold(5.0, BLACK));
    page.rule((22.0, 59.5), (92.0, 59.5), 0.3, BLACK);
    for (row, count) in [12, 16, 11].into_iter().enumerate() {
        page.marks((132.0, 62.0 + row as f32 * 5.4), count, body);
    }
    page.seal((184.0, 68.0), 8.5, Seal::Square);
    let lines = page.chance.between(4, 11);
    let net = invoice_lines(&mut page, lines);
    let tax = tax(net, date);
    page.text((24.0, 80.0), "合計", Type::bold(6.0, BLACK));
    page.text((46.0, 79.0), &format!("¥{}-", amount(net + tax)), Type::bold(7.4, BLACK));
    page.rule((22.0, 88.5), (112.0, 88.5), 0.6, BLACK);
    for (row, value) in [net, tax, net + tax].into_iter().enumerate() {
        let top = 104.0 + 14.0 * 9.0 + row as f32 * 9.0;
        page.canvas.frame((122.0, top - 2.6), (70.0, 9.0), 0.3, BLACK);
        page.marks((126.0, top), 3, body);
        page.text_to((189.0, top), &amount(value), body);
    }
    for row in 0..3 {
        let count = page.chance.between(12, 24);
        page.marks((24.0, 262.0 + row as f32 * 6.0), count, Type::printed(3.0, BLACK));
    }
    page.file(297.0);
    received(&mut page, (168.0, 22.0), date);
    page.scan(Tones::Colour)
}

/// Draws the table of an invoice and returns the sum of its lines.
fn invoice_lines(page: &mut Page<'_>, lines: u32) -> u32 {
    let body = Type::printed(3.4, BLACK);
    let (left, right, top, step) = (22.0, 192.0, 95.0, 9.0);
    page.canvas.area(&[(left, top), (right, top), (right, top + step), (left, top + step)], [222, 226, 230]);
    for row in 0..15 {
        let down = top + row as f32 * step;
        page.rule((left, down), (right, down), if row < 2 { 0.5 } else { 0.2 }, BLACK);
    }
    for column in [left, 110.0, 128.0, 154.0, right] {
        page.rule((column, top), (column, top + 14.0 * step), 0.3, BLACK);
    }
    for (column, count) in [(56.0, 3), (114.0, 2), (135.0, 2), (167.0, 2)] {
        page.marks((column, top + 2.8), count, body);
    }
    let mut sum = 0;
    for row in 1..=lines {
        let down = top + row as f32 * step + 2.8;
        let (count, price) = (page.chance.between(1, 24), page.chance.between(3, 320) * 50);
        let letters = page.chance.between(6, 18);
        page.marks((left + 3.0, down), letters, body);
        page.text_to((125.0, down), &count.to_string(), body);
        page.text_to((151.0, down), &amount(price), body);
        page.text_to((189.0, down), &amount(count * price), body);
        sum += count * price;
    }
    sum
}

/// Stamps the day's mark of the accounts desk: a double ring cut by two lines.
fn received(page: &mut Page<'_>, centre: Place, date: Date) {
    let ink = [186, 70, 66];
    for radius in [10.0, 9.0] {
        page.canvas.ring(centre, radius, 0.4, ink);
    }
    for offset in [-2.6, 2.6] {
        page.rule((centre.0 - 9.0, centre.1 + offset), (centre.0 + 9.0, centre.1 + offset), 0.4, ink);
    }
    page.marks((centre.0 - 4.8, centre.1 - 7.2), 3, Type::printed(3.0, ink));
    page.marks((centre.0 - 3.4, centre.1 + 4.0), 2, Type::printed(3.0, ink));
    let arrived = working_day(date.plus_days(page.chance.between(3, 9)).unwrap_or(date));
    let day = format!("{}.{}.{}", arrived.year() % 100, arrived.month(), arrived.day());
    page.text_to((centre.0 + day.len() as f32 * 1.0, centre.1 - 1.4), &day, Type::printed(2.8, ink));
}

fn receipt(date: Date, number: u32, chance: &mut Chance) -> Vec<u8> {
    let mut page = Page::lay((178.0, 84.0), 5.2, chance);
    let body = Type::printed(3.4, BLACK);
    let sum = page.chance.between(9, 980) * 110;
    page.canvas.frame((5.0, 5.0), (168.0, 74.0), 0.5, GREY);
    page.canvas.frame((6.5, 6.5), (165.0, 71.0), 0.2, GREY);
    page.text((70.0, 10.0), "領 収 書", Type::bold(8.0, BLACK));
    page.text_to((166.0, 10.0), &format!("{number:05}"), body);
    page.text_to((166.0, 16.0), &day(date), Type::printed(3.6, BLUE));
    page.marks((16.0, 22.0), 8, Type { size: 5.4, weight: 0.45, ink: BLUE });
    page.text((66.0, 22.5), "様", Type::printed(5.0, BLACK));
    page.rule((14.0, 29.0), (74.0, 29.0), 0.3, BLACK);
    page.canvas.area(&[(40.0, 34.0), (138.0, 34.0), (138.0, 46.0), (40.0, 46.0)], [226, 230, 222]);
    page.text((44.0, 36.0), "金", Type::bold(7.5, BLACK));
    page.text((60.0, 36.0), &format!("¥{}-", amount(sum)), Type { size: 8.0, weight: 0.7, ink: BLUE });
    page.marks((44.0, 49.0), 14, Type { size: 3.6, weight: 0.3, ink: BLUE });
    page.marks((14.0, 56.0), 9, body);
    // The revenue stamp is due from 50,000 yen on.
    page.canvas.frame((14.0, 61.0), (16.0, 14.0), 0.25, BLACK);
    if sum >= 50_000 {
        page.canvas.area(&[(15.0, 62.0), (29.0, 62.0), (29.0, 74.0), (15.0, 74.0)], [196, 214, 196]);
        page.text((17.0, 65.0), "200円", Type::bold(3.4, [70, 110, 80]));
        page.seal((29.0, 68.0), 4.2, Seal::Round);
    }
    for (row, count) in [15, 18, 12].into_iter().enumerate() {
        page.marks((92.0, 58.0 + row as f32 * 5.4), count, body);
    }
    page.seal((154.0, 66.0), 7.0, Seal::Square);
    page.scan(Tones::Colour)
}

fn slip(date: Date, number: u32, chance: &mut Chance) -> Vec<u8> {
    let lines = chance.between(4, 16);
    let height = 78.0 + lines as f32 * 5.2;
    let mut page = Page::lay((62.0, height), 7.0, chance);
    let (body, wide) = (Type::printed(3.1, [66, 64, 70]), Type::bold(4.6, [56, 54, 60]));
    page.marks((13.0, 7.0), 7, wide);
    page.marks((9.0, 15.0), 13, Type::printed(2.8, [70, 68, 74]));
    page.text((16.0, 20.0), "03-0000-0000", body);
    page.text((7.0, 27.0), &format!("{} {:02}:{:02}", day(date), 10 + number % 9, number * 7 % 60), body);
    page.rule((6.0, 32.5), (56.0, 32.5), 0.25, GREY);
    let mut sum = 0;
    for row in 0..lines {
        let down = 35.0 + row as f32 * 5.2;
        let (count, price) = (page.chance.between(4, 9), page.chance.between(11, 298) * 10);
        page.marks((7.0, down), count, body);
        page.text_to((55.0, down), &format!("¥{}", amount(price)), body);
        sum += price;
    }
    let down = 37.0 + lines as f32 * 5.2;
    page.rule((6.0, down), (56.0, down), 0.25, GREY);
    page.text((7.0, down + 3.0), "合計", wide);
    page.text_to((55.0, down + 3.0), &format!("¥{}", amount(sum)), wide);
    let paid = sum.div_ceil(1_000) * 1_000;
    for (row, value) in [paid, paid - sum].into_iter().enumerate() {
        page.marks((7.0, down + 11.0 + row as f32 * 5.0), 3, body);
        page.text_to((55.0, down + 11.0 + row as f32 * 5.0), &format!("¥{}", amount(value)), body);
    }
    page.text((7.0, down + 24.0), &format!("{number:06}-{:02}", number % 89 + 10), Type::printed(2.8, [70, 68, 74]));
    page.scan(Tones::Grey)
}

fn transfer(date: Date, number: u32, chance: &mut Chance) -> Vec<u8> {
    let mut page = Page::lay((210.0, 148.0), 4.6, chance);
    let (body, green) = (Type::printed(3.4, BLACK), [92, 148, 122]);
    page.text((76.0, 10.0), "振込金領収書", Type::bold(6.0, green));
    page.text_to((196.0, 12.0), &day(date), body);
    for row in 0..8 {
        let down = 26.0 + row as f32 * 12.0;
        page.rule((14.0, down), (196.0, down), 0.35, green);
        if row < 7 {
            let (label, value) = (page.chance.between(2, 4), page.chance.between(6, 18));
            page.marks((18.0, down + 4.2), label, Type::printed(3.2, green));
            page.marks((56.0, down + 4.0), value, body);
        }
    }
    for column in [14.0, 50.0, 150.0, 196.0] {
        page.rule((column, 26.0), (column, 110.0), 0.35, green);
    }
    let sum = page.chance.between(120, 48_000) * 25;
    page.text_to((193.0, 30.0), &format!("¥{}", amount(sum)), Type::bold(4.6, BLACK));
    page.text_to((193.0, 42.0), &format!("¥{}", if sum < 30_000 { 440 } else { 660 }), body);
    page.text((16.0, 118.0), &format!("{:03}-{number:07}", number % 900 + 100), body);
    received(&mut page, (172.0, 92.0), date);
    page.file(148.0);
    page.scan(Tones::Colour)
}

/// Draws the report of an accident: a form filled in by hand, with a sketch of the crossing.
pub(super) fn accident_report(date: Date, chance: &mut Chance) -> Vec<u8> {
    let mut page = Page::lay((210.0, 297.0), 4.2, chance);
    let (body, hand) = (Type::printed(3.3, BLACK), Type { size: 4.4, weight: 0.42, ink: BLUE });
    page.text((52.0, 16.0), "事故発生状況報告書", Type::bold(9.0, BLACK));
    page.canvas.frame((18.0, 34.0), (174.0, 246.0), 0.6, BLACK);
    for row in 0..6 {
        let down = 34.0 + row as f32 * 11.0;
        page.rule((18.0, down), (192.0, down), 0.3, BLACK);
        page.marks((21.0, down + 3.8), 5, body);
        let letters = page.chance.between(8, 22);
        match row {
            0 => page.text((62.0, down + 3.2), &day(date), hand),
            _ => page.marks((62.0, down + 3.2), letters, hand),
        }
    }
    page.rule((56.0, 34.0), (56.0, 100.0), 0.3, BLACK);
    page.rule((18.0, 100.0), (192.0, 100.0), 0.3, BLACK);
    page.text((21.0, 103.0), "事故現場見取図", body);
    crossing(&mut page, (105.0, 155.0), 50.0);
    page.rule((18.0, 210.0), (192.0, 210.0), 0.3, BLACK);
    for row in 0..6 {
        let down = 214.0 + row as f32 * 9.5;
        let letters = page.chance.between(20, 33);
        page.marks((22.0, down), letters, hand);
        page.rule((21.0, down + 6.4), (189.0, down + 6.4), 0.15, GREY);
    }
    page.text((120.0, 284.0), &day(date), body);
    page.seal((180.0, 284.0), 5.2, Seal::Round);
    page.file(297.0);
    page.scan(Tones::Colour)
}

/// Sketches a crossing of two roads with two cars and the ways they took.
fn crossing(page: &mut Page<'_>, centre: Place, reach: f32) {
    let half = 13.0;
    for (across, down) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let corner = (centre.0 + across * half, centre.1 + down * half);
        page.rule(corner, (corner.0, centre.1 + down * reach), 0.5, BLACK);
        page.rule(corner, (centre.0 + across * reach * 1.4, corner.1), 0.5, BLACK);
    }
    for dash in 0..5 {
        let away = half + 4.0 + dash as f32 * 8.0;
        for side in [-1.0, 1.0] {
            let (x, y) = (centre.0 + side * away, centre.1 + side * away);
            page.rule((x, centre.1), (x + side * 4.0, centre.1), 0.3, BLACK);
            page.rule((centre.0, y), (centre.0, y + side * 3.0), 0.3, BLACK);
        }
    }
    let shift = page.chance.fraction(-3.0, 3.0);
    let first = (centre.0 - 34.0 + shift, centre.1 + 3.0);
    page.canvas.frame(first, (11.0, 6.0), 0.5, BLUE);
    page.canvas.frame((centre.0 + 3.5, centre.1 + 22.0 + shift), (6.0, 11.0), 0.5, BLUE);
    page.canvas.strokes(&[(first.0 + 13.0, first.1 + 3.0), (centre.0 + 2.0, first.1 + 3.0)], 0.5, BLUE);
    page.canvas.strokes(&[(centre.0 + 6.5, centre.1 + 20.0 + shift), (centre.0 + 6.5, centre.1 + 8.0)], 0.5, BLUE);
    for arm in [(-2.5, -2.5), (2.5, -2.5), (-2.5, 2.5), (2.5, 2.5)] {
        let hit = (centre.0 + 5.0, centre.1 + 5.5);
        page.rule(hit, (hit.0 + arm.0, hit.1 + arm.1), 0.7, [196, 40, 40]);
    }
}

/// Draws the written promise of the person harmed, on one sheet.
pub(super) fn promise(date: Date, chance: &mut Chance) -> Vec<u8> {
    let mut page = Page::lay((210.0, 297.0), 3.6, chance);
    let body = Type::printed(4.0, BLACK);
    page.text((90.0, 30.0), "念 書", Type::bold(11.0, BLACK));
    for row in 0..13 {
        let letters = if row % 5 == 4 { page.chance.between(8, 20) } else { 37 - u32::from(row % 5 == 0) };
        let left = if row % 5 == 0 { 30.0 } else { 26.0 };
        page.marks((left, 62.0 + row as f32 * 9.0), letters, body);
    }
    page.text((30.0, 196.0), &day(date), Type { size: 4.6, weight: 0.4, ink: BLUE });
    for row in 0..3 {
        let down = 214.0 + row as f32 * 14.0;
        page.marks((84.0, down), 3, body);
        let letters = page.chance.between(5, 13);
        page.marks((106.0, down - 1.0), letters, Type { size: 5.2, weight: 0.42, ink: BLUE });
        page.rule((82.0, down + 7.0), (184.0, down + 7.0), 0.25, BLACK);
    }
    page.seal((182.0, 242.0), 5.4, Seal::Round);
    page.marks((26.0, 268.0), 8, Type::bold(5.0, BLACK));
    page.file(297.0);
    page.scan(Tones::Colour)
}
