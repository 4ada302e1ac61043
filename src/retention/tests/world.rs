//! One pair of databases, what people and the service do to them, and the model that is asked before each destruction.
//!
//! In: a seed. Out: figures, and what went wrong by the model. The rule it keeps: people and service act through the
//! real functions alone; what they did is told to the model as it was meant, whatever the databases say.

use super::*;

/// One pair of databases, and the model beside them.
pub(super) struct World<'a> {
    pub(super) setting: &'a Setting,
    pub(super) lie: Lie,
    pub(super) store: Store,
    pub(super) key: LedgerKey,
    /// Commits that still happen before the kill.
    pub(super) left: Arc<AtomicI64>,
    pub(super) dice: Dice,
    pub(super) today: i64,
    /// Seconds after noon.
    pub(super) second: i64,
    /// Tells holds and sweeps apart.
    pub(super) serial: u64,
    pub(super) number: u64,
    /// The policy in force, and those before it since the last one a person signed.
    pub(super) policy: usize,
    pub(super) unsigned: Vec<usize>,
    pub(super) waiting: Option<usize>,
    pub(super) records: Vec<Held>,
    /// The reported events that stand, each in its place: ledger entry and day.
    pub(super) events: Vec<(u64, i64)>,
    pub(super) holds: Vec<InForce>,
    /// The policy under which each sweep began.
    pub(super) began: BTreeMap<String, usize>,
    pub(super) plans: BTreeMap<Digest, (Vec<u8>, Signed)>,
    pub(super) newest_plan: Option<Digest>,
    pub(super) figures: Figures,
    pub(super) wrong: Option<Wrong>,
}

const ALL_COMMITS: i64 = i64::MAX / 2;

