//! The service manager: what a program tells it that is started by systemd, or by anything that speaks its protocol.
//!
//! In: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`, `JOURNAL_STREAM`. Out: datagrams. The rule it keeps: nobody listening
//! is no failure; what cannot be sent is not sent.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Whoever started this program as a service and listens to it.
///
/// # Source
/// `sd_notify(3)`, `sd_watchdog_enabled(3)`: one datagram of lines `NAME=VALUE`, to a path or (with `@` for the first byte,
/// zero) to an abstract name.
pub struct Manager {
    socket: UnixDatagram,
    watchdog: Option<Duration>,
}

impl Manager {
    /// Returns the one that the environment names; nothing where there is none.
    #[expect(clippy::disallowed_methods, reason = "the environment is the host's")]
    pub fn of_environment() -> Option<Manager> {
        let name = std::env::var_os("NOTIFY_SOCKET")?;
        let address = match name.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name).ok()?,
            [b'/', ..] => SocketAddr::from_pathname(&name).ok()?,
            _ => return None,
        };
        let socket = UnixDatagram::unbound().ok()?;
        socket.connect_addr(&address).ok()?;
        let set = |name| std::env::var(name).ok();
        let watchdog = watchdog(set("WATCHDOG_USEC").as_deref(), set("WATCHDOG_PID").as_deref(), std::process::id());
        Some(Manager { socket, watchdog })
    }

    /// Returns after which silence the manager ends the program; nothing where it does not watch.
    pub fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// Says that the program works, and what it does.
    pub fn ready(&self, status: Option<&str>) {
        let status = status.map_or(String::new(), |status| format!("\nSTATUS={}", status.replace('\n', " ")));
        self.say(&format!("READY=1{status}"));
    }

    /// Says that the program looks at its settings anew; [`Manager::ready`] ends it.
    pub fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let micros = now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1000);
        self.say(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }

    /// Says that the program goes on.
    pub fn alive(&self) {
        self.say("WATCHDOG=1");
    }

    /// Says that the program ends.
    pub fn stopping(&self) {
        self.say("STOPPING=1");
    }

    fn say(&self, text: &str) {
        // Nobody who listens any more is nobody to fail for.
        let _ = self.socket.send(text.as_bytes());
    }
}

fn watchdog(micros: Option<&str>, of: Option<&str>, own: u32) -> Option<Duration> {
    let is_for_us = of.is_none_or(|of| of.parse() == Ok(own));
    let micros = micros?.parse().ok().filter(|micros| *micros > 0)?;
    is_for_us.then(|| Duration::from_micros(micros))
}

/// Returns whether standard error goes to the journal, which adds time, name and colour itself.
///
/// # Source
/// `systemd.exec(5)`, `JOURNAL_STREAM`: device and inode number of the stream, which another redirection does not have.
#[expect(clippy::disallowed_methods, reason = "the environment is the host's")]
pub fn is_journal() -> bool {
    let Ok(own) = rustix::fs::fstat(std::io::stderr()) else { return false };
    std::env::var("JOURNAL_STREAM").is_ok_and(|stream| stream == format!("{}:{}", own.st_dev, own.st_ino))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watchdog_counts_only_where_it_watches_this_program() {
        let minute = Some(Duration::from_secs(60));
        assert_eq!(watchdog(Some("60000000"), None, 7), minute);
        assert_eq!(watchdog(Some("60000000"), Some("7"), 7), minute);
        for (micros, of) in [(None, None), (Some("0"), None), (Some("x"), None), (Some("60000000"), Some("8"))] {
            assert_eq!(watchdog(micros, of, 7), None, "{micros:?} {of:?}");
        }
    }
}
