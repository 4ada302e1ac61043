//! What serves a preview: hyper reads a request and writes its answer, each connection on a thread of its own.
//!
//! In: connections from this machine. Out: each request to whoever answers. The rule it keeps: a connection has one request;
//! what it claims is never believed: its head has a small bound, its body is never made room for; and one that is slow keeps
//! nobody else waiting, nor a thread for long.
//!
//! hyper is written for programs that wait for many connections at once. Here reading and writing block, so that it is never
//! waited for anything, and no such program is needed.

use std::cell::Cell;
use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use hyper::rt::ReadBufCursor;
use hyper::server::conn::http1;
use hyper::service::service_fn;

/// What is asked.
pub(super) type Request = hyper::Request<Incoming>;

/// What is answered.
pub(super) type Answer = hyper::Response<Full<Bytes>>;

/// The most bytes a head may have.
const LARGEST_HEAD: usize = 16 * 1024;

/// How often a connection is read: a browser sends its request in one or two pieces.
const MOST_READS: usize = 32;

/// How long a connection may be silent, or take nothing.
const SILENCE: Duration = Duration::from_secs(5);

/// How long it is waited where no connection can be taken, such as when the process has too many files open.
const PAUSE: Duration = Duration::from_millis(100);

/// How many connections are answered at a time; another one is closed.
const AT_A_TIME: usize = 256;

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
        match connection {
            Ok(connection) if Arc::strong_count(&answer) <= AT_A_TIME => {
                let answer = answer.clone();
                std::thread::spawn(move || attend(connection, &*answer));
            }
            // One too many is closed.
            Ok(_) => {}
            Err(_) => std::thread::park_timeout(PAUSE),
        }
    }
}

/// Lets [`serve`] see that it is over.
pub(super) fn knock(at: SocketAddr) {
    // Where nobody listens any more, nobody needs to be told.
    let _ = TcpStream::connect_timeout(&at, SILENCE);
}

/// Returns an answer.
pub(super) fn answered(status: u16, kind: &str, bytes: Vec<u8>) -> Answer {
    let built = hyper::Response::builder()
        .status(status)
        .header(CONTENT_TYPE, kind)
        .header(CACHE_CONTROL, "no-store")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header(CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")
        .header(ALLOW, "GET, HEAD")
        .body(Full::from(bytes));
    built.expect("every status and field here is one of HTTP's")
}

/// Reads one request and answers it. Whoever asked may go away at any moment.
fn attend(connection: TcpStream, answer: &dyn Fn(&Request) -> Answer) -> Option<()> {
    for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
        set(&connection, Some(SILENCE)).ok()?;
    }
    let mut rest = connection.try_clone().ok()?;
    let is_asked = Cell::new(false);
    let service = service_fn(|request: Request| {
        is_asked.set(true);
        std::future::ready(Ok::<_, Infallible>(answer(&request)))
    });
    let serving = http1::Builder::new()
        .keep_alive(false)
        .header_read_timeout(None)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(Wire { connection, reads: 0, is_asked: &is_asked }, service);
    carried_out(serving)?.ok()?;
    // What was sent besides is taken and dropped, a little of it: closed at once, the system could take the answer back.
    let mut piece = [0; LARGEST_HEAD];
    rest.read(&mut piece).ok().map(drop)
}

/// Carries something out that waits for nothing; returns nothing where it would wait for ever.
fn carried_out<T>(task: impl Future<Output = T>) -> Option<T> {
    let again = Arc::new(Again::default());
    let waker = Waker::from(again.clone());
    let (mut task, mut context) = (pin!(task), Context::from_waker(&waker));
    loop {
        match task.as_mut().poll(&mut context) {
            Poll::Ready(done) => return Some(done),
            Poll::Pending if again.0.swap(false, Ordering::Relaxed) => {}
            Poll::Pending => return None,
        }
    }
}

/// Whether a task asked to be carried on with.
#[derive(Default)]
struct Again(AtomicBool);

impl Wake for Again {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection as hyper reads and writes it: read until the request is there, and no further.
struct Wire<'a> {
    connection: TcpStream,
    reads: usize,
    is_asked: &'a Cell<bool>,
}

impl hyper::rt::Read for Wire<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, mut buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if self.is_asked.get() {
            return Poll::Pending;
        }
        self.reads += 1;
        if self.reads > MOST_READS {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let mut piece = [0; 4096];
        let room = buffer.remaining().min(piece.len());
        let read = self.connection.read(&mut piece[..room]);
        Poll::Ready(read.map(|read| buffer.put_slice(&piece[..read])))
    }
}

impl hyper::rt::Write for Wire<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.connection.write(bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.connection.flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.connection.shutdown(Shutdown::Write))
    }
}
