//! Frames between a worker and its parent.
//!
//! In: a frame. Out: the same frame on the other side. Format: one byte for the kind, four bytes with the number of parts,
//! then for each part four bytes of length and that many bytes; numbers are big-endian. The rule it keeps: a length is
//! checked before it is believed.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::Arc;

use super::{Files, Printed};

/// The largest frame: far more than any notice, far less than would hurt.
const LARGEST: u32 = 256 * 1024 * 1024;

/// The most parts: two for each file of the templates.
const MOST_PARTS: u32 = 100_000;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// What a worker says first: JSON.
    Greeting(Vec<u8>),
    /// The files that the jobs after it can read: path and bytes in turn.
    Files(Files),
    /// A job: JSON.
    Job(Vec<u8>),
    /// A finished document: the number of pages in decimal, PDF.
    Document(Printed),
    /// A finished document as pictures: a PNG for each page.
    Pictures(Vec<Vec<u8>>),
    /// Why there is none: JSON.
    Refusal(Vec<u8>),
}

/// Writes one frame and flushes.
pub(super) fn write(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    match frame {
        Frame::Greeting(json) => write_parts(to, b'G', &[json]),
        Frame::Files(files) => {
            let parts = files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes.as_slice()]);
            write_parts(to, b'F', &parts.collect::<Vec<_>>())
        }
        Frame::Job(json) => write_parts(to, b'J', &[json]),
        Frame::Document(printed) => write_parts(to, b'D', &[printed.pages.to_string().as_bytes(), &printed.pdf]),
        Frame::Pictures(pages) => write_parts(to, b'P', &pages.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        Frame::Refusal(json) => write_parts(to, b'R', &[json]),
    }
}

fn write_parts(to: &mut impl Write, kind: u8, parts: &[&[u8]]) -> io::Result<()> {
    let number = u32::try_from(parts.len()).ok().filter(|number| *number <= MOST_PARTS).ok_or_else(too_long)?;
    u32::try_from(parts.iter().map(|part| part.len()).sum::<usize>())
        .ok()
        .filter(|length| *length <= LARGEST)
        .ok_or_else(too_long)?;
    to.write_all(&[kind])?;
    to.write_all(&number.to_be_bytes())?;
    for part in parts {
        to.write_all(&u32::try_from(part.len()).map_err(|_| too_long())?.to_be_bytes())?;
        to.write_all(part)?;
    }
    to.flush()
}

/// Reads one frame; `None` at the end of the stream.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut kind = [0u8; 1];
    if from.read(&mut kind)? == 0 {
        return Ok(None);
    }
    let mut parts = read_parts(from)?.into_iter();
    let mut one = || parts.next().ok_or_else(|| cut("a part is missing"));
    let frame = match kind[0] {
        b'G' => Frame::Greeting(one()?),
        b'F' => {
            let mut files = BTreeMap::new();
            while let Ok(path) = one() {
                let path = String::from_utf8(path).map_err(|_| cut("a path is not UTF-8"))?;
                files.insert(path, one()?);
            }
            Frame::Files(Arc::new(files))
        }
        b'J' => Frame::Job(one()?),
        b'D' => {
            let pages = String::from_utf8(one()?).ok().and_then(|pages| pages.parse().ok());
            Frame::Document(Printed { pages: pages.ok_or_else(|| cut("no number of pages"))?, pdf: one()? })
        }
        b'P' => Frame::Pictures(std::iter::from_fn(|| one().ok()).collect()),
        b'R' => Frame::Refusal(one()?),
        other => return Err(cut(&format!("`{other:#04x}` is not a kind of frame"))),
    };
    match parts.next() {
        None => Ok(Some(frame)),
        Some(_) => Err(cut("too many parts")),
    }
}

fn read_parts(from: &mut impl Read) -> io::Result<Vec<Vec<u8>>> {
    let number = |from: &mut dyn Read| {
        let mut bytes = [0u8; 4];
        from.read_exact(&mut bytes)?;
        Ok::<u32, io::Error>(u32::from_be_bytes(bytes))
    };
    let many = number(from)?;
    if many > MOST_PARTS {
        return Err(too_long());
    }
    let (mut parts, mut room) = (Vec::new(), LARGEST);
    for _ in 0..many {
        let length = number(from)?;
        room = room.checked_sub(length).ok_or_else(too_long)?;
        let mut part = Vec::new();
        if from.take(u64::from(length)).read_to_end(&mut part)? != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        parts.push(part);
    }
    Ok(parts)
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame longer than {LARGEST} bytes"))
}

fn cut(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_as_they_went_in() {
        let files = BTreeMap::from([("a.typ".to_owned(), b"x".to_vec()), ("b.typ".to_owned(), vec![])]);
        let sent = [
            Frame::Greeting(vec![]),
            Frame::Files(Arc::new(files)),
            Frame::Job(vec![1, 2]),
            Frame::Document(Printed { pdf: vec![0; 70_000], pages: 3 }),
            Frame::Pictures(vec![vec![1], vec![]]),
            Frame::Refusal(vec![7]),
        ];
        let mut pipe = Vec::new();
        sent.iter().for_each(|frame| write(&mut pipe, frame).unwrap());
        let mut reading = pipe.as_slice();
        for frame in sent {
            assert_eq!(read(&mut reading).unwrap(), Some(frame));
        }
        assert_eq!(read(&mut reading).unwrap(), None);
    }

    #[test]
    fn a_cut_frame_and_a_foreign_byte_are_errors() {
        let mut pipe = Vec::new();
        write(&mut pipe, &Frame::Refusal(b"abc".to_vec())).unwrap();
        assert!(read(&mut &pipe[..pipe.len() - 1]).is_err());
        assert!(read(&mut b"hello world".as_slice()).is_err());
        assert!(read(&mut [b'D', 0xff, 0xff, 0xff, 0xff].as_slice()).is_err());
        assert!(read(&mut [b'J', 0, 0, 0, 0].as_slice()).is_err());
        assert!(read(&mut [b'J', 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0].as_slice()).is_err());
        assert!(read(&mut [b'J', 0, 0, 0, 1, 0xff, 0, 0, 0].as_slice()).is_err());
    }
}
