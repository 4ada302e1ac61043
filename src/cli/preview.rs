//! `hokan preview`: the draft site on this machine, reloaded after every edit.
//!
//! In: HTTP requests from this machine. Out: the pages of the work tree with their findings. The rule it keeps: it listens
//! on 127.0.0.1 alone and answers nobody who asks for another host (another site could point its name here), and nothing
//! but `GET` and `HEAD`.

mod http;
mod page;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use http::{Answer, Request, answered};

use super::arguments::PreviewArguments;
use super::failure::{Failure, chain};
use super::out::Out;
use super::stop::until_asked;
use super::{Done, program};
use crate::diag::Locale;
use crate::engine::{Instance, Seen, preview_site};

/// How long a page waits for an edit before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

const SCRIPT: &str = include_str!("preview/reload.js");
const STYLE: &str = include_str!("preview/preview.css");

/// What is served now.
#[derive(Default)]
struct Now {
    /// Counts the states shown.
    number: u64,
    pages: BTreeMap<String, Vec<u8>>,
    panel: String,
    is_over: bool,
}

/// What is served, and the way to wait for the next state.
#[derive(Default)]
struct Shared {
    now: Mutex<Now>,
    changed: Condvar,
}

impl Shared {
    /// A panic while the lock was held leaves what was shown before.
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.now());
        self.changed.notify_all();
    }
}

pub(super) fn run(instance: &Instance, wish: &PreviewArguments, out: &mut Out) -> Done {
    let cannot = |error| Failure::Io(format!("could not listen on 127.0.0.1:{}: {error}", wish.port));
    let listener = TcpListener::bind(("127.0.0.1", wish.port)).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let port = address.port();
    let (shared, program) = (Arc::new(Shared::default()), program()?);
    let serving = {
        let (over, shared) = (shared.clone(), shared.clone());
        std::thread::spawn(move || {
            http::serve(&listener, || over.now().is_over, move |request| answer(request, port, &shared));
        })
    };
    let url = format!("http://127.0.0.1:{port}/");
    let ended = until_asked(|stop| {
        out.result("preview", json!({ "url": url }), |out| {
            out.line(&format!("preview of the work tree at {url} (Ctrl-C ends it)"));
        });
        let locale = out.locale();
        preview_site(instance, &program, stop, &mut |seen| show(&shared, seen, locale))
    });
    shared.set(|now| now.is_over = true);
    http::knock(address);
    let _ = serving.join();
    ended??;
    Ok(ExitCode::SUCCESS)
}

fn show(shared: &Shared, seen: Seen<'_>, locale: Locale) {
    match seen {
        Seen::Checked { report, pages, failure, .. } => shared.set(|now| {
            let failure = failure.as_ref().map(|error| chain(error));
            now.panel = page::panel(report, failure.as_deref(), pages.is_none() && !now.pages.is_empty(), locale);
            if let Some(pages) = pages {
                // The documents of the last state stay until they are printed anew.
                now.pages.retain(|path, _| path.ends_with(".pdf"));
                now.pages.extend(pages);
            }
            now.number += 1;
        }),
        // Documents come later than pages; a page need not be loaded again for them.
        Seen::Printed(Ok(documents)) => shared.set(|now| now.pages.extend(documents)),
        Seen::Printed(Err(error)) | Seen::Unread(error) => shared.set(|now| {
            now.panel =
                format!("{}{}", page::panel(&Default::default(), Some(&chain(&error)), false, locale), now.panel);
            now.number += 1;
        }),
    }
}

/// Answers one request.
fn answer(request: &Request, port: u16, shared: &Shared) -> Answer {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !own.iter().any(|own| host.eq_ignore_ascii_case(own)) {
        return refusal(421, "this preview answers only as 127.0.0.1\n");
    }
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return refusal(405, "only GET and HEAD\n");
    }
    match request.uri().path() {
        "/.preview/reload.js" => found("text/javascript", SCRIPT.as_bytes().to_vec()),
        "/.preview/preview.css" => found("text/css", STYLE.as_bytes().to_vec()),
        "/.preview/wait" => {
            let seen = request.uri().query().and_then(|seen| seen.parse().ok()).unwrap_or(0);
            let waiting =
                shared.changed.wait_timeout_while(shared.now(), PATIENCE, |now| now.number == seen && !now.is_over);
            let number = waiting.unwrap_or_else(PoisonError::into_inner).0.number;
            found("text/plain", number.to_string().into_bytes())
        }
        path => file(path.trim_start_matches('/'), shared),
    }
}

fn file(path: &str, shared: &Shared) -> Answer {
    let path = if path.is_empty() { "index.html" } else { path };
    let (bytes, panel, number, has_pages) = {
        let now = shared.now();
        (now.pages.get(path).cloned(), now.panel.clone(), now.number, !now.pages.is_empty())
    };
    let html = |page: &str| found("text/html; charset=utf-8", page::with_preview(page, &panel, number).into_bytes());
    match bytes {
        Some(bytes) if path.ends_with(".html") => html(&String::from_utf8_lossy(&bytes)),
        Some(bytes) => found(kind(path), bytes),
        None if !has_pages && path.ends_with(".html") => html(page::bare()),
        None => refusal(404, "the site has no such file\n"),
    }
}

fn found(kind: &str, bytes: Vec<u8>) -> Answer {
    answered(200, kind, bytes)
}

/// Returns an answer that is one line of text.
fn refusal(status: u16, text: &str) -> Answer {
    answered(status, "text/plain", text.as_bytes().to_vec())
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("pdf") => "application/pdf",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("xml") => "application/atom+xml",
        _ => "application/octet-stream",
    }
}
