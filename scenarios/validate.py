"""One value at a time: pydantic's findings, said in plain words."""

import pydantic

from scenarios.draft import Draft
from scenarios.schema import Scenario


def validate(draft: Draft) -> Scenario | None:
    try:
        return Scenario.model_validate(draft.data)
    except pydantic.ValidationError as error:
        for found in error.errors(include_url=False):
            draft.problem(tuple(found["loc"]), found["msg"])
        return None
