#!/usr/bin/env python3
"""Compares `hokan dates --lines` with days counted one by one.

usage: walk.py HOKAN [CASES [SEED]]

Makes random cases, asks the program about all of them in one run, and works each out by walking through the calendar a
day at a time: no date is computed from year, month and day. Only Python's standard library is used, and nothing of
hokan's. Prints how many cases agree; exits 1 with the first differences when some do not.
"""
import datetime
import json
import random
import subprocess
import sys
import zoneinfo

FIRST, LAST = datetime.date(1873, 1, 1), datetime.date(2999, 12, 31)
# Zones with clock changes at midnight, a day that was left out, half hours, and none of that.
ZONES = ["Asia/Tokyo", "UTC", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Asia/Amman", "Pacific/Apia",
         "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Europe/London", "America/New_York",
         "Atlantic/Azores", "Pacific/Kiritimati"]
STARTINGS = ["same-day", "next-day", "month-end", "year-end", "fiscal-year-end", "next-fiscal-year-end", "following"]
NEVER, MISSING = "never", "missing"


class Calendar:
    """Every day hokan knows, by number; made by adding one day at a time."""

    def __init__(self):
        self.days, self.number = [], {}
        day, one = FIRST, datetime.timedelta(days=1)
        while True:
            self.number[(day.year, day.month, day.day)] = len(self.days)
            self.days.append((day.year, day.month, day.day))
            if day == LAST:
                break
            day += one
        # For each day the next one that begins a month: found by walking back from the end.
        self.next_month, following = [None] * len(self.days), None
        for n in range(len(self.days) - 1, -1, -1):
            self.next_month[n] = following
            if self.days[n][2] == 1:
                following = n

    def walk_to(self, n, is_there):
        """Walks from the day after `n` to the first day that fits; None beyond the last one."""
        n += 1
        while n < len(self.days):
            if is_there(self.days[n]):
                return n
            n += 1
        return None

    def first_day(self, n, starting, year_starts):
        is_new_year = lambda day: day[1:] == (1, 1)
        is_fiscal = lambda day: day[1:] == year_starts
        if starting == "same-day":
            return n
        if starting == "next-day":
            return self.walk_to(n, lambda day: True)
        if starting == "month-end":
            return self.next_month[n]
        if starting == "year-end":
            return self.walk_to(n, is_new_year)
        if starting == "fiscal-year-end":
            return self.walk_to(n, is_fiscal)
        if starting == "next-fiscal-year-end":
            begins = self.walk_to(n, is_fiscal)
            return None if begins is None else self.walk_to(begins, is_fiscal)
        month, day = starting
        new_year = self.walk_to(n, is_new_year)
        if new_year is None:
            return None
        named = self.walk_to(new_year - 1, lambda it: it[1:] == (month, day))
        return None if named is None else self.walk_to(named, lambda it: True)

    def after(self, n, count, unit):
        """The first day after a period that begins on day `n`."""
        if unit == "D":
            for _ in range(count):
                n += 1
                if n >= len(self.days):
                    return None
            return n
        if count == 0:
            return n
        wanted, at = self.days[n][2], n
        for _ in range(count):
            at = self.next_month[at]
            if at is None:
                return None
        # In the month in which the period ends: the same day of the month, or the day after the month.
        month = self.days[at][1]
        while self.days[at][1] == month and self.days[at][2] != wanted:
            at += 1
            if at >= len(self.days):
                return None
        return at


def leg_of(chance, calendar):
    leg, told = {}, {}
    if chance.random() < 0.03:
        told["for"], period = "permanent", None
    else:
        kind = chance.random()
        if kind < 0.55:
            years = chance.choice([0, 1, 2, 3, 4, 5, 7, 10, 30, 75, 200]) if kind < 0.5 else chance.randrange(0, 201)
            told["for"], period = f"P{years}Y", (years * 12, "M")
        elif kind < 0.75:
            months = chance.choice([0, 1, 2, 6, 11, 12, 13, 18, 23, 120])
            told["for"], period = f"P{months}M", (months, "M")
        elif kind < 0.85:
            years, months = chance.randrange(0, 20), chance.randrange(0, 12)
            told["for"], period = f"P{years}Y{months}M", (years * 12 + months, "M")
        elif kind < 0.97:
            days = chance.choice([0, 1, 14, 30, 31, 60, 90, 100, 365, 366, 1000])
            told["for"], period = f"P{days}D", (days, "D")
        else:
            weeks = chance.randrange(0, 60)
            told["for"], period = f"P{weeks}W", (weeks * 7, "D")
    if chance.random() < 0.1:
        date = None
    else:
        date = chance.randrange(len(calendar.days))
        # Most dates lie where records have them, many on the edges of months and years.
        if chance.random() < 0.8:
            date = calendar.number[(1950, 1, 1)] + chance.randrange(30_000)
        edge = chance.random()
        if edge < 0.25 and calendar.next_month[date] is not None:
            date = calendar.next_month[date] - chance.randrange(0, 3)
        elif edge < 0.32:
            leap = [year for year in range(1904, 2100, 4)]
            date = calendar.number[(chance.choice(leap), 2, 29)] + chance.randrange(-1, 2)
    starting = chance.choice(STARTINGS)
    told["starting"], leg["starting"] = starting, starting
    if starting == "following":
        _, month, day = calendar.days[calendar.number[(2023, 1, 1)] + chance.randrange(365)]
        told["starting"], leg["starting"] = f"following {month:02}-{day:02}", (month, day)
    elif starting == "next-day" and chance.random() < 0.5:
        del told["starting"]
    leg["period"], leg["date"] = period, date
    told["after"] = {"made": text(calendar, date)}
    return leg, told


