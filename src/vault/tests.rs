//! The vault from end to end, with real files and the real `age` program.

use std::fs;
use std::io::{Seek, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::destroy::{self, DestroyError, Destroyed};
use super::open::{Identities, OpenError, open, opens};
use super::seal::{NewIdentity, RecipientKey, SealError, Sealed, new_identity, seal};
use super::*;
use crate::calendar::Instant;
use crate::host;
use crate::retention::warrant::Warrant;

/// 2026-11-22, noon, UTC.
const NOON: i64 = 1_795_348_800_000_000;
const CHUNK: usize = 64 * 1024;

struct Bench {
    temporary: tempfile::TempDir,
    vault: Vault,
    key: NewIdentity,
    next: u8,
}

impl Bench {
    fn new() -> Bench {
        let temporary = tempfile::tempdir().unwrap();
        let vault = Vault::create(&temporary.path().join("vault")).unwrap();
        Bench { temporary, vault, key: new_identity(), next: 0 }
    }

    fn id(&mut self) -> RecordId {
        self.next += 1;
        RecordId::new(Instant::from_micros(NOON), [self.next; 10])
    }

    fn source(&self, plaintext: &[u8]) -> fs::File {
        let mut file = tempfile::tempfile_in(self.temporary.path()).unwrap();
        file.write_all(plaintext).unwrap();
        file.rewind().unwrap();
        file
    }

    fn seal(&mut self, plaintext: &[u8]) -> Sealed {
        let record = self.id();
        seal(&self.vault, record, &mut self.source(plaintext), std::slice::from_ref(&self.key.recipient)).unwrap()
    }

    fn keep(&mut self, plaintext: &[u8]) -> Sealed {
        let sealed = self.seal(plaintext);
        self.vault.sync().unwrap();
        self.vault.publish(&[sealed.record]).unwrap();
        sealed
    }

    fn place(&self, part: Part, record: RecordId) -> PathBuf {
        self.vault.shelf(part).dir.path_of(self.vault.shelf(part).place(record))
    }

    fn open(&self, sealed: &Sealed) -> Result<Vec<u8>, OpenError> {
        self.open_with(sealed, &self.key)
    }

    fn open_with(&self, sealed: &Sealed, key: &NewIdentity) -> Result<Vec<u8>, OpenError> {
        let mut out = Vec::new();
        let identities = Identities::parse(&format!("# a comment\n\n{}\n", key.secret.expose())).unwrap();
        let expected = Digests { header: sealed.header, body: sealed.body };
        let bytes = open(&self.vault, sealed.record, expected, &identities, &mut out)?;
        assert_eq!(bytes, out.len() as u64);
        Ok(out)
    }

    /// Opens a record as a person would without hokan: `cat header body | age -d -i identity`.
    fn age(&self, record: RecordId) -> Vec<u8> {
        let identity = self.temporary.path().join("identity");
        fs::write(&identity, self.key.secret.expose()).unwrap();
        let mut whole = fs::read(self.place(Part::Header, record)).unwrap();
        whole.extend(fs::read(self.place(Part::Body, record)).unwrap());
        let arguments = ["-d", "-i", identity.to_str().unwrap()];
        let ended = host::run("age", &arguments, self.temporary.path(), &[], &whole).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        ended.stdout
    }
}

fn warrant(sealed: &Sealed) -> Warrant {
    Warrant::for_test(sealed.record, sealed.header, sealed.body)
}

fn plaintext(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

fn result(mut outcomes: Vec<destroy::Outcome>) -> Result<Destroyed, DestroyError> {
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0).result
}

#[test]
fn every_length_comes_back_through_hokan_and_through_age() {
    let mut bench = Bench::new();
    let mib = 1024 * 1024;
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, mib, mib + 1, 2 * mib, 3 * mib + 1] {
        let content = plaintext(length);
        let sealed = bench.keep(&content);
        assert_eq!((sealed.bytes, sealed.plaintext), (length as u64, Digest::of(&content)));
        assert!(bench.open(&sealed).unwrap() == content, "{length}");
        assert!(bench.age(sealed.record) == content, "{length}");
    }
}

/// Whether a test may go on without a program: on a developer's machine, and then it says so.
#[expect(clippy::disallowed_macros, reason = "what was not tested is for whoever runs the tests")]
fn may_lack(program: &str) -> bool {
    let may = program != "age" && std::env::var_os("CI").is_none();
    if may {
        eprintln!("NOT TESTED: `{program}` is not installed");
    }
    may
}

