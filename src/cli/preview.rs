//! `hokan preview`: the draft site on this machine, reloaded after every edit.
//!
//! In: HTTP requests from this machine. Out: the pages of the work tree with their findings. The rule it keeps: it listens
//! on 127.0.0.1 alone and answers nobody who asks for another host (another site could point its name here), and nothing
//! but `GET` and `HEAD`.

mod page;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;
use tiny_http::{Header, Method, Request, Response, Server};

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
    let server = Server::http(("127.0.0.1", wish.port))
        .map_err(|error| Failure::Io(format!("could not listen on 127.0.0.1:{}: {error}", wish.port)))?;
    let port = server.server_addr().to_ip().map_or(wish.port, |address| address.port());
    let (server, shared, program) = (Arc::new(server), Arc::new(Shared::default()), program()?);
    let serving = {
        let (server, shared) = (server.clone(), shared.clone());
        std::thread::spawn(move || {
            for request in server.incoming_requests() {
                let shared = shared.clone();
                // Each on its own: a page that waits must not keep the others waiting.
                std::thread::spawn(move || answer(request, port, &shared));
            }
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
    server.unblock();
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
        Seen::Printed(Err(error)) => shared.set(|now| {
            now.panel =
                format!("{}{}", page::panel(&Default::default(), Some(&chain(&error)), false, locale), now.panel);
            now.number += 1;
        }),
    }
}

/// Answers one request; whoever went away gets nothing.
fn answer(request: Request, port: u16, shared: &Shared) {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    let is_own = host.is_some_and(|host| own.iter().any(|own| host.value.as_str().eq_ignore_ascii_case(own)));
    if !is_own {
        return send(request, 421, "text/plain", b"this preview answers only as 127.0.0.1\n".to_vec());
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return send(request, 405, "text/plain", b"only GET and HEAD\n".to_vec());
    }
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    match path {
        "/.preview/reload.js" => send(request, 200, "text/javascript", SCRIPT.as_bytes().to_vec()),
        "/.preview/preview.css" => send(request, 200, "text/css", STYLE.as_bytes().to_vec()),
        "/.preview/wait" => {
            let seen = query.parse().unwrap_or(0);
            let waiting =
                shared.changed.wait_timeout_while(shared.now(), PATIENCE, |now| now.number == seen && !now.is_over);
            let number = waiting.unwrap_or_else(PoisonError::into_inner).0.number;
            send(request, 200, "text/plain", number.to_string().into_bytes());
        }
        _ => file(request, path.trim_start_matches('/'), shared),
    }
}

fn file(request: Request, path: &str, shared: &Shared) {
    let path = if path.is_empty() { "index.html" } else { path };
    let (found, panel, number, has_pages) = {
        let now = shared.now();
        (now.pages.get(path).cloned(), now.panel.clone(), now.number, !now.pages.is_empty())
    };
    let html = |page: &str| page::with_preview(page, &panel, number).into_bytes();
    match found {
        Some(bytes) if path.ends_with(".html") => {
            send(request, 200, "text/html; charset=utf-8", html(&String::from_utf8_lossy(&bytes)))
        }
        Some(bytes) => send(request, 200, kind(path), bytes),
        None if !has_pages && (path.ends_with(".html")) => {
            send(request, 200, "text/html; charset=utf-8", html(page::bare()))
        }
        None => send(request, 404, "text/plain", b"the site has no such file\n".to_vec()),
    }
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

fn send(request: Request, status: u16, kind: &str, bytes: Vec<u8>) {
    let headers = [
        ("Content-Type", kind),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("Allow", "GET, HEAD"),
    ];
    let headers = headers.iter().filter_map(|(name, value)| Header::from_bytes(*name, *value).ok());
    let response = headers
        .fold(Response::from_data(bytes).with_status_code(status), |response, header| response.with_header(header));
    // Whoever asked may have gone away meanwhile.
    let _ = request.respond(response.with_chunked_threshold(usize::MAX));
}
