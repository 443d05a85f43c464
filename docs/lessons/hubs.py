"""Hubs, or anybody: a marimo notebook. Run it with ``marimo run docs/lessons/hubs.py``."""

import marimo

app = marimo.App(width="medium", app_title="Hubs, or anybody?")


@app.cell
def _():
    import marimo as mo

    from studio.formatting import number, people
    from studio.notebook import classroom, player
    from studio.teach.contrasts import figure
    from studio.teach.controls import CONTROLS, Settings

    return CONTROLS, Settings, classroom, figure, mo, number, people, player


@app.cell
def _(mo):
    mo.md(
        """
        # Hubs, or anybody?

        Five people are given a product: anybody in A, the five with the most contacts in B. They have about six times
        as many contacts as others. *Guess first:* how many times farther does B get, and does that depend on how
        contagious the product is?
        """
    )
    return


@app.cell
def _(CONTROLS, mo):
    chances = [one for one in CONTROLS["contagiousness"].values if one > 0]
    contagious = mo.ui.slider(steps=chances, value=0.02, label="Chance that a contact’s talk wins somebody in a week")
    whom = mo.ui.dropdown(
        {"hubs": "hubs", "bridges": "bridges", "the fringe": "fringe"}, value="hubs", label="Who gets it in B"
    )
    mo.hstack([contagious, whom], justify="start")
    return contagious, whom


@app.cell
def _(classroom, contagious, player, whom):
    player(classroom({"network": "hubs", "contagiousness": contagious.value, "b": {"seeding": whom.value}}))
    return


@app.cell
def _(CONTROLS, Settings, figure, mo, number, people):
    # The same people in both arms of each market, and eight markets for each row.
    rows = []
    for chance in (0.005, 0.02, 0.05, 0.1, 0.2):
        mean = {}
        for strategy in ("random", "hubs"):
            reached = [
                figure(
                    Settings(network="hubs", contagiousness=chance, seeding=strategy, world=number, luck=number),
                    "reached",
                )
                for number in range(101, 109)
            ]
            mean[strategy] = sum(reached) / len(reached)
        text = CONTROLS["contagiousness"].texts[CONTROLS["contagiousness"].values.index(chance)]
        reach = {strategy: people(value) for strategy, value in mean.items()}
        times = number(mean["hubs"] / mean["random"], 1)
        rows.append({"contagiousness": text, **reach, "hubs reach … times as many": times})
    mo.ui.table(rows, selection=None)
    return (rows,)


@app.cell
def _(mo):
    mo.md(
        """
        Hubs help most while talk is weak, by less than their number of contacts, and not at all once everybody is
        reached anyway. Hinz, Skiera, Barrot and Becker (2011), *Seeding strategies for viral marketing*, found hubs and
        bridges well ahead of random people; Watts and Dodds (2007), *Influentials, networks and public opinion
        formation*, say why it is less than one expects.
        """
    )
    return


if __name__ == "__main__":
    app.run()
