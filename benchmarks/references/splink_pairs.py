"""Pairs of records by Splink 5, with its own comparisons and training: `python splink_pairs.py RECORDS PAIRS`.

Needs splink and nothing of askonce. RECORDS is a CSV file of normal forms: record_id, part, given, family, given_sound,
family_sound, birth_date, postal_code, town, street, house, phone, email, number. PAIRS gets a, b, p of all pairs of p >= 0.01.
"""

import re
import sys

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

RULES = [
    ("phone",),
    ("email",),
    ("family_sound", "birth_date"),
    ("given_sound", "birth_date"),
    ("family_sound", "postal_code"),
    ("given_sound", "postal_code"),
    ("postal_code", "street", "house"),
    ("given_sound", "family_sound"),
    ("number",),
    ("birth_date",),
    ("birth_date", "town"),
    ("substr(given,1,3)", "substr(family,1,4)"),
    ("substr(given,1,2)", "substr(family,1,2)", "substr(birth_date,1,4)"),
    ("substr(postal_code,1,3)", "given"),
    ("substr(postal_code,1,3)", "family"),
    ("town", "family"),
    ("town", "given"),
    ("split_part(email,'@',1)",),
]
"""The keys of askonce, and those of the tutorials of Splink."""
CERTAIN = [("number", "given"), ("email", "given"), ("phone", "given", "family"), ("given", "family", "birth_date")]
TRAINING = [("given", "family"), ("birth_date",), ("postal_code", "street"), ("phone",), ("email",), ("number",)]


def dates(_has):
    return cl.CustomComparison(
        output_column_name="birth_date",
        comparison_levels=[
            cll.NullLevel("birth_date"),
            cll.ExactMatchLevel("birth_date"),
            cll.CustomLevel(
                "substr(birth_date_l,1,4)=substr(birth_date_r,1,4) and substr(birth_date_l,5,2)=substr(birth_date_r,7,2)"
                " and substr(birth_date_l,7,2)=substr(birth_date_r,5,2)",
                "day and month swapped",
            ),
            cll.DamerauLevenshteinLevel("birth_date", 1),
            cll.DamerauLevenshteinLevel("birth_date", 2),
            cll.ElseLevel(),
        ],
    )


def names(has):
    if {"given", "family"} <= has:
        return cl.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="whole_name")
    return cl.NameComparison("given" if "given" in has else "family")


def addresses(has):
    if "street" not in has:
        return cl.LevenshteinAtThresholds("postal_code", [1, 2]).configure(term_frequency_adjustments=True)
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.CustomLevel("postal_code_l is null or postal_code_r is null", "null").configure(is_null_level=True),
            cll.CustomLevel(
                "street_l=street_r and coalesce(house_l,'')=coalesce(house_r,'') and postal_code_l=postal_code_r",
                "same house",
            ),
            cll.CustomLevel(
                "jaro_winkler_similarity(street_l,street_r)>=0.92 and coalesce(house_l,'')=coalesce(house_r,'')"
                " and damerau_levenshtein(postal_code_l,postal_code_r)<=1",
                "nearly the same house",
            ),
            cll.CustomLevel(
                "jaro_winkler_similarity(street_l,street_r)>=0.92 and postal_code_l=postal_code_r", "same street"
            ),
            cll.CustomLevel("postal_code_l=postal_code_r", "same postal code"),
            cll.ElseLevel(),
        ],
    )


def comparisons(has):
    chosen = [names(has)]
    if "birth_date" in has:
        chosen.append(dates(has))
    if "postal_code" in has:
        chosen.append(addresses(has))
    if "town" in has and not {"street", "postal_code"} <= has:
        chosen.append(cl.JaroWinklerAtThresholds("town", [0.9]).configure(term_frequency_adjustments=True))
    if "phone" in has:
        chosen.append(cl.LevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True))
    if "email" in has:
        chosen.append(cl.EmailComparison("email"))
    if "number" in has:
        chosen.append(cl.LevenshteinAtThresholds("number", [1, 2]))
    return chosen


def usable(rules, has):
    """Those rules of which every column has values."""
    words = [
        (rule, set(re.findall("[a-z]+_[a-z]+|[a-z]+", " ".join(rule))) - {"substr", "split_part"}) for rule in rules
    ]
    return [block_on(*rule) for rule, columns in words if columns <= has]


def main(records: str, pairs: str) -> None:
    connection = duckdb.connect()
    connection.execute(
        "create table people as select *, record_id as unique_id, given || ' ' || family as whole_name"
        f" from read_csv('{records}', all_varchar=true, header=true, nullstr='')"
    )
    columns = [row[0] for row in connection.execute("describe people").fetchall()]
    has = {name for name in columns if connection.execute(f'select count("{name}") from people').fetchall()[0][0]}
    total = connection.execute("select count(*) from people").fetchall()[0][0]
    frame = DuckDBAPI(connection).register("people")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(has),
        blocking_rules_to_generate_predictions=usable(RULES, has),
        probability_two_random_records_match=1 / total,
        max_iterations=50,
    )
    linker = Linker(frame, settings, log_level="ERROR")
    certain = usable(CERTAIN, has)
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in usable(TRAINING, has):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as error:  # noqa: BLE001 (Splink raises many kinds; the other rules still train)
            print(f"Splink did not train on a rule: {error}", file=sys.stderr)
    found = linker.inference.predict(threshold_match_probability=0.01)
    connection.execute(
        "copy (select unique_id_l as a, unique_id_r as b, match_probability as p"
        f" from {found.physical_name}) to '{pairs}' (header true)"
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
