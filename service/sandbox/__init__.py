"""An installation for tests: the demo's customers, keys that everybody knows, a clock that is moved, and a reset."""