impl<'a> World<'a> {
    pub(super) fn new(setting: &'a Setting, lie: Lie, dir: &Path, seed: u64) -> World<'a> {
        let key = LedgerKey::from_seed(&[9; 32]);
        let mut world = World {
            setting,
            lie,
            store: Store::create(dir, &key, "0123456789abcdef", "society", Instant::from_micros(1_577_836_800_000_000))
                .unwrap(),
            key,
            left: Arc::new(AtomicI64::new(ALL_COMMITS)),
            dice: Dice(seed),
            today: 0,
            second: 0,
            serial: 0,
            number: 0,
            policy: 0,
            unsigned: Vec::new(),
            waiting: None,
            records: Vec::new(),
            events: Vec::new(),
            holds: Vec::new(),
            began: BTreeMap::new(),
            plans: BTreeMap::new(),
            newest_plan: None,
            figures: Figures::default(),
            wrong: None,
        };
        let left = world.left.clone();
        world.store.refuse_commits(move || left.fetch_sub(1, Ordering::SeqCst) <= 0);
        world
    }

    /// Noon in the organization's zone, and each step a moment later.
    pub(super) fn now(&self) -> Instant {
        Instant::from_micros(1_577_847_600_000_000).plus_days(self.today).plus_seconds(self.second)
    }

    /// Does something that may be killed; returns its result, and how many commits it made.
    pub(super) fn attempt<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> (Option<T>, i64) {
        let before = if self.dice.one_in(8) { self.dice.days(4) } else { ALL_COMMITS };
        self.left.store(before, Ordering::SeqCst);
        let result = act(self);
        let after = self.left.swap(ALL_COMMITS, Ordering::SeqCst);
        let is_killed = after < 0;
        let made = (before - after).min(before);
        let result = match result {
            Ok(done) => Some(done),
            Err(error) => {
                assert!(is_killed && stopped(&error), "{error:?}");
                None
            }
        };
        if is_killed {
            self.figures.kills += 1;
            self.start_again();
            return (None, made);
        }
        (result, made)
    }

    /// What take-in and sweeps do first: bring the catalog up to date with the ledger, and the due days with both.
    pub(super) fn start_again(&mut self) {
        let now = self.now();
        self.store.reconcile(&self.key, now).unwrap();
        let writing = self.store.write().unwrap();
        recompute(&writing, &self.setting.policies[self.policy]).unwrap();
        writing.commit(&self.key).unwrap();
    }

    pub(super) fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&self.dice.below(u64::MAX).to_be_bytes());
        salt
    }

    /// One interleaving: two records of one or two classes, one subject, some steps.
    pub(super) fn run(&mut self) {
        self.figures.interleavings += 1;
        self.number += 1;
        let first = self.dice.below(self.setting.variants.len() as u64);
        while !self.enter(usize::try_from(first).unwrap(), true) {}
        self.take_in();
        // Half of the records were sealed under another policy than the one in force.
        if self.dice.one_in(2) {
            let next = usize::try_from(self.dice.below(self.setting.variants.len() as u64)).unwrap();
            while !self.enter(next, true) {}
        }
        for _ in 0..6 + self.dice.below(8) {
            self.figures.steps += 1;
            self.second += 60;
            self.serial += 1;
            self.step();
            if self.wrong.is_some() {
                return;
            }
        }
        self.tidy();
    }

    fn step(&mut self) {
        // Where another lie is looked for, rules that come back would only make it rarer.
        let is_swinging = matches!(self.lie, Lie::None | Lie::RulesForgotten | Lie::RestatementsUnsaid);
        match self.dice.below(if is_swinging { 19 } else { 17 }) {
            18 => self.restate(),
            17 => self.swing(),
            16 => self.ask(),
            0..=2 => {
                self.today += 1 + self.dice.days(20);
                self.second = 0;
            }
            3 | 4 => self.report(),
            5 | 6 => self.hold(),
            7 => self.release(),
            8 => {
                self.waiting = Some(usize::try_from(self.dice.below(self.setting.variants.len() as u64)).unwrap());
                if self.dice.one_in(3) {
                    self.sign_policy();
                }
            }
            9 => self.waiting = None,
            10 => self.sign_policy(),
            11 | 12 => self.approve(),
            _ => self.sweep(),
        }
    }

    /// Continues what earlier sweeps left open, then destroys what may go: by rule, or by the newest plan.
    fn sweep(&mut self) {
        self.settle();
        let unfinished: Vec<String> =
            self.store.reader().sweeps().unwrap().into_iter().filter(|(_, done)| !done).map(|(id, _)| id).collect();
        for sweep in unfinished {
            if !self.go_on(&sweep) {
                return;
            }
        }
        let plan = self.newest_plan.filter(|_| !self.dice.one_in(3)).map(|digest| &self.plans[&digest].0);
        let plan = plan.map(|bytes| Plan::parse(bytes, &self.store.origin()).unwrap());
        let sweep = format!("sweep-{}-{}", self.number, self.serial);
        self.began.insert(sweep.clone(), self.policy);
        let (passed, _) = self.attempt(|world| {
            let request =
                request(world.setting, world.policy, world.waiting, world.lie, &world.key, &sweep, world.now());
            told(gate::pass(&mut world.store, &request, plan.as_ref()))
        });
        let passed = match passed {
            Some(Some(passed)) => passed,
            Some(None) => return self.confirm_clock(),
            None => return,
        };
        self.figures.refused += passed.refused.len() as u64;
        let by_plan = plan.as_ref().map(Plan::digest);
        if !passed.warrants.is_empty() {
            self.act(&sweep, passed.warrants.into_iter().map(|warrant| (warrant, by_plan)).collect(), Vec::new());
        }
    }

    /// Takes up a sweep that was killed; returns whether it could be closed.
    fn go_on(&mut self, sweep: &str) -> bool {
        let is_overwritten = |open: &sweep::Open| {
            let record = self.records.iter().find(|record| record.id == open.record);
            record.expect("every record is tidied away").is_overwritten
        };
        let open = sweep::open_intents(&self.store.reader(), sweep).unwrap();
        let (begun, whole): (Vec<sweep::Open>, Vec<sweep::Open>) = open.into_iter().partition(is_overwritten);
        let begun = begun.iter().map(gate::finish).collect();
        let mut warrants = Vec::new();
        if !whole.is_empty() {
            let (again, _) = self.attempt(|world| {
                let World { setting, policy, waiting, lie, .. } = *world;
                let request = request(setting, policy, waiting, lie, &world.key, sweep, world.now());
                told(gate::pass_again(&mut world.store, &request, &whole))
            });
            warrants = match again {
                Some(Some(passed)) => passed.warrants,
                Some(None) => {
                    self.confirm_clock();
                    return false;
                }
                None => return false,
            };
            if !warrants.is_empty() && self.began[sweep] != self.policy {
                self.wrong = Some(Wrong::Unapproved(format!("{sweep} was taken up under another policy")));
                return false;
            }
            self.figures.taken_up += warrants.len() as u64;
            self.figures.given_up += (whole.len() - warrants.len()) as u64;
        }
        let plan_of = |warrant: &Warrant| whole.iter().find(|open| open.record == warrant.record())?.plan;
        let whole = warrants.into_iter().map(|warrant| (plan_of(&warrant), warrant));
        let whole = whole.map(|(plan, warrant)| (warrant, plan)).collect();
        self.act(sweep, whole, begun)
    }

    /// Overwrites headers, one after the other, and writes the completions; either may be killed.
    fn act(&mut self, sweep: &str, whole: Vec<(Warrant, Option<Digest>)>, begun: Vec<Warrant>) -> bool {
        // All of them were let through at one moment, which the model judges.
        for (warrant, plan) in &whole {
            self.judge(warrant.record(), *plan);
        }
        if self.dice.one_in(10) {
            self.killed();
            return false;
        }
        if self.dice.one_in(4) {
            // A hold that comes after the intent is too late, unless the act is killed.
            self.hold();
        }
        let mut done = begun;
        for (warrant, _) in whole {
            if self.dice.one_in(12) {
                self.killed();
                return false;
            }
            let record = self.records.iter_mut().find(|record| record.id == warrant.record()).unwrap();
            record.is_overwritten = true;
            done.push(warrant);
        }
        let now = self.now();
        let (_, commits) = self.attempt(|world| sweep::complete(&mut world.store, &world.key, sweep, &done, now));
        if commits >= 1 {
            let ids: BTreeSet<RecordId> = done.iter().map(Warrant::record).collect();
            self.records.iter_mut().filter(|record| ids.contains(&record.id)).for_each(|record| record.is_gone = true);
            self.figures.destroyed += ids.len() as u64;
        }
        let (closed, _) = self.attempt(|world| sweep::close(&mut world.store, &world.key, sweep, None, now));
        closed.flatten().is_some()
    }

    /// Nothing was written for weeks: a person looks at the clock.
    fn confirm_clock(&mut self) {
        let at = self.now();
        let mut writing = self.store.write().unwrap();
        gate::confirm_clock(&mut writing, at, Digest::of(b"it is right")).unwrap();
        writing.commit(&self.key).unwrap();
    }

    pub(super) fn killed(&mut self) {
        self.figures.kills += 1;
        self.start_again();
    }

    /// What must hold of a record when it is let through, by the model alone.
    fn judge(&mut self, id: RecordId, plan: Option<Digest>) {
        let record = self.records.iter().find(|record| record.id == id).unwrap();
        let setting = self.setting;
        let say = |what: &str| format!("{what}: day {} of {record:?} under policy {}", self.today, self.policy);
        if record.is_gone || record.is_overwritten {
            self.wrong = Some(Wrong::Twice(say("destroyed twice")));
            return;
        }
        // What nobody signed may change nothing for the worse: the policies since the last signed one count as well.
        let all = || std::iter::once(&self.policy).chain(&self.unsigned).chain(self.waiting.as_ref());
        for policy in all() {
            let day = setting.rule(*policy, record).and_then(|rule| rule.day(record));
            if day.is_none_or(|day| day > self.today) {
                self.wrong = Some(Wrong::Early(say(&format!("early by policy {policy}"))));
                return;
            }
        }
        if self.holds.iter().any(|hold| hold.covers.contains(&id)) {
            self.wrong = Some(Wrong::OnHold(say("on hold")));
            return;
        }
        let Some(rule) = setting.rule(self.policy, record) else { return };
        let on_arrival = rule.day(record).is_some_and(|day| day <= record.arrived) || record.early.is_some();
        let reviews = all().filter_map(|policy| Some(setting.rule(*policy, record)?.review));
        let needed = reviews.chain([usize::from(on_arrival)]).max().unwrap_or_default();
        let has = plan.and_then(|plan| self.plans.get(&plan)).is_some_and(|(_, signed)| {
            signed.basis.get(&id).is_some_and(|(policy, left, early, released)| {
                let as_signed = |policy: &usize| {
                    let then = setting.rule(*policy, record);
                    then.is_some_and(|then| then.legs == rule.legs && then.together == rule.together)
                };
                let is_same = std::iter::once(policy).chain(&signed.since).all(as_signed);
                let basis = (*left, *early, released) == (record.left, record.early, &record.released);
                is_same && basis && signed.approvers >= needed
            })
        });
        if needed > 0 && !has {
            self.wrong = Some(Wrong::Unapproved(say(&format!("without {needed} approvers"))));
        }
    }

    /// Ends an interleaving: nothing of it is left for the next one.
    fn tidy(&mut self) {
        self.waiting = None;
        loop {
            let open: Vec<String> =
                self.store.reader().sweeps().unwrap().into_iter().filter(|(_, done)| !done).map(|(id, _)| id).collect();
            if open.is_empty() || self.wrong.is_some() {
                break;
            }
            for sweep in &open {
                self.go_on(sweep);
            }
        }
        if self.lie == Lie::HoldsAreLost {
            self.holds.clear();
        }
        while !self.holds.is_empty() {
            self.release_one(0);
        }
        let writing = self.store.write().unwrap();
        for record in self.records.iter().filter(|record| !record.is_gone) {
            writing.erase_record(record.id).unwrap();
        }
        writing.commit(&self.key).unwrap();
        self.records.clear();
        self.plans.clear();
        self.began.clear();
        self.newest_plan = None;
    }
}
