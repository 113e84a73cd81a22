"""A data steward's night: states a system's records, names what is worst, and decides the pairs that are sure.

ASKONCE_KEY=ask_console_… python3 nightly.py SOURCE FILE.csv

The file has the columns id, given, family, birth_date, phone and email. The same file again changes nothing.
"""

import csv
import os
import sys
from itertools import islice
from pathlib import Path

from askonce_client import Client, every, shapes

RECORDS_AT_ONCE = 1000
WORST = 5
SURE = {"given", "family", "born", "phone"}
"""A pair is sure if each of these speaks for one person, and nothing speaks against it; others are left to people."""

source, file = sys.argv[1:]
askonce = Client(os.environ.get("ASKONCE_URL", "http://127.0.0.1:8080"), os.environ["ASKONCE_KEY"])


def record_of(row: dict[str, str]) -> shapes.SourceRecordItem:
    """What the system says of one person; what it does not know is left out."""
    return shapes.SourceRecordItem(
        external_id=row["id"],
        name=shapes.StatedName(given=row["given"] or None, family=row["family"] or None),
        birth_date=row["birth_date"] or None,
        phones=[row["phone"]] if row["phone"] else [],
        emails=[row["email"]] if row["email"] else [],
    )


def state_records() -> None:
    """Everything in the file, a batch at a time; each record that is refused, with why."""
    stated = refused = 0
    with Path(file).open(newline="", encoding="utf-8") as rows:
        records = map(record_of, csv.DictReader(rows, strict=True))
        while batch := list(islice(records, RECORDS_AT_ONCE)):
            for record, answer in zip(batch, askonce.put_records(source, batch), strict=True):
                if answer.customer_id:
                    stated += 1
                else:
                    refused += 1
                    print(f"refused: {record.external_id}: {answer.detail}")
    print(f"{stated} records stated, {refused} refused")


def name_the_worst() -> None:
    """The fields of the system with the largest share that leaves something to mend."""
    for one in islice(askonce.read_quality(source=source).items, WORST):
        if one.to_mend:
            verdicts = ", ".join(
                f"{count.verdict} {count.values}" for count in one.verdicts if count.verdict != "valid"
            )
            print(f"worst: {source} {one.field}: {one.to_mend} of {one.values} to mend ({verdicts})")


def decide_the_sure() -> None:
    """Pairs that agree in all that makes one sure become one person; the others are counted."""
    left = 0
    for pair in every(askonce.list_matches, state=shapes.MatchState.OPEN):
        agreeing = {reason.field for reason in pair.reasons if reason.bits > 0}
        against = [reason.text for reason in pair.reasons if reason.bits < 0 and reason.field != "household"]
        if pair.strength == shapes.MatchStrength.STRONG and agreeing >= SURE and not against:
            same = shapes.MatchDecisionInput(
                decision=shapes.MatchDecision.SAME, note=f"Sure: {', '.join(sorted(SURE))}."
            )
            print(f"one person: {askonce.decide_match(*pair.customers, same).survivor_id}")
        else:
            left += 1
            print("to people:", *pair.customers, *(f"{one.field} {one.bits:+.1f}" for one in pair.reasons))
    print(f"{left} pairs are left to people")


state_records()
name_the_worst()
decide_the_sure()
