"""The page of one question, for a customer with its link: it needs no session and no script.

Programs that look at links in messages use nothing up: only the form does.
"""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.db.pool import Database
from service.errors import Absent, AskonceError, Conflict, InvalidInput, Unavailable
from service.insight.feedback.answers import MAX_COMMENT_CHARS, answer_survey, read_survey
from service.insight.feedback.questions import SCALES, SurveyQuestion
from service.insight.feedback.surveys import SURVEY_PATH
from service.model.languages import primary_language
from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.guard import BY_LINK, OPEN, RequestGuard
from service.web.console.visit import Visit
from service.web.console.words import LANGUAGES, _

QUESTIONS = {
    SurveyQuestion.CSAT: _("How satisfied are you with how we handled your matter?"),
    SurveyQuestion.NPS: _("How likely are you to recommend us to friends or colleagues?"),
    SurveyQuestion.EFFORT: _("It was easy to have my matter handled. How far do you agree?"),
}
ENDS = {
    SurveyQuestion.CSAT: (_("very dissatisfied"), _("very satisfied")),
    SurveyQuestion.NPS: (_("not at all likely"), _("extremely likely")),
    SurveyQuestion.EFFORT: (_("I do not agree at all"), _("I agree fully")),
}
"""What the lowest and the highest value of each question mean."""
_THANKS = (_("Thank you"), _("Your answer has arrived. You can close this page."))
_SAID: dict[type[AskonceError], tuple[int, str, str]] = {
    Conflict: (409, _("Thank you"), _("This question was answered already. You can close this page.")),
    Absent: (404, _("This link is over"), _("The question can no longer be answered. You need not do anything.")),
    Unavailable: (503, _("Not possible at the moment"), _("Please open the link again in a few minutes.")),
}
"""Status, title and words of a page without a form."""
_NOT_CHOSEN = _("Please choose one of the values.")
_TOO_LONG = _("The comment is too long: 2,000 characters at most.")


class SurveyForm(Struct, kw_only=True):
    """What the customer answers."""

    value: str = ""
    comment: str = ""


class SurveyPages(Controller):
    """The page of one question."""

    path = SURVEY_PATH + "{token:str}"

    @get(opt=OPEN, include_in_schema=False)
    async def show_question(
        self,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        database: NamedDependency[Database],
        *,
        token: FromPath[str],
    ) -> Response[str]:
        """The form, or why there is none."""
        return await _question_page(visit, guard, database, token, SurveyForm())

    @post(opt=BY_LINK, include_in_schema=False)
    async def answer_question(
        self,
        visit: NamedDependency[Visit],
        guard: NamedDependency[RequestGuard],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        token: FromPath[str],
        data: URLEncodedBody[SurveyForm],
    ) -> Response[str]:
        """Puts the answer on record, once."""
        database, drop_views = customer_reads.database, customer_reads.reader.cache.drop
        try:
            language = await answer_survey(
                database, drop_views, token, data.value, data.comment, reopen=settings.reopen_period, now=visit.now
            )
        except InvalidInput as error:
            problem = _TOO_LONG if error.field == "comment" else _NOT_CHOSEN
            return await _question_page(visit, guard, database, token, data, problem=problem)
        except (Conflict, Absent, Unavailable) as error:
            return _said_page(visit, guard, error)
        return _page(visit, guard, language, said=_THANKS)


async def _question_page(
    visit: Visit, guard: RequestGuard, database: Database, token: str, form: SurveyForm, *, problem: str | None = None
) -> Response[str]:
    """The form of the question, filled as it came back, or why there is none."""
    try:
        async with database.connection() as connection:
            survey = await read_survey(connection, token, visit.now)
    except (Conflict, Absent, Unavailable) as error:
        return _said_page(visit, guard, error)
    question = survey.question
    shown = {
        "question": QUESTIONS[question],
        "values": SCALES[question].values,
        "ends": ENDS[question],
        "form": form,
        "problem": problem,
        "max_comment": MAX_COMMENT_CHARS,
    }
    return _page(visit, guard, survey.language, status=422 if problem else 200, **shown)


def _said_page(visit: Visit, guard: RequestGuard, error: AskonceError) -> Response[str]:
    """A page that says why there is no form, and nothing about the customer."""
    status, title, words = next(said for kind, said in _SAID.items() if isinstance(error, kind))
    return _page(visit, guard, None, status=status, said=(title, words))


def _page(
    visit: Visit, guard: RequestGuard, language: str | None, *, status: int = 200, **shown: object
) -> Response[str]:
    """The page in the customer's language if we speak it, else in the browser's."""
    primary = primary_language(language or "")
    spoken = primary if primary in LANGUAGES else visit.look.language
    html = guard.templates.render("survey.html", spoken, visit.now, {"said": None} | shown)
    return visit.respond(html, status=status)
