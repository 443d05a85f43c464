"""What is left of an advertisement: a marimo notebook. Run it with ``marimo run docs/lessons/decay.py``."""

import marimo

app = marimo.App(width="medium", app_title="What is left of an advertisement")


@app.cell
def _():
    import marimo as mo

    from studio.formatting import number, people, share
    from studio.notebook import classroom, player

    return classroom, mo, number, people, player, share


@app.cell
def _(mo):
    mo.md(
        """
        # What is left of an advertisement

        Four weeks of advertising, then silence. Nobody talks in this market: whatever is left is memory.
        *Guess first:* of those who know the brand when the advertising ends, how many still do half a year later?
        """
    )
    return


@app.cell
def _(mo):
    forgetting = mo.ui.dropdown(
        {"a quarter of the usual": 0.25, "half": 0.5, "usual": 1.0, "twice": 2.0},
        value="usual",
        label="How fast people forget",
    )
    mo.hstack([forgetting], justify="start")
    return (forgetting,)


@app.cell
def _(classroom, forgetting, player):
    market = {
        "network": "everybody", "people": 1_000, "seeding": "none", "contagiousness": 0.0,
        "advertising": 3.0, "ad_weeks": 4, "forgetting": forgetting.value,
    }  # fmt: skip
    data = classroom(market)
    player(data)
    return (data,)


@app.cell
def _(data, mo, people, share):
    aware = [sum(code != "0" for code in frame) for frame in data["arms"][0]["frames"]]
    left = [{"weeks after the last ad": week - 4, "people who know the brand": people(aware[week]),
             "share of those who did": share(aware[week] / max(aware[4], 1))} for week in range(4, 27, 2)]  # fmt: skip
    mo.ui.table(left, selection=None)
    return aware, left


@app.cell
def _(aware, mo, number):
    from math import log

    # The half-life that fits the first eight weeks: models of advertising call what is left after a week adstock.
    kept = (aware[12] / max(aware[4], 1)) ** (1 / 8)
    half_life = log(0.5) / log(kept) if 0 < kept < 1 else float("inf")
    mo.md(
        f"""
        A share of **{number(kept, 2)}** is kept from week to week, which is a half-life of
        **{number(half_life, 1)} weeks**. Marketing-mix models call this share adstock, and find half-lives from
        about half a week to three weeks for the effect on sales; memory of a brand lasts longer than that.
        Advertising that pauses must win some people twice: compare one burst with a thin line of ads that never
        stops.
        """
    )
    return (half_life,)


if __name__ == "__main__":
    app.run()
