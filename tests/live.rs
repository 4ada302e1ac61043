//! What runs until it is stopped: the preview, and the service that publishes an accepted edit.
//!
//! In: the real program, started and left running. Out: what it serves and publishes after an edit. The rule it keeps:
//! nothing sleeps for a fixed time; what must happen is waited for, and a program that is waited for too long is ended.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::scene;
use crate::site_life::{accept, edit};
use crate::support::Instance;

/// How long what must happen is waited for, many times what it takes on a busy machine.
const LONGEST: Duration = Duration::from_secs(300);

/// A running program; it is ended when the test ends, or waits too long for it.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    _over: Sender<()>,
}

impl Running {
    fn start(instance: &Instance, arguments: &[&str]) -> Running {
        let mut command = instance.command(env!("CARGO_BIN_EXE_hokan"), arguments);
        command.env("HOKAN_LOG", "info").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (over, waiting) = channel::<()>();
        let id = child.id().to_string();
        std::thread::spawn(move || {
            if waiting.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        Running { child, lines, _over: over }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Asks the program to end and expects that it does so well.
    fn end(mut self, instance: &Instance) {
        instance.run("kill", &["-TERM", &self.child.id().to_string()]).expect_code(0);
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request and returns status line, headers and body.
fn ask(port: u16, method: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(port: u16, path: &str) -> String {
    ask(port, "GET", path, &format!("127.0.0.1:{port}"))
}

/// Waits for a page that says `wanted`, each time until the preview has something new.
fn wait_for(port: u16, path: &str, wanted: &str) -> String {
    let mut number = "0".to_owned();
    loop {
        let page = get(port, path);
        if page.contains(wanted) {
            return page;
        }
        let answer = get(port, &format!("/.preview/wait?{number}"));
        number = answer.rsplit("\r\n").next().unwrap().trim().to_owned();
    }
}

#[test]
fn a_preview_shows_each_edit_and_its_findings_and_answers_nobody_else() {
    let instance = Instance::new();
    scene::ready(&instance);
    let before = crate::site_life::tree(&instance.root().join("vault"));
    let mut running = Running::start(&instance, &["preview", "--port", "0"]);
    let line = running.line();
    let port: u16 = line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
    let page = wait_for(port, "/ja/purposes.html", "<main");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("これは下書きです。"), "{page}");
    assert!(page.contains("connect-src 'self'") && page.contains("/.preview/reload.js"), "{page}");
    assert!(get(port, "/").contains("HTTP/1.1 200") && get(port, "/.preview/reload.js").contains("location.reload"));
    let text = instance.read("policies/purposes.yaml");
    instance.write("policies/purposes.yaml", text.replacen("ja: 法定給付", "ja: 改・法定給付", 1));
    wait_for(port, "/ja/purposes.html", "改・");
    let text = instance.read("policies/purposes.yaml");
    instance.write("policies/purposes.yaml", text.replacen("category:", "categry:", 1));
    let page = wait_for(port, "/ja/purposes.html", "section.unknown-key");
    assert!(page.contains("改・") && page.contains("last state without errors"), "{page}");
    instance.write("policies/purposes.yaml", text);
    wait_for(port, "/ja/purposes.html", "改・");
    let foreign = ask(port, "GET", "/", "evil.example");
    assert!(foreign.starts_with("HTTP/1.1 421") && !foreign.contains("<html"), "{foreign}");
    let own = format!("localhost:{port}");
    assert!(ask(port, "GET", "/", &own).starts_with("HTTP/1.1 200"));
    assert!(ask(port, "POST", "/", &own).starts_with("HTTP/1.1 405"));
    let head = ask(port, "HEAD", "/", &own);
    assert!(head.starts_with("HTTP/1.1 200") && !head.contains("<html"), "{head}");
    for path in ["/../vault/key.ed25519", "/policies/service.yaml", "/.preview/nothing"] {
        assert!(get(port, path).starts_with("HTTP/1.1 404"), "{path}");
    }
    running.end(&instance);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it listens on");
    assert!(!instance.root().join("public/index.html").exists());
    let after = crate::site_life::tree(&instance.root().join("vault"));
    let changed: Vec<&String> = after.keys().filter(|path| after.get(*path) != before.get(*path)).collect();
    assert!(changed.iter().all(|path| path.ends_with("-wal") || path.ends_with("-shm")), "{changed:?}");
}

#[test]
fn no_request_ends_a_preview_or_keeps_others_waiting() {
    let instance = Instance::new();
    scene::ready(&instance);
    let mut running = Running::start(&instance, &["preview", "--port", "0"]);
    let line = running.line();
    let port: u16 = line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
    let send = |text: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // One that is refused early takes no more.
        let _ = stream.write_all(text.as_bytes());
        stream
    };
    let answer = |mut stream: TcpStream| {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    let own = format!("Host: 127.0.0.1:{port}\r\n");
    let slow: Vec<TcpStream> = (0..20).map(|_| send("GET /ja/")).collect();
    let large = "Content-Length: 99999999999\r\n\r\n";
    assert!(answer(send(&format!("GET /.preview/preview.css HTTP/1.1\r\n{own}{large}"))).starts_with("HTTP/1.1 200"));
    assert!(answer(send(&format!("POST / HTTP/1.1\r\n{own}{large}"))).starts_with("HTTP/1.1 405"));
    assert!(answer(send(&format!("GET / HTTP/1.1\r\nHost: evil.example\r\n{large}"))).starts_with("HTTP/1.1 421"));
    assert!(answer(send(&format!("GET /{} HTTP/1.1", "x".repeat(1 << 20)))).starts_with("HTTP/1.1 431"));
    assert!(answer(send("\u{16}\u{3}\u{1}\r\n\r\n")).starts_with("HTTP/1.1 400"));
    assert!(get(port, "/.preview/preview.css").starts_with("HTTP/1.1 200"));
    drop(slow);
    running.end(&instance);
}

/// Waits until a page says something, looking again whenever the program has logged a line.
fn wait_for_page(instance: &Instance, log: &mut impl BufRead, path: &str, wanted: &str) {
    let says = || std::fs::read_to_string(instance.root().join(path)).is_ok_and(|page| page.contains(wanted));
    while !says() {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "the service ended before `{wanted}` was in {path}");
    }
}

#[test]
fn the_service_publishes_a_commit_and_an_acceptance_without_waiting_for_its_next_look() {
    let instance = Instance::new();
    scene::ready(&instance);
    // The next look is an hour away: only being woken can publish an edit within the life of this test.
    edit(&instance, "policies/service.yaml", "rescan: PT10M", "rescan: PT1H", "Look each hour");
    accept(&instance);
    let mut running = Running::start(&instance, &["run", "--yes"]);
    let mut log = BufReader::new(running.child.stderr.take().unwrap());
    wait_for_page(&instance, &mut log, "public/en/history.html", "First published version.");
    edit(&instance, "policies/purposes.yaml", "ja: 法定給付", "ja: 改・法定給付", "Reword a purpose");
    wait_for_page(&instance, &mut log, "public/ja/purposes.html", "改・");
    // A limit is raised with it: that needs an approver, whom the service cannot come before.
    let service = instance.read("policies/service.yaml");
    instance.write("policies/service.yaml", service.replacen("records: 5000", "records: 6000", 1));
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer, and destroy more at once");
    accept(&instance);
    wait_for_page(&instance, &mut log, "public/en/history.html", "The retention period was lengthened.");
    running.end(&instance);
}
