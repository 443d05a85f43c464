"""Calibrate against published histories: ``python -m calibration.studies [NAME ...] [--quick] [-o PAGE]``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from calibration.studies import STUDIES
from calibration.studies.page import wrapped
from scenarios.errors import suggest

_INTRODUCTION = """# Calibrated against published histories

This page is written by `make studies`; change `calibration/studies`, not the page.

Each study fits a market to a history that others have published and asks what it then knows: of its own
parameters, and of what was held out. What fails is reported like what holds. Intervals hold 90 %.
The histories are other people's and not part of the project; `APATH_DATA` names the folder they lie in.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the studies that were named, or all of them.

    Args:
        arguments: words of the command line; those of the process when left out.

    Returns:
        0 when a study was run, 1 when all of them had to be left out.
    """
    parser = argparse.ArgumentParser(prog="python -m calibration.studies", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(STUDIES)}; all if left out")
    parser.add_argument("--quick", action="store_true", help="less of each study, for a look")
    parser.add_argument("-o", "--output", type=Path, default=None, help="write the findings as a page in Markdown, too")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in STUDIES]
    if unknown:
        parser.error(f"there is no study “{unknown[0]}”; {suggest(unknown[0], list(STUDIES))}")
    if options.output is not None and not options.output.parent.is_dir():
        parser.error(f"there is no folder “{options.output.parent}” to write {options.output.name} to")
    parts, n_run = [_INTRODUCTION], 0
    pictures: dict[str, str] = {}
    for name in options.names or STUDIES:
        study = STUDIES[name]
        if study.missing:
            said = f"Left out: {', '.join(study.missing)} not found. Set `APATH_DATA` to a folder with it."
        else:
            section = study.run(quick=options.quick)
            said = section.text
            pictures |= section.pictures
            n_run += 1
        parts.append(f"## {study.title}\n\n{said}\n")
        print(parts[-1], flush=True)
    if options.output is not None:
        for name, picture in pictures.items():
            images = options.output.parent / "images"
            images.mkdir(exist_ok=True)
            _write(images / name, picture)
        _write(options.output, wrapped("\n".join(parts)))
    return 0 if n_run else 1


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
