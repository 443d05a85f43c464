"""Measure published facts on the model: ``python -m experiments.reproduce [ID ...] [--quick] [-o PAGE]``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.reproduce import FACTS
from experiments.reproduce.page import as_page, as_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the facts that were named, or all of them.

    Args:
        arguments: words of the command line; those of the process when left out.

    Returns:
        0 when every demand holds, 1 when one does not.
    """
    parser = argparse.ArgumentParser(prog="python -m experiments.reproduce", description=__doc__)
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help=f"facts to measure, of {', '.join(FACTS)}; all if left out"
    )
    parser.add_argument("--quick", action="store_true", help="fewer replicates: a few seconds for each fact")
    parser.add_argument("--threads", type=int, default=None, help="replicates at once; changes nothing but time")
    parser.add_argument("-o", "--output", type=Path, default=None, help="write the findings as a page in Markdown, too")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.ids if name not in FACTS]
    if unknown:
        parser.error(f"there is no fact “{unknown[0]}”; facts are {', '.join(FACTS)}")
    if options.threads is not None and options.threads < 1:
        parser.error("--threads must be at least 1")
    if options.output is not None and not options.output.parent.is_dir():
        parser.error(f"there is no folder “{options.output.parent}” to write {options.output.name} to")
    findings = []
    for name in options.ids or FACTS:
        finding = FACTS[name].run(quick=options.quick, threads=options.threads)
        print(as_text(FACTS[name], finding), end="\n\n", flush=True)
        findings.append((FACTS[name], finding))
    if options.output is not None:
        options.output.write_text(as_page(findings), "utf-8")
    return 0 if all(finding.holds for _, finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