/// Opens header and body, joined, with another program that reads age files; nothing where it may lack.
fn opened_by(program: &str, joined: &[u8], key: &NewIdentity, dir: &Path) -> Option<Result<Vec<u8>, String>> {
    let identity = dir.join("identity");
    fs::write(&identity, key.secret.expose()).unwrap();
    let ended = host::run(program, &["-d", "-i", identity.to_str().unwrap()], dir, &[], joined);
    match ended {
        Err(_) if may_lack(program) => None,
        ended => {
            let ended = ended.unwrap();
            Some(if ended.code == 0 { Ok(ended.stdout) } else { Err(ended.stderr) })
        }
    }
}

#[test]
fn stock_tools_open_a_record_before_and_after_it_is_rekeyed_and_only_for_whom_it_is_sealed() {
    let mut bench = Bench::new();
    let (first, second) = (new_identity(), new_identity());
    let content = plaintext(2 * CHUNK + 7);
    let sealed = bench.keep(&content);
    let id = sealed.record;
    let body = fs::read(bench.place(Part::Body, id)).unwrap();
    let joined = |bench: &Bench| [fs::read(bench.place(Part::Header, id)).unwrap(), body.clone()].concat();
    let before = joined(&bench);
    let identities = Identities::parse(bench.key.secret.expose()).unwrap();
    let keys = [first.recipient.clone(), second.recipient.clone()];
    let header = rekey::prepare(&bench.vault, id, sealed.header, &identities, &keys).unwrap();
    bench.vault.sync().unwrap();
    let settled = rekey::settle(&bench.vault, &[(id, Some(header))]);
    assert!(settled[0].1.is_ok(), "{settled:?}");
    let after = joined(&bench);
    assert_eq!(fs::read(bench.place(Part::Body, id)).unwrap(), body);
    let dir = bench.temporary.path();
    for program in ["age", "rage"] {
        let Some(opened) = opened_by(program, &before, &bench.key, dir) else { continue };
        assert!(opened.unwrap() == content, "{program}, before");
        for key in [&first, &second] {
            assert!(opened_by(program, &after, key, dir).unwrap().unwrap() == content, "{program}, after");
        }
        assert!(opened_by(program, &after, &bench.key, dir).unwrap().is_err(), "{program}: the former recipient");
    }
    let newer = Sealed { header, ..sealed };
    assert!(bench.open_with(&newer, &second).unwrap() == content);
    assert!(matches!(bench.open(&newer), Err(OpenError::NoMatchingIdentity { .. })));
    assert!(matches!(bench.open_with(&sealed, &second), Err(OpenError::AlteredHeader { .. })));
}

#[test]
fn what_a_stock_tool_sealed_opens_once_it_is_cut_at_its_mac_line_also_rekeyed() {
    let mut bench = Bench::new();
    for program in ["age", "rage"] {
        let content = plaintext(CHUNK + 3);
        let key = bench.key.recipient.to_string();
        let sealing = host::run(program, &["-r", &key], bench.temporary.path(), &[], &content);
        let file = match sealing {
            Err(_) if may_lack(program) => continue,
            ended => ended.unwrap().stdout,
        };
        let mac = file.windows(5).position(|five| five == b"\n--- ").unwrap() + 1;
        let end = mac + file[mac..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let (header, body) = file.split_at(end);
        let record = bench.id();
        for (part, bytes) in [(Part::Header, header), (Part::Body, body)] {
            let path = bench.place(part, record);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let (header, body) = (Digest::of(header), Digest::of(body));
        let sealed = Sealed { record, header, body, plaintext: Digest::of(&content), bytes: content.len() as u64 };
        assert!(bench.open(&sealed).unwrap() == content, "{program}");
        let (identities, other) = (Identities::parse(bench.key.secret.expose()).unwrap(), new_identity());
        let keys = std::slice::from_ref(&other.recipient);
        let header = rekey::prepare(&bench.vault, record, header, &identities, keys).unwrap();
        // Before it takes its place the new one is found aside, and the former one at its place.
        assert!(bench.open_with(&Sealed { header, ..sealed }, &other).unwrap() == content, "{program}, aside");
        assert!(bench.open(&sealed).unwrap() == content, "{program}, not exchanged yet");
        assert!(rekey::settle(&bench.vault, &[(record, Some(header))])[0].1.is_ok());
        assert!(bench.open_with(&Sealed { header, ..sealed }, &other).unwrap() == content, "{program}, rekeyed");
    }
}

#[test]
fn i3_a_record_that_has_a_second_header_aside_is_not_destroyed_before_that_is_settled() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"going");
    let identities = Identities::parse(bench.key.secret.expose()).unwrap();
    let keys = std::slice::from_ref(&bench.key.recipient);
    rekey::prepare(&bench.vault, sealed.record, sealed.header, &identities, keys).unwrap();
    let refused = result(destroy::headers(&bench.vault, &[warrant(&sealed)]));
    assert!(matches!(refused, Err(DestroyError::Rekeying { .. })), "{refused:?}");
    assert_eq!(bench.open(&sealed).unwrap(), b"going");
    assert!(rekey::settle(&bench.vault, &[(sealed.record, Some(sealed.header))])[0].1.is_ok());
    assert!(result(destroy::headers(&bench.vault, &[warrant(&sealed)])).is_ok());
}

