"""Everybody in the market, looked at like a Mesa AgentSet but kept in arrays.

    >>> from simulator.model import CampaignModel
    >>> model = CampaignModel()
    >>> model.run_days(7)
    >>> aware = model.consumers.select(lambda consumer: consumer.stage() >= 1)
    >>> len(aware) == int((model.consumers.get("stage") >= 1).sum())
    True

A set is a list of row numbers, so that selecting, grouping and counting a million consumers is a few array
operations. Single consumers are made when somebody asks for them and are forgotten afterwards.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from scenarios.vocabulary import MOOD_NAMES, STAGE_NAMES, Mood, Stage, Talk
from simulator.arrays import NEVER_BOUGHT

if TYPE_CHECKING:
    import pandas as pd

    from simulator.model import CampaignModel

Brand = int | str

ATTRIBUTES = ("label", "segment", "stage", "mood", "customer", "bought", "heard")
"""What can be asked of a set by name: ``label`` and ``segment`` are the consumer's own, the others hold for
one brand. ``customer``: bought recently enough; ``bought``: how often since the first day; ``heard``: how
many of those they hear talk about the brand now, for it or against it."""


class Consumer:
    """One consumer, seen through the arrays; it has no data of its own and is always up to date.

        >>> from simulator.model import CampaignModel
        >>> consumer = next(iter(CampaignModel().consumers))
        >>> consumer.stage().name, consumer.n_purchases()
        ('UNAWARE', 0)

    Attributes:
        model: the market.
        row: where the consumer stands in every array.
    """

    __slots__ = ("model", "row")

    def __init__(self, model: "CampaignModel", row: int) -> None:
        self.model = model
        self.row = row

    @property
    def label(self) -> Any:
        """Name in the user's own graph, or the row number."""
        labels = self.model.world.graph.labels
        return self.row if labels is None else labels[self.row : self.row + 1].tolist()[0]

    @property
    def unique_id(self) -> Any:
        """The label: it stays with the consumer in every run of the same world."""
        return self.label

    @property
    def segment(self) -> str:
        """Name of the segment."""
        return self.model.world.kinds.segments[self.model.world.arrays.people["segment"][self.row]]

    def stage(self, brand: Brand = 0) -> Stage:
        """Where the consumer stands with a brand."""
        return Stage(self._life(brand)["stage"])

    def mood(self, brand: Brand = 0) -> Mood:
        """What the consumer feels about a brand."""
        return Mood(self._life(brand)["mood"])

    def is_customer(self, brand: Brand = 0) -> bool:
        """Whether the consumer bought the brand recently enough not to count as gone."""
        return bool(ConsumerSet(self.model, np.array([self.row])).get("customer", brand=brand)[0])

    def n_purchases(self, brand: Brand = 0) -> int:
        """How often the consumer has bought the brand since the first day."""
        return int(self._life(brand)["bought"])

    def neighbors(self) -> "ConsumerSet":
        """Everybody who hears this consumer; in a well-mixed market, everybody else."""
        graph = self.model.world.graph
        if graph.well_mixed:
            return ConsumerSet(self.model, np.delete(np.arange(graph.n), self.row))
        mine = graph.listeners[graph.indptr[self.row] : graph.indptr[self.row + 1]]
        return ConsumerSet(self.model, mine.astype(np.int64))

    def follows(self) -> list[str]:
        """Names of the influencers whose posts this consumer sees."""
        arrays, names = self.model.world.arrays, list(self.model.what_if.influencers)
        lists = (arrays.followers[arrays.follow_ptr[k] : arrays.follow_ptr[k + 1]] for k in range(len(names)))
        return [name for name, followers in zip(names, lists, strict=True) if self.row in followers]

    def _life(self, brand: Brand) -> np.void:
        return self.model.run.state.lives[self.model.brand_number(brand), self.row]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Consumer) and self.model is other.model and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __repr__(self) -> str:
        return f"Consumer({self.label!r}, {self.segment}, {self.stage().name.lower()})"


