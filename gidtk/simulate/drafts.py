"""One simulated report before it is laid out: whose it is, its figures, its prose, what is planted in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from gidtk.form import FORM_IDS, Form, labels, load_form
from gidtk.simulate.counts import FIRST_YEAR, Key, Unit, Values, draw_unit, draw_years
from gidtk.simulate.faults import BETWEEN_YEARS, IN_TEXT, KINDS, Fault, plant
from gidtk.simulate.narrative import Narrative, compose, one_of, phrases

__all__ = ["Draft", "draw_drafts", "form_of", "print_values"]


@dataclass(frozen=True)
class Draft:
    """A report that a layout can write.

    Attributes
    ----------
    unit, year, form
        Whose report, of which year, on which form.
    values : mapping
        The number printed in each cell of the form, planted faults included; None for a blank.
    narrative : Narrative
        Its prose.
    zero : str
        How a zero is printed where the layout leaves room for it: ``0``, a dash, or nothing.
    faults : tuple of Fault
        What is planted.
    revised : bool
        Whether it takes the place of an earlier one.
    """

    unit: Unit
    year: int
    form: Form
    values: Mapping[Key, int | float | None]
    narrative: Narrative
    zero: str
    faults: tuple[Fault, ...]
    revised: bool = False

    @property
    def title(self) -> str:
        """The title, in the order of words that this unit keeps to."""
        orders = phrases()["title_orders"]
        order: str = orders[self.unit.habit // 4 % len(orders)]
        title = order.format(agency=self.unit.agency, year=self.year, word=phrases()["title_word"])
        return title + (phrases()["revised"] if self.revised else "")

    @property
    def published(self) -> str:
        """The date of publication, in the year after; a revised report comes two months later."""
        return f"{self.year + 1}-{'03' if self.revised else '01'}-{self.unit.habit // 16 % 31 + 1:02}"


def form_of(year: int) -> Form:
    """Return the form of a report year.

    Examples
    --------
    >>> form_of(2020).id, form_of(2024).id
    ('f2019', 'f2021')
    """
    forms = [load_form(form_id) for form_id in FORM_IDS]
    return next(form for form in forms if form.years[0] <= year <= form.years[1])


def draw_drafts(
    seed: int, number: int, years: tuple[int, int], *, faults: float, reuse: float, shared: float, blanks: float
) -> Iterator[Draft]:
    """Draw the reports of one unit, year by year.

    The chain of figures and phrases begins in the first year that can be simulated, so that a report is the same
    whichever years and units are asked for beside it.
    """
    unit = draw_unit(seed, number)
    figures = draw_years(seed, unit, years[1])
    zero = _zero(np.random.default_rng([seed, number, 1]), blanks)
    narrative: Narrative | None = None
    for year in range(FIRST_YEAR, years[1] + 1):
        form, previous = form_of(year), narrative
        values = {key: figures[year][key] for key in form.cells()}

        def write(
            told: int | None = None, year: int = year, form: Form = form, previous: Narrative | None = previous
        ) -> Narrative:
            return compose(
                seed, unit, year, form, figures[year],
                before=figures.get(year - 1), previous=previous, reuse=reuse, shared=shared, received=told,
            )  # fmt: skip

        narrative = write()
        if year < years[0]:
            continue
        fault = _fault(np.random.default_rng([seed, number, year, 2]), faults, values, form, year > years[0])
        if fault is None:
            yield Draft(unit, year, form, values, narrative, zero, ())
        elif fault.kind == IN_TEXT:
            yield Draft(unit, year, form, values, write(int(fault.printed[0] or 0)), "0", (fault,))
        else:
            changed = {_key(name): number for name, number in zip(fault.cells, fault.printed, strict=True)}
            yield Draft(unit, year, form, {**values, **changed}, _contradicted(narrative, fault), "0", (fault,))


def _key(name: str) -> Key:
    table, row, column = name.split(".")
    return table, row, column


def _contradicted(narrative: Narrative, fault: Fault) -> Narrative:
    """Mark the claims that speak of a cell whose number was changed: the text still says the right one."""
    verdict = None if None in fault.printed else False
    claims = (
        replace(claim, holds=verdict) if {*claim.cells, claim.of} & {*fault.cells} else claim
        for claim in narrative.claims
    )
    return replace(narrative, claims=tuple(claims))


def _zero(rng: np.random.Generator, blanks: float) -> str:
    """Decide how a unit prints its zeros."""
    drawn, mark = rng.random() < blanks, one_of(rng, ["", "", "-", "/", "—"])
    return mark if drawn else "0"


def _fault(rng: np.random.Generator, share: float, values: Values, form: Form, carried: bool) -> Fault | None:
    """Plant a fault into a share of the reports; the first kind of a random order that the report has room for."""
    if rng.random() >= share:
        return None
    kinds = [KINDS[n] for n in rng.permutation(len(KINDS)).tolist() if carried or KINDS[n] != BETWEEN_YEARS]
    return next(filter(None, (plant(rng, kind, values, form) for kind in kinds)))


def print_values(draft: Draft, zero: str) -> dict[Key, str]:
    """Return the text of every cell, as this unit prints changes and sums of money.

    Parameters
    ----------
    draft : Draft
        The report.
    zero : str
        What stands for a zero.
    """
    return {key: _printed(key, value, draft.unit.habit, zero) for key, value in draft.values.items()}


def _printed(key: Key, value: int | float | None, habit: int, zero: str) -> str:
    if value is None:
        return ""
    if not value:
        return zero
    column = labels().columns[key[0]].get(key[2])
    if column is not None and column.signed:
        more, less = (("增", "减"), ("+", "-"), ("", "-"))[habit % 3]
        return f"{more if value > 0 else less}{abs(value)}"
    if column is not None and column.amount == 1:
        wan = f"{(Decimal(int(value)) / 10_000).normalize():f}万元"
        return (f"{value}元", wan, f"{value}")[habit % 3]
    return f"{value}"
