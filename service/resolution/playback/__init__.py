"""Playback: tells every source how its records differ from the golden record, and no source what it says itself."""