#[test]
fn a_header_ends_at_its_mac_line_and_a_body_has_the_length_of_its_chunks() {
    let mut bench = Bench::new();
    let sealed = bench.keep(&plaintext(CHUNK + 1));
    let header = fs::read_to_string(bench.place(Part::Header, sealed.record)).unwrap();
    assert!(header.starts_with("age-encryption.org/v1\n") && header.ends_with('\n'));
    assert!(header.lines().last().unwrap().starts_with("--- "));
    let body = fs::metadata(bench.place(Part::Body, sealed.record)).unwrap();
    assert_eq!(body.len() as usize, 16 + CHUNK + 1 + 2 * 16);
}

#[test]
fn i4_sealing_needs_public_keys_only_and_each_of_them_opens() {
    let mut bench = Bench::new();
    let other = new_identity();
    let keys: Vec<_> = [&bench.key, &other].iter().map(|key| key.recipient.to_string()).collect();
    let keys: Vec<_> = keys.iter().map(|text| RecipientKey::parse(text).unwrap()).collect();
    let record = bench.id();
    let sealed = seal(&bench.vault, record, &mut bench.source(b"for two"), &keys).unwrap();
    bench.vault.publish(&[record]).unwrap();
    assert_eq!(bench.open(&sealed).unwrap(), b"for two");
    assert_eq!(bench.open_with(&sealed, &other).unwrap(), b"for two");
    let stranger = bench.open_with(&sealed, &new_identity());
    assert!(matches!(stranger, Err(OpenError::NoMatchingIdentity { .. })));
}

#[test]
fn i4_nothing_in_the_vault_holds_plaintext_or_key() {
    let mut bench = Bench::new();
    let marker = b"a sentence that must not be found".repeat(3000);
    let sealed = bench.keep(&marker);
    for part in [Part::Header, Part::Body] {
        let bytes = fs::read(bench.place(part, sealed.record)).unwrap();
        assert!(!bytes.windows(10).any(|ten| ten == &marker[..10]));
        assert!(!bytes.windows(14).any(|some| some == b"AGE-SECRET-KEY"));
    }
}

#[test]
fn sealing_to_nobody_is_refused() {
    let mut bench = Bench::new();
    let record = bench.id();
    let refused = seal(&bench.vault, record, &mut bench.source(b"x"), &[]);
    assert!(matches!(refused, Err(SealError::NoRecipients { .. })));
    assert_eq!(bench.vault.incoming().unwrap(), Passing::default());
}

#[test]
fn i1_a_seal_that_fails_leaves_nothing_and_touches_no_other() {
    let mut bench = Bench::new();
    let record = bench.id();
    // A directory opens and does not read.
    let mut unreadable = fs::File::open(bench.temporary.path()).unwrap();
    let failed = seal(&bench.vault, record, &mut unreadable, &[bench.key.recipient.clone()]);
    assert!(matches!(failed, Err(SealError::Read { .. })));
    assert_eq!(bench.vault.incoming().unwrap(), Passing::default());

    let first = seal(&bench.vault, record, &mut bench.source(b"one"), &[bench.key.recipient.clone()]).unwrap();
    let second = seal(&bench.vault, record, &mut bench.source(b"two"), &[bench.key.recipient.clone()]);
    assert!(matches!(second, Err(SealError::Write { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists));
    bench.vault.publish(&[record]).unwrap();
    assert_eq!(bench.open(&first).unwrap(), b"one");
}

#[test]
fn the_vault_is_closed_to_others() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"x");
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    for part in [Part::Header, Part::Body] {
        let file = bench.place(part, sealed.record);
        let day = file.parent().unwrap();
        assert_eq!((mode(&file), mode(day), mode(day.parent().unwrap())), (0o600, 0o700, 0o700));
        assert_eq!(day.file_name().unwrap(), "2026-11-22");
    }
    assert_eq!(mode(&bench.temporary.path().join("vault")), 0o700);
}

