"""The frame of every page that a run writes: one file, no script, nothing from the network, light and dark."""

from importlib.resources import files

from studio.markup import esc
from studio.theme import css_variables


def page(*, title: str, header: str, body: str, footer: str, skip: tuple[str, str]) -> str:
    """A whole page.

    Args:
        title: as the window shows it.
        header: HTML above the main part.
        body: HTML of the main part.
        footer: a line of text below it.
        skip: the section to skip to, and how the link to it is called.
    """
    css = files("studio").joinpath("assets/report.css").read_text(encoding="utf-8")
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{css_variables(dark=True)}}}}}"
    marks = "".join(f".p{n}{{background:var(--plan-{n})}}.v{n}{{border-color:var(--plan-{n})}}" for n in range(8))
    style = f":root{{{css_variables()}}}{dark}{css}{marks}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{esc(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#{skip[0]}">{esc(skip[1])}</a>\n<div class="page">\n'
        f"{header}\n<main>\n{body}\n</main>\n<footer>{esc(footer)}</footer>\n</div>\n</body>\n</html>\n"
    )
