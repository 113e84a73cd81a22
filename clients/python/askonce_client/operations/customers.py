"""Operations of `customers`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from uuid import UUID

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path, new_key


class CustomersOperations(Sender):
    """Operations of `customers`."""

    def create_customer(
        self, body: shapes.CustomerInput, *, idempotency_key: str | None = None
    ) -> shapes.Customer | shapes.ChangeReceipt:
        """Create a customer that is not known yet."""
        return self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "POST",
                "/v1/customers",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_customers(
        self, *, name: str | None = None, limit: int | None = None, after: str | None = None
    ) -> shapes.CustomerSummaryPage:
        """Customers, the newest first, all of them or those of a name."""
        return self._send(
            Call[shapes.CustomerSummaryPage](
                "GET",
                "/v1/customers",
                (shapes.CustomerSummaryPage,),
                query={"name": name, "limit": limit, "after": after},
            )
        )

    def read_customer(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.Customer:
        """A customer's own record, or that of the survivor it was merged into."""
        return self._send(
            Call[shapes.Customer](
                "GET",
                f"/v1/customers/{in_path(customer_id)}",
                (shapes.Customer,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def change_customer(self, customer_id: UUID, body: shapes.CustomerPatch) -> shapes.Customer | shapes.ChangeReceipt:
        """Change the customer's record; absent fields stay, null empties."""
        return self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "PATCH",
                f"/v1/customers/{in_path(customer_id)}",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    def grant_condition(
        self, customer_id: UUID, body: shapes.ConditionInput, *, idempotency_key: str | None = None
    ) -> shapes.Condition:
        """Grant the customer a special condition."""
        return self._send(
            Call[shapes.Condition](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/conditions",
                (shapes.Condition,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def list_conditions(
        self,
        customer_id: UUID,
        *,
        limit: int | None = None,
        after: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.ConditionPage:
        """The customer's conditions, newest first, past and revoked ones too."""
        return self._send(
            Call[shapes.ConditionPage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/conditions",
                (shapes.ConditionPage,),
                query={"limit": limit, "after": after},
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def read_consents(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.Consents:
        """What a customer's data may be used for, and every statement about it."""
        return self._send(
            Call[shapes.Consents](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/consents",
                (shapes.Consents,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def change_consents(self, customer_id: UUID, body: shapes.ConsentsInput) -> shapes.Consents:
        """Record what a customer says its data may be used for."""
        return self._send(
            Call[shapes.Consents](
                "PUT", f"/v1/customers/{in_path(customer_id)}/consents", (shapes.Consents,), body=body
            )
        )

    def read_context(
        self,
        customer_id: UUID,
        *,
        cache_control: str | None = None,
        view: shapes.Audience | None = None,
        queue: str | None = None,
        assurance: shapes.Assurance | None = None,
        conversation: str | None = None,
        askonce_reason: str | None = None,
    ) -> (
        shapes.ConsoleView
        | shapes.BotView
        | shapes.StoreView
        | shapes.PartnerView
        | shapes.SalesView
        | shapes.MarketingView
    ):
        """The context of a customer, as the caller may see it."""
        return self._send(
            Call[
                shapes.ConsoleView
                | shapes.BotView
                | shapes.StoreView
                | shapes.PartnerView
                | shapes.SalesView
                | shapes.MarketingView
            ](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/context",
                (
                    shapes.ConsoleView,
                    shapes.BotView,
                    shapes.StoreView,
                    shapes.PartnerView,
                    shapes.SalesView,
                    shapes.MarketingView,
                ),
                query={"view": view, "queue": queue, "assurance": assurance, "conversation": conversation},
                headers={"Cache-Control": cache_control, "Askonce-Reason": askonce_reason},
            )
        )

    def read_fact(self, customer_id: UUID, name: str, *, askonce_reason: str | None = None) -> shapes.Fact:
        """A fact with everything it ever was."""
        return self._send(
            Call[shapes.Fact](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}",
                (shapes.Fact,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def correct_fact(self, customer_id: UUID, name: str, body: shapes.FactInput) -> shapes.KnownFact:
        """Correct a fact; its old value stays in its history."""
        return self._send(
            Call[shapes.KnownFact](
                "PUT", f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}", (shapes.KnownFact,), body=body
            )
        )

    def delete_fact(self, customer_id: UUID, name: str) -> None:
        """Forget what a fact is now; its values stay in its history."""
        return self._send(Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}", ()))

    def read_golden(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.GoldenRecord:
        """The golden record of a customer."""
        return self._send(
            Call[shapes.GoldenRecord](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/golden",
                (shapes.GoldenRecord,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def pin_field(self, customer_id: UUID, field: str, body: shapes.PinInput) -> shapes.GoldenRecord:
        """Pin a field of a golden record."""
        return self._send(
            Call[shapes.GoldenRecord](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/golden/{in_path(field)}",
                (shapes.GoldenRecord,),
                body=body,
            )
        )

    def unpin_field(self, customer_id: UUID, field: str) -> shapes.GoldenRecord:
        """Release a pinned field of a golden record."""
        return self._send(
            Call[shapes.GoldenRecord](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/golden/{in_path(field)}", (shapes.GoldenRecord,)
            )
        )

    def read_holds(self, customer_id: UUID) -> shapes.Holds:
        """The legal holds of a customer."""
        return self._send(Call[shapes.Holds]("GET", f"/v1/customers/{in_path(customer_id)}/holds", (shapes.Holds,)))

    def set_hold(self, customer_id: UUID, name: str, body: shapes.HoldInput) -> shapes.Holds:
        """Hold a customer's data: nothing is erased."""
        return self._send(
            Call[shapes.Holds](
                "PUT", f"/v1/customers/{in_path(customer_id)}/holds/{in_path(name)}", (shapes.Holds,), body=body
            )
        )

    def release_hold(self, customer_id: UUID, name: str) -> None:
        """Release a hold."""
        return self._send(Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/holds/{in_path(name)}", ()))

    def add_identities(
        self, customer_id: UUID, body: shapes.IdentityClaim | list[shapes.IdentityClaim]
    ) -> shapes.Customer | shapes.ChangeReceipt:
        """Give the customer an identity, or several as an array."""
        return self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/identities",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    def remove_identities(
        self, customer_id: UUID, body: shapes.IdentityClaim | list[shapes.IdentityClaim]
    ) -> shapes.Customer:
        """Take an identity from the customer, or several as an array."""
        return self._send(
            Call[shapes.Customer](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/identities", (shapes.Customer,), body=body
            )
        )

    def read_journey(
        self,
        customer_id: UUID,
        *,
        anonymous: bool | None = None,
        language: str | None = None,
        accept_language: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.Journey:
        """A customer's whole way: phases, touchpoints, handoffs, waits and decisions."""
        return self._send(
            Call[shapes.Journey](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/journey",
                (shapes.Journey,),
                query={"anonymous": anonymous, "language": language},
                headers={"Accept-Language": accept_language, "Askonce-Reason": askonce_reason},
            )
        )

    def read_journey_as_text(
        self,
        customer_id: UUID,
        *,
        accept: str,
        anonymous: bool | None = None,
        language: str | None = None,
        accept_language: str | None = None,
        askonce_reason: str | None = None,
    ) -> str:
        """A customer's whole way: phases, touchpoints, handoffs, waits and decisions."""
        return self._send(
            Call[str](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/journey",
                (str,),
                query={"anonymous": anonymous, "language": language},
                headers={"Accept-Language": accept_language, "Askonce-Reason": askonce_reason, "Accept": accept},
            )
        )

    def set_journey_decision(
        self, customer_id: UUID, body: shapes.DecisionInput, *, idempotency_key: str | None = None
    ) -> shapes.SetDecision:
        """Set a decision point at a touchpoint."""
        return self._send(
            Call[shapes.SetDecision](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/journey/decisions",
                (shapes.SetDecision,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def delete_journey_decision(self, customer_id: UUID, decision_id: UUID) -> None:
        """Delete a decision point that was set by hand."""
        return self._send(
            Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/journey/decisions/{in_path(decision_id)}", ())
        )

    def move_phase(
        self,
        customer_id: UUID,
        body: shapes.BorderChange,
        *,
        language: str | None = None,
        accept_language: str | None = None,
    ) -> shapes.Journey:
        """Move the beginning of a phase, or undo a move."""
        return self._send(
            Call[shapes.Journey](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/journey/phases",
                (shapes.Journey,),
                query={"language": language},
                headers={"Accept-Language": accept_language},
                body=body,
            )
        )

    def list_customer_matches(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.CustomerMatches:
        """Customers that may be the same person as this one, or live with it."""
        return self._send(
            Call[shapes.CustomerMatches](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/matches",
                (shapes.CustomerMatches,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def list_merge_suggestions(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.MergeSuggestions:
        """What speaks for other customers being the same person, newest first."""
        return self._send(
            Call[shapes.MergeSuggestions](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/merge-suggestions",
                (shapes.MergeSuggestions,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def dismiss_merge_suggestion(self, customer_id: UUID, other_customer_id: UUID) -> None:
        """Dismiss for good that another customer is the same person."""
        return self._send(
            Call[None](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/merge-suggestions/{in_path(other_customer_id)}", ()
            )
        )

    def merge_customers(self, customer_id: UUID, body: shapes.MergeInput) -> shapes.Customer:
        """Merge another customer into this one, after they proved to be one person."""
        return self._send(
            Call[shapes.Customer]("PUT", f"/v1/customers/{in_path(customer_id)}/merges", (shapes.Customer,), body=body)
        )

    def preview_merge(self, customer_id: UUID, body: shapes.MergePreviewInput) -> shapes.MergeEffect:
        """What merging another customer into this one will change."""
        return self._send(
            Call[shapes.MergeEffect](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/merges/preview",
                (shapes.MergeEffect,),
                body=body,
                is_repeatable=True,
            )
        )

    def unmerge_customers(self, customer_id: UUID, other_customer_id: UUID) -> shapes.Customer:
        """Undo the merge of another customer into this one."""
        return self._send(
            Call[shapes.Customer](
                "DELETE",
                f"/v1/customers/{in_path(customer_id)}/merges/{in_path(other_customer_id)}",
                (shapes.Customer,),
            )
        )

    def preview_unmerge(
        self, customer_id: UUID, other_customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.MergeEffect:
        """What undoing the merge of another customer into this one will change."""
        return self._send(
            Call[shapes.MergeEffect](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/merges/{in_path(other_customer_id)}/unmerge-preview",
                (shapes.MergeEffect,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def read_next_actions(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.NextActions:
        """What to do next for a customer."""
        return self._send(
            Call[shapes.NextActions](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/next",
                (shapes.NextActions,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def report_outcome(
        self, customer_id: UUID, rule: str, body: shapes.OutcomeInput, *, idempotency_key: str | None = None
    ) -> shapes.RecordedOutcome:
        """Say whether what a rule advised was done."""
        return self._send(
            Call[shapes.RecordedOutcome](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/next/{in_path(rule)}",
                (shapes.RecordedOutcome,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def read_preferences(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.ContactPreferences:
        """How a customer wants to be contacted."""
        return self._send(
            Call[shapes.ContactPreferences](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/preferences",
                (shapes.ContactPreferences,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def change_preferences(
        self, customer_id: UUID, body: shapes.PreferencesInput
    ) -> shapes.ContactPreferences | shapes.ChangeReceipt:
        """State how a customer wants to be contacted, and for what not."""
        return self._send(
            Call[shapes.ContactPreferences | shapes.ChangeReceipt](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/preferences",
                (
                    shapes.ContactPreferences,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    def list_reads(
        self, customer_id: UUID, *, limit: int | None = None, after: str | None = None
    ) -> shapes.CustomerReadPage:
        """Who looked at a customer, when and why."""
        return self._send(
            Call[shapes.CustomerReadPage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/reads",
                (shapes.CustomerReadPage,),
                query={"limit": limit, "after": after},
            )
        )

    def read_restriction(self, customer_id: UUID) -> shapes.Restriction:
        """Whether processing of a customer is restricted."""
        return self._send(
            Call[shapes.Restriction]("GET", f"/v1/customers/{in_path(customer_id)}/restriction", (shapes.Restriction,))
        )

    def change_restriction(self, customer_id: UUID, body: shapes.RestrictionInput) -> shapes.Restriction:
        """Restrict processing of a customer, or lift that."""
        return self._send(
            Call[shapes.Restriction](
                "PUT", f"/v1/customers/{in_path(customer_id)}/restriction", (shapes.Restriction,), body=body
            )
        )

    def list_segments_of_customer(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.SegmentMemberships:
        """The segments that a customer is in, stated ones and rules."""
        return self._send(
            Call[shapes.SegmentMemberships](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/segments",
                (shapes.SegmentMemberships,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    def split_customer(
        self, customer_id: UUID, body: shapes.SplitInput, *, idempotency_key: str | None = None
    ) -> shapes.Customer:
        """Give interactions and identities of a customer a customer of their own."""
        return self._send(
            Call[shapes.Customer](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/split",
                (shapes.Customer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    def read_timeline(
        self,
        customer_id: UUID,
        *,
        limit: int | None = None,
        after: str | None = None,
        order: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.TimelinePage:
        """Every interaction of a customer in full, in the order of registration."""
        return self._send(
            Call[shapes.TimelinePage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/timeline",
                (shapes.TimelinePage,),
                query={"limit": limit, "after": after, "order": order},
                headers={"Askonce-Reason": askonce_reason},
            )
        )


class AsyncCustomersOperations(AsyncSender):
    """The same, awaited."""

    async def create_customer(
        self, body: shapes.CustomerInput, *, idempotency_key: str | None = None
    ) -> shapes.Customer | shapes.ChangeReceipt:
        """Create a customer that is not known yet."""
        return await self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "POST",
                "/v1/customers",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_customers(
        self, *, name: str | None = None, limit: int | None = None, after: str | None = None
    ) -> shapes.CustomerSummaryPage:
        """Customers, the newest first, all of them or those of a name."""
        return await self._send(
            Call[shapes.CustomerSummaryPage](
                "GET",
                "/v1/customers",
                (shapes.CustomerSummaryPage,),
                query={"name": name, "limit": limit, "after": after},
            )
        )

    async def read_customer(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.Customer:
        """A customer's own record, or that of the survivor it was merged into."""
        return await self._send(
            Call[shapes.Customer](
                "GET",
                f"/v1/customers/{in_path(customer_id)}",
                (shapes.Customer,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def change_customer(
        self, customer_id: UUID, body: shapes.CustomerPatch
    ) -> shapes.Customer | shapes.ChangeReceipt:
        """Change the customer's record; absent fields stay, null empties."""
        return await self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "PATCH",
                f"/v1/customers/{in_path(customer_id)}",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    async def grant_condition(
        self, customer_id: UUID, body: shapes.ConditionInput, *, idempotency_key: str | None = None
    ) -> shapes.Condition:
        """Grant the customer a special condition."""
        return await self._send(
            Call[shapes.Condition](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/conditions",
                (shapes.Condition,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def list_conditions(
        self,
        customer_id: UUID,
        *,
        limit: int | None = None,
        after: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.ConditionPage:
        """The customer's conditions, newest first, past and revoked ones too."""
        return await self._send(
            Call[shapes.ConditionPage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/conditions",
                (shapes.ConditionPage,),
                query={"limit": limit, "after": after},
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def read_consents(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.Consents:
        """What a customer's data may be used for, and every statement about it."""
        return await self._send(
            Call[shapes.Consents](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/consents",
                (shapes.Consents,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def change_consents(self, customer_id: UUID, body: shapes.ConsentsInput) -> shapes.Consents:
        """Record what a customer says its data may be used for."""
        return await self._send(
            Call[shapes.Consents](
                "PUT", f"/v1/customers/{in_path(customer_id)}/consents", (shapes.Consents,), body=body
            )
        )

    async def read_context(
        self,
        customer_id: UUID,
        *,
        cache_control: str | None = None,
        view: shapes.Audience | None = None,
        queue: str | None = None,
        assurance: shapes.Assurance | None = None,
        conversation: str | None = None,
        askonce_reason: str | None = None,
    ) -> (
        shapes.ConsoleView
        | shapes.BotView
        | shapes.StoreView
        | shapes.PartnerView
        | shapes.SalesView
        | shapes.MarketingView
    ):
        """The context of a customer, as the caller may see it."""
        return await self._send(
            Call[
                shapes.ConsoleView
                | shapes.BotView
                | shapes.StoreView
                | shapes.PartnerView
                | shapes.SalesView
                | shapes.MarketingView
            ](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/context",
                (
                    shapes.ConsoleView,
                    shapes.BotView,
                    shapes.StoreView,
                    shapes.PartnerView,
                    shapes.SalesView,
                    shapes.MarketingView,
                ),
                query={"view": view, "queue": queue, "assurance": assurance, "conversation": conversation},
                headers={"Cache-Control": cache_control, "Askonce-Reason": askonce_reason},
            )
        )

    async def read_fact(self, customer_id: UUID, name: str, *, askonce_reason: str | None = None) -> shapes.Fact:
        """A fact with everything it ever was."""
        return await self._send(
            Call[shapes.Fact](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}",
                (shapes.Fact,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def correct_fact(self, customer_id: UUID, name: str, body: shapes.FactInput) -> shapes.KnownFact:
        """Correct a fact; its old value stays in its history."""
        return await self._send(
            Call[shapes.KnownFact](
                "PUT", f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}", (shapes.KnownFact,), body=body
            )
        )

    async def delete_fact(self, customer_id: UUID, name: str) -> None:
        """Forget what a fact is now; its values stay in its history."""
        return await self._send(Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/facts/{in_path(name)}", ()))

    async def read_golden(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.GoldenRecord:
        """The golden record of a customer."""
        return await self._send(
            Call[shapes.GoldenRecord](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/golden",
                (shapes.GoldenRecord,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def pin_field(self, customer_id: UUID, field: str, body: shapes.PinInput) -> shapes.GoldenRecord:
        """Pin a field of a golden record."""
        return await self._send(
            Call[shapes.GoldenRecord](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/golden/{in_path(field)}",
                (shapes.GoldenRecord,),
                body=body,
            )
        )

    async def unpin_field(self, customer_id: UUID, field: str) -> shapes.GoldenRecord:
        """Release a pinned field of a golden record."""
        return await self._send(
            Call[shapes.GoldenRecord](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/golden/{in_path(field)}", (shapes.GoldenRecord,)
            )
        )

    async def read_holds(self, customer_id: UUID) -> shapes.Holds:
        """The legal holds of a customer."""
        return await self._send(
            Call[shapes.Holds]("GET", f"/v1/customers/{in_path(customer_id)}/holds", (shapes.Holds,))
        )

    async def set_hold(self, customer_id: UUID, name: str, body: shapes.HoldInput) -> shapes.Holds:
        """Hold a customer's data: nothing is erased."""
        return await self._send(
            Call[shapes.Holds](
                "PUT", f"/v1/customers/{in_path(customer_id)}/holds/{in_path(name)}", (shapes.Holds,), body=body
            )
        )

    async def release_hold(self, customer_id: UUID, name: str) -> None:
        """Release a hold."""
        return await self._send(Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/holds/{in_path(name)}", ()))

    async def add_identities(
        self, customer_id: UUID, body: shapes.IdentityClaim | list[shapes.IdentityClaim]
    ) -> shapes.Customer | shapes.ChangeReceipt:
        """Give the customer an identity, or several as an array."""
        return await self._send(
            Call[shapes.Customer | shapes.ChangeReceipt](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/identities",
                (
                    shapes.Customer,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    async def remove_identities(
        self, customer_id: UUID, body: shapes.IdentityClaim | list[shapes.IdentityClaim]
    ) -> shapes.Customer:
        """Take an identity from the customer, or several as an array."""
        return await self._send(
            Call[shapes.Customer](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/identities", (shapes.Customer,), body=body
            )
        )

    async def read_journey(
        self,
        customer_id: UUID,
        *,
        anonymous: bool | None = None,
        language: str | None = None,
        accept_language: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.Journey:
        """A customer's whole way: phases, touchpoints, handoffs, waits and decisions."""
        return await self._send(
            Call[shapes.Journey](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/journey",
                (shapes.Journey,),
                query={"anonymous": anonymous, "language": language},
                headers={"Accept-Language": accept_language, "Askonce-Reason": askonce_reason},
            )
        )

    async def read_journey_as_text(
        self,
        customer_id: UUID,
        *,
        accept: str,
        anonymous: bool | None = None,
        language: str | None = None,
        accept_language: str | None = None,
        askonce_reason: str | None = None,
    ) -> str:
        """A customer's whole way: phases, touchpoints, handoffs, waits and decisions."""
        return await self._send(
            Call[str](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/journey",
                (str,),
                query={"anonymous": anonymous, "language": language},
                headers={"Accept-Language": accept_language, "Askonce-Reason": askonce_reason, "Accept": accept},
            )
        )

    async def set_journey_decision(
        self, customer_id: UUID, body: shapes.DecisionInput, *, idempotency_key: str | None = None
    ) -> shapes.SetDecision:
        """Set a decision point at a touchpoint."""
        return await self._send(
            Call[shapes.SetDecision](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/journey/decisions",
                (shapes.SetDecision,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def delete_journey_decision(self, customer_id: UUID, decision_id: UUID) -> None:
        """Delete a decision point that was set by hand."""
        return await self._send(
            Call[None]("DELETE", f"/v1/customers/{in_path(customer_id)}/journey/decisions/{in_path(decision_id)}", ())
        )

    async def move_phase(
        self,
        customer_id: UUID,
        body: shapes.BorderChange,
        *,
        language: str | None = None,
        accept_language: str | None = None,
    ) -> shapes.Journey:
        """Move the beginning of a phase, or undo a move."""
        return await self._send(
            Call[shapes.Journey](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/journey/phases",
                (shapes.Journey,),
                query={"language": language},
                headers={"Accept-Language": accept_language},
                body=body,
            )
        )

    async def list_customer_matches(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.CustomerMatches:
        """Customers that may be the same person as this one, or live with it."""
        return await self._send(
            Call[shapes.CustomerMatches](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/matches",
                (shapes.CustomerMatches,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def list_merge_suggestions(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.MergeSuggestions:
        """What speaks for other customers being the same person, newest first."""
        return await self._send(
            Call[shapes.MergeSuggestions](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/merge-suggestions",
                (shapes.MergeSuggestions,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def dismiss_merge_suggestion(self, customer_id: UUID, other_customer_id: UUID) -> None:
        """Dismiss for good that another customer is the same person."""
        return await self._send(
            Call[None](
                "DELETE", f"/v1/customers/{in_path(customer_id)}/merge-suggestions/{in_path(other_customer_id)}", ()
            )
        )

    async def merge_customers(self, customer_id: UUID, body: shapes.MergeInput) -> shapes.Customer:
        """Merge another customer into this one, after they proved to be one person."""
        return await self._send(
            Call[shapes.Customer]("PUT", f"/v1/customers/{in_path(customer_id)}/merges", (shapes.Customer,), body=body)
        )

    async def preview_merge(self, customer_id: UUID, body: shapes.MergePreviewInput) -> shapes.MergeEffect:
        """What merging another customer into this one will change."""
        return await self._send(
            Call[shapes.MergeEffect](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/merges/preview",
                (shapes.MergeEffect,),
                body=body,
                is_repeatable=True,
            )
        )

    async def unmerge_customers(self, customer_id: UUID, other_customer_id: UUID) -> shapes.Customer:
        """Undo the merge of another customer into this one."""
        return await self._send(
            Call[shapes.Customer](
                "DELETE",
                f"/v1/customers/{in_path(customer_id)}/merges/{in_path(other_customer_id)}",
                (shapes.Customer,),
            )
        )

    async def preview_unmerge(
        self, customer_id: UUID, other_customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.MergeEffect:
        """What undoing the merge of another customer into this one will change."""
        return await self._send(
            Call[shapes.MergeEffect](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/merges/{in_path(other_customer_id)}/unmerge-preview",
                (shapes.MergeEffect,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def read_next_actions(self, customer_id: UUID, *, askonce_reason: str | None = None) -> shapes.NextActions:
        """What to do next for a customer."""
        return await self._send(
            Call[shapes.NextActions](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/next",
                (shapes.NextActions,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def report_outcome(
        self, customer_id: UUID, rule: str, body: shapes.OutcomeInput, *, idempotency_key: str | None = None
    ) -> shapes.RecordedOutcome:
        """Say whether what a rule advised was done."""
        return await self._send(
            Call[shapes.RecordedOutcome](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/next/{in_path(rule)}",
                (shapes.RecordedOutcome,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def read_preferences(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.ContactPreferences:
        """How a customer wants to be contacted."""
        return await self._send(
            Call[shapes.ContactPreferences](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/preferences",
                (shapes.ContactPreferences,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def change_preferences(
        self, customer_id: UUID, body: shapes.PreferencesInput
    ) -> shapes.ContactPreferences | shapes.ChangeReceipt:
        """State how a customer wants to be contacted, and for what not."""
        return await self._send(
            Call[shapes.ContactPreferences | shapes.ChangeReceipt](
                "PUT",
                f"/v1/customers/{in_path(customer_id)}/preferences",
                (
                    shapes.ContactPreferences,
                    shapes.ChangeReceipt,
                ),
                body=body,
            )
        )

    async def list_reads(
        self, customer_id: UUID, *, limit: int | None = None, after: str | None = None
    ) -> shapes.CustomerReadPage:
        """Who looked at a customer, when and why."""
        return await self._send(
            Call[shapes.CustomerReadPage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/reads",
                (shapes.CustomerReadPage,),
                query={"limit": limit, "after": after},
            )
        )

    async def read_restriction(self, customer_id: UUID) -> shapes.Restriction:
        """Whether processing of a customer is restricted."""
        return await self._send(
            Call[shapes.Restriction]("GET", f"/v1/customers/{in_path(customer_id)}/restriction", (shapes.Restriction,))
        )

    async def change_restriction(self, customer_id: UUID, body: shapes.RestrictionInput) -> shapes.Restriction:
        """Restrict processing of a customer, or lift that."""
        return await self._send(
            Call[shapes.Restriction](
                "PUT", f"/v1/customers/{in_path(customer_id)}/restriction", (shapes.Restriction,), body=body
            )
        )

    async def list_segments_of_customer(
        self, customer_id: UUID, *, askonce_reason: str | None = None
    ) -> shapes.SegmentMemberships:
        """The segments that a customer is in, stated ones and rules."""
        return await self._send(
            Call[shapes.SegmentMemberships](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/segments",
                (shapes.SegmentMemberships,),
                headers={"Askonce-Reason": askonce_reason},
            )
        )

    async def split_customer(
        self, customer_id: UUID, body: shapes.SplitInput, *, idempotency_key: str | None = None
    ) -> shapes.Customer:
        """Give interactions and identities of a customer a customer of their own."""
        return await self._send(
            Call[shapes.Customer](
                "POST",
                f"/v1/customers/{in_path(customer_id)}/split",
                (shapes.Customer,),
                headers={"Idempotency-Key": idempotency_key or new_key()},
                body=body,
            )
        )

    async def read_timeline(
        self,
        customer_id: UUID,
        *,
        limit: int | None = None,
        after: str | None = None,
        order: str | None = None,
        askonce_reason: str | None = None,
    ) -> shapes.TimelinePage:
        """Every interaction of a customer in full, in the order of registration."""
        return await self._send(
            Call[shapes.TimelinePage](
                "GET",
                f"/v1/customers/{in_path(customer_id)}/timeline",
                (shapes.TimelinePage,),
                query={"limit": limit, "after": after, "order": order},
                headers={"Askonce-Reason": askonce_reason},
            )
        )
