//! The press: one job through Typst, in this process.
//!
//! In: a [`Job`] and the fonts. Out: a PDF, or why there is none. The rule it keeps: the world of a template is its job
//! and nothing else (no file, no package, no clock, no system font), and a document with a warning, a missing glyph or
//! no text is refused before it is exported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use typst::comemo;
use typst::diag::{FileError, FileResult, PackageError, SourceDiagnostic};
use typst::ecow::EcoString;
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, TextItem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;

use super::error::{Fault, Missing, Refusal};
use super::{Job, Printed};
use crate::calendar::Instant;

/// For how many documents a cached part is kept that none of them used.
const CACHE_AGE: usize = 8;

/// Where a template finds its data.
pub(super) const DATA: &str = "data.json";

/// Where a template finds the title and language of its document.
pub(super) const JOB: &str = "job.json";

/// What stays from document to document: library, fonts, parsed templates.
pub(super) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: Mutex<BTreeMap<String, Source>>,
}

impl Press {
    /// Sets up a press with these fonts.
    pub(super) fn new(fonts: &[&'static [u8]]) -> Press {
        let fonts: Vec<Font> = fonts.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect();
        Press {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources: Mutex::default(),
        }
    }

    /// Prints one document.
    pub(super) fn print(&self, job: &Job) -> Result<Printed, Refusal> {
        let printed = self.world(job).and_then(|world| world.print());
        comemo::evict(CACHE_AGE);
        printed
    }

    /// Prints one document as pictures of its pages.
    pub(super) fn pictures(&self, job: &Job, dots_per_inch: u32) -> Result<Vec<Vec<u8>>, Refusal> {
        let pictures = self.world(job).and_then(|world| world.pictures(dots_per_inch));
        comemo::evict(CACHE_AGE);
        pictures
    }

    fn world<'a>(&'a self, job: &'a Job) -> Result<JobWorld<'a>, Refusal> {
        let path = VirtualPath::new(&job.template).map_err(|e| whole(format!("`{}`: {e}", job.template)))?;
        if !job.files.contains_key(&job.template) {
            return Err(whole(format!("there is no template `{}`", job.template)));
        }
        Ok(JobWorld {
            press: self,
            job,
            main: RootedPath::new(VirtualRoot::Project, path).intern(),
            data: Bytes::from_string(job.data.to_string()),
            about: Bytes::from_string(job.about().to_string()),
        })
    }
}

/// Everything a template can see.
struct JobWorld<'a> {
    press: &'a Press,
    job: &'a Job,
    main: FileId,
    data: Bytes,
    about: Bytes,
}

