"""Operations of `forms`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class FormsOperations(Sender):
    """Operations of `forms`."""

    def save_form_draft(self, form: str, body: shapes.DraftInput) -> shapes.DraftSaved:
        """Save what was typed since the last save, once."""
        return self._send(
            Call[shapes.DraftSaved]("POST", f"/v1/forms/{in_path(form)}/draft", (shapes.DraftSaved,), body=body)
        )

    def preflight_save_form_draft(self, form: str) -> None:
        """Whether the page's origin may send this."""
        return self._send(Call[None]("OPTIONS", f"/v1/forms/{in_path(form)}/draft", ()))

    def read_form_prefill(self, form: str, *, token: str, accept_language: str | None = None) -> shapes.Prefill:
        """What the page need not ask, by its token, and what it must."""
        return self._send(
            Call[shapes.Prefill](
                "GET",
                f"/v1/forms/{in_path(form)}/prefill",
                (shapes.Prefill,),
                query={"token": token},
                headers={"Accept-Language": accept_language},
            )
        )

    def submit_form(self, form: str, body: shapes.DraftInput) -> shapes.DraftSaved:
        """Save the last answers, and say that the form is done."""
        return self._send(
            Call[shapes.DraftSaved]("POST", f"/v1/forms/{in_path(form)}/submit", (shapes.DraftSaved,), body=body)
        )

    def preflight_submit_form(self, form: str) -> None:
        """Whether the page's origin may send this."""
        return self._send(Call[None]("OPTIONS", f"/v1/forms/{in_path(form)}/submit", ()))

    def issue_form_token(self, form: str, body: shapes.FormTokenInput) -> shapes.FormToken:
        """A token for one page: it fills and saves these fields of this customer's form for 15 minutes."""
        return self._send(
            Call[shapes.FormToken]("POST", f"/v1/forms/{in_path(form)}/tokens", (shapes.FormToken,), body=body)
        )


class AsyncFormsOperations(AsyncSender):
    """The same, awaited."""

    async def save_form_draft(self, form: str, body: shapes.DraftInput) -> shapes.DraftSaved:
        """Save what was typed since the last save, once."""
        return await self._send(
            Call[shapes.DraftSaved]("POST", f"/v1/forms/{in_path(form)}/draft", (shapes.DraftSaved,), body=body)
        )

    async def preflight_save_form_draft(self, form: str) -> None:
        """Whether the page's origin may send this."""
        return await self._send(Call[None]("OPTIONS", f"/v1/forms/{in_path(form)}/draft", ()))

    async def read_form_prefill(self, form: str, *, token: str, accept_language: str | None = None) -> shapes.Prefill:
        """What the page need not ask, by its token, and what it must."""
        return await self._send(
            Call[shapes.Prefill](
                "GET",
                f"/v1/forms/{in_path(form)}/prefill",
                (shapes.Prefill,),
                query={"token": token},
                headers={"Accept-Language": accept_language},
            )
        )

    async def submit_form(self, form: str, body: shapes.DraftInput) -> shapes.DraftSaved:
        """Save the last answers, and say that the form is done."""
        return await self._send(
            Call[shapes.DraftSaved]("POST", f"/v1/forms/{in_path(form)}/submit", (shapes.DraftSaved,), body=body)
        )

    async def preflight_submit_form(self, form: str) -> None:
        """Whether the page's origin may send this."""
        return await self._send(Call[None]("OPTIONS", f"/v1/forms/{in_path(form)}/submit", ()))

    async def issue_form_token(self, form: str, body: shapes.FormTokenInput) -> shapes.FormToken:
        """A token for one page: it fills and saves these fields of this customer's form for 15 minutes."""
        return await self._send(
            Call[shapes.FormToken]("POST", f"/v1/forms/{in_path(form)}/tokens", (shapes.FormToken,), body=body)
        )
