"""Counts by town, category and stage with peers, in the bench's environment: columns to JSON.

``python bench/counts_peers.py FOLDER PEER``: the folder holds ``day``, ``town``, ``category``, ``stage`` as
.npy and ``asked.json``. It knows nothing of the program.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

NAMES = ("day", "town", "category", "stage")


def load(folder: Path) -> dict[str, np.ndarray]:
    return {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in NAMES}


def sql(since: int, until: int, towns: list[int], table: str) -> str:
    within = f" AND town IN ({','.join(map(str, towns))})" if towns else ""
    return (
        f"SELECT town, category, stage, count(*) FROM {table} WHERE day BETWEEN {since} AND {until}{within}"  # noqa: S608
        " GROUP BY 1, 2, 3"
    )


def duckdb_asker(folder: Path, parquet: bool):
    import duckdb
    import polars

    frame = polars.DataFrame({name: np.asarray(values) for name, values in load(folder).items()})
    database = duckdb.connect(config={"threads": 2})
    if parquet:
        frame.write_parquet(folder / "matters.parquet")
        table = f"'{folder / 'matters.parquet'}'"
    else:
        database.register("frame", frame.to_arrow())
        database.execute("CREATE TABLE m AS SELECT * FROM frame")
        table = "m"
    return lambda asked: sum(row[3] for row in database.execute(sql(*asked, table)).fetchall())


def polars_asker(folder: Path):
    import polars

    frame = polars.DataFrame({name: np.asarray(values) for name, values in load(folder).items()})

    def ask(asked):
        since, until, towns = asked
        inside = polars.col("day").is_between(since, until)
        if towns:
            inside &= polars.col("town").is_in(towns)
        found = frame.lazy().filter(inside).group_by(NAMES[1:]).agg(polars.len()).collect()
        return int(found["len"].sum())

    return ask


def main() -> None:
    folder, peer = Path(sys.argv[1]), sys.argv[2]
    ask = polars_asker(folder) if peer == "polars" else duckdb_asker(folder, peer == "duckdb-parquet")
    asked = json.loads((folder / "asked.json").read_text())
    totals, seconds = [], []
    for one in asked:
        started = time.perf_counter()
        totals.append(ask(one))
        seconds.append(time.perf_counter() - started)
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"totals": totals, "seconds": seconds, "peak_mb": mb}))


if __name__ == "__main__":
    main()
