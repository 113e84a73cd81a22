"""Journeys, segments, risks, surveys and advice: what the company concludes, and what people note of it."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    CONSOLE,
    DERIVED,
    agent,
    behaviour,
    configuration,
    content,
    link,
    of_nobody,
    profile,
    table,
    technical,
)
from service.privacy.map.model import Masked

ADVICE_OUTCOME = table(
    "advice_outcome",
    link("customer_id outcome_id"),
    behaviour("at rule taken", CONSOLE, holds="what was advised, and whether it was done"),
    content("note", CONSOLE, masked=Masked.OTHERS),
    agent("key_id", CONSOLE),
    kept="ASKONCE_PROFILE_DAYS",
)
SURVEY = table(
    "survey",
    link("customer_id survey_id conversation_id"),
    technical("token_hashes"),
    behaviour("question asked_at expires_at answered_at", CONSOLE),
    agent("key_id"),
    purpose=Purpose.ANALYSIS,
    kept="ASKONCE_INTERACTION_DAYS",
)
JOURNEY_NOTE = table(
    "journey_note",
    link("customer_id note_id"),
    content("phase kind due written_at", CONSOLE),
    content("text", CONSOLE, masked=Masked.OTHERS, holds="what a person noted of the customer's journey"),
    technical("segment", holds="null: a segment's notes belong to the nil id"),
    agent("owner written_by key_id", CONSOLE),
    purpose=Purpose.ANALYSIS,
    kept="ASKONCE_INTERACTION_DAYS",
)
JOURNEY_BORDER = table(
    "journey_border",
    link("customer_id border_id"),
    profile("phase was_at at moved_at undone_at", CONSOLE, holds="a border of a phase that a person moved"),
    agent("moved_by undone_by key_id", CONSOLE),
    purpose=Purpose.ANALYSIS,
    kept="ASKONCE_INTERACTION_DAYS",
)
JOURNEY_DECISION = table(
    "journey_decision",
    link("customer_id decision_id interaction_id"),
    content("set_at", CONSOLE),
    content("text", CONSOLE, masked=Masked.OTHERS, holds="a decision point that a person set"),
    agent("set_by key_id", CONSOLE),
    purpose=Purpose.ANALYSIS,
    kept="ASKONCE_INTERACTION_DAYS",
)
SEGMENT_MEMBER = table(
    "segment_member",
    link("customer_id"),
    profile("segment since", CONSOLE),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
)
SEGMENT_UNDECIDED = table(
    "segment_undecided",
    link("customer_id"),
    profile("segment reason", CONSOLE, holds="why a rule decides nothing of the customer"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
)
CUSTOMER_RISK = table(
    "customer_risk",
    link("customer_id"),
    profile("level codes reasons way since", CONSOLE, holds="whether the customer may leave, and why"),
    technical("urgency told_at"),
    purpose=Purpose.PROFILING,
    kept=DERIVED,
)
RISK_EPISODE = table(
    "risk_episode",
    link("customer_id"),
    profile("risen_at codes stayed", CONSOLE),
    purpose=Purpose.PROFILING,
    kept="ASKONCE_PROFILE_DAYS",
)
RISK_ACTION = table(
    "risk_action",
    link("customer_id"),
    content("risen_at acted_at action", CONSOLE, holds="what a person did about the risk"),
    content("note", CONSOLE, masked=Masked.OTHERS),
    agent("by", CONSOLE),
    purpose=Purpose.PROFILING,
    kept="ASKONCE_PROFILE_DAYS",
)
WAY_TALLY = of_nobody(
    "way_tally",
    technical("way matters gave_up", holds="how many matters took a way through the channels"),
    kept="until it is counted anew, a night",
    purpose=Purpose.ANALYSIS,
    reason="Counts of matters; a single customer is not in it.",
)
WAY_RISK = of_nobody(
    "way_risk", technical("way matters gave_up"), kept="until it is counted anew, a night", purpose=Purpose.ANALYSIS
)
SEGMENT = of_nobody("segment", configuration("name title rule changed_at"))
ADVICE_RULE = of_nobody("advice_rule", configuration("name rule"))
CONTENT_ITEM = of_nobody("content_item", configuration("content_id definition updated_at"))
NOTICE = of_nobody(
    "notice",
    configuration("notice_id subject_id state starts_at ends_at definition drafted_for drafted_days"),
    configuration("reach event_data published_at updated_at"),
)
GUIDANCE = of_nobody("guidance", technical("only_row version"))
INSIGHT_POSITION = of_nobody(
    "insight_position",
    technical("event_id single swept_at tallied_to"),
    technical("sweep", holds="the id of the customer that a run over all has come to"),
    kept="while a run lasts",
)
TABLES = (
    ADVICE_OUTCOME,
    SURVEY,
    JOURNEY_NOTE,
    JOURNEY_BORDER,
    JOURNEY_DECISION,
    SEGMENT_MEMBER,
    SEGMENT_UNDECIDED,
    CUSTOMER_RISK,
    RISK_EPISODE,
    RISK_ACTION,
    WAY_TALLY,
    WAY_RISK,
    SEGMENT,
    ADVICE_RULE,
    CONTENT_ITEM,
    NOTICE,
    GUIDANCE,
    INSIGHT_POSITION,
)
