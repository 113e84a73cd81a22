"""Every operation of the API as a method. Generated from the description of the API by clients/python/generator; change nothing here."""

from askonce_client.operations.agents import AgentsOperations, AsyncAgentsOperations
from askonce_client.operations.at_risk import AsyncAtRiskOperations, AtRiskOperations
from askonce_client.operations.callbacks import (
    AsyncCallbacksOperations,
    CallbacksOperations,
)
from askonce_client.operations.channels import (
    AsyncChannelsOperations,
    ChannelsOperations,
)
from askonce_client.operations.conditions import (
    AsyncConditionsOperations,
    ConditionsOperations,
)
from askonce_client.operations.content import AsyncContentOperations, ContentOperations
from askonce_client.operations.context import AsyncContextOperations, ContextOperations
from askonce_client.operations.conversations import (
    AsyncConversationsOperations,
    ConversationsOperations,
)
from askonce_client.operations.customers import (
    AsyncCustomersOperations,
    CustomersOperations,
)
from askonce_client.operations.docs import AsyncDocsOperations, DocsOperations
from askonce_client.operations.email import AsyncEmailOperations, EmailOperations
from askonce_client.operations.events import AsyncEventsOperations, EventsOperations
from askonce_client.operations.feedback import (
    AsyncFeedbackOperations,
    FeedbackOperations,
)
from askonce_client.operations.forms import AsyncFormsOperations, FormsOperations
from askonce_client.operations.handoffs import (
    AsyncHandoffsOperations,
    HandoffsOperations,
)
from askonce_client.operations.health import AsyncHealthOperations, HealthOperations
from askonce_client.operations.interactions import (
    AsyncInteractionsOperations,
    InteractionsOperations,
)
from askonce_client.operations.journey_notes import (
    AsyncJourneyNotesOperations,
    JourneyNotesOperations,
)
from askonce_client.operations.journeys import (
    AsyncJourneysOperations,
    JourneysOperations,
)
from askonce_client.operations.known import AsyncKnownOperations, KnownOperations
from askonce_client.operations.matches import AsyncMatchesOperations, MatchesOperations
from askonce_client.operations.mcp import AsyncMcpOperations, McpOperations
from askonce_client.operations.merge_suggestions import (
    AsyncMergeSuggestionsOperations,
    MergeSuggestionsOperations,
)
from askonce_client.operations.metrics import AsyncMetricsOperations, MetricsOperations
from askonce_client.operations.notices import AsyncNoticesOperations, NoticesOperations
from askonce_client.operations.openapi import AsyncOpenapiOperations, OpenapiOperations
from askonce_client.operations.privacy import AsyncPrivacyOperations, PrivacyOperations
from askonce_client.operations.problems import (
    AsyncProblemsOperations,
    ProblemsOperations,
)
from askonce_client.operations.quality import AsyncQualityOperations, QualityOperations
from askonce_client.operations.queues import AsyncQueuesOperations, QueuesOperations
from askonce_client.operations.rules import AsyncRulesOperations, RulesOperations
from askonce_client.operations.schemas import AsyncSchemasOperations, SchemasOperations
from askonce_client.operations.screenpop import (
    AsyncScreenpopOperations,
    ScreenpopOperations,
)
from askonce_client.operations.search import AsyncSearchOperations, SearchOperations
from askonce_client.operations.segments import (
    AsyncSegmentsOperations,
    SegmentsOperations,
)
from askonce_client.operations.settings import (
    AsyncSettingsOperations,
    SettingsOperations,
)
from askonce_client.operations.sources import AsyncSourcesOperations, SourcesOperations
from askonce_client.operations.store import AsyncStoreOperations, StoreOperations
from askonce_client.operations.surveys import AsyncSurveysOperations, SurveysOperations
from askonce_client.operations.webhooks import (
    AsyncWebhooksOperations,
    WebhooksOperations,
)


class Operations(
    AgentsOperations,
    AtRiskOperations,
    CallbacksOperations,
    ChannelsOperations,
    ConditionsOperations,
    ContentOperations,
    ContextOperations,
    ConversationsOperations,
    CustomersOperations,
    DocsOperations,
    EmailOperations,
    EventsOperations,
    FeedbackOperations,
    FormsOperations,
    HandoffsOperations,
    HealthOperations,
    InteractionsOperations,
    JourneyNotesOperations,
    JourneysOperations,
    KnownOperations,
    MatchesOperations,
    McpOperations,
    MergeSuggestionsOperations,
    MetricsOperations,
    NoticesOperations,
    OpenapiOperations,
    PrivacyOperations,
    ProblemsOperations,
    QualityOperations,
    QueuesOperations,
    RulesOperations,
    SchemasOperations,
    ScreenpopOperations,
    SearchOperations,
    SegmentsOperations,
    SettingsOperations,
    SourcesOperations,
    StoreOperations,
    SurveysOperations,
    WebhooksOperations,
):
    """Every operation."""


class AsyncOperations(
    AsyncAgentsOperations,
    AsyncAtRiskOperations,
    AsyncCallbacksOperations,
    AsyncChannelsOperations,
    AsyncConditionsOperations,
    AsyncContentOperations,
    AsyncContextOperations,
    AsyncConversationsOperations,
    AsyncCustomersOperations,
    AsyncDocsOperations,
    AsyncEmailOperations,
    AsyncEventsOperations,
    AsyncFeedbackOperations,
    AsyncFormsOperations,
    AsyncHandoffsOperations,
    AsyncHealthOperations,
    AsyncInteractionsOperations,
    AsyncJourneyNotesOperations,
    AsyncJourneysOperations,
    AsyncKnownOperations,
    AsyncMatchesOperations,
    AsyncMcpOperations,
    AsyncMergeSuggestionsOperations,
    AsyncMetricsOperations,
    AsyncNoticesOperations,
    AsyncOpenapiOperations,
    AsyncPrivacyOperations,
    AsyncProblemsOperations,
    AsyncQualityOperations,
    AsyncQueuesOperations,
    AsyncRulesOperations,
    AsyncSchemasOperations,
    AsyncScreenpopOperations,
    AsyncSearchOperations,
    AsyncSegmentsOperations,
    AsyncSettingsOperations,
    AsyncSourcesOperations,
    AsyncStoreOperations,
    AsyncSurveysOperations,
    AsyncWebhooksOperations,
):
    """Every operation, awaited."""
