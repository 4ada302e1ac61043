#!/usr/bin/env python3
"""Checks documents against a JSON Schema, with a validator that is not hokan's.

usage: validate.py < {"schema": …, "documents": [[NAME, DOCUMENT], …]}

Prints one line for each document: its name and, after a tab, what is wrong with it first; nothing after the tab where it
is valid. Exits 2 when the schema itself is none.
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("the Python package jsonschema is not installed (Debian: python3-jsonschema)")


def first_fault(validator, document):
    """Says what is wrong with a document, as `/path: why`, or nothing."""
    fault = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if fault is None:
        return ""
    path = "".join(f"/{step}" for step in fault.absolute_path)
    return f"{path or '/'}: {' '.join(fault.message.split())[:300]}"


def main():
    asked = json.load(sys.stdin)
    kind = jsonschema.validators.validator_for(asked["schema"])
    try:
        kind.check_schema(asked["schema"])
    except jsonschema.exceptions.SchemaError as error:
        print(f"not a schema: {error.message}", file=sys.stderr)
        return 2
    validator = kind(asked["schema"], format_checker=getattr(kind, "FORMAT_CHECKER", None))
    for name, document in asked["documents"]:
        print(f"{name}\t{first_fault(validator, document)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
