"""`python -m tests.ledger_model --seed 1 --operations 200000 --state FOLDER`: the run, as often broken off.

The database is SQLite in FOLDER, or the one that GUBEN_DATABASE names; it must hold nothing else. What is
done is noted in it with the operations themselves, so that a killed run goes on with the next. A difference
ends with status 1 and says how to see it again. The last line is JSON.
"""

# ruff: noqa: PLC0415  models can be imported only after the settings are complete

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

BATCH = 100  # operations in one transaction
COMPARED_EVERY = 5_000
PACE = 5_000  # operations after which the years move on by one


def main() -> int:
    """Run or go on; return the status of the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operations", type=int, default=200_000)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--compare-every", type=int, default=COMPARED_EVERY)
    parser.add_argument("--processes", type=int, default=4, help="that work together at the end")
    parser.add_argument("--together", type=int, default=500, help="operations of each of them")
    options = parser.parse_args()
    options.state.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.test")
    os.environ["GUBEN_DATA"] = str(options.state)

    import django

    django.setup()
    from django.db import transaction

    from . import together
    from .progress import Progress
    from .run import DifferenceError, Run

    progress = Progress.load(options.seed)
    if progress is None:
        run = Run(options.seed, PACE)
        with transaction.atomic():
            run.begin()
            progress = Progress.begin(options.seed)
    else:
        run = Run(options.seed, PACE, progress.done)
        print(f"going on after operation {run.done}", flush=True)
    first, began = run.done, time.monotonic()
    try:
        while run.done < options.operations:
            with transaction.atomic():
                for _ in range(min(BATCH, options.operations - run.done)):
                    run.step()
                progress.note(run.done)
            if run.done % options.compare_every < BATCH:
                run.compare()
                rate = (run.done - first) / (time.monotonic() - began)
                print(f"{run.done} operations agree, {rate:.0f} a second", flush=True)
        if not progress.together:
            run.compare()
            if options.processes > 1:
                _start_together(options)
                together.check(run)
            progress.note_together()
    except DifferenceError as difference:
        print(f"DIFFERENCE: {difference}", flush=True)
        again = f"--seed {options.seed} --operations {run.done} --compare-every 1 --state NEW"
        print(f"again: python -m tests.ledger_model {again}")
        print(json.dumps({"operations": run.done, "differences": 1}))
        return 1
    print(json.dumps({"operations": run.done, "differences": 0}))
    return 0


def _start_together(options: argparse.Namespace) -> None:
    """Have several processes credit and reverse the same people's lessons at the same moment."""
    command = [sys.executable, "-m", "tests.ledger_model.together", str(options.together)]
    # The settings have put a folder of their own below it; the others begin with the same.
    here = {**os.environ, "GUBEN_DATA": str(options.state)}
    running = [subprocess.Popen([*command, str(n)], env=here) for n in range(options.processes)]
    statuses = [process.wait() for process in running]
    if any(statuses):
        msg = "a process that worked beside the others failed"
        raise SystemExit(msg)


if __name__ == "__main__":
    sys.exit(main())
