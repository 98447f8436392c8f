"""Statistics, credits and lists of members at the size of a district and of a city.

    make bench NAME=hours                                30 000 and 340 000 members, 1 and 11 million entries
    make bench NAME=hours CITY=1000000 DISTRICT=100000   smaller; 0 leaves a part out

The district lies on SQLite, the city on a PostgreSQL server that is started for the purpose; each in a
process and a temporary folder of its own, removed afterwards (the city needs up to 10 GB). The members
come in by the importer, from an Excel file (the city's by rows); ledgers are filled by SQL. Measured are

* the statistics page of the whole tree, as a browser asks for it: median of the answers;
* the same figures added up from the ledger by GROUP BY, in turn with the page's;
* crediting a lesson at 10 000 entries and at the full size, in the same tree, by the processor time it costs.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date

from deploy.temporary_postgresql import cluster

from .hours_districts import ENTRIES_PER_MEMBER

DISTRICT = int(os.environ.get("DISTRICT", "1000000"))
CITY = int(os.environ.get("CITY", "11000000"))
TARGETS = {
    "statistics_ms_district": 300,
    "statistics_city_vs_district": 3,
    "statistics_vs_group_by": 0.05,
    "credit_cost_growth": 1.2,
    "import_s_30000_rows": 120,
}
POSTGRESQL = ("shared_buffers=512MB", "max_wal_size=4GB", "work_mem=64MB", "maintenance_work_mem=256MB")


def main() -> int:
    """Measure both sizes; return 1 if a target is missed."""
    figures = part("district", DISTRICT, "") if DISTRICT else {}
    if CITY:
        with cluster(*POSTGRESQL) as address:
            figures |= part("city", CITY, address)
    if "statistics_ms_city" in figures and "statistics_ms_district" in figures:
        ratio = figures["statistics_ms_city"] / figures["statistics_ms_district"]
        figures["statistics_city_vs_district"] = round(ratio, 2)
    missed = [name for name, target in TARGETS.items() if figures.get(name, 0) > target]
    print(f"{date.today()}: missed: {', '.join(missed) or 'nothing'}")
    print(json.dumps(figures))
    return 1 if missed else 0


def part(name: str, entries: int, address: str) -> dict[str, float]:
    """Measure one size in a process of its own."""
    print(f"== {name}: {entries // ENTRIES_PER_MEMBER} members, {entries} entries", flush=True)
    with tempfile.TemporaryDirectory(prefix="guben-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.hours_districts", name, str(entries)],
            env={
                **os.environ,
                "GUBEN_DATA": folder,
                "GUBEN_DATABASE": address,
                "DJANGO_SETTINGS_MODULE": "site_config.settings.local",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    *said, last = done.stdout.strip().splitlines()
    print("\n".join(said), flush=True)
    found: dict[str, float] = json.loads(last)
    return found


if __name__ == "__main__":
    sys.exit(main())
