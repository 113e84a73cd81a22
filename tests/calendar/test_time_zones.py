"""Time zones are known whether or not the machine brings its own table of them."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from service.calendar.wall_clock import time_zones


@pytest.fixture
def machine_without_time_zones():
    time_zones.cache_clear()
    zoneinfo.reset_tzpath(to=[])
    yield
    zoneinfo.reset_tzpath()
    time_zones.cache_clear()


def test_a_machine_without_a_table_of_time_zones_takes_the_package(machine_without_time_zones):
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert summer.astimezone(zoneinfo.ZoneInfo.no_cache("Europe/Berlin")).hour == 14
    assert {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} <= time_zones()


@pytest.mark.usefixtures("machine_without_time_zones")
@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_both_tables_agree_on_the_hour(name):
    from_package = zoneinfo.ZoneInfo.no_cache(name)
    zoneinfo.reset_tzpath()
    from_default = zoneinfo.ZoneInfo.no_cache(name)
    for month in range(1, 13):
        moment = datetime(2026, month, 15, tzinfo=UTC)
        assert moment.astimezone(from_package).utcoffset() == moment.astimezone(from_default).utcoffset()
