"""The questions that a customer is asked, each with its scale."""

from enum import StrEnum

from msgspec import Struct


class SurveyQuestion(StrEnum):
    """What a customer is asked; an answer is one value of the question's scale."""

    CSAT = "csat"
    """How satisfied the customer is."""
    NPS = "nps"
    """How likely the customer recommends us."""
    EFFORT = "effort"
    """How easy it was to have the matter handled."""


class Scale(Struct, frozen=True):
    """The values of an answer, from `least` to `most`."""

    least: int
    most: int

    @property
    def values(self) -> range:
        """Every value, the lowest first."""
        return range(self.least, self.most + 1)


SCALES = {
    SurveyQuestion.CSAT: Scale(1, 5),
    SurveyQuestion.NPS: Scale(0, 10),
    SurveyQuestion.EFFORT: Scale(1, 7),
}