#[test]
fn a_vault_that_is_not_there_is_not_made_up() {
    let bench = Bench::new();
    let root = bench.temporary.path().join("vault");
    fs::rename(root.join("headers"), root.join("elsewhere")).unwrap();
    let Err(VaultError::Missing { missing, .. }) = Vault::open(&root) else { panic!("opened") };
    assert_eq!(missing, root.join("headers"));
    assert!(!root.join("headers").exists());
}

#[test]
fn one_file_system_is_synced_once() {
    assert_eq!(Bench::new().vault.sync().unwrap(), 1);
}

#[test]
fn discarding_removes_what_is_incoming_and_nothing_else() {
    let mut bench = Bench::new();
    let kept = bench.keep(b"kept");
    let dropped = bench.seal(b"dropped");
    let waiting = bench.seal(b"waiting");
    bench.vault.discard(dropped.record).unwrap();
    bench.vault.discard(kept.record).unwrap();
    assert_eq!(bench.vault.incoming().unwrap().records, [waiting.record]);
    assert_eq!(bench.open(&kept).unwrap(), b"kept");
}

#[test]
fn publishing_what_is_nowhere_is_an_error() {
    let mut bench = Bench::new();
    let record = bench.id();
    assert!(matches!(bench.vault.publish(&[record]), Err(VaultError::NotIncoming { .. })));
}

#[test]
fn a_list_shows_the_kept_the_halves_and_the_strange() {
    let mut bench = Bench::new();
    let (whole, half) = (bench.keep(b"whole"), bench.keep(b"half"));
    fs::remove_file(bench.place(Part::Header, half.record)).unwrap();
    let root = bench.temporary.path().join("vault");
    let foreign = [root.join("bodies/2026-11-22/notes.txt"), root.join("headers/copy.header")];
    foreign.iter().for_each(|path| fs::write(path, b"x").unwrap());
    let misplaced = root.join("bodies/2020-01-01").join(Part::Body.file(whole.record));
    fs::create_dir(misplaced.parent().unwrap()).unwrap();
    fs::copy(bench.place(Part::Body, whole.record), &misplaced).unwrap();
    let listing = bench.vault.list();
    let kept = |sealed: &Sealed, has_header| Kept { record: sealed.record, has_header, has_body: true };
    assert_eq!(listing.kept, [kept(&whole, true), kept(&half, false)]);
    assert_eq!(listing.strange, [misplaced, foreign[0].clone(), foreign[1].clone()]);
    assert_eq!(bench.vault.kept(half.record).unwrap(), kept(&half, false));
}

#[test]
fn looking_tells_the_digests_that_sealing_told() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"x");
    let look = bench.vault.look(sealed.record).unwrap();
    assert!(matches!(look.header, Found::Present { digest, .. } if digest == sealed.header));
    assert!(matches!(look.body, Found::Present { digest, bytes: 33 } if digest == sealed.body));
    let nowhere = bench.id();
    assert_eq!(bench.vault.look(nowhere).unwrap(), Look { header: Found::Missing, body: Found::Missing });
}

#[test]
fn each_damage_has_its_own_error() {
    type Damage = fn(&Path);
    let cut: Damage = |path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(40).unwrap();
    let lengthen: Damage = |path| fs::OpenOptions::new().append(true).open(path).unwrap().write_all(&[0; 100]).unwrap();
    let remove: Damage = |path| fs::remove_file(path).unwrap();
    let opened = |part: Part, damage: Damage| {
        let mut bench = Bench::new();
        let sealed = bench.keep(&plaintext(CHUNK));
        damage(&bench.place(part, sealed.record));
        bench.open(&sealed).unwrap_err()
    };
    for damage in [cut, lengthen] {
        assert!(matches!(opened(Part::Header, damage), OpenError::AlteredHeader { .. }));
        assert!(matches!(opened(Part::Body, damage), OpenError::CorruptedBody { .. }));
    }
    assert!(matches!(opened(Part::Header, remove), OpenError::MissingHeader { .. }));
    assert!(matches!(opened(Part::Body, remove), OpenError::MissingBody { .. }));
}

