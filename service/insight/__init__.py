"""What many journeys say together: segments, flows, early warnings, advice, content, notices, feedback, reports."""
