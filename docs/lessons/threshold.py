"""How much company one needs: a marimo notebook. Run it with ``marimo run docs/lessons/threshold.py``."""

import marimo

app = marimo.App(width="medium", app_title="How much company one needs")


@app.cell
def _():
    import marimo as mo

    from studio.formatting import people
    from studio.notebook import classroom, player
    from studio.teach.contrasts import figure
    from studio.teach.controls import CONTROLS, Settings

    return CONTROLS, Settings, classroom, figure, mo, people, player


@app.cell
def _(mo):
    mo.md(
        """
        # How much company one needs

        Some people try what one friend praises; others wait until a good part of their friends has it. In A, people
        listen as soon as one in five of their contacts talks. In B you choose.

        *Guess first:* does B spread half as far when people need twice as much company?
        """
    )
    return


@app.cell
def _(CONTROLS, mo):
    shares = [one for one in CONTROLS["threshold"].values if one > 0]
    needed = mo.ui.dropdown(
        {CONTROLS["threshold"].texts[CONTROLS["threshold"].values.index(one)]: one for one in shares},
        value="40 %",
        label="Share of contacts that must talk, in B",
    )
    company = mo.ui.dropdown(
        {"at random": "random", "neighbours of one another": "together"},
        value="at random",
        label="Who gets the product",
    )
    mo.hstack([needed, company], justify="start")
    return company, needed


@app.cell
def _(classroom, company, needed, player):
    market = {"network": "random", "contacts": 4, "threshold": 0.2, "contagiousness": 0.5, "seeding": company.value}
    other = {"b": {"threshold": needed.value}} if needed.value != 0.2 else {}
    player(classroom({**market, **other}))
    return (market,)


@app.cell
def _(CONTROLS, Settings, figure, market, mo, people):
    # One market is one throw of the dice: here are several for each threshold.
    rows = []
    for share in [one for one in CONTROLS["threshold"].values if one > 0]:
        reached = [
            figure(Settings(**{**market, "threshold": share}, world=number, luck=number), "reached")
            for number in range(101, 109)
        ]
        text = CONTROLS["threshold"].texts[CONTROLS["threshold"].values.index(share)]
        rows.append({"share needed": text, "people reached, mean of 8 markets": people(sum(reached) / len(reached))})
    mo.ui.table(rows, selection=None)
    return (rows,)


@app.cell
def _(mo):
    mo.md(
        """
        There is no halfway. With about four contacts each, a share of up to a quarter means that one of them is
        enough, and nearly everybody is reached; above it takes two, and hardly anybody is. A market near its threshold
        tips with little, and one beyond it does not move however long one waits. Watts (2002), *A simple model of
        global cascades on random networks*, works out where the window lies; Granovetter (1978), *Threshold models of
        collective behavior*, is where the thought comes from.
        """
    )
    return


if __name__ == "__main__":
    app.run()