impl JobWorld<'_> {
    fn print(&self) -> Result<Printed, Refusal> {
        let document = self.compiled()?;
        let pages = document.pages().len();
        Ok(Printed { pdf: self.export(document)?, pages })
    }

    fn pictures(&self, dots_per_inch: u32) -> Result<Vec<Vec<u8>>, Refusal> {
        let document = self.compiled()?;
        // A point is the 72nd part of an inch.
        let options =
            RenderOptions { pixel_per_pt: (f64::from(dots_per_inch) / 72.0).into(), ..RenderOptions::default() };
        let picture = |page: &Page| {
            typst_render::render(page, &options).encode_png().map_err(|e| whole(format!("a page cannot be drawn: {e}")))
        };
        document.pages().iter().map(picture).collect()
    }

    /// Lays the document out and refuses what cannot be printed whole.
    fn compiled(&self) -> Result<PagedDocument, Refusal> {
        let compiled = typst::compile::<PagedDocument>(self);
        // A warning (a font that is not there, a layout that does not settle) would be a document other than meant.
        let mut faults: Vec<Fault> = compiled.warnings.iter().map(|warning| self.fault(warning)).collect();
        let document = match compiled.output {
            Ok(document) if faults.is_empty() => document,
            Ok(_) => return Err(sorted(faults)),
            Err(errors) => {
                faults.extend(errors.iter().map(|error| self.fault(error)));
                return Err(sorted(faults));
            }
        };
        self.preflight(&document)?;
        Ok(document)
    }

    /// Refuses a document without text and one with a character that no font can show.
    fn preflight(&self, document: &PagedDocument) -> Result<(), Refusal> {
        let mut seen = Seen::default();
        document.pages().iter().for_each(|page| seen.frame(&page.frame));
        if !seen.missing.is_empty() {
            let missing = seen.missing.into_iter();
            let located = |text: String| Missing { pointers: pointers(&self.job.data, &text), text };
            return Err(Refusal::Missing(missing.map(located).collect()));
        }
        match seen.has_text {
            true => Ok(()),
            false => Err(Refusal::Empty),
        }
    }

    fn export(&self, mut document: PagedDocument) -> Result<Vec<u8>, Refusal> {
        document.info_mut().title = Some(self.job.title.as_str().into());
        let standards =
            PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|e| whole(e.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(self.job.ident.clone()),
            creator: Smart::Custom(Some(concat!("hokan ", env!("CARGO_PKG_VERSION")).to_owned())),
            timestamp: moment(self.job.at).map(Timestamp::new_utc),
            page_ranges: None,
            standards,
            tagged: true,
            pretty: false,
        };
        typst_pdf::pdf(&document, &options)
            .map_err(|errors| sorted(errors.iter().map(|error| self.fault(error)).collect()))
    }

    fn fault(&self, found: &SourceDiagnostic) -> Fault {
        let place = self.place(found.span).or_else(|| {
            let called = found.trace.iter();
            called.map(|point| DiagSpan::from(point.span)).find_map(|span| self.place(span))
        });
        let (file, line, column) = place.map_or((None, 0, 0), |(file, line, column)| (Some(file), line, column));
        let hints = found.hints.iter().map(|hint| hint.v.to_string()).collect();
        Fault { file, line, column, message: found.message.to_string(), hints }
    }

    /// The file, line and column a span begins at.
    fn place(&self, span: DiagSpan) -> Option<(String, u32, u32)> {
        let id = span.id()?;
        let bytes = self.file(id).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let before = text.get(..self.range(span)?.start)?;
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let file = id.vpath().get_without_slash().to_owned();
        Some((file, u32::try_from(line).ok()?, u32::try_from(column).ok()?))
    }

    fn bytes(&self, id: FileId) -> FileResult<&[u8]> {
        if let VirtualRoot::Package(_) = id.root() {
            let why = EcoString::from("packages are not available in notices");
            return Err(FileError::Package(PackageError::Other(Some(why))));
        }
        let path = id.vpath().get_without_slash();
        self.job.files.get(path).map(Vec::as_slice).ok_or_else(|| FileError::NotFound(PathBuf::from(path)))
    }
}

