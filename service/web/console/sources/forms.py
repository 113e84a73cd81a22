"""What the forms of sources and of the rules of golden records hold, as the API takes it; pure."""

from msgspec import Struct

from service.identity.golden.model import FieldRule
from service.identity.sources.declared import SourceInput
from service.resolution.merging_settings import MergingSettings
from service.web.console.desk_forms import as_request

_MAX_TRUST_DIGITS = 3


class SourceForm(Struct, kw_only=True):
    """What people call a system, how far it is trusted, and what tells it of changes."""

    title: str = ""
    trust: str = ""
    webhook: str = ""
    csrf_token: str = ""

    def request(self) -> SourceInput:
        """As the API takes it. InvalidInput names what cannot be taken."""
        is_number = self.trust.isdecimal() and len(self.trust) <= _MAX_TRUST_DIGITS
        trust = int(self.trust) if is_number else self.trust
        return as_request({"title": self.title or None, "trust": trust, "webhook": self.webhook or None}, SourceInput)


class FieldRuleForm(Struct, kw_only=True):
    """The rule of one field, and for `trusted` the sources in their order, parted by commas."""

    rule: str = ""
    sources: str = ""
    csrf_token: str = ""

    def request(self) -> FieldRule:
        """As the API takes it. InvalidInput names what cannot be taken."""
        sources = [one.strip() for one in self.sources.split(",") if one.strip()]
        return as_request({"rule": self.rule, "sources": sources}, FieldRule)


class MergingForm(Struct, kw_only=True):
    """What is merged without a person: by proof, and by rules, one a line as `name: field, field`."""

    verified_identity: str = ""
    rules: str = ""
    csrf_token: str = ""

    def request(self) -> MergingSettings:
        """As the API takes it. InvalidInput names what cannot be taken."""
        lines = [line for line in self.rules.splitlines() if line.strip()]
        wanted = {"verified_identity": bool(self.verified_identity), "rules": [_rule(line) for line in lines]}
        return as_request(wanted, MergingSettings)


def rule_lines(settings: MergingSettings) -> str:
    """The rules as the form shows them."""
    return "\n".join(f"{one.name}: {', '.join(one.equal)}" for one in settings.rules)


def _rule(line: str) -> dict[str, object]:
    name, _separator, fields = line.rpartition(":")
    return {"name": name.strip(), "equal": [one.strip() for one in fields.split(",") if one.strip()]}
