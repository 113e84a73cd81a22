"""Request bodies: `decode` of the ground floor, under the name this floor knows it by."""

from service.model.decode import decode as decode  # noqa: PLC0414 (a name for others)
