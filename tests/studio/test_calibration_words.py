"""What is said of a calibration: the verdict in the main cases, and plain words for what history does not tell."""

import json
from dataclasses import replace

from studio.calibration_words import (
    answer_data,
    answer_text,
    best_null,
    compared,
    failures,
    part_of,
    untold,
    verdict,
)
from tests.studio.made_calibration import AT_BOUND, ONE_SIDED, PROVENANCE, calibration

TOLD = ("", "", "")


def test_a_market_that_wins_everywhere() -> None:
    assert verdict(calibration(reasons=TOLD)) == (
        "On the 4 weeks held out from the fit, the calibrated market foretells purchases and aware better than every "
        "simple forecast. History tells all 3 parameters."
    )


def test_a_market_that_wins_in_part() -> None:
    assert verdict(calibration(off={"aware": 0.5}, reasons=("", "", ONE_SIDED))) == (
        "On the 4 weeks held out from the fit, the calibrated market foretells purchases better than every simple "
        "forecast, but is beaten on aware (by the last value carried on). History tells 2 of 3 parameters; it does "
        "not tell market.size."
    )


def test_a_market_that_wins_nowhere() -> None:
    assert verdict(calibration(off={"aware": 0.5, "purchases": 0.6}, reasons=(ONE_SIDED,) * 3)) == (
        "On the 4 weeks held out from the fit, a simple forecast beats the calibrated market on purchases (by the "
        "last value carried on) and aware (by the last value carried on): do not plan with it yet. History tells "
        "none of 3 parameters: talk.talker_per_day, brand.appeal and market.size."
    )


def test_without_a_holdout_nothing_is_claimed() -> None:
    assert verdict(calibration(held=0, reasons=TOLD)).startswith(
        "No weeks were held out, so nothing shows how well the calibrated market foretells. It tells the weeks that "
        "it was fitted to better than every simple forecast."
    )
    assert verdict(calibration(held=0, off={"aware": 0.5}, reasons=TOLD)).startswith(
        "No weeks were held out, so nothing shows how well the calibrated market foretells. Even on the weeks that "
        "it was fitted to, it is beaten on aware (by the last value carried on): do not plan with it yet."
    )


def test_a_tie_is_no_win() -> None:
    answer = calibration(reasons=TOLD)
    judged = {name: (rows[0], replace(rows[0], model="naive")) for name, rows in answer.judged.items()}
    assert compared(replace(answer, judged=judged)) == {"purchases": False, "aware": False}


def test_a_target_that_was_not_observed_in_the_weeks_held_out_wins_nothing() -> None:
    answer = calibration(reasons=TOLD)
    rows = tuple(replace(one, holdout=None) for one in answer.judged["aware"])
    answer = replace(answer, judged={**answer.judged, "aware": rows})
    assert part_of(rows) == "train"
    assert compared(answer) == {"purchases": True}
    assert "foretells purchases better" in verdict(answer)
    assert "nothing was observed in the weeks held out" in answer_text(answer, bold=str, dim=str)


def test_with_nothing_to_compare_it_says_so() -> None:
    answer = calibration(reasons=TOLD)
    answer = replace(answer, judged={name: rows[:1] for name, rows in answer.judged.items()})
    assert best_null(answer.judged["aware"]) is None
    assert verdict(answer).startswith(
        "Nothing could be compared with a simple forecast on the 4 weeks held out: do not plan with it yet."
    )


def test_what_history_does_not_tell_is_said_in_plain_words() -> None:
    assert untold(calibration(reasons=("", "", ONE_SIDED)).parameters[2]) == (
        "History does not tell market.size: it says how small it may be, but not how large. What you believed before "
        "still stands."
    )
    assert untold(calibration(reasons=("", "", AT_BOUND)).parameters[2]) == (
        "market.size: it lies at the upper end of its range: the range sets it, not history. Look whether the range "
        "is too narrow, or whether the parameter makes up for something that is missing from the scenario."
    )


def test_failures_are_counted_by_reason_in_their_order() -> None:
    answer = calibration()
    trials = answer.fit.trials
    more = tuple(replace(trials[n], mean=None, reason=why) for n, why in ((4, "b"), (5, "a"), (6, "b")))
    answer = replace(answer, fit=replace(answer.fit, trials=(*trials[:2], *more)))
    assert list(failures(answer).items()) == [("b", 2), ("a", 1)]
    assert answer_data(answer, PROVENANCE)["trials"] == {"ok": 2, "failed": 3, "reasons": {"b": 2, "a": 1}}
    assert answer_text(answer, bold=str, dim=str).endswith("failed: b\nfailed: a")


def test_the_answer_for_programs_is_json_without_nan() -> None:
    said = answer_data(calibration(), PROVENANCE)
    assert json.loads(json.dumps(said, allow_nan=False))["provenance"] == PROVENANCE
    assert said["targets"]["aware"]["nulls"]["seasonal_naive"]["reason"].startswith("history has 20 periods")
