"""The journeys of segments: their ways as a picture the matters behind its numbers, and who the people are."""
