"""What the published description says of JSON that is kept and sent as bytes."""

from msgspec import Meta


def shown_as(*shapes: type) -> Meta:
    """Describe raw JSON, in `Annotated[Raw, …]`, as one of these shapes.

    The description must hold them: a route that answers one does, or names it in `refers_to`.
    """
    references = [{"$ref": f"#/components/schemas/{shape.__name__}"} for shape in shapes]
    return Meta(extra_json_schema=references[0] if len(references) == 1 else {"anyOf": references})
