"""Customers with something in every room."""

from tests.api.test_examples import story  # noqa: F401 (a fixture)
from tests.web.console.screens import session_browser  # noqa: F401 (a fixture)
