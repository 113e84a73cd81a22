"""Language tags (BCP 47)."""


def primary_language(tag: str) -> str:
    """The language of a tag without its country or script, as `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()