class ConsumerSet(Sequence[Consumer]):
    """Some or all of the consumers of a model, with the questions that a Mesa AgentSet answers.

        >>> from simulator.model import CampaignModel
        >>> everybody = CampaignModel().consumers
        >>> unaware = everybody.select(stage="unaware")
        >>> int(unaware.agg("stage", max))
        0
        >>> counts = everybody.groupby("segment").count()
        >>> sum(counts.values()) == len(everybody)
        True

    Where a brand matters, ``brand=`` takes its number, its key in the scenario or its title; it is ours when
    left out. There is no ``shuffle`` and no ``do``: nothing depends on an order, and consumers act in the
    kernel alone.
    """

    __slots__ = ("model", "rows")

    def __init__(self, model: "CampaignModel", rows: NDArray[np.int64] | None = None) -> None:
        self.model = model
        self.rows = np.arange(model.world.n) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Consumer]:
        return (Consumer(self.model, row) for row in self.rows.tolist())

    def __contains__(self, consumer: object) -> bool:
        return isinstance(consumer, Consumer) and consumer.model is self.model and consumer.row in self.rows

    @overload
    def __getitem__(self, index: int) -> Consumer: ...
    @overload
    def __getitem__(self, index: slice) -> "ConsumerSet": ...
    def __getitem__(self, index: int | slice) -> "Consumer | ConsumerSet":
        if isinstance(index, slice):
            return ConsumerSet(self.model, self.rows[index])
        return Consumer(self.model, int(self.rows[index]))

    def select(
        self,
        filter_func: Callable[[Consumer], bool] | None = None,
        at_most: float = math.inf,
        *,
        brand: Brand = 0,
        **attributes: Any,
    ) -> "ConsumerSet":
        """Pick those who are as asked: at once by attributes, or one after the other by a function.

            >>> from simulator.model import CampaignModel
            >>> len(CampaignModel().consumers.select(at_most=10))
            10

        Args:
            filter_func: keeps the consumers for whom it is true.
            at_most: keep the first so many, or this share of the set if it is a fraction up to 1.0.
            brand: which brand the attributes are about.
            **attributes: values, or lists of values, that consumers must have, such as ``stage="audience"``,
                ``mood=Mood.NEGATIVE``, ``segment=["students", "families"]`` or ``customer=True``.

        Returns:
            A smaller set; this one stays as it is.

        Raises:
            KeyError: there is no such attribute, brand or segment.
        """
        keep = np.ones(len(self), np.bool_)
        for name, wanted in attributes.items():
            values = wanted if _is_many(wanted) else [wanted]
            keep &= _is_any_of(self._codes(name, brand), [self._code(name, value) for value in values])
        rows = self.rows[keep]
        if filter_func is not None:
            rows = np.array([row for row in rows.tolist() if filter_func(Consumer(self.model, row))], np.int64)
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        return ConsumerSet(self.model, rows if at_most >= len(rows) else rows[: int(at_most)])

    @overload
    def get(self, attribute: str, *, brand: Brand = 0) -> NDArray: ...
    @overload
    def get(self, attribute: list[str], *, brand: Brand = 0) -> list[NDArray]: ...
    def get(self, attribute: str | list[str], *, brand: Brand = 0) -> NDArray | list[NDArray]:
        """One value for each consumer in the set.

            >>> from simulator.model import CampaignModel
            >>> int(CampaignModel().consumers.get("bought").sum())
            0

        Args:
            attribute: one of :data:`ATTRIBUTES`, or a list of them.
            brand: which brand it is about.

        Returns:
            An array of its own, or a list of arrays: numbers of :class:`~scenarios.vocabulary.Stage` and
            :class:`~scenarios.vocabulary.Mood`, names of segments, truth values or counts.
        """
        if not isinstance(attribute, str):
            return [self.get(name, brand=brand) for name in attribute]
        codes = self._codes(attribute, brand)
        if attribute == "segment":
            return np.array(self.model.world.kinds.segments)[codes]
        return codes

    def agg(self, attribute: str, func: Any, *, brand: Brand = 0) -> Any:
        """Reduce one value of every consumer to a single one.

            >>> from simulator.model import CampaignModel
            >>> lowest, highest = CampaignModel().consumers.agg("bought", [min, max])
            >>> int(lowest), int(highest)
            (0, 0)

        Args:
            attribute: one of :data:`ATTRIBUTES`.
            func: takes an array, such as ``np.mean``; or a list of such functions, for a list of results.
            brand: which brand it is about.
        """
        values = self.get(attribute, brand=brand)
        return func(values) if callable(func) else [one(values) for one in func]

    def groupby(self, attribute: str, *, brand: Brand = 0) -> "ConsumerGroups":
        """Divide the set by an attribute.

            >>> from simulator.model import CampaignModel
            >>> groups = CampaignModel().consumers.groupby("stage")
            >>> all(len(group) == groups.count()[stage] for stage, group in groups)
            True

        Args:
            attribute: one of :data:`ATTRIBUTES`.
            brand: which brand it is about.
        """
        return ConsumerGroups(self, attribute, brand)

    def to_frame(self, *, brand: Brand = 0) -> "pd.DataFrame":
        """All attributes as a pandas table, one row per consumer, with stages and moods by name.

        Args:
            brand: which brand it is about.
        """
        import pandas as pd

        columns = {name: self.get(name, brand=brand) for name in ATTRIBUTES}
        columns["stage"] = np.array(STAGE_NAMES)[columns["stage"]]
        columns["mood"] = np.array(MOOD_NAMES)[columns["mood"]]
        return pd.DataFrame(columns).set_index("label")

    def _codes(self, attribute: str, brand: Brand) -> NDArray:
        """The attribute as it is stored."""
        model, rows = self.model, self.rows
        world, state = model.world, model.run.state
        if attribute == "label":
            labels = world.graph.labels
            return rows.copy() if labels is None else labels[rows]
        if attribute == "segment":
            return world.arrays.people["segment"][rows]
        if attribute not in ATTRIBUTES:
            raise KeyError(f"there is no attribute {attribute!r}; there are {', '.join(ATTRIBUTES)}")
        b = model.brand_number(brand)
        lives = state.lives[b]
        if attribute == "heard":
            if world.graph.well_mixed:
                return np.full(len(rows), state.talkers[b, Talk.TALKER] + state.talkers[b, Talk.DETRACTOR])
            talkers, detractors = 2 * Talk.TALKER, 2 * Talk.DETRACTOR
            columns = [talkers, talkers + 1, detractors, detractors + 1]
            return lives["heard"][rows][:, columns].sum(axis=1, dtype=np.int64)
        if attribute == "customer":
            last = lives["last"][rows].astype(np.int64)
            window = model.tables.arrays.churn_days[world.arrays.people["segment"][rows]]
            return (last != NEVER_BOUGHT) & (model.day - last <= window)
        if attribute == "bought":
            return lives["bought"][rows].astype(np.int64)
        return lives[attribute][rows]

    def _code(self, attribute: str, value: Any) -> Any:
        """A value that was asked for, as it is stored."""
        names: Sequence[str] | None = {
            "stage": STAGE_NAMES,
            "mood": MOOD_NAMES,
            "segment": self.model.world.kinds.segments,
        }.get(attribute)
        if names is None or not isinstance(value, str):
            return value
        if value.lower() in names:
            return names.index(value.lower())
        if value in names:
            return names.index(value)
        raise KeyError(f"there is no {attribute} {value!r}; there are {', '.join(names)}")

    def __repr__(self) -> str:
        return f"ConsumerSet({len(self):,} of {self.model.world.n:,})"


