//! Frames between a worker and its parent.
//!
//! In: a frame. Out: the same frame on the other side. Format: one byte for the kind, four bytes of length (big-endian),
//! then that many bytes. The rule it keeps: a length is checked before it is believed.

use std::io::{self, Read, Write};

/// The largest payload: far more than any notice, far less than would hurt.
const LARGEST: u32 = 256 * 1024 * 1024;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// What a worker says first: JSON.
    Greeting(Vec<u8>),
    /// A job: JSON.
    Job(Vec<u8>),
    /// A finished document: PDF.
    Document(Vec<u8>),
    /// Why there is none: JSON.
    Refusal(Vec<u8>),
}

impl Frame {
    fn parts(&self) -> (u8, &[u8]) {
        match self {
            Frame::Greeting(bytes) => (b'G', bytes),
            Frame::Job(bytes) => (b'J', bytes),
            Frame::Document(bytes) => (b'D', bytes),
            Frame::Refusal(bytes) => (b'R', bytes),
        }
    }
}

/// Writes one frame and flushes.
pub(super) fn write(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    let (kind, payload) = frame.parts();
    let length = u32::try_from(payload.len()).ok().filter(|length| *length <= LARGEST).ok_or_else(too_long)?;
    to.write_all(&[kind])?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(payload)?;
    to.flush()
}

/// Reads one frame; `None` at the end of the stream.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut kind = [0u8; 1];
    if from.read(&mut kind)? == 0 {
        return Ok(None);
    }
    let mut length = [0u8; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > LARGEST {
        return Err(too_long());
    }
    let mut payload = Vec::new();
    if from.take(u64::from(length)).read_to_end(&mut payload)? != length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    match kind[0] {
        b'G' => Ok(Some(Frame::Greeting(payload))),
        b'J' => Ok(Some(Frame::Job(payload))),
        b'D' => Ok(Some(Frame::Document(payload))),
        b'R' => Ok(Some(Frame::Refusal(payload))),
        other => Err(io::Error::new(io::ErrorKind::InvalidData, format!("`{other:#04x}` is not a kind of frame"))),
    }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame longer than {LARGEST} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_as_they_went_in() {
        let sent = [Frame::Greeting(vec![]), Frame::Job(vec![1, 2]), Frame::Document(vec![0; 70_000])];
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
    }
}
