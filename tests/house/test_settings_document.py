"""What operators read about the settings is what the code takes."""

from service.settings.document import describe_settings, settings_example, settings_page
from service.settings.environment import load_settings
from service.settings.model import Settings
from tests.house.place import text


def test_the_settings_page_says_what_the_code_takes():
    assert text("docs/settings.md") == settings_page(), "run `make docs`"


def test_the_example_file_says_what_the_code_takes():
    assert text("deploy/service.env.example") == settings_example(), "run `make docs`"


def test_every_setting_is_described_with_a_sentence():
    described = list(describe_settings())
    assert len(described) == len(Settings.__struct_fields__)
    assert all(one.description.endswith(".") for one in described)


def test_the_example_file_as_it_is_sets_nothing():
    assert loaded(text("deploy/service.env.example")) == load_settings({})


def test_the_example_file_without_its_comment_signs_sets_the_defaults():
    everything = text("deploy/service.env.example").replace("# ASKONCE_", "ASKONCE_")
    assert everything.count("\nASKONCE_") == len(Settings.__struct_fields__)
    assert loaded(everything) == load_settings({})


def loaded(file: str) -> Settings:
    """The settings of an environment file, read as Compose and systemd do."""
    lines = (line.partition("=") for line in file.splitlines() if line and not line.startswith("#"))
    return load_settings({name: value for name, _, value in lines})
