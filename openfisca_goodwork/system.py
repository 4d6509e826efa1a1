"""The tax-benefit system: the law's formulas and its dated parameters, and what can be asked of them.

Parameters are found inside the installed package first, then at the root of a checkout. A reform is the same system with
other dated values (``with_values``); populations run through ``run``, single companies through ``simulation``.
"""

from __future__ import annotations

import copy
import hashlib
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import numpy as np
from openfisca_core.parameters import Parameter, ParameterAtInstant, ParameterNode, config, load_parameter_file
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from yaml import YAMLError, load

from openfisca_goodwork import law
from openfisca_goodwork.cache import fingerprint, load_or_make
from openfisca_goodwork.errors import DataError, ParameterError
from openfisca_goodwork.law.executor import Plan, PlannedCompanies
from openfisca_goodwork.law.model import Company, Variable, twin_of
from openfisca_goodwork.law.periods import part_of, unwritable
from openfisca_goodwork.law.stacked import places_of_laws
from openfisca_goodwork.version import model_version

# --- the dated parameters as OpenFisca's tree; what their YAML files hold is kept, and the next process parses none ---


_NAME, _TEXT, _INDEX = "parameters", "json", "index"


def parameter_tree(folder: Path) -> ParameterNode:
    """The parameters of a folder of YAML files, as `ParameterNode("", directory_path=folder)` reads them.

    Raises:
        ParameterParsingError: the engine's own, for a file that is no YAML or no parameter.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in config.FILE_EXTENSIONS)
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    reader = Path(str(config.__file__))  # another engine may read the same file otherwise
    key = fingerprint(reader, *(piece for name, path in named.items() for piece in (name, path)))
    kept = load_or_make(_NAME, key, lambda: {_TEXT: _as_bytes({name: _content(path) for name, path in named.items()})})
    return _node("", folder, folder, json.loads(kept[_TEXT].tobytes()))


def _as_bytes(contents: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(json.dumps(contents).encode(), dtype=np.uint8)


def _content(path: Path) -> Any:
    """What a file holds; the engine says what is wrong with one that cannot be read."""
    try:
        return load(path.read_text(encoding="utf-8"), Loader=config.Loader)  # noqa: S506 — the package's own files
    except YAMLError:
        load_parameter_file(str(path))
        raise


def _node(name: str, folder: Path, root: Path, contents: dict[str, Any]) -> ParameterNode:
    """A folder as a node: its files and folders in the order of the disk, as the engine takes them."""
    described = contents.get((folder / f"{_INDEX}.yaml").relative_to(root).as_posix()) or {}
    node = ParameterNode(name, data=described, file_path=str(folder))
    for path in folder.iterdir():
        full = f"{name}.{path.stem}" if name else path.stem
        if path.is_dir():
            node.add_child(path.name, _node(full, path, root, contents))
        elif path.suffix in config.FILE_EXTENSIONS and path.stem != _INDEX:
            read = contents[path.relative_to(root).as_posix()]
            node.add_child(path.stem, ParameterNode(name, data={path.stem: read}, file_path=str(path)).children[path.stem])
    return node


# --- the tax-benefit system: the law's formulas and its dated parameters, and what can be asked of them ---------------


_COMPANIES_AT_ONCE, _UNDER_SEVERAL_LAWS_AT_ONCE = 50_000, 200_000
# Just under the most that glibc learns from, with what NumPy adds to align it (bytes).
_LARGE_BLOCK = (32 << 20) - (64 << 10)

# By the root of a system's parameters, which are replaced and never added to: every one of them by its path.
_LEAVES: WeakKeyDictionary[ParameterNode, dict[str, Parameter]] = WeakKeyDictionary()

Inputs = Mapping[int, Mapping[str, np.ndarray]]
Results = dict[int, dict[str, np.ndarray]]


class CountryTaxBenefitSystem(TaxBenefitSystem):
    """UK corporation tax and capital allowances for companies, as OpenFisca expects to find it."""

    def __init__(self) -> None:
        super().__init__([Company])
        for variable_class in law_variables():
            self.add_variable(variable_class)
        self.parameters = parameter_tree(resource_directory("parameters"))
        _compare_tests_in_64_bits()

    def get_package_metadata(self) -> dict[str, str]:
        """Name, version and place of the package, for the web API; a project without an address is named instead of it."""
        told = super().get_package_metadata()
        here = {"version": model_version(), "location": str(Path(__file__).parents[1])}
        return told | here | {"repository_url": told["repository_url"] or told["name"]}


def law_variables() -> Iterator[type[Variable]]:
    """Every variable class of ``law/``, and the by-day twin of each dated one, in a fixed order."""
    names = sorted(one.name for one in pkgutil.walk_packages(law.__path__, f"{law.__name__}."))
    for module in map(importlib.import_module, names):
        for found in vars(module).values():
            is_variable = isinstance(found, type) and issubclass(found, Variable) and found is not Variable
            if is_variable and found.__module__ == module.__name__:
                yield found
                if getattr(found, "__dated__", False):
                    yield twin_of(found)


def resource_directory(name: str) -> Path:
    """The folder ``parameters`` or ``reforms``: inside the installed package, else at the root of the checkout.

    Raises:
        DataError: where neither exists, which means a broken installation.
    """
    package = Path(__file__).parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise DataError(f"The folder {name}/ is missing from the installation. Install openfisca-goodwork again.")


def _compare_tests_in_64_bits() -> None:
    """Give ``openfisca test`` a comparison in 64 bits: its own lets £5 in £250m pass."""
    runner = sys.modules.get("openfisca_core.tools.test_runner")
    if runner is not None:
        from openfisca_goodwork.law.test_comparison import assert_near  # only where tests are being run

        vars(runner)["assert_near"] = assert_near


@cache
def current_law() -> CountryTaxBenefitSystem:
    """The law as it stands, built once; never change it, take ``with_values`` instead."""
    return CountryTaxBenefitSystem()


@dataclass(frozen=True)
class DatedValue:
    """A parameter's value from a date on, with its own metadata (straddle, reference, kind, status)."""

    date: date
    value: float | bool | str
    metadata: Mapping[str, Any] = field(default_factory=dict)


