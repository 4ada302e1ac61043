//! The little of HTTP that a preview needs: one request for each connection, answered and closed.
//!
//! In: connections from this machine. Out: each request's method, host and target to whoever answers. The rule it keeps: what
//! a request claims is never believed: its head has a small bound, its body is never read or made room for, and one that is
//! slow keeps nobody else waiting.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// The most bytes a head may have.
const LARGEST_HEAD: usize = 16 * 1024;

/// The most fields a head may have.
const MOST_FIELDS: usize = 100;

/// In how many pieces a head may come: a browser sends it in one or two.
const MOST_PIECES: usize = 32;

/// How long a connection may be silent, or take nothing.
const SILENCE: Duration = Duration::from_secs(5);

/// How many connections are answered at a time; another one is closed.
const AT_A_TIME: usize = 256;

/// What is asked.
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query as they were sent.
    pub(super) target: String,
    pub(super) host: Option<String>,
}

/// What is answered.
pub(super) struct Answer {
    pub(super) status: (u16, &'static str),
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Answers connections, each on its own thread, until `is_over` says so after a connection.
pub(super) fn serve(
    listener: &TcpListener,
    is_over: impl Fn() -> bool,
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    for connection in listener.incoming() {
        if is_over() {
            return;
        }
        // Whoever went away meanwhile is gone, and one too many is closed.
        let Ok(connection) = connection else { continue };
        if Arc::strong_count(&answer) > AT_A_TIME {
            continue;
        }
        let answer = answer.clone();
        std::thread::spawn(move || attend(connection, &*answer));
    }
}

/// Lets [`serve`] see that it is over.
pub(super) fn knock(at: SocketAddr) {
    // Where nobody listens any more, nobody needs to be told.
    let _ = TcpStream::connect_timeout(&at, SILENCE);
}

/// Reads one request and answers it. Whoever asked may go away at any moment.
fn attend(mut connection: TcpStream, answer: &dyn Fn(&Request) -> Answer) -> Option<()> {
    for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
        set(&connection, Some(SILENCE)).ok()?;
    }
    let (answer, with_body) = match head(&mut connection).ok()? {
        Ok(request) => (answer(&request), request.method != "HEAD"),
        Err(refused) => (refused, true),
    };
    let (number, words) = answer.status;
    let mut text = format!("HTTP/1.1 {number} {words}\r\n");
    let length = answer.bytes.len().to_string();
    for (name, value) in [
        ("Content-Type", answer.kind),
        ("Content-Length", &length),
        ("Connection", "close"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("Allow", "GET, HEAD"),
    ] {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    connection.write_all(text.as_bytes()).ok()?;
    if with_body {
        connection.write_all(&answer.bytes).ok()?;
    }
    // What was sent besides is taken and dropped, a little of it: closed at once, the system could take the answer back.
    connection.shutdown(Shutdown::Write).ok()?;
    io::copy(&mut connection.take(LARGEST_HEAD as u64), &mut io::sink()).ok()?;
    Some(())
}

/// Reads a head, or says why it is none.
fn head(connection: &mut TcpStream) -> io::Result<Result<Request, Answer>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    for _ in 0..MOST_PIECES {
        let read = connection.read(&mut piece)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&piece[..read]);
        match request(&bytes) {
            Ok(None) if bytes.len() <= LARGEST_HEAD => {}
            Ok(None) => break,
            Ok(Some(request)) => return Ok(Ok(request)),
            Err(_) => return Ok(Err(refusal((400, "Bad Request"), "this is not HTTP/1.1\n"))),
        }
    }
    Ok(Err(refusal((431, "Request Header Fields Too Large"), "the head of the request is too long\n")))
}

/// Reads a request; none while its head has not ended.
fn request(bytes: &[u8]) -> Result<Option<Request>, httparse::Error> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut read = httparse::Request::new(&mut fields);
    if read.parse(bytes)?.is_partial() {
        return Ok(None);
    }
    let host = read.headers.iter().find(|field| field.name.eq_ignore_ascii_case("host"));
    Ok(Some(Request {
        method: read.method.unwrap_or_default().to_owned(),
        target: read.path.unwrap_or_default().to_owned(),
        host: host.map(|host| String::from_utf8_lossy(host.value).into_owned()),
    }))
}

/// Returns an answer that is one line of text.
pub(super) fn refusal(status: (u16, &'static str), text: &str) -> Answer {
    Answer { status, kind: "text/plain", bytes: text.as_bytes().to_vec() }
}
