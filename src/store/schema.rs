//! The tables of both databases, as lists of named steps: format `n` is what the first `n` steps make.
//!
//! In: nothing. Out: [`CATALOG`] and [`LEDGER`], which `store/migrate` runs: all of them for a new vault, the missing ones
//! when a writer opens an older file. The rule it keeps: a step that is on the main branch never changes again; whatever
//! is new is a step of its own at the end of its list.
//!
//! To add a format, append one step and nothing else:
//!
//! ```text
//! Step {
//!     name: "hold-owners",
//!     sql: "ALTER TABLE holds ADD COLUMN owner TEXT; UPDATE holds SET owner = who;",
//! },
//! ```
//!
//! - The name says what is new, in kebab-case; `hokan migrate` prints it.
//! - A step is one transaction, and its format number is set in it: a stop leaves the format before or the one after.
//! - Rows that stand there must be right afterwards: a default, or an `UPDATE` in the same step. A new `CHECK` needs a new
//!   table: create it, copy the rows, drop the old one, rename.
//! - New vaults are made by the same steps, so there is no second place that knows the tables. Statements name their
//!   columns: `INSERT INTO t(a, b)`, never `INSERT INTO t VALUES`.
//! - `tests/vaults` keeps a vault of format 1, on which every step is run; `docs/formats.md` lists the formats.
//!
//! In the ledger, `entries(idx, bytes, …)` holds the canonical bytes that were hashed; the other columns only find entries
//! again: SQLite computes them from the bytes, the gate looks that it still does, and `hokan verify` compares them. The catalog has one table per kind of fact. Personal data
//! stands only in the catalog.

/// "hokL" and "hokC": what `file` shows of the databases.
const LEDGER_ID: i64 = 0x686f_6b4c;
const CATALOG_ID: i64 = 0x686f_6b43;

/// One format's difference from the one before.
pub(super) struct Step {
    /// What is new, in kebab-case.
    pub name: &'static str,
    /// What makes it so.
    pub sql: &'static str,
}

/// One of the databases: its name, the mark in its file, and its formats.
pub(super) struct Schema {
    pub name: &'static str,
    pub id: i64,
    pub steps: &'static [Step],
}

impl Schema {
    /// Returns the newest format: the one that is written.
    pub fn newest(&self) -> i64 {
        i64::try_from(self.steps.len()).expect("there are few steps")
    }
}

