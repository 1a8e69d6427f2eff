import os
from pathlib import Path

import pytest

from portal.foundation.figures import BOUNDS, Figures, Shelf, buckets, by_status


def end(shelf: Shelf) -> None:
    """What the system does when a process ends."""
    os.close(shelf._alive or -1)


def test_what_an_ended_process_counted_is_kept_once_and_what_was_cut_off_is_left_out(tmp_path: Path) -> None:
    mine = Shelf(tmp_path)
    mine.put(Figures(), "server")
    for number in (1, 2, 3):
        other = Shelf(tmp_path)
        other.put(Figures(counts={"noted x": 2}, gauges={"pool": 5}), "worker")
        found, roles = mine.others()
        assert (found.counts, found.gauges) == ({"noted x": 2 * number}, {"pool": 5})
        assert sorted(roles) == ["server", "worker"]
        end(other)
    (tmp_path / "server-cut.json").write_text('{"counts": {"noted x"')
    found, roles = mine.others()
    assert (found.counts, found.gauges, roles) == ({"noted x": 6}, {}, ["server"])
    end(mine)
    Shelf(tmp_path).put(Figures(), "server")
    assert len(list(tmp_path.glob("*.json"))) == 2, "what has ended is one file"


def test_figures_of_a_release_that_grouped_otherwise_are_left_out(tmp_path: Path) -> None:
    other, mine = Shelf(tmp_path), Shelf(tmp_path)
    other.put(Figures(counts={"x": 1}, bounds=[1.0]), "server")
    mine.put(Figures(), "server")
    assert mine.others()[0].counts == {}


@pytest.mark.parametrize(("seconds", "at_most"), [(0.0005, "0.0005"), (0.00051, "0.001"), (10.0, "10.0"), (11, "+Inf")])
def test_a_request_is_in_the_group_of_its_time_and_in_all_longer_ones(seconds: float, at_most: str) -> None:
    figures = Figures()
    figures.note("x", 2, seconds)
    groups, in_all = buckets(figures.requests["x"])
    names = [*map(str, BOUNDS), "+Inf"]
    assert groups == [(name, float(names.index(name) >= names.index(at_most))) for name in names]
    assert in_all == seconds
    assert by_status(figures.requests["x"]) == {"2xx": 1}