#[test]
fn a_header_of_another_record_does_not_decrypt_even_if_the_digests_fit() {
    let mut bench = Bench::new();
    let (one, other) = (bench.keep(b"one"), bench.keep(b"other"));
    fs::copy(bench.place(Part::Header, other.record), bench.place(Part::Header, one.record)).unwrap();
    let forged = Sealed { header: other.header, ..one };
    assert!(matches!(bench.open(&forged), Err(OpenError::Undecryptable { .. })));
}

#[test]
fn possession_is_proved_by_opening() {
    let (mine, other) = (new_identity(), new_identity());
    let identities = Identities::parse(mine.secret.expose()).unwrap();
    assert!(opens(&mine.recipient, &identities));
    assert!(!opens(&other.recipient, &identities));
}

#[test]
fn i3_a_destroyed_header_is_zeros_under_every_name_and_the_record_stays_shut() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"x");
    let header = bench.place(Part::Header, sealed.record);
    let other_name = bench.temporary.path().join("other name");
    fs::hard_link(&header, &other_name).unwrap();
    assert_eq!(result(destroy::headers(&bench.vault, &[warrant(&sealed)])).unwrap(), Destroyed::Now);
    assert!(!header.exists());
    assert!(fs::read(&other_name).unwrap().iter().all(|byte| *byte == 0));
    assert!(matches!(bench.open(&sealed), Err(OpenError::MissingHeader { .. })));
    assert_eq!(result(destroy::bodies(&bench.vault, &[warrant(&sealed)])).unwrap(), Destroyed::Now);
    assert!(!bench.place(Part::Body, sealed.record).exists());
}

#[test]
fn i3_what_is_gone_counts_as_destroyed_and_is_not_done_twice() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"x");
    let never = RecordId::new(Instant::from_micros(0), [9; 10]);
    let never = Warrant::for_test(never, sealed.header, sealed.body);
    assert_eq!(result(destroy::headers(&bench.vault, &[never])).unwrap(), Destroyed::AlreadyGone);
    for expected in [Destroyed::Now, Destroyed::AlreadyGone] {
        assert_eq!(result(destroy::headers(&bench.vault, &[warrant(&sealed)])).unwrap(), expected);
    }
    for expected in [Destroyed::Now, Destroyed::AlreadyGone] {
        assert_eq!(result(destroy::bodies(&bench.vault, &[warrant(&sealed)])).unwrap(), expected);
    }
}

