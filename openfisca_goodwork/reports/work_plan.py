"""The report of what a costing would run, before it is run."""

from __future__ import annotations

from openfisca_goodwork.costing.work import WorkPlan
from openfisca_goodwork.errors import counted
from openfisca_goodwork.number_formats import COUNT
from openfisca_goodwork.reports.sections import Column, Note, Part, Report, Row, Section, Table

_WHERE = {
    "here": "done in this process",
    "workers": "shared among {} of this machine",
    "cluster": "shared among {} of a cluster",
}


def report_of(plan: WorkPlan) -> Report:
    """The report of a plan: how much work it is, and the memory of each process."""
    rows = [
        Row(("Records of the population, about", plan.records)),
        Row(("Parts in which they run", plan.parts)),
        Row(("Draws of the assumptions", plan.draws)),
        Row(("Stretches in which they run", plan.stretches)),
        Row(("Memory of this process, MB, about", plan.memory_here)),
        *([Row(("Memory of each worker, MB, about", plan.memory_of_a_worker))] if plan.memory_of_a_worker else []),
        *([Row(("Memory there is, MB", plan.memory_there_is))] if plan.memory_there_is else []),
    ]
    where = plan.where if plan.used else "here"
    finding = f"The work would be {_WHERE[where].format(counted(plan.workers, 'worker'))}"
    parts: list[Part] = [Table("What would be run", (Column("Work", width=50), Column("About", COUNT)), tuple(rows))]
    if plan.used < plan.workers:
        busy = f"Only {plan.used} of the workers would have something" if plan.used else "The workers would have nothing"
        parts.append(Note(f"{busy} to do: there are no more parts."))
    if not plan.is_enough:
        parts.append(Note("That is more memory than there is. Ask for fewer workers, or give them machines with more."))
    parts.append(
        Note("A population that is not in the cache of a machine is built there first, in up to a minute and 2 GB.")
    )
    return Report(
        "Plan", "", (Section("Plan", "How the work would be done", tuple(parts), finding),), command="", stem="plan"
    )
