"""Callbacks: the promise to call a customer back, its states and its attempts."""
