"""Settings of a door as they are given on the command line."""

import click
import pytest

from service.cli.commands.channels import _parse_settings


def test_a_value_can_be_read_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    pairs = _parse_settings([f"secret=@{tmp_path / 'secret'}", "handoff-slot=a=b"])
    assert pairs == {"secret": "s3cret", "handoff_slot": "a=b"}


@pytest.mark.parametrize("value", ["secret", "=x", "secret=@/nowhere/at/all", "jwks=@https://127.0.0.1:1/keys"])
def test_what_cannot_be_a_value_is_said(value):
    with pytest.raises(click.UsageError):
        _parse_settings([value])
