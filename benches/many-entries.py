#!/usr/bin/env python3
"""Writes policy files with many entries, to stand beside the shipped example: half joint uses, half classes.

    benches/many-entries.py COUNT policies

The same count gives the same bytes. Every entry is a full one, published in two languages. Each file has 500 entries: one
may have a megabyte.
"""
import pathlib
import sys

IN_A_FILE = 500


def joint_use(number):
    return f"""\
  - id: joint-{number}
    title: {{ ja: 第{number}事業のための共同利用, en: Joint use for programme {number} }}
    persons: {{ ja: 第{number}事業の対象となる加入者, en: Members programme {number} is for }}
    information: [receipts]
    items:
      - {{ ja: 第{number}事業の対象者の氏名, en: Names of those programme {number} is for }}
      - {{ ja: 第{number}事業の対象となる診療の年月, en: Months of the treatment programme {number} is about }}
    users:
      - {{ party: organization, scope: {{ ja: 第{number}事業を担当する職員, en: Staff in charge of programme {number} }} }}
      - {{ party: federation, scope: {{ ja: 第{number}事業を審査する職員, en: Staff who review programme {number} }} }}
    purposes:
      - {{ party: organization, text: {{ ja: 第{number}事業を申請するため, en: To apply for programme {number} }} }}
      - {{ party: federation, text: {{ ja: 第{number}事業を審査するため, en: To review programme {number} }} }}
    responsible: federation
    contact: privacy-desk
    since: 2022-04-01
"""


def retention_class(number):
    return f"""\
    - id: class-{number}
      title: {{ ja: 第{number}事業の記録, en: Records of programme {number} }}
      information: [receipts]
      medium: electronic
      accept: ["made-{number}/{{treated:month}}/{{subject}}-*.csv"]
      recipients: [benefits]
      keep: {{ for: P5Y, after: treated, starting: month-end }}
      authority: {{ own-rule: {{ ja: 文書管理規程, en: The Society's document rules }} }}
      disposal: {{ review: one, then: destroy, within: P1M }}
"""


def write(folder, name, head, entries):
    """Writes entries into as many files as they need."""
    for start in range(0, len(entries), IN_A_FILE):
        file = folder / f"many-{name}-{start // IN_A_FILE + 1:02}.yaml"
        file.write_text(head + "".join(entries[start:start + IN_A_FILE]), encoding="utf-8")


def main(count, folder):
    half = count // 2
    write(folder, "joint-use", "joint-use:\n", [joint_use(number) for number in range(1, half + 1)])
    classes = [retention_class(number) for number in range(1, count - half + 1)]
    write(folder, "classes", "retention:\n  classes:\n", classes)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    main(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