def leaf_parameters(system: TaxBenefitSystem) -> dict[str, Parameter]:
    """Every parameter of a system by its path, in alphabetical order."""
    root = system.parameters
    if root not in _LEAVES:
        found = (one for one in root.get_descendants() if isinstance(one, Parameter))
        _LEAVES[root] = dict(sorted((one.name, one) for one in found))
    return dict(_LEAVES[root])


def dated_values(parameter: Parameter) -> tuple[DatedValue, ...]:
    """A parameter's values, oldest first."""
    return tuple(
        DatedValue(date.fromisoformat(one.instant_str), one.value, dict(one.metadata))
        for one in reversed(parameter.values_list)
    )


def parameters_fingerprint(system: TaxBenefitSystem, leave_out: tuple[str, ...] = ()) -> str:
    """A digest of every parameter's dated values and straddles: equal where two systems hold the same law.

    Parameters whose paths begin with one of ``leave_out`` do not count.
    """
    digest = hashlib.sha256()
    for path, parameter in leaf_parameters(system).items():
        if path.startswith(leave_out):
            continue
        values = [(one.date.isoformat(), one.value, one.metadata.get("straddle")) for one in dated_values(parameter)]
        digest.update(f"{path}: {values}\n".encode())
    return digest.hexdigest()


def with_values(system: TaxBenefitSystem, values: Mapping[str, Sequence[DatedValue]]) -> TaxBenefitSystem:
    """A system in which each path named has exactly these dated values; the one given stays as it was.

    Raises:
        ParameterError: for a path that is not a parameter.
    """
    changed = copy.copy(system)
    changed.parameters = copy.copy(system.parameters)
    copied: dict[str, Any] = {"": changed.parameters}
    changed.parameters.children = dict(system.parameters.children)
    for path, dated in values.items():
        _replace(copied, path, dated)
    return changed


