import time_machine

from portal.foundation import clock


@time_machine.travel(1_800_000_000.999, tick=False)
def test_time_is_whole_seconds_of_the_process_clock() -> None:
    assert clock.now() == 1_800_000_000
    assert isinstance(clock.now(), int)