def text(calendar, n):
    return None if n is None else "{:04}-{:02}-{:02}".format(*calendar.days[n])


def case_of(chance, calendar, identity):
    """One case: what is asked, and the answer found by walking."""
    _, month, day = calendar.days[calendar.number[(2023, 1, 1)] + chance.randrange(365)]
    year_starts = (4, 1) if chance.random() < 0.4 else (month, day)
    legs = [leg_of(chance, calendar) for _ in range(chance.choice([1, 1, 1, 2, 2, 3]))]
    told = {"id": str(identity), "fiscal_year_starts": "{:02}-{:02}".format(*year_starts)}
    combine = None
    if len(legs) == 1 and chance.random() < 0.7:
        told.update(legs[0][1])
    else:
        told["of"] = [leg for _, leg in legs]
        if len(legs) > 1:
            combine = told["combine"] = chance.choice(["earlier-of", "later-of"])
    ends = [end_of(leg, calendar, year_starts) for leg, _ in legs]
    found = together(ends, combine)
    expected = {"id": str(identity), "first_day_disposal_allowed": text(calendar, found)}
    if chance.random() < 0.4:
        moment(chance, calendar, found, told, expected)
    return told, expected


def end_of(leg, calendar, year_starts):
    if leg["period"] is None:
        return NEVER
    if leg["date"] is None:
        return MISSING
    first = calendar.first_day(leg["date"], leg["starting"], year_starts)
    end = None if first is None else calendar.after(first, *leg["period"])
    return NEVER if end is None else end


def together(ends, combine):
    known = [end for end in ends if end not in (NEVER, MISSING)]
    if combine == "later-of":
        return max(known) if len(known) == len(ends) else None
    return min(known) if known else None


def moment(chance, calendar, found, told, expected):
    """Asks at a moment close to midnight: often that of the first day allowed itself."""
    year = calendar.days[found][0] if found is not None else 0
    if not 1971 <= year <= 2022 or chance.random() < 0.3:
        n = calendar.number[(1971, 1, 1)] + chance.randrange(18_000)
    else:
        n = found
    zone = zoneinfo.ZoneInfo(chance.choice(ZONES))
    midnight = datetime.datetime(*calendar.days[n], tzinfo=zone)
    seconds = int(midnight.timestamp()) + chance.choice([0, -1, 1, -3600, 3600, -3601, 3599, 1800, -1800, 7200, 43_200])
    micros = chance.choice([0, 0, 999_999])
    today = datetime.datetime.fromtimestamp(seconds, zone).date()
    told["time_zone"], told["at"] = str(zone), seconds * 1_000_000 + micros
    expected["today"] = today.isoformat()
    now = calendar.number[(today.year, today.month, today.day)]
    expected["is_allowed"] = found is not None and now >= found


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 32)
    chance, calendar = random.Random(seed), Calendar()
    cases = [case_of(chance, calendar, n) for n in range(count)]
    asked = "".join(json.dumps(told) + "\n" for told, _ in cases)
    ran = subprocess.run([program, "dates", "--lines"], input=asked, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    if ran.returncode != 0 or len(answers) != count:
        print(f"seed {seed}: exit code {ran.returncode}, {len(answers)} answers to {count} cases\n{ran.stderr}")
        return 1
    wrong = [(told, expected, answer) for (told, expected), answer in zip(cases, answers) if expected != answer]
    for told, expected, answer in wrong[:5]:
        print(f"case     {json.dumps(told)}\nexpected {json.dumps(expected)}\nanswered {json.dumps(answer)}")
    with_day = sum(expected["first_day_disposal_allowed"] is not None for _, expected in cases)
    at_midnight = sum("today" in expected for _, expected in cases)
    print(f"seed {seed}: {count - len(wrong)} of {count} cases agree, {with_day} with a day, {at_midnight} at a moment")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
