"""Reading a company: a file or a mapping → its facts, or every fault of it at once.

`company_file` is the shape of a file: what may stand where, and how each value is read. What lies between values is checked
here: dates in order, items within their period, cars, tags and buildings, and nothing given in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from openfisca_goodwork.company.claims import BUILDING_SOLD, BUILDINGS_CLAIM, CARRY_BACK, NO_CARRY_BACK_ALONE, RELIEF
from openfisca_goodwork.company.facts import BuildingSold, Car, Company, CompanyPeriod, Fact, Item, Payment
from openfisca_goodwork.company.losses_by_period import BY_PERIOD, LossesByPeriod, LossMade, check_periods
from openfisca_goodwork.company.shape import (
    BuildingGiven,
    FileShape,
    Head,
    ItemShape,
    LossGiven,
    PaymentGiven,
    PeriodShape,
    company_file,
)
from openfisca_goodwork.company.spans import (
    MeanDate,
    Span,
    check_sequence,
    checked_span,
    on_mean_date,
    refuse_sale_outside,
)
from openfisca_goodwork.company.vocabulary import (
    BUILDINGS,
    BUILDINGS_BEFORE,
    BUILDINGS_SALES,
    BUILDINGS_SOLD,
    CAR,
    CAR_EXAMPLE,
    CLASSES_OF_CARS,
    FINAL,
    LISTS,
    NOT_THE_LAST,
    PICK_UP,
    apportionment,
    input_variables,
    not_in_the_first,
    why_not_here,
)
from openfisca_goodwork.documents import (
    Document,
    Part,
    Place,
    Tree,
    load,
    of_plain_data,
)
from openfisca_goodwork.errors import CompanyFileError, quoted
from openfisca_goodwork.law.human_investment import HEADS, TAGS
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.law.structures_and_buildings import RATE
from openfisca_goodwork.system import current_law

MOST_PERIODS = 40
MOST_ITEMS = 10_000
PERIODS, EXPENDITURE, STRUCTURES, PAYMENTS = "accounting_periods", *LISTS

_REFORM = {"reform", "parameters"}
_ITEM = "{on: 2027-02-14, external_course_fees: 12000}"
_TAGGED = "{on: 2027-06-30, external_course_fees: 12000, tags: [accredited, green]}"
_SALE = "{cost: 500000, incurred: 2026-09-01, brought_into_use: 2027-01-01, sold: 2028-06-30, proceeds: 600000}"
_WHY_A_CAR = {
    CAR[0]: "what it cost as `car`",
    CAR[1]: "its emissions in grams per kilometre as `co2_emissions`",
    CAR[2]: "whether it was new or second-hand as `new`",
}

LOANS, LOANS_REPAID = "loans_to_participators", "loans_to_participators_repaid_in_time"
# What a double-cab pick-up that is no car counts as.
PLANT_OF_PICK_UPS = ("main_rate_plant_new", "main_rate_plant_used")


class CompanyDocument(Document):
    """A company file or mapping being read: what its messages call things."""

    error = CompanyFileError
    head: type[Head] = Head

    def fault(self, message: str, place: Place = (), *, key: bool = False, line: int | None = None) -> None:
        """Note one fault; that of a mapping, which has no lines, says where it is by its path."""
        path = self.path(place)
        says_where = bool(self.lines) or line is not None or message.startswith(path)
        super().fault(message if says_where else f"{path}: {message}", place, key=key, line=line)

    def subject(self, place: Place) -> str:
        """The name of a value, or `a tag`."""
        if self.lines and place[-2:-1] == ("tags",):
            return "a tag"
        return super().subject(place)

    def explain(self, kind: str, place: Place) -> str | None:
        """What to say of a name that may not stand where it does."""
        if kind != "extra_forbidden":
            return None
        name = str(place[-1])
        match place:
            case (_,):
                return self.unknown(name, FileShape.model_fields)
            case (_, int(), _):
                return why_not_here(name) or self.unknown(name, (*input_variables(), *LISTS, "return_filed"))
            case (_, int(), "expenditure", int(), _):
                if name in input_variables():
                    return f"{name} cannot be dated. Give it once for the accounting period, outside `expenditure`."
                is_car = any(key in (*CAR, *PICK_UP) for key in self.at(place[:-1]))
                return why_not_here(name) or self.unknown(
                    name, ("on", *CAR, *PICK_UP) if is_car else (*_dated_variables(), CAR[0])
                )
            case (_, int(), str(listed), *_):
                shapes: dict[str, type[Part]] = {PAYMENTS: PaymentGiven, **dict.fromkeys(BY_PERIOD, LossGiven)}
                return self.unknown(name, shapes.get(listed, BuildingGiven).model_fields)
        return self.unknown(name, self.head.model_fields)


_A_GROUP = "This is a group of companies, and one company is asked for. Give its own file, with its periods."
_A_REFORM = "This is a reform. Give a company file, and the reform beside it with --reform."
Source = Mapping[str, Any] | str | Path | bytes | CompanyDocument


@cache
def _dated_variables() -> tuple[str, ...]:
    return tuple(name for name, variable in input_variables().items() if variable.dated)


# --- reading a company --------------------------------------------------------------------------------------------------


def read(source: Source) -> Company:
    """The facts of a company.

    Args:
        source: a mapping, the path of a file, or (as bytes) the content of a file.

    Raises:
        CompanyFileError: with every fault, each with its line, or its place in the mapping.
    """
    return read_with_places(source)[1]


def read_with_places(source: Source) -> tuple[CompanyDocument, Company]:
    """The facts of a company, and the document that knows where each of them stands, for faults found later.

    Raises:
        CompanyFileError: with every fault, each with its line, or its place in the mapping.
    """
    document = document_of(source)
    is_reform = document.tree.keys() >= _REFORM and PERIODS not in document.tree
    if what := _A_GROUP if "companies" in document.tree else _A_REFORM if is_reform else "":
        document.fault(what)
    read_so_far = None if what else company_of(document, company_file())
    document.raise_faults()
    if read_so_far is None:
        raise AssertionError("a company file without a fault is read")
    return document, read_so_far[1]


def company_of(document: CompanyDocument, shape: type[FileShape]) -> tuple[FileShape, Company] | None:
    """What a document says of a company, as it is shaped and as facts; every fault is noted; None where it has no shape."""
    _refuse_too_many(document)
    file = document.read(shape)
    return None if file is None else (file, _company(document, file))


def document_of(source: Source) -> CompanyDocument:
    """A file or mapping as a document, not yet checked for what it says."""
    if isinstance(source, CompanyDocument):
        return source
    if isinstance(source, Mapping):
        return of_plain_data(source, CompanyDocument, name="The company")
    if isinstance(source, bytes):
        return load(source, CompanyDocument, name="The company file")
    return load(Path(source), CompanyDocument)


def _refuse_too_many(document: CompanyDocument) -> None:
    """Note more periods or dated items than are worked out for one company, and read none of them then."""
    periods = document.tree.get(PERIODS)
    if not isinstance(periods, list):
        return
    lists = (period.get(name) for period in periods if isinstance(period, dict) for name in (*LISTS, *BY_PERIOD))
    count = sum(len(items) for items in lists if isinstance(items, list | dict))
    if len(periods) > MOST_PERIODS:
        message = f"{PERIODS} has {len(periods):,} periods; at most {MOST_PERIODS} are worked out for one company."
    elif count > MOST_ITEMS:
        message = f"There are {count:,} dated items; at most {MOST_ITEMS:,} are worked out for one company. Add some up."
    else:
        return
    document.fault(message, (PERIODS,))
    document.tree[PERIODS] = [None]


def _company(document: CompanyDocument, file: FileShape) -> Company:
    """The facts of a file, as far as they can be read; what is wrong between them is noted."""
    if not file.accounting_periods:
        document.fault(f"{PERIODS} is empty. Give at least one, with its start and end.", (PERIODS,))
    readings = [
        _Period(document, (PERIODS, index), period, file.company.mean_date, is_first=index == 0)
        for index, period in enumerate(file.accounting_periods)
        if period is not None
    ]
    check_sequence(document, (period.span for period in readings))
    for period in readings[:-1]:
        if period.values.get(FINAL):
            document.fault(NOT_THE_LAST, (*period.place, FINAL), key=True)
    sold = _sales_by_period(document, readings)
    for period in readings:
        if period.values.get(CARRY_BACK) and period.values.get(RELIEF) is False:
            document.fault(NO_CARRY_BACK_ALONE, (*period.place, RELIEF), key=True)
        if BUILDINGS_CLAIM in period.values and any(sold):
            document.fault(BUILDING_SOLD, (*period.place, BUILDINGS_CLAIM), key=True)
    periods = [
        CompanyPeriod(
            period.span.start,
            period.span.end,
            period.values,
            period.items,
            period.cars,
            tuple(sale for _place, sale in sales),
            period.payments,
            period.return_filed,
        )
        for period, sales in zip(readings, sold, strict=True)
        if period.span is not None
    ]
    head, months_or_days = file.company, file.apportionment or apportionment().options[0]
    mean_date = head.mean_date.words if head.mean_date else ""
    return Company(head.name, months_or_days, tuple(periods), mean_date, head.ownership_changed)


Sale = tuple[Place, BuildingSold]


class _Period:
    """One accounting period as it is read; every fault that it has by itself is noted.

    Attributes:
        place: in the file. span: its dates, None where they cannot be read. account: those of the account, which are others
            where it counts to a mean date.
        values, items, cars: its facts.
        sold: the buildings listed under it that are sold, then or later, with their places.
    """

    def __init__(
        self, document: CompanyDocument, place: Place, period: PeriodShape, mean: MeanDate | None, *, is_first: bool
    ) -> None:
        self.document, self.place, self.given = document, place, document.at(place)
        start, end = period.start, period.end
        self.account = None if start is None or end is None else Span((*place, "start"), start, end)
        if mean is not None and self.account is not None and not self.account.is_backwards:
            start, end = on_mean_date(document, place, *self.account[1:], mean)
        self.span = checked_span(document, place, self.given, start, end)
        self.values = dict(self._facts(period, is_first=is_first))
        self.payments = tuple(Payment(paid.on, paid.amount) for paid in period.payments_of_tax if paid is not None)
        self.return_filed = period.return_filed
        self._refuse_too_early(period)
        self.sold: list[Sale] = []
        spent = list(self._spent(period.expenditure))
        self.cars = tuple(entry for entry in spent if isinstance(entry, Car))
        self.items = tuple(entry for entry in spent if isinstance(entry, Item))
        self.items += tuple(self._buildings(period.structures_and_buildings, is_first=is_first))
        self.refuse_both_ways((item.variable for item in self.items), "and as dated items")
        pick_ups = PLANT_OF_PICK_UPS if any(car.is_double_cab for car in self.cars) else ()
        self.refuse_both_ways((*CLASSES_OF_CARS, *pick_ups) if self.cars else (), "and car by car")
        self._refuse_shares()
        self._refuse_more_repaid_than_lent()

    def _facts(self, period: PeriodShape, *, is_first: bool) -> Iterator[tuple[str, Fact]]:
        for name, variable in input_variables().items():
            if name in self.given and variable.is_opening_balance and not is_first:
                self.document.fault(not_in_the_first(name), (*self.place, name), key=True)
            elif isinstance(value := getattr(period, name), list):
                made = [loss and LossMade(loss.period_ended, loss.amount) for loss in value]
                check_periods(self.document, (*self.place, name), made, self.span and self.span.start)
                yield name, LossesByPeriod(filter(None, made))
            elif value is not None:
                yield name, value

    def _refuse_too_early(self, period: PeriodShape) -> None:
        """Note a return filed within its own period, and payments before it begins."""
        if self.span is None or self.span.is_backwards:
            return
        if period.return_filed is not None and period.return_filed <= self.span.end:
            message = (
                f"The return is filed on {day_in_words(period.return_filed)}, before its period ends. Give a later day."
            )
            self.document.fault(message, (*self.place, "return_filed"), key=True)
        for index, paid in enumerate(period.payments_of_tax):
            if paid is not None and paid.on < self.span.start:
                self.document.fault(
                    f"{day_in_words(paid.on)} is before the accounting period whose tax is paid, {self.span.words}. List it "
                    "under the period that it was paid for.",
                    (*self.place, PAYMENTS, index, "on"),
                )

    def refuse_both_ways(self, names: Iterable[str], other: str) -> None:
        """Note every amount of the period that is given another way as well."""
        for name in dict.fromkeys(names):
            if name in self.given:
                message = f"{name} is given both as an amount {other}. Give one or the other."
                self.document.fault(message, (*self.place, name), key=True)

    def _refuse_shares(self) -> None:
        """Note every share of the training with a tag, where items have tags of their own."""
        for name in (f"{tag}_share" for tag in TAGS if any(item.tags for item in self.items)):
            if name in self.given and name in input_variables():
                message = (
                    f"{name} is given, and items with tags as well. Give one or the other: tags say of each item what a "
                    "share says of all training."
                )
                self.document.fault(message, (*self.place, name), key=True)

    def _refuse_more_repaid_than_lent(self) -> None:
        """Note repayments of the period's loans to participators above the loans."""
        lent, repaid = (self._total(name) for name in (LOANS, LOANS_REPAID))
        if repaid > lent:
            self.document.fault(
                f"{LOANS_REPAID} comes to £{repaid:,.2f}, more than the £{lent:,.2f} of {LOANS}. Give what was repaid of a "
                "loan of this period, by the day on which the loan was made; of loans of earlier periods give the tax that "
                "had been charged on them, as tax_on_loans_to_participators_repaid.",
                self.place,
            )

    def _total(self, name: str) -> float:
        amount = float(self.values.get(name, 0.0))
        return amount + sum(item.amount for item in self.items if item.variable == name)

    # Spending by day, and cars.

    def _spent(self, items: Sequence[ItemShape | None]) -> Iterator[Item | Car]:
        """The items under ``expenditure``: each one day and one dated variable or one car, within the period."""
        for index, item in enumerate(items):
            if item is not None:
                entry = self._item((*self.place, EXPENDITURE, index), item)
                if entry is not None:
                    yield entry

    def _item(self, place: Place, item: ItemShape) -> Item | Car | None:
        given = self.document.at(place)
        names = [name for name in given if name not in {"on", "tags"}]
        self._check_day(place, item, given)
        tags = self._tags(place, item, names) if "tags" in given else ()
        others = [name for name in names if name not in (*CAR, *PICK_UP)]
        if CAR[0] in names or (names and not others):
            return self._car(place, item, names)
        if len(others) != 1:
            how_many = f"{len(others)} variables: {', '.join(others[:3])}" if others else "no variable"
            self.document.fault(f"The item has {how_many}. An item has one day and one variable: {_ITEM}.", place)
            return None
        (name,) = others
        self._refuse_part_of_car(place, name, [part for part in (*CAR, *PICK_UP) if part in names])
        amount = getattr(item, name, None)
        return None if item.on is None or amount is None else Item(self._within(item.on), name, float(amount), tags)

    def _within(self, day: date) -> date:
        """A day of the account as one of the period: what lies past a mean date counts on the first or the last day."""
        return day if self.span is None else min(max(day, self.span.start), self.span.end)

    def _check_day(self, place: Place, item: ItemShape, given: Mapping[str, Tree]) -> None:
        if "on" not in given:
            self.document.fault(f"The item has no date. Write its day as `on`: {_ITEM}.", place)
        elif item.on is not None and self.account is not None and not self.account.holds(item.on):
            message = f"{day_in_words(item.on)} is outside the accounting period of this item, {self.account.words}."
            self.document.fault(message, (*place, "on"))

    def _tags(self, place: Place, item: ItemShape, names: Iterable[str]) -> tuple[str, ...]:
        """The tags of an item of training, in the order given."""
        here = (*place, "tags")
        other = next(
            (name for name in names if name in (*CAR, *PICK_UP) or (name in input_variables() and name not in HEADS)), ""
        )
        if other:
            self.document.fault(
                f"tags are for spending on training, not for {other}. Leave them out, or write {_TAGGED}.", here
            )
        known: dict[str, None] = {}
        for index, tag in enumerate(item.tags):
            if tag in known:
                message = f"{quoted(tag)} is given twice among the tags of the item. Keep one."
                self.document.fault(message, (*here, index))
            elif tag is not None:
                known[tag] = None
        return tuple(known)

    def _car(self, place: Place, item: ItemShape, names: Sequence[str]) -> Car | None:
        """A car, of nothing else: its class least of all, which its emissions give it."""
        for name in (name for name in names if name in _dated_variables()):
            if name in CLASSES_OF_CARS:
                message = f"{name} and car are given in one item. The emissions of a car give it its class: keep `car`."
                self.document.fault(message, (*place, name), key=True)
            else:
                message = f"The item has a car and {name}. An item has one day and one car: {CAR_EXAMPLE}."
                self.document.fault(message, place)
        if missing := [name for name in CAR if name not in names]:
            whys = " or ".join(_WHY_A_CAR[name] for name in missing)
            self.document.fault(f"The car does not say {whys}. Write {CAR_EXAMPLE}.", place)
        if item.ordered is not None and not item.double_cab:
            message = "ordered is given of a car that is no double-cab pick-up. Leave it out, or add double_cab: true."
            self.document.fault(message, (*place, "ordered"), key=True)
        if item.on is None or item.car is None or item.co2_emissions is None or item.new is None:
            return None
        return Car(self._within(item.on), item.car, item.co2_emissions, item.new, bool(item.double_cab), item.ordered)

    def _refuse_part_of_car(self, place: Place, other: str, parts: Iterable[str]) -> None:
        """Note what only a car has in the item of something else."""
        for name in parts:
            message = f"{name} belongs to a car, not to {other}. Leave it out, or write {CAR_EXAMPLE}."
            if other in CLASSES_OF_CARS:
                message = (
                    f"{name} is given with {other}, which is a class of cars already. Leave {name} out, or have the class "
                    f"worked out from a car: {CAR_EXAMPLE}."
                )
            self.document.fault(message, (*place, name), key=True)

    # Structures and buildings.

    def _buildings(self, buildings: Sequence[BuildingGiven | None], *, is_first: bool) -> Iterator[Item]:
        """The cost of buildings whose allowance begins in the period; earlier ones add to the opening balance."""
        for index, building in enumerate(buildings):
            place = (*self.place, STRUCTURES, index)
            is_sold = self._is_sold(place)
            if building is None or self._is_too_old(place, building) or self.span is None:
                continue
            if is_first and building.begins < self.span.start:
                self.values[BUILDINGS_BEFORE] = float(self.values.get(BUILDINGS_BEFORE, 0)) + building.cost
            elif self.span.holds(building.begins):
                yield Item(building.begins, BUILDINGS, building.cost)
            else:
                self.document.fault(
                    f"The allowance on this building begins on {day_in_words(building.begins)}, the later of its two days, "
                    f"outside the accounting period, {self.span.words}. List it under the period in which it begins, or the "
                    "first if earlier.",
                    place,
                )
                continue
            if is_sold and building.sold is not None and building.proceeds is not None:
                self._sell(place, BuildingSold(building.cost, building.begins, building.sold, building.proceeds))

    def _is_sold(self, place: Place) -> bool:
        """Whether a building gives both parts of a sale; one without the other is noted."""
        given = self.document.at(place)
        parts = [name for name in ("sold", "proceeds") if isinstance(given, dict) and name in given]
        if len(parts) == 1:
            missing = "proceeds" if parts == ["sold"] else "sold"
            self.document.fault(f"{parts[0]} is given without {missing}. A sale has both: {_SALE}.", place)
        return len(parts) > 1

    def _is_too_old(self, place: Place, building: BuildingGiven) -> bool:
        """Whether a cost is older than the allowance; the fault is noted."""
        first = next(dated.start for dated in history(current_law(), RATE).values if dated.value > 0)
        if building.incurred < first:
            message = f"A cost incurred before {day_in_words(first)} carries no structures and buildings allowance."
            self.document.fault(f"{message} Leave it out.", place)
        return building.incurred < first

    def _sell(self, place: Place, building: BuildingSold) -> None:
        if building.sold < building.begins:
            self.document.fault(
                f"This building is sold on {day_in_words(building.sold)}, before its allowance begins on "
                f"{day_in_words(building.begins)}, the later of its two days. A building sold unused carries no allowance: "
                "leave it out.",
                place,
            )
        else:
            self.sold.append((place, building))


def _sales_by_period(document: CompanyDocument, periods: Sequence[_Period]) -> list[list[Sale]]:
    """The buildings sold in each accounting period; a sale outside all of them, or beside disposals, is a fault."""
    sales: list[list[Sale]] = [[] for _ in periods]
    spans = [period.span for period in periods if period.span is not None]
    for place, building in (sale for period in periods for sale in period.sold):
        here = next(
            (index for index, period in enumerate(periods) if period.span and period.span.holds(building.sold)), None
        )
        if here is not None:
            sales[here].append((place, building))
        elif len(spans) == len(periods):
            refuse_sale_outside(document, place, building.sold, spans)
    for period, sold in zip(periods, sales, strict=True):
        period.refuse_both_ways(BUILDINGS_SALES if sold else (), "and with a building that is sold")
        if any(item.variable == BUILDINGS_SOLD for item in period.items):
            for place, _building in sold:
                document.fault(
                    f"This building is sold in an accounting period with {BUILDINGS_SOLD} among its dated items. List those "
                    "buildings here as well, each with what it was sold for.",
                    place,
                )
    return sales
