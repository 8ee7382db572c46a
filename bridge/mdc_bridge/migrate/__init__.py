"""The archive of the old SDK's CSV files, converted to the JSONL of the new one."""

from .dataset_key import DatasetKey
from .ledger import UnitReport
from .migration import DatasetReport, MigrationReport, migrate
from .plan import DatasetPlan, Plan
from .plan_file import dump_plan, load_plan, plan_to_json
from .planning import plan
from .written import Undoing, Verification, undo, verify

__all__ = [
    "DatasetKey",
    "DatasetPlan",
    "DatasetReport",
    "MigrationReport",
    "Plan",
    "Undoing",
    "UnitReport",
    "Verification",
    "dump_plan",
    "load_plan",
    "migrate",
    "plan",
    "plan_to_json",
    "undo",
    "verify",
]
