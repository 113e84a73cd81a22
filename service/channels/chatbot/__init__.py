"""Doors of chatbots and live chat."""