impl World for JobWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let text = std::str::from_utf8(self.bytes(id)?).map_err(|_| FileError::InvalidUtf8)?;
        let mut sources = self.press.sources.lock().unwrap_or_else(PoisonError::into_inner);
        // The same template serves many jobs: parse it once.
        if let Some(source) = sources.get(id.vpath().get_without_slash()).filter(|source| source.text() == text) {
            return Ok(source.clone());
        }
        let source = Source::new(id, text.to_owned());
        sources.insert(id.vpath().get_without_slash().to_owned(), source.clone());
        Ok(source)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match (id.root(), id.vpath().get_without_slash()) {
            (VirtualRoot::Project, DATA) => Ok(self.data.clone()),
            (VirtualRoot::Project, JOB) => Ok(self.about.clone()),
            _ => Ok(Bytes::new(self.bytes(id)?.to_vec())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        let day = self.job.at.utc_date();
        Datetime::from_ymd(day.year(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?)
    }
}

/// What the laid out pages hold.
#[derive(Default)]
struct Seen {
    has_text: bool,
    missing: BTreeSet<String>,
}

impl Seen {
    fn frame(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.frame(&group.frame),
                FrameItem::Text(text) => self.text(text),
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn text(&mut self, item: &TextItem) {
        self.has_text |= item.text.chars().any(|c| !c.is_whitespace());
        // Glyph 0 is the empty box.
        let boxes = item.glyphs.iter().filter(|glyph| glyph.id == 0);
        self.missing.extend(boxes.filter_map(|glyph| item.text.get(glyph.range())).map(str::to_owned));
        // A form of a character that the font lacks would be printed as another form, without a word.
        for (base, selector) in item.text.chars().zip(item.text.chars().skip(1)) {
            let is_selector = matches!(selector, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
            if is_selector && item.font.ttf().glyph_variation_index(base, selector).is_none() {
                self.missing.insert([base, selector].iter().collect());
            }
        }
    }
}

/// The JSON pointers of the strings in `data` that contain `text`.
pub(super) fn pointers(data: &serde_json::Value, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    texts(data, "", &mut |pointer, string| {
        if string.contains(text) {
            found.push(pointer.to_owned());
        }
    });
    found
}

/// Calls `each` with every string below `value`, which stands `here`, and its JSON pointer.
pub(super) fn texts(value: &serde_json::Value, here: &str, each: &mut impl FnMut(&str, &str)) {
    match value {
        serde_json::Value::String(string) => each(here, string),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| texts(item, &format!("{here}/{n}"), each));
        }
        serde_json::Value::Object(members) => members.iter().for_each(|(key, item)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            texts(item, &format!("{here}/{key}"), each);
        }),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

fn moment(at: Instant) -> Option<Datetime> {
    let day = at.utc_date();
    let second = u32::try_from(at.micros().div_euclid(1_000_000).rem_euclid(86_400)).ok()?;
    let part = |value: u32| u8::try_from(value).ok();
    Datetime::from_ymd_hms(
        day.year(),
        part(day.month())?,
        part(day.day())?,
        part(second / 3600)?,
        part(second / 60 % 60)?,
        part(second % 60)?,
    )
}

fn whole(message: String) -> Refusal {
    Refusal::Faults(vec![Fault { file: None, line: 0, column: 0, message, hints: Vec::new() }])
}

fn sorted(mut faults: Vec<Fault>) -> Refusal {
    faults.sort();
    faults.dedup();
    Refusal::Faults(faults)
}

#[cfg(test)]
mod tests {
    use super::super::{fonts, worker};
    use super::*;
    use crate::policy::glyphs;

    /// A job over one template and the shipped layout.
    fn job(template: &str, data: serde_json::Value) -> Job {
        let shipped: [(&str, &[u8]); 2] = [
            ("notices/lib.typ", include_bytes!("../../../templates/notices/lib.typ")),
            ("notices/document.typ", include_bytes!("../../../templates/notices/document.typ")),
        ];
        let mut files: BTreeMap<String, Vec<u8>> =
            shipped.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        files.insert("notices/own.typ".to_owned(), template.as_bytes().to_vec());
        Job {
            template: "notices/own.typ".to_owned(),
            files: files.into(),
            data,
            language: "ja".to_owned(),
            title: "試験".to_owned(),
            at: Instant::from_micros(1_795_348_800_000_000),
            ident: "test".to_owned(),
        }
    }

    fn form(name: &str) -> Job {
        let data = serde_json::json!({
            "title": "傷病手当金支給申請書", "number": "第123号", "date": "令和8年11月22日", "stamp": "受付済",
            "fields": [["氏名", name], ["期間", "令和8年4月1日から令和8年4月30日まで"]],
            "paragraphs": ["上記のとおり申請します。"],
        });
        Job { template: "notices/document.typ".to_owned(), ..job("", data) }
    }

    /// Prints on a thread like the worker's.
    fn print_with(fonts: &'static [&'static [u8]], jobs: Vec<Job>) -> Vec<Result<Vec<u8>, Refusal>> {
        worker::size_pool();
        let thread = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
        let printing = thread.spawn(move || {
            let press = Press::new(fonts);
            jobs.iter().map(|job| press.print(job).map(|printed| printed.pdf)).collect()
        });
        printing.unwrap().join().unwrap()
    }

    fn print(job: Job) -> Result<Vec<u8>, Refusal> {
        print_with(fonts::EMBEDDED, vec![job]).remove(0)
    }

    fn faults(printed: Result<Vec<u8>, Refusal>) -> Vec<Fault> {
        match printed {
            Err(Refusal::Faults(faults)) => faults,
            other => panic!("expected faults, found {other:?}"),
        }
    }

    #[test]
    fn i8_the_same_job_gives_the_same_bytes() {
        let cold = print(form("港 太郎")).unwrap();
        let warm = print_with(fonts::EMBEDDED, vec![form("山田 花子"), form("港 太郎"), form("港 太郎")]);
        assert!(cold.starts_with(b"%PDF-"));
        assert_eq!(warm[1].as_ref().unwrap(), &cold);
        assert_eq!(warm[2].as_ref().unwrap(), &cold);
        assert_ne!(warm[0].as_ref().unwrap(), &cold);
    }

    #[test]
    fn a_character_without_a_glyph_is_named_with_its_place_in_the_data() {
        let refused = print(form("\u{20BB7}田 太郎"));
        let missing = Missing { text: "\u{20BB7}".into(), pointers: vec!["/fields/0/1".into()] };
        assert_eq!(refused, Err(Refusal::Missing(vec![missing.clone()])));
        assert_eq!(missing.to_string(), "`\u{20BB7}` U+20BB7 at `/fields/0/1`");
    }

    #[test]
    fn a_form_of_a_character_that_the_font_lacks_is_not_replaced_by_another() {
        let refused = print(form("渡邉\u{E01EF}"));
        let missing = Missing { text: "邉\u{E01EF}".into(), pointers: vec!["/fields/0/1".into()] };
        assert_eq!(refused, Err(Refusal::Missing(vec![missing])));
    }

    #[test]
    fn characters_of_names_beyond_the_common_ones_are_printed() {
        for name in ["\u{9AD9}橋 \u{FA11}子", "辻\u{E0100}", "渡\u{9089}\u{E0100}", "\u{FA19}谷"] {
            assert!(print(form(name)).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_table_of_characters_is_that_of_the_fonts() {
        use std::fmt::Write;
        const SELECTORS: [u32; 2] = [0xFE00, 0xE0100];
        let fonts = fonts::EMBEDDED.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes)));
        let size = typst::layout::Abs::pt(10.0);
        let fonts: Vec<_> = fonts.map(|font| font.instantiate(Default::default(), size, &Default::default())).collect();
        // What a table that differs is told by, in the order of the table.
        let mut wrong = String::new();
        for c in (0x21..=0x3FFFF).filter_map(char::from_u32) {
            let has = fonts.iter().all(|font| font.ttf().glyph_index(c).is_some_and(|glyph| glyph.0 != 0));
            let says = glyphs::unshown(c.encode_utf8(&mut [0; 4])).is_none();
            if has != says && !glyphs::is_left_out(c) {
                write!(wrong, "{:04X} ", u32::from(c)).unwrap();
            }
            for selector in SELECTORS.iter().flat_map(|first| (0..4).map(move |n| char::from_u32(first + n).unwrap())) {
                let form = |font: &typst::text::FontInstance| font.ttf().glyph_variation_index(c, selector).is_some();
                let says = glyphs::unshown(&format!("{c}{selector}")).is_none();
                if has && fonts.iter().all(form) != says {
                    write!(wrong, "{:04X}+{:04X} ", u32::from(c), u32::from(selector)).unwrap();
                }
            }
        }
        assert_eq!(wrong, "", "src/policy/glyphs.txt and the fonts differ");
    }

    #[test]
    fn what_the_table_lets_through_is_printed_and_nothing_else() {
        let odd = "\0\u{1}\t\n\u{b}\r\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{301}\u{3099}\u{20e3}\u{2003}\u{200b}\u{200d}\u{200e}\u{2028}\u{2029}\
            \u{202e}\u{2060}\u{2066}\u{3000}\u{e000}\u{feff}\u{fffd}\u{fe0f}\u{e0001}\u{e0100}\
            ✔✖☑⚠✉⭐❗₩➀한简𠮷槗กعनⅣ①㈱㌔℡№♨〒㊞髙﨑";
        let names: Vec<String> = odd.chars().map(|c| format!("港{c}太郎")).collect();
        let printed = print_with(fonts::EMBEDDED, names.iter().map(|name| form(name)).collect());
        let wrong: Vec<String> = names
            .iter()
            .zip(&printed)
            .filter(|(name, printed)| printed.is_ok() != glyphs::unshown(name).is_none())
            .map(|(name, printed)| format!("{name:?} {:?}", printed.as_ref().err()))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let made: Vec<_> = names.iter().map(|name| glyphs::shown(name).into_owned()).collect();
        for (made, printed) in
            made.iter().zip(print_with(fonts::EMBEDDED, made.iter().map(|made| form(made)).collect()))
        {
            assert!(printed.is_ok(), "{made:?} {printed:?}");
        }
        let whole = print(form(&glyphs::shown(odd)));
        assert!(whole.is_ok(), "{whole:?}");
    }

    #[test]
    fn invisible_sequences_that_check_passes_are_printed() {
        let invisible: Vec<char> =
            "\t\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202c}\u{202e}\u{2060}\u{2066}\u{2069}\u{3000}\u{feff}\
            \u{fe00}\u{fe0f}\u{e0001}\u{e0100}"
                .chars()
                .collect();
        let mut sequences = vec![String::new()];
        for length in 0..3 {
            let shorter: Vec<String> = sequences.iter().filter(|one| one.chars().count() == length).cloned().collect();
            sequences.extend(shorter.iter().flat_map(|one| invisible.iter().map(move |c| format!("{one}{c}"))));
        }
        let texts = sequences.iter().flat_map(|one| [format!("邉{one}a"), format!("{one}邉"), format!("a{one}")]);
        let passed: Vec<String> = texts.filter(|text| glyphs::unshown(text).is_none()).collect();
        assert!(passed.len() > 3_000, "{}", passed.len());
        let jobs = passed.chunks(1_000).map(|texts| {
            let template = "#set text(font: \"BIZ UDPGothic\")\n#json(\"/data.json\").join(linebreak())";
            job(template, serde_json::json!(texts))
        });
        for (printed, texts) in print_with(fonts::EMBEDDED, jobs.collect()).iter().zip(passed.chunks(1_000)) {
            assert!(printed.is_ok(), "{printed:?} among {texts:?}");
        }
    }

    #[test]
    fn a_missing_glyph_of_the_template_is_found_as_well() {
        let refused = print(job("#set text(font: \"BIZ UDPGothic\")\n\u{1F600}", serde_json::json!({})));
        assert_eq!(refused, Err(Refusal::Missing(vec![Missing { text: "\u{1F600}".into(), pointers: vec![] }])));
    }

    #[test]
    fn without_fonts_nothing_is_printed() {
        let refused = print_with(&[], vec![form("港 太郎")]).remove(0);
        assert!(faults(refused).iter().any(|fault| fault.message.contains("unknown font family")));
        let plain = print_with(&[], vec![job("text", serde_json::json!({}))]).remove(0);
        assert!(plain.is_err());
    }

    #[test]
    fn an_empty_document_is_refused() {
        assert_eq!(print(job("#set text(font: \"BIZ UDPGothic\")", serde_json::json!({}))), Err(Refusal::Empty));
        let spaces = "#set text(font: \"BIZ UDPGothic\")\n#rect() #sym.space.nobreak";
        assert_eq!(print(job(spaces, serde_json::json!({}))), Err(Refusal::Empty));
    }

    #[test]
    fn a_fault_is_reported_at_its_line_and_column() {
        let found = faults(print(job("#set text(font: \"BIZ UDPGothic\")\n日本#nothing", serde_json::json!({}))));
        assert_eq!((found[0].file.as_deref(), found[0].line, found[0].column), (Some("notices/own.typ"), 2, 4));
        assert_eq!(found[0].message, "unknown variable: nothing");
    }

    #[test]
    fn nothing_outside_the_job_can_be_read() {
        for template in ["#read(\"/etc/passwd\")", "#read(\"../../../etc/passwd\")", "#import \"@preview/x:1.0.0\": y"]
        {
            assert!(!faults(print(job(template, serde_json::json!({})))).is_empty(), "{template}");
        }
        let absent = Job { template: "notices/absent.typ".to_owned(), ..job("", serde_json::json!({})) };
        assert_eq!(faults(print(absent))[0].message, "there is no template `notices/absent.typ`");
    }

    #[test]
    fn data_is_never_markup() {
        let hostile = "#panic() *x* $y$ <label> @ref // /* `";
        assert!(print(form(hostile)).is_ok());
    }

    #[test]
    fn a_press_works_on_after_a_refusal() {
        let printed = print_with(fonts::EMBEDDED, vec![form("\u{1F600}"), form("港 太郎")]);
        assert!(printed[0].is_err() && printed[1].is_ok());
    }

    #[test]
    fn a_job_travels_whole_but_for_the_files_that_went_before() {
        let sent = form("港 太郎");
        let json = serde_json::to_string(&sent).unwrap();
        assert!(serde_json::from_str::<Job>(&json).unwrap() == Job { files: Default::default(), ..sent });
    }
}
