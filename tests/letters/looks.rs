//! How letters look: each page drawn and compared with an approved picture.
//!
//! In: PDFs. Out: nothing, or how far a page is from its picture in `tests/pictures`. The rule it keeps: a picture that has
//! changed is looked at by a person, who then puts the new one in its place.

use std::process::Command;

use hokan::publish::typeset::Job;

use super::household::{letter, with_template};
use super::{Pdf, embedded};

/// Dots per inch of the pictures: enough to see that a line has moved.
const RESOLUTION: &str = "50";

/// How much two dots may differ, of 255, before they count as different.
const SHADE: u8 = 48;

/// How many of a thousand dots may be different: edges of letters are drawn a little differently from version to version.
const OF_A_THOUSAND: usize = 4;

/// Width, height and shades of a picture.
pub fn dots(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!(info.bit_depth, png::BitDepth::Eight);
    (info.width, info.height, bytes)
}

fn looks_as_approved(name: &str, job: &Job) {
    let pdf = Pdf::of(&embedded().print(job).unwrap());
    let drawn = pdf.dir.path().join(name);
    let ended = Command::new("pdftoppm")
        .args(["-r", RESOLUTION, "-gray", "-png", "-singlefile"])
        .args([pdf.path(), drawn.clone()])
        .status();
    assert!(ended.expect("pdftoppm starts").success());
    let drawn = drawn.with_extension("png");
    let approved = format!("{}/tests/pictures/{name}.png", env!("CARGO_MANIFEST_DIR"));
    let found = std::fs::read(&drawn).unwrap();
    let kept = std::env::temp_dir().join(format!("hokan-{name}.png"));
    let ((width, height, now), then) = (dots(&found), std::fs::read(&approved).map(|png| dots(&png)));
    let differing = match &then {
        Ok((w, h, then)) if (*w, *h) == (width, height) => {
            now.iter().zip(then).filter(|(a, b)| a.abs_diff(**b) > SHADE).count()
        }
        _ => now.len(),
    };
    if differing * 1_000 > now.len() * OF_A_THOUSAND {
        std::fs::write(&kept, &found).unwrap();
        panic!(
            "{differing} of {} dots differ from {approved}: look at {} and put it there if it is right",
            now.len(),
            kept.display()
        );
    }
}

#[test]
fn letters_look_as_approved() {
    looks_as_approved("medical-cost-ja", &letter(3, 12, "ja"));
    looks_as_approved("medical-cost-en", &letter(3, 12, "en"));
}

#[test]
#[should_panic(expected = "dots differ")]
fn a_letter_with_another_size_of_text_does_not_look_as_approved() {
    let job = letter(3, 12, "ja");
    let template = String::from_utf8(job.files[&job.template].clone()).unwrap();
    let larger = template.replace("size: 10pt,\n  margin", "size: 10.5pt,\n  margin");
    assert_ne!(larger, template);
    looks_as_approved("medical-cost-ja", &with_template(&job, &larger));
}