class ConsumerGroups:
    """A set of consumers divided by one attribute; iterate over pairs of value and set."""

    __slots__ = ("_rows_by_name", "_set")

    def __init__(self, consumers: ConsumerSet, attribute: str, brand: Brand) -> None:
        self._set = consumers
        codes = consumers._codes(attribute, brand)
        distinct, inverse = np.unique(codes, return_inverse=True)
        by_group = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1])
        names: dict[str, Callable[[Any], Any]] = {
            "stage": Stage,
            "mood": Mood,
            "segment": consumers.model.world.kinds.segments.__getitem__,
        }
        name = names.get(attribute, lambda value: value)
        self._rows_by_name = {
            name(value): consumers.rows[group]
            for value, group in zip(distinct.tolist(), by_group, strict=bool(len(distinct)))
        }

    def __iter__(self) -> Iterator[tuple[Any, ConsumerSet]]:
        return ((name, ConsumerSet(self._set.model, rows)) for name, rows in self._rows_by_name.items())

    def __len__(self) -> int:
        return len(self._rows_by_name)

    def count(self) -> dict[Any, int]:
        """Consumers in each group."""
        return {name: len(rows) for name, rows in self._rows_by_name.items()}

    def agg(self, attribute: str, func: Any, *, brand: Brand = 0) -> dict[Any, Any]:
        """Reduce one value of every consumer to a single one for each group.

        Args:
            attribute: one of :data:`ATTRIBUTES`.
            func: takes an array; or a list of functions, for a list of results.
            brand: which brand it is about.
        """
        return {name: group.agg(attribute, func, brand=brand) for name, group in self}


def _is_any_of(codes: NDArray, wanted: list[Any]) -> NDArray[np.bool_]:
    if codes.dtype == object:  # labels of any type, tuples too
        return np.fromiter((code in wanted for code in codes), np.bool_, len(codes))
    return np.isin(codes, wanted)


def _is_many(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | tuple)


__all__ = ["ATTRIBUTES", "Consumer", "ConsumerGroups", "ConsumerSet"]