/// The catalog's formats.
pub(super) const CATALOG: Schema = Schema {
    name: "catalog",
    id: CATALOG_ID,
    steps: &[
        Step {
            name: "first-catalog",
            sql: "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES('reflected', '0');
CREATE TABLE policies(
  digest TEXT PRIMARY KEY, commit_id TEXT, enforced TEXT NOT NULL, bundle BLOB NOT NULL,
  signatures TEXT NOT NULL, entry INTEGER) STRICT;
CREATE TABLE records(
  id TEXT PRIMARY KEY, class TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('pending', 'removing', 'held')),
  arrived INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  body TEXT NOT NULL, header TEXT NOT NULL, rule TEXT NOT NULL, persistent INTEGER NOT NULL, salt BLOB NOT NULL,
  path BLOB, sidecar BLOB, sidecar_digest TEXT, device INTEGER, inode INTEGER, plaintext TEXT,
  due TEXT, entry INTEGER) STRICT;
CREATE INDEX records_due ON records(due) WHERE due IS NOT NULL;
CREATE INDEX records_state ON records(state) WHERE state <> 'held';
CREATE INDEX records_class ON records(class);
CREATE TABLE subjects(record TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY(record, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX subjects_subject ON subjects(subject);
CREATE TABLE dates(record TEXT NOT NULL, name TEXT NOT NULL, date TEXT NOT NULL,
  PRIMARY KEY(record, name)) STRICT, WITHOUT ROWID;
CREATE TABLE events(
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, event TEXT NOT NULL, date TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX events_subject ON events(subject, event);
CREATE TABLE holds(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER,
  released_by TEXT, released_why TEXT, release_salt BLOB, release_entry INTEGER) STRICT;
CREATE TABLE plans(digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE approvals(
  plan TEXT NOT NULL, fingerprint TEXT NOT NULL, name TEXT NOT NULL, signature TEXT NOT NULL, at INTEGER NOT NULL,
  salt BLOB NOT NULL, entry INTEGER, PRIMARY KEY(plan, fingerprint)) STRICT;
CREATE TABLE openings(
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, salt BLOB NOT NULL,
  entry INTEGER) STRICT;
",
        },
        Step {
            name: "boxes-and-devices",
            sql: "
CREATE TABLE items(
  record TEXT NOT NULL, seq INTEGER NOT NULL, register TEXT NOT NULL, number TEXT NOT NULL, fact TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER, PRIMARY KEY(record, seq)) STRICT;
CREATE INDEX items_register ON items(register, number);
CREATE TABLE orders(
  id TEXT NOT NULL, step TEXT NOT NULL, fact TEXT NOT NULL, salt BLOB NOT NULL, entry INTEGER,
  PRIMARY KEY(id, step)) STRICT;
",
        },
        Step {
            name: "early-and-masked",
            sql: "
CREATE TABLE early(
  record TEXT PRIMARY KEY, day TEXT NOT NULL, requested_by TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE TABLE successors(
  record TEXT PRIMARY KEY, original TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, looked TEXT NOT NULL,
  stated INTEGER NOT NULL, salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX successors_original ON successors(original);
",
        },
        // Events that replace others, and the random ids that stand for subjects in the ledger.
        Step {
            name: "event-corrections",
            sql: "
ALTER TABLE events ADD COLUMN replaces INTEGER;
ALTER TABLE events ADD COLUMN reason TEXT;
ALTER TABLE events ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN root INTEGER;
CREATE INDEX events_entry ON events(entry);
CREATE INDEX events_replaces ON events(replaces) WHERE replaces IS NOT NULL;
CREATE VIEW events_in_force AS SELECT id, subject, event, date, entry, COALESCE(root, entry) AS place FROM events
  WHERE entry IS NOT NULL AND withdrawn = 0 AND NOT EXISTS
    (SELECT 1 FROM events AS later WHERE later.replaces = events.entry AND later.entry IS NOT NULL);
ALTER TABLE subjects ADD COLUMN handle TEXT;
",
        },
        // Rows get a number that `VACUUM` keeps, and due days a small table that is rewritten in seconds.
        Step {
            name: "due-days-apart",
            sql: "
CREATE TABLE records_numbered(
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, class TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('pending', 'removing', 'held')),
  arrived INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  body TEXT NOT NULL, header TEXT NOT NULL, rule TEXT NOT NULL, persistent INTEGER NOT NULL, salt BLOB NOT NULL,
  path BLOB, sidecar BLOB, sidecar_digest TEXT, device INTEGER, inode INTEGER, plaintext TEXT,
  entry INTEGER) STRICT;
INSERT INTO records_numbered(id, class, state, arrived, name, bytes, body, header, rule, persistent, salt, path, sidecar,
  sidecar_digest, device, inode, plaintext, entry)
SELECT id, class, state, arrived, name, bytes, body, header, rule, persistent, salt, path, sidecar,
  sidecar_digest, device, inode, plaintext, entry FROM records ORDER BY id;
CREATE TABLE due(row INTEGER PRIMARY KEY, class TEXT NOT NULL, day TEXT NOT NULL) STRICT;
INSERT INTO due(row, class, day)
SELECT new.row, old.class, old.due FROM records AS old JOIN records_numbered AS new ON new.id = old.id
  WHERE old.due IS NOT NULL ORDER BY new.row;
CREATE INDEX due_class_day ON due(class, day);
DROP TABLE records;
ALTER TABLE records_numbered RENAME TO records;
CREATE INDEX records_state ON records(state) WHERE state <> 'held';
CREATE INDEX records_class ON records(class);
CREATE TRIGGER records_gone AFTER DELETE ON records BEGIN DELETE FROM due WHERE row = old.row; END;
CREATE TRIGGER records_moved AFTER UPDATE OF class ON records BEGIN
  UPDATE due SET class = new.class WHERE row = new.row; END;
",
        },
        Step {
            name: "hold-reviews",
            sql: "
ALTER TABLE holds ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN review TEXT;
UPDATE holds SET owner = who;
CREATE TABLE hold_reviews(
  id INTEGER PRIMARY KEY, hold TEXT NOT NULL, review TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX hold_reviews_hold ON hold_reviews(hold);
",
        },
        Step {
            name: "kept-longer",
            sql: "
CREATE TABLE kept(
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, how TEXT NOT NULL CHECK(how IN ('postponed', 'extended')),
  until TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX kept_record ON kept(record);
",
        },
        // A request may be withdrawn, and made again: each is a row of its own.
        Step {
            name: "early-withdrawn",
            sql: "
CREATE TABLE early_requests(
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, day TEXT NOT NULL, requested_by TEXT NOT NULL, reason TEXT NOT NULL,
  who TEXT NOT NULL, salt BLOB NOT NULL, entry INTEGER) STRICT;
INSERT INTO early_requests(record, day, requested_by, reason, who, salt, entry)
SELECT record, day, requested_by, reason, who, salt, entry FROM early ORDER BY entry;
DROP TABLE early;
ALTER TABLE early_requests RENAME TO early;
CREATE INDEX early_record ON early(record);
CREATE TABLE early_withdrawals(
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, request INTEGER NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX early_withdrawals_record ON early_withdrawals(record);
",
        },
        // When a record came is the time of its id, and which event counts follows from what corrects what: the ledger has
        // both, and a second place for either could be altered unseen.
        Step {
            name: "only-what-the-ledger-has",
            sql: "
ALTER TABLE records DROP COLUMN arrived;
DROP VIEW events_in_force;
ALTER TABLE events DROP COLUMN root;
",
        },
        Step {
            name: "consents",
            sql: "
CREATE TABLE consents(
  id INTEGER PRIMARY KEY, member TEXT NOT NULL, item TEXT NOT NULL,
  choice TEXT NOT NULL CHECK(choice IN ('granted', 'objected', 'withdrawn')), said TEXT NOT NULL, since TEXT NOT NULL,
  evidence TEXT, who TEXT NOT NULL, handle TEXT NOT NULL, salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX consents_member ON consents(member, item);
",
        },
        // Which rows of a record went into which letter: numbers of lines, never their content.
        Step {
            name: "letters",
            sql: "
CREATE TABLE letter_runs(
  id INTEGER PRIMARY KEY, notice TEXT NOT NULL, record TEXT NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE letters(
  run INTEGER NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL UNIQUE, lines TEXT NOT NULL,
  pages INTEGER NOT NULL, entry INTEGER, PRIMARY KEY(series, number)) STRICT, WITHOUT ROWID;
CREATE INDEX letters_run ON letters(run);
CREATE TABLE letters_failed(
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL, lines TEXT NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL) STRICT;
CREATE INDEX letters_failed_run ON letters_failed(run);
",
        },
        // A letter's record, to which the ledger commits, names its row among the letters; those of before do not.
        Step { name: "letters-committed", sql: "ALTER TABLE records ADD COLUMN letter TEXT;" },
        Step {
            name: "print-files",
            sql: "
CREATE TABLE print_files(
  record TEXT PRIMARY KEY, run INTEGER NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  part TEXT NOT NULL CHECK(part IN ('letters', 'manifest')), entry INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX print_files_run ON print_files(run);
",
        },
        // A run that begins when its record is taken in: the plaintext stays until it ended.
        Step { name: "claims", sql: "ALTER TABLE letter_runs ADD COLUMN claimed INTEGER NOT NULL DEFAULT 0;" },
    ],
};

/// The ledger's formats.
pub(super) const LEDGER: Schema = Schema {
    name: "ledger",
    id: LEDGER_ID,
    steps: &[
        Step {
            name: "first-ledger",
            sql: "
CREATE TABLE entries(
  idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT, sweep TEXT, bytes BLOB NOT NULL) STRICT;
CREATE INDEX entries_record ON entries(record) WHERE record IS NOT NULL;
CREATE INDEX entries_sweep ON entries(sweep) WHERE sweep IS NOT NULL;
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE frontier(one INTEGER PRIMARY KEY CHECK(one = 1), bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_stand BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
",
        },
        // Complete subtrees of at least 256 entries, from which proofs are made; those that are missing are computed. The
        // indices find the few entries of these kinds.
        Step {
            name: "subtrees",
            sql: "
CREATE TABLE subtrees(level INTEGER NOT NULL, idx INTEGER NOT NULL, root BLOB NOT NULL,
  PRIMARY KEY(level, idx)) STRICT, WITHOUT ROWID;
CREATE INDEX entries_keys ON entries(kind) WHERE kind = 'key-rotated';
CREATE INDEX entries_policies ON entries(kind) WHERE kind = 'policy-accepted';
CREATE INDEX entries_approvals ON entries(kind) WHERE kind = 'plan-approved';
CREATE INDEX entries_holds ON entries(kind) WHERE kind IN ('hold-placed', 'hold-released');
",
        },
        Step { name: "consents", sql: "CREATE INDEX entries_consents ON entries(kind) WHERE kind = 'consent-stated';" },
        // What an entry is found by follows from its bytes: no statement can file it under anything else.
        Step {
            name: "found-by-their-bytes",
            sql: "
CREATE TABLE entries_again(
  idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL,
  kind TEXT AS (CASE WHEN json_valid(CAST(bytes AS TEXT)) THEN json_extract(CAST(bytes AS TEXT), '$.kind') END) STORED,
  record TEXT AS (CASE WHEN json_valid(CAST(bytes AS TEXT)) THEN
    coalesce(json_extract(CAST(bytes AS TEXT), '$.record'), json_extract(CAST(bytes AS TEXT), '$.about')) END) STORED,
  sweep TEXT AS (CASE WHEN json_valid(CAST(bytes AS TEXT)) THEN json_extract(CAST(bytes AS TEXT), '$.sweep') END) STORED
) STRICT;
INSERT INTO entries_again(idx, bytes) SELECT idx, bytes FROM entries ORDER BY idx;
DROP TABLE entries;
ALTER TABLE entries_again RENAME TO entries;
CREATE INDEX entries_record ON entries(record) WHERE record IS NOT NULL;
CREATE INDEX entries_sweep ON entries(sweep) WHERE sweep IS NOT NULL;
CREATE INDEX entries_keys ON entries(kind) WHERE kind = 'key-rotated';
CREATE INDEX entries_policies ON entries(kind) WHERE kind = 'policy-accepted';
CREATE INDEX entries_plans ON entries(kind) WHERE kind = 'plan-made';
CREATE INDEX entries_approvals ON entries(kind) WHERE kind = 'plan-approved';
CREATE INDEX entries_holds ON entries(kind) WHERE kind IN ('hold-placed', 'hold-restated', 'hold-released');
CREATE INDEX entries_consents ON entries(kind) WHERE kind = 'consent-stated';
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_stand BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
",
        },
    ],
};
