//! What people do in an interleaving: file, report, hold, release, sign.
//!
//! In: a world, its dice. Out: rows and entries, by the real functions. The rule it keeps: the model learns what was done
//! in the moment from which on it counts.

use super::*;

impl World<'_> {
    pub(super) fn take_in(&mut self) {
        self.records.clear();
        self.events.clear();
        let setting = self.setting;
        let classes = &setting.variants[self.policy].classes;
        let subject = format!("S{}", self.number);
        for n in 0..RECORDS as u64 {
            let digest = Digest::of(&(self.number * 10 + n).to_be_bytes());
            let made = self.today - self.dice.days(60).min(self.today);
            let sealed = classes[usize::try_from(self.dice.below(classes.len() as u64)).unwrap()].id;
            let mut random = [0; 10];
            random[..8].copy_from_slice(&self.number.to_be_bytes());
            random[9] = u8::try_from(n).unwrap();
            let known = NewRecord {
                id: RecordId::new(self.now(), random),
                class: sealed.to_owned(),
                name: "name".to_owned(),
                bytes: 1,
                body: digest,
                header: digest,
                rule: digest,
                persistent: true,
                salt: self.salt(),
                subjects: vec![subject.clone()],
                handles: BTreeMap::new(),
                dates: BTreeMap::from([("made".to_owned(), date(made))]),
                letter: None,
            };
            let held = Held {
                id: known.id,
                subject: subject.clone(),
                sealed,
                made,
                arrived: self.today,
                left: None,
                early: None,
                released: BTreeSet::new(),
                is_overwritten: false,
                is_gone: false,
            };
            let origin = Origin { path: vec![1], sidecar: None, device: 1, inode: 1, plaintext: digest };
            let pending = self.store.write_pending().unwrap();
            pending.add_record(&known, &origin, None).unwrap();
            pending.commit().unwrap();
            let at = self.now();
            let mut writing = self.store.write().unwrap();
            let what = What::Sealed {
                record: known.id,
                class: known.class.clone(),
                policy: digest,
                rule: digest,
                body: digest,
                header: digest,
                medium: "electronic".to_owned(),
                exposure: Exposure::Persistent,
                fact: known.commitment(),
            };
            let entry = writing.append(&Entry { at, what }).unwrap();
            writing.record_sealed(known.id, entry).unwrap();
            writing.commit(&self.key).unwrap();
            let pending = self.store.write_pending().unwrap();
            pending.plaintext_gone(&[known.id]).unwrap();
            pending.commit().unwrap();
            self.records.push(held);
        }
        let writing = self.store.write().unwrap();
        recompute(&writing, &self.setting.policies[self.policy]).unwrap();
        writing.commit(&self.key).unwrap();
    }

    /// Somebody reports the event, or corrects or takes back what was reported.
    pub(super) fn report(&mut self) {
        let day = self.today - self.dice.days(30).min(self.today);
        let place = (!self.events.is_empty() && self.dice.one_in(2))
            .then(|| usize::try_from(self.dice.below(self.events.len() as u64)).unwrap());
        let reason = "x".to_owned();
        let stated = match place {
            None => Stated::Added,
            Some(place) if self.dice.one_in(2) => Stated::Corrected { of: self.events[place].0, reason },
            Some(place) => Stated::Withdrawn { of: self.events[place].0, reason },
        };
        let is_withdrawn = matches!(stated, Stated::Withdrawn { .. });
        let told = if self.lie == Lie::EventsEarlier { (day - 15).max(0) } else { day };
        let (subject, salt, at) = (self.records[0].subject.clone(), self.salt(), self.now());
        let (event, date, by) = ("left".to_owned(), date(told), "x".to_owned());
        let event = Event { subject, event, date, by, stated, salt };
        let mut entered = 0;
        let commits = match (self.lie, place) {
            (Lie::CorrectionsAreLost, Some(_)) => 2,
            _ => {
                let entry = &mut entered;
                let (_, commits) = self.attempt(|world| {
                    let pending = world.store.write_pending()?;
                    let row = pending.add_event(&event)?;
                    pending.commit()?;
                    let mut writing = world.store.write()?;
                    *entry = writing.append(&Entry { at, what: event.what(None) })?;
                    writing.event_entered(row, *entry)?;
                    recompute(&writing, &world.setting.policies[world.policy])?;
                    writing.commit(&world.key)
                });
                commits
            }
        };
        if commits < 2 {
            return;
        }
        self.figures.corrected += u64::from(place.is_some());
        match place {
            None => self.events.push((entered, day)),
            Some(place) if is_withdrawn => drop(self.events.remove(place)),
            // A correction stands in the place of what it corrects.
            Some(place) => self.events[place] = (entered, day),
        }
        let left = self.events.last().copied();
        self.records.iter_mut().for_each(|record| record.left = left);
    }

    /// Somebody asks that a record be destroyed early, or takes that back. Granted as the command would: nothing that is
    /// kept for ever, of no class, or on hold.
    pub(super) fn ask(&mut self) {
        let one = usize::try_from(self.dice.below(RECORDS as u64)).unwrap();
        let record = &self.records[one];
        let is_kept = self.setting.rule(self.policy, record).is_none_or(|rule| rule.legs.is_empty());
        if record.is_gone || is_kept || self.holds.iter().any(|hold| hold.covers.contains(&record.id)) {
            return;
        }
        let (id, early, salt, at) = (record.id, record.early, self.salt(), self.now());
        let mut entered = 0;
        let entry = &mut entered;
        let (reason, by) = ("x".to_owned(), "x".to_owned());
        let day = self.today;
        let (_, commits) = match early {
            Some((request, _)) => self.attempt(|world| {
                let one = EarlyWithdrawal { record: id, request, reason, by, salt, entry: None };
                let pending = world.store.write_pending()?;
                pending.add_early_withdrawal(&one)?;
                pending.commit()?;
                let mut writing = world.store.write()?;
                let what = What::EarlyWithdrawn { record: id, request, fact: one.commitment() };
                let entry = writing.append(&Entry { at, what })?;
                writing.early_withdrawal_entered(&one, entry)?;
                recompute(&writing, &world.setting.policies[world.policy])?;
                writing.commit(&world.key)
            }),
            None => self.attempt(|world| {
                let requested_by = "x".to_owned();
                let one = EarlyRequest { record: id, day: date(day), requested_by, reason, by, salt, entry: None };
                let pending = world.store.write_pending()?;
                pending.add_early(&one)?;
                pending.commit()?;
                let mut writing = world.store.write()?;
                let what = What::EarlyRequested { record: id, fact: one.commitment() };
                *entry = writing.append(&Entry { at, what })?;
                writing.early_entered(&one, *entry)?;
                recompute(&writing, &world.setting.policies[world.policy])?;
                writing.commit(&world.key)
            }),
        };
        if commits >= 2 && self.lie != Lie::RequestsInvented {
            self.records[one].early = if early.is_some() { None } else { Some((entered, day)) };
            self.figures.asked += u64::from(early.is_none());
        }
    }

    pub(super) fn hold(&mut self) {
        self.serial += 1;
        let one = usize::try_from(self.dice.below(RECORDS as u64)).unwrap();
        let variant = &self.setting.variants[self.policy];
        let of_class = |class: &Named| {
            let is_of = |record: &&Held| variant.class_of(record.sealed).is_some_and(|its| its.id == class.id);
            self.records.iter().filter(is_of).map(|record| record.id).collect::<Vec<_>>()
        };
        let class = &variant.classes[usize::try_from(self.serial).unwrap() % variant.classes.len()];
        let (scope, covers): (Scope, Vec<RecordId>) = match self.dice.below(5) {
            0 => (Scope::Record(self.records[one].id), vec![self.records[one].id]),
            1 => (Scope::Subject(self.records[0].subject.clone()), self.records.iter().map(|one| one.id).collect()),
            2 | 3 => (Scope::Class(class.id.to_owned()), of_class(class)),
            _ => {
                let made = self.records[one].made;
                let days: Days = format!("{}..{}", date((made - 3).max(0)), date(made + 3)).parse().unwrap();
                let is_near = |id: &RecordId| {
                    self.records.iter().any(|record| record.id == *id && (record.made - made).abs() <= 3)
                };
                let covers = of_class(class).into_iter().filter(is_near).collect();
                let dates = BTreeMap::from([("made".to_owned(), days)]);
                let class = Some(class.id.to_owned());
                (Scope::Query(Query { class, dates, ..Query::default() }), covers)
            }
        };
        let (salt, at) = (self.salt(), self.now());
        let id = format!("h{}-{}", self.number, self.serial);
        let hold = Hold {
            id: id.clone(),
            scope,
            reason: "x".to_owned(),
            by: "x".to_owned(),
            owner: "x".to_owned(),
            review: None,
            salt,
            entry: None,
        };
        if self.lie == Lie::HoldsAreLost {
            self.holds.push(InForce { id, covers: covers.into_iter().collect() });
            return;
        }
        let (_, commits) = self.attempt(|world| {
            let pending = world.store.write_pending()?;
            pending.add_hold(&hold)?;
            pending.commit()?;
            let mut writing = world.store.write()?;
            writing.enter_hold(&hold, at)?;
            writing.commit(&world.key)
        });
        if commits >= 1 {
            self.holds.push(InForce { id, covers: covers.into_iter().collect() });
        }
    }

    /// The catalog loses a hold, and somebody states it anew; perhaps about less or about something else.
    pub(super) fn restate(&mut self) {
        if self.holds.is_empty() || self.lie == Lie::HoldsAreLost {
            return;
        }
        let chosen = usize::try_from(self.dice.below(self.holds.len() as u64)).unwrap();
        let one = self.records[usize::try_from(self.dice.below(RECORDS as u64)).unwrap()].id;
        let (id, salt, at) = (self.holds[chosen].id.clone(), self.salt(), self.now());
        let hold = Hold {
            id: id.clone(),
            scope: Scope::Record(one),
            reason: "x".to_owned(),
            by: "x".to_owned(),
            owner: "x".to_owned(),
            review: None,
            salt,
            entry: None,
        };
        let (_, commits) = self.attempt(|world| {
            let pending = world.store.write_pending()?;
            pending.restate_hold(&hold)?;
            pending.commit()?;
            let mut writing = world.store.write()?;
            match world.lie {
                Lie::RestatementsUnsaid => writing.enter_hold(&hold, at)?,
                _ => writing.enter_hold_anew(&hold, at)?,
            }
            writing.commit(&world.key)
        });
        if commits >= 1 {
            self.figures.restated += 1;
            self.holds[chosen].covers = BTreeSet::from([one]);
            self.plans.values_mut().for_each(|(_, signed)| signed.approvers = 0);
        }
    }

    pub(super) fn release(&mut self) {
        if self.holds.is_empty() || self.lie == Lie::HoldsAreLost {
            return;
        }
        let chosen = usize::try_from(self.dice.below(self.holds.len() as u64)).unwrap();
        self.release_one(chosen);
    }

    pub(super) fn release_one(&mut self, chosen: usize) {
        let (id, salt, at) = (self.holds[chosen].id.clone(), self.salt(), self.now());
        let release = Release { hold: id.clone(), by: "x".to_owned(), reason: "x".to_owned(), salt };
        let (_, commits) = self.attempt(|world| {
            let pending = world.store.write_pending()?;
            assert!(pending.add_release(&release)?, "the model knows a hold that is not in force");
            pending.commit()?;
            let mut writing = world.store.write()?;
            let what = What::HoldReleased { hold: release.hold.clone(), fact: release.commitment() };
            let entry = writing.append(&Entry { at, what })?;
            writing.release_entered(&release.hold, entry)?;
            writing.commit(&world.key)
        });
        if commits >= 2 {
            let hold = self.holds.remove(chosen);
            for record in self.records.iter_mut().filter(|record| hold.covers.contains(&record.id)) {
                record.released.insert(id.clone());
            }
        }
    }

    /// Puts a policy in force, which a person signed or not; returns whether it was.
    pub(super) fn enter(&mut self, policy: usize, is_signed: bool) -> bool {
        let digest = version(policy);
        let (version, at) = (Version { digest, commit: None }, self.now());
        let (_, commits) = self.attempt(|world| {
            let pending = world.store.write_pending()?;
            pending.add_policy(&version, digest, b"", &serde_json::json!([]))?;
            pending.commit()?;
            let mut writing = world.store.write()?;
            let what = What::PolicyAccepted { commit: None, policy: digest, enforced: digest, by: Vec::new() };
            let entry = writing.append(&Entry { at, what })?;
            writing.policy_accepted(digest, entry)?;
            recompute(&writing, &world.setting.policies[policy])?;
            writing.commit(&world.key)
        });
        if commits < 2 {
            return false;
        }
        let planned = self.newest_plan.map(|plan| &self.plans[&plan].1);
        let is_back = planned.is_some_and(|signed| signed.policy() == Some(policy) && self.policy != policy);
        self.figures.again += u64::from(is_back);
        self.plans.values_mut().for_each(|(_, signed)| signed.since.push(policy));
        if is_signed {
            self.unsigned.clear();
        } else {
            self.unsigned.push(self.policy);
            self.figures.by_itself += 1;
        }
        self.policy = policy;
        self.waiting = None;
        // A kill between the two last commits left days of the old policy; starting again computed them by the old one.
        let writing = self.store.write().unwrap();
        recompute(&writing, &self.setting.policies[self.policy]).unwrap();
        writing.commit(&self.key).unwrap();
        true
    }

    pub(super) fn sign_policy(&mut self) {
        let Some(waiting) = self.waiting else { return };
        let setting = self.setting;
        let (before, after): (&Policy, &Policy) = (&setting.policies[self.policy], &setting.policies[waiting]);
        let lost = needs::lost_holds(&self.store.catalog(), before, after).unwrap();
        if !lost.is_empty() && self.lie != Lie::NamesAreLost {
            self.figures.holds_kept += 1;
            return;
        }
        self.enter(waiting, true);
    }

    /// Another policy is signed, and then the one again under which the newest plan was made.
    pub(super) fn swing(&mut self) {
        let Some(planned) = self.newest_plan.and_then(|plan| self.plans[&plan].1.policy()) else { return };
        for policy in [usize::try_from(self.dice.below(self.setting.variants.len() as u64)).unwrap(), planned] {
            self.waiting = Some(policy);
            self.sign_policy();
        }
    }

    /// Accepts what waits where its effect needs nobody, as every sweep does first.
    pub(super) fn settle(&mut self) {
        let Some(waiting) = self.waiting.filter(|waiting| *waiting != self.policy) else {
            self.waiting = None;
            return;
        };
        let setting = self.setting;
        let (before, after): (&Policy, &Policy) = (&setting.policies[self.policy], &setting.policies[waiting]);
        let needs = needs::needs(&self.store.catalog(), before, after).unwrap();
        if needs.is_empty() || self.lie == Lie::EverythingIsHarmless {
            self.enter(waiting, false);
        }
    }

    /// A planner makes and signs a plan of what is due; some approvers sign it too.
    pub(super) fn approve(&mut self) {
        let setting = self.setting;
        let policy = &setting.policies[self.policy];
        let (catalog, day) = (self.store.catalog(), date(self.today));
        let (holds, released) = (catalog.holds().unwrap(), catalog.released_holds().unwrap());
        let waiting = self.waiting.map(|waiting| &*setting.policies[waiting]);
        let kept = catalog.kept_until().unwrap();
        let grounds = Grounds { policy, waiting, holds: &holds, released: &released, kept: &kept, day };
        let judged = gate::judge_all(&catalog, &grounds).unwrap();
        let origin = self.store.origin();
        let entries = self.store.reader().size().unwrap();
        let root = self.store.reader().range_root(0..entries).unwrap();
        let now = Moment { made: self.now(), entries, root };
        let made = Plan::make(&origin, version(self.policy), now, day, &setting.planned_by, &judged);
        let Ok(plan) = made else { return };
        let (bytes, digest) = (plan.bytes(), plan.digest());
        let mut signed = Signed::default();
        let named: BTreeSet<RecordId> = plan.records.iter().map(|item| item.record).collect();
        for record in self.records.iter().filter(|record| named.contains(&record.id)) {
            signed.basis.insert(record.id, (self.policy, record.left, record.early, record.released.clone()));
        }
        let how_many = usize::try_from(self.dice.below(3)).unwrap();
        let mut is_planned = false;
        for (n, key) in std::iter::once(&setting.planner).chain(&setting.approvers[..how_many]).enumerate() {
            if n > 0 && !is_planned {
                break;
            }
            let signature = key.sign(Purpose::Plan, &bytes).unwrap().unwrap();
            let (salt, at) = (self.salt(), self.now());
            let (fingerprint, name) = (format!("key {n}"), "x".to_owned());
            let approval = Approval { plan: digest, fingerprint, name, signature, at, salt, entry: None };
            let (_, commits) = self.attempt(|world| {
                let pending = world.store.write_pending()?;
                pending.add_approval(&approval, &bytes)?;
                pending.commit()?;
                let mut writing = world.store.write()?;
                let by = approval.fingerprint.clone();
                let fact = approval.commitment();
                let what = match n {
                    0 => What::PlanMade { plan: digest, by, fact },
                    _ => What::PlanApproved { plan: digest, by, fact },
                };
                let entry = writing.append(&Entry { at, what })?;
                writing.approval_entered(&approval, entry)?;
                writing.commit(&world.key)
            });
            is_planned |= commits >= 2;
            signed.approvers += usize::from(n > 0 && commits >= 2);
        }
        self.plans.insert(digest, (bytes, signed));
        self.newest_plan = Some(digest);
    }
}