def _replace(copied: dict[str, Any], path: str, dated: Sequence[DatedValue]) -> None:
    """Copy the nodes on the way to a parameter, once each, and put a new list of values at the end of it."""
    names = path.split(".")
    for depth, name in enumerate(names):
        here, above = ".".join(names[: depth + 1]), copied[".".join(names[:depth])]
        if name not in above.children:
            raise ParameterError(f"{path} is not a parameter.")
        if here not in copied:
            copied[here] = copy.copy(above.children[name])
            if isinstance(copied[here], ParameterNode):
                copied[here].children = dict(copied[here].children)
            above.children[name] = copied[here]
            setattr(above, name, copied[here])
    parameter = copied[path]
    if not isinstance(parameter, Parameter):
        raise ParameterError(f"{path} is not a parameter.")
    parameter.values_list = [_at_instant(parameter, one) for one in sorted(dated, key=lambda one: one.date, reverse=True)]


def _at_instant(parameter: Parameter, dated: DatedValue) -> ParameterAtInstant:
    day = dated.date.isoformat()
    data = {"value": dated.value, "metadata": dict(dated.metadata)}
    return ParameterAtInstant(f"{parameter.name}.{day}", day, data=data, metadata=parameter.metadata)


def simulation(system: TaxBenefitSystem, inputs: Mapping[int, Mapping[str, np.ndarray]], count: int = 1) -> Simulation:
    """A simulation of companies given as arrays: for each accounting-period label, input variable → one value a company.

    A key may also be a day (``"2027-02-14"``), and a name end in one (``main_rate_plant_new_on@2026-03-31``), for the by-day
    twins of dated variables.
    """
    populations = system.instantiate_entities()  # one by one through the engine's builder costs far more
    companies = populations[Company.key]
    companies.count, companies.ids = count, np.arange(count)
    built = Simulation(system, populations)
    for label, values in inputs.items():
        for given, array in values.items():
            name, _, day = given.partition("@")
            built.set_input(name, day or label, array)
    return built


@runtime_checkable
class Divisible(Protocol):
    """Inputs by label, of which some companies can be had alone: they are then run chunk by chunk, label by label within.

    Attributes:
        count: how many companies there are.
    """

    count: int

    def part(self, companies: slice) -> Inputs:
        """The same for some of the companies; its labels are read once, in ascending order."""


Made = dict[str, np.ndarray | Callable[[], np.ndarray]]
"""Inputs by name: an array, or what makes it where somebody asks for it."""


class OnDemand(Mapping[str, np.ndarray]):
    """Arrays of which each is made when it is first asked for, and then kept; nobody may write to them.

    A run of the law asks for those that its formulas read: most inputs of a population are of training alone.
    """

    def __init__(self, made: Made) -> None:
        self._made = made

    def __getitem__(self, name: str) -> np.ndarray:
        """The array of a name."""
        found = self._made[name]
        if not isinstance(found, np.ndarray):
            found = found()
        self._made[name] = kept = unwritable(found)
        return kept

    def __contains__(self, name: object) -> bool:
        """Whether there is such an array, without making it."""
        return name in self._made

    def __iter__(self) -> Iterator[str]:
        """Names, of which nothing is made."""
        return iter(self._made)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._made)


@dataclass(frozen=True)
class Slices:
    """Inputs that are there already, or that are made on demand for all companies, as ``Divisible``."""

    whole: Inputs
    count: int

    def part(self, companies: slice) -> Inputs:
        """The same for some of the companies."""
        if companies == slice(0, self.count):
            return self.whole
        return {label: self._of_label(of, companies) for label, of in self.whole.items()}

    def _of_label(self, inputs: Mapping[str, np.ndarray], companies: slice) -> Mapping[str, np.ndarray]:
        if isinstance(inputs, dict):
            return {name: part_of(one, companies) for name, one in inputs.items()}
        return OnDemand({name: partial(lambda name: part_of(inputs[name], companies), name) for name in inputs})


