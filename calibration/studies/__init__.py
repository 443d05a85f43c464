"""Calibrations against published histories of real adoption, with what they show and what they do not.

``python -m calibration.studies`` prints them; ``-o`` writes them as a page. The histories are not part of the project:
a study whose files are absent says so and is left out.

>>> from calibration.studies import STUDIES
>>> list(STUDIES)
['durables', 'doctors', 'villages', 'confounded', 'spend']
"""

from calibration.studies import confounded, doctors, durables, villages, weekly_spend
from calibration.studies.study import Study

STUDIES: dict[str, Study] = {
    "durables": Study(durables.TITLE, durables.FILES, durables.run),
    "doctors": Study(doctors.TITLE, doctors.FILES, doctors.run),
    "villages": Study(villages.TITLE, villages.FILES, villages.run),
    "confounded": Study(confounded.TITLE, confounded.FILES, confounded.run),
    "spend": Study(weekly_spend.TITLE, weekly_spend.FILES, weekly_spend.run),
}
"""All studies by their short name, in the order in which they are shown."""

__all__ = ["STUDIES", "Study"]
