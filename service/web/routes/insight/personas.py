"""The route of a segment's persona card."""

from service.errors import Absent, DatabaseBusy, Overloaded
from service.insight.long_reads import LongReads
from service.insight.persona import Persona, read_persona
from service.journey.words import journey_words
from service.model.vocabulary import Role
from service.settings.model import Settings
from service.web.http.parameters import text_in_path
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.http.scope import while_connected


class PersonaRoutes:
    """The route by which people see who the customers of a segment are."""

    def __init__(self, reads: LongReads, settings: Settings) -> None:
        self._reads = reads
        self._words = journey_words(settings)
        self._silent_days = settings.gave_up_days

    @route(
        "GET",
        "/v1/segments/{name}/persona",
        roles=frozenset({Role.CONSOLE, Role.ADMIN}),
        summary="What the customers of a segment have in common: channels, wants, questions, moods and quotes",
        answers={200: Persona},
        problems=(Absent, DatabaseBusy, Overloaded),
    )
    async def read_persona(self, request: Request) -> Response:
        """Reads the card of a segment, of the 2,000 customers with the newest contacts at most; `sample` says how many.

        Quotes and questions are real words of customers without names, addresses and numbers, and without saying who
        it was. A subject is shown if two customers or more have it. It stops when the caller leaves.
        """
        segment = text_in_path(request, "name", Absent)
        reading = read_persona(self._reads, segment, self._words, silent_days=self._silent_days, now=request.now)
        return json_response(await while_connected(request.scope, reading, limit_s=self._reads.longest_s))