def run(
    system: TaxBenefitSystem,
    inputs: Inputs,
    outputs: Sequence[str],
    companies_at_once: int | None = None,
    first: int | None = None,
) -> dict[int, dict[str, np.ndarray]]:
    """Run the law over many companies, label by label, keeping only what is asked for.

    Args:
        system: the law.
        inputs: for each accounting-period label, input variable → array with one value per company. A mapping that makes
            its labels on demand is read once per label, in ascending order; where it is ``Divisible``, by each chunk. All
            inputs of a label are checked where they are a dict; of any other mapping, each when a formula first asks for it.
        outputs: names of variables.
        companies_at_once: about how many make a chunk, chunks being as even as they come; results do not depend on it.
            Unless said, more where several laws run together, so that a chunk has many companies of each.
        first: the first label whose outputs are wanted; labels before it only hand on what later ones look back at.

    Returns:
        For each label wanted, output → array with one value per company (£ unless the variable says otherwise).
    """
    results: Results = {}
    for companies, label, (found,), count in run_in_chunks([system], inputs, outputs, companies_at_once, first):
        _put(results, label, found, companies, count)
    return results


def run_in_chunks(
    systems: Sequence[TaxBenefitSystem],
    inputs: Inputs,
    outputs: Sequence[str],
    companies_at_once: int | None = None,
    first: int | None = None,
) -> Iterator[tuple[slice, int, list[dict[str, np.ndarray]], int]]:
    """Run several laws over the same companies, whose inputs are made and checked once for all of them.

    Arguments are those of ``run``.

    Yields:
        The companies of a chunk, a label, what each law gives for them, and how many companies there are in all.
    """
    _keep_memory_at_hand()
    plans = [Plan(law, outputs, first) for law in systems]
    usual = _COMPANIES_AT_ONCE if all(places_of_laws(law) is None for law in systems) else _UNDER_SEVERAL_LAWS_AT_ONCE
    at_once = companies_at_once or usual
    divisible = Slices(inputs, _count(inputs[min(inputs)])) if isinstance(inputs, dict) else inputs
    if isinstance(divisible, Divisible):
        bounds = _bounds(divisible.count, at_once)
        for plan in plans:
            plan.is_for_one_chunk = len(bounds) == 1
        for one in bounds:
            runs, given = [plan.companies(one.stop - one.start, one.start) for plan in plans], divisible.part(one)
            for label in sorted(given):
                of_label = given[label]
                yield one, label, [companies.run(label, of_label) for companies in runs], divisible.count
        return
    chunks: list[tuple[slice, list[PlannedCompanies]]] = []
    for label in sorted(inputs):
        of_all = inputs[label]
        count = _count(of_all)
        if not chunks:
            chunks = [
                (one, [plan.companies(one.stop - one.start, one.start) for plan in plans]) for one in _bounds(count, at_once)
            ]
            for plan in plans:
                plan.is_for_one_chunk = len(chunks) == 1
        for one, runs in chunks:
            of_label = Slices({label: of_all}, count).part(one)[label]
            yield one, label, [companies.run(label, of_label) for companies in runs], count


def _put(results: Results, label: int, found: Mapping[str, np.ndarray], companies: slice, count: int) -> None:
    """Write what was found for some companies into the arrays of all; nothing of a label of which nothing is wanted."""
    arrays = results.setdefault(label, {}) if found else {}
    for name, array in found.items():
        if name not in arrays:
            arrays[name] = np.empty(count, array.dtype)
        arrays[name][companies] = array


def _keep_memory_at_hand() -> None:
    """Take a large block of memory and give it back untouched: from then on glibc keeps twice as much for the next arrays.

    Otherwise it returns what each formula lets go of, and the next one waits for it page by page.
    """
    np.empty(_LARGE_BLOCK, dtype=np.uint8)


def _count(given: Mapping[str, np.ndarray]) -> int:
    return len(next(iter(given.values())))


def _bounds(count: int, size: int) -> list[slice]:
    """Chunks of about that size, as even as they can be: a small one at the end would take nearly the time of a full one."""
    chunks = max(round(count / size), 1)
    ends = [count * place // chunks for place in range(chunks + 1)]
    return [slice(*one) for one in pairwise(ends)]
