"""Every measurement, one after the other in this run: ``python -m bench`` (``make bench``)."""

from __future__ import annotations

import click

from bench import access, boundaries, density, geocode, intake, placing


@click.command()
def main() -> None:
    """Print the figures of each measurement under its name."""
    measures = (
        ("placing", placing.main),
        ("density", density.main),
        ("geocode", geocode.main),
        ("access", access.main),
        ("intake", intake.main),
        ("boundaries", boundaries.main),
    )
    for name, measure in measures:
        click.echo(f"== {name}")
        measure.main(args=[], standalone_mode=False)


if __name__ == "__main__":
    main()