#[test]
fn i3_a_header_that_differs_is_left_alone_at_first_and_finished_in_recovery() {
    let mut bench = Bench::new();
    let sealed = bench.keep(b"x");
    let path = bench.place(Part::Header, sealed.record);
    let unharmed = result(destroy::finish_headers(&bench.vault, &[warrant(&sealed)]));
    assert!(matches!(unharmed, Err(DestroyError::Unharmed { .. })));
    assert_eq!(bench.open(&sealed).unwrap(), b"x");

    // The machine stopped in the middle of overwriting.
    fs::OpenOptions::new().write(true).open(&path).unwrap().write_all(&[0; 20]).unwrap();
    let before = fs::read(&path).unwrap();
    let differs = result(destroy::headers(&bench.vault, &[warrant(&sealed)]));
    assert!(matches!(differs, Err(DestroyError::Differs { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(result(destroy::finish_headers(&bench.vault, &[warrant(&sealed)])).unwrap(), Destroyed::Now);
    assert!(!path.exists());
}

#[test]
fn i3_recovery_never_destroys_the_header_of_another_record_that_lies_in_the_place() {
    let mut bench = Bench::new();
    let (due, held) = (bench.keep(b"due"), bench.keep(b"held"));
    let (place, other) = (bench.place(Part::Header, due.record), bench.place(Part::Header, held.record));
    fs::rename(&other, &place).unwrap();
    let left = result(destroy::finish_headers(&bench.vault, &[warrant(&due)]));
    assert!(matches!(left, Err(DestroyError::Differs { .. })));
    fs::rename(&place, &other).unwrap();
    assert_eq!(bench.open(&held).unwrap(), b"held");
    fs::write(&place, b"").unwrap();
    assert_eq!(result(destroy::finish_headers(&bench.vault, &[warrant(&due)])).unwrap(), Destroyed::Now);
}

#[test]
fn i3_one_failure_does_not_stop_the_others_and_a_body_waits_for_its_header() {
    let mut bench = Bench::new();
    let (first, second) = (bench.keep(b"first"), bench.keep(b"second"));
    let path = bench.place(Part::Header, first.record);
    let elsewhere = bench.temporary.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let warrants = [warrant(&first), warrant(&second)];
    let headers = destroy::headers(&bench.vault, &warrants);
    assert_eq!(headers.iter().map(|outcome| outcome.record).collect::<Vec<_>>(), [first.record, second.record]);
    assert!(matches!(headers[0].result, Err(DestroyError::Io { act: "open", .. })), "a link is not followed");
    assert!(matches!(headers[1].result, Ok(Destroyed::Now)));
    let bodies = destroy::bodies(&bench.vault, &warrants);
    assert!(matches!(bodies[0].result, Err(DestroyError::HeaderStands { .. })));
    assert!(matches!(bodies[1].result, Ok(Destroyed::Now)));
    assert!(bench.place(Part::Body, first.record).exists() && fs::read(&elsewhere).unwrap().starts_with(b"age"));
}

#[test]
fn a_record_that_was_never_published_is_not_mistaken_for_a_destroyed_one() {
    let mut bench = Bench::new();
    let sealed = bench.seal(b"x");
    for outcomes in [destroy::headers, destroy::bodies] {
        let refused = result(outcomes(&bench.vault, &[warrant(&sealed)]));
        assert!(matches!(refused, Err(DestroyError::Unpublished { .. })));
    }
    bench.vault.publish(&[sealed.record]).unwrap();
    assert_eq!(bench.open(&sealed).unwrap(), b"x");
}

#[test]
fn a_taken_header_name_stays_and_takes_the_new_body_back() {
    let mut bench = Bench::new();
    let record = bench.id();
    let path = bench.temporary.path().join("vault/headers/incoming").join(Part::Header.file(record));
    fs::write(&path, b"somebody else's").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    let failed = seal(&bench.vault, record, &mut bench.source(b"x"), &[bench.key.recipient.clone()]);
    assert!(matches!(failed, Err(SealError::Write { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists));
    assert_eq!(fs::read(&path).unwrap(), b"somebody else's");
    assert!(!bench.temporary.path().join("vault/bodies/incoming").join(Part::Body.file(record)).exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn one_flipped_bit_anywhere_is_found(length in 0usize..150_000, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bench = Bench::new();
        let sealed = bench.keep(&plaintext(length));
        prop_assert_eq!(bench.open(&sealed).unwrap(), plaintext(length));
        for part in [Part::Body, Part::Header] {
            let path = bench.place(part, sealed.record);
            let mut bytes = fs::read(&path).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            fs::write(&path, &bytes).unwrap();
            let error = bench.open(&sealed).unwrap_err();
            let is_right = match part {
                Part::Header => matches!(error, OpenError::AlteredHeader { .. }),
                Part::Body => matches!(error, OpenError::CorruptedBody { .. }),
            };
            prop_assert!(is_right, "{:?}", error);
            bytes[at] ^= 1 << bit;
            fs::write(&path, &bytes).unwrap();
        }
    }

    #[test]
    fn i1_publishing_goes_on_from_wherever_it_stopped(done in prop::collection::vec(any::<(bool, bool)>(), 1..5)) {
        let mut bench = Bench::new();
        let sealed: Vec<_> = done.iter().map(|_| bench.seal(b"x")).collect();
        let records: Vec<_> = sealed.iter().map(|sealed| sealed.record).collect();
        for ((body, header), record) in done.iter().zip(&records) {
            for (part, _) in [(Part::Body, body), (Part::Header, header)].iter().filter(|(_, is_done)| **is_done) {
                let place = bench.place(*part, *record);
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::rename(bench.vault.shelf(*part).incoming.path_of(part.file(*record)), place).unwrap();
            }
        }
        bench.vault.publish(&records).unwrap();
        bench.vault.publish(&records).unwrap();
        prop_assert_eq!(bench.vault.incoming().unwrap(), Passing::default());
        for sealed in &sealed {
            prop_assert_eq!(bench.open(sealed).unwrap(), b"x");
        }
    }
}
