"""Operations of `sources`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class SourcesOperations(Sender):
    """Operations of `sources`."""

    def list_sources(self, *, limit: int | None = None, after: str | None = None) -> shapes.SourcePage:
        """All sources, in the order of their names."""
        return self._send(
            Call[shapes.SourcePage]("GET", "/v1/sources", (shapes.SourcePage,), query={"limit": limit, "after": after})
        )

    def put_source(self, source: str, body: shapes.SourceInput) -> shapes.Source:
        """Say what a source is called, how far it is trusted and whom to tell of changes."""
        return self._send(Call[shapes.Source]("PUT", f"/v1/sources/{in_path(source)}", (shapes.Source,), body=body))

    def read_source(self, source: str) -> shapes.Source:
        """What is known of a source."""
        return self._send(Call[shapes.Source]("GET", f"/v1/sources/{in_path(source)}", (shapes.Source,)))

    def list_changes(
        self, source: str, *, limit: int | None = None, after: str | None = None
    ) -> shapes.GoldenChangePage:
        """The records of a source that have something to learn from the golden record."""
        return self._send(
            Call[shapes.GoldenChangePage](
                "GET",
                f"/v1/sources/{in_path(source)}/changes",
                (shapes.GoldenChangePage,),
                query={"limit": limit, "after": after},
            )
        )

    def put_records(self, source: str, body: list[shapes.SourceRecordItem]) -> list[shapes.RecordBatchAnswer]:
        """State up to 1000 records of a system; each succeeds or fails for itself."""
        return self._send(
            Call[list[shapes.RecordBatchAnswer]](
                "POST", f"/v1/sources/{in_path(source)}/records/batch", (list[shapes.RecordBatchAnswer],), body=body
            )
        )

    def put_record(self, source: str, external_id: str, body: shapes.SourceRecordInput) -> shapes.RecordAnswer:
        """State what a system knows of a person, again and again."""
        return self._send(
            Call[shapes.RecordAnswer](
                "PUT",
                f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}",
                (shapes.RecordAnswer,),
                body=body,
            )
        )

    def read_record(self, source: str, external_id: str) -> shapes.RecordOnRecord:
        """What a record states now, and what it stated before."""
        return self._send(
            Call[shapes.RecordOnRecord](
                "GET", f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}", (shapes.RecordOnRecord,)
            )
        )

    def read_golden_of_record(self, source: str, external_id: str) -> shapes.GoldenRecord:
        """The golden record of the person that a record is about."""
        return self._send(
            Call[shapes.GoldenRecord](
                "GET", f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}/golden", (shapes.GoldenRecord,)
            )
        )


class AsyncSourcesOperations(AsyncSender):
    """The same, awaited."""

    async def list_sources(self, *, limit: int | None = None, after: str | None = None) -> shapes.SourcePage:
        """All sources, in the order of their names."""
        return await self._send(
            Call[shapes.SourcePage]("GET", "/v1/sources", (shapes.SourcePage,), query={"limit": limit, "after": after})
        )

    async def put_source(self, source: str, body: shapes.SourceInput) -> shapes.Source:
        """Say what a source is called, how far it is trusted and whom to tell of changes."""
        return await self._send(
            Call[shapes.Source]("PUT", f"/v1/sources/{in_path(source)}", (shapes.Source,), body=body)
        )

    async def read_source(self, source: str) -> shapes.Source:
        """What is known of a source."""
        return await self._send(Call[shapes.Source]("GET", f"/v1/sources/{in_path(source)}", (shapes.Source,)))

    async def list_changes(
        self, source: str, *, limit: int | None = None, after: str | None = None
    ) -> shapes.GoldenChangePage:
        """The records of a source that have something to learn from the golden record."""
        return await self._send(
            Call[shapes.GoldenChangePage](
                "GET",
                f"/v1/sources/{in_path(source)}/changes",
                (shapes.GoldenChangePage,),
                query={"limit": limit, "after": after},
            )
        )

    async def put_records(self, source: str, body: list[shapes.SourceRecordItem]) -> list[shapes.RecordBatchAnswer]:
        """State up to 1000 records of a system; each succeeds or fails for itself."""
        return await self._send(
            Call[list[shapes.RecordBatchAnswer]](
                "POST", f"/v1/sources/{in_path(source)}/records/batch", (list[shapes.RecordBatchAnswer],), body=body
            )
        )

    async def put_record(self, source: str, external_id: str, body: shapes.SourceRecordInput) -> shapes.RecordAnswer:
        """State what a system knows of a person, again and again."""
        return await self._send(
            Call[shapes.RecordAnswer](
                "PUT",
                f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}",
                (shapes.RecordAnswer,),
                body=body,
            )
        )

    async def read_record(self, source: str, external_id: str) -> shapes.RecordOnRecord:
        """What a record states now, and what it stated before."""
        return await self._send(
            Call[shapes.RecordOnRecord](
                "GET", f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}", (shapes.RecordOnRecord,)
            )
        )

    async def read_golden_of_record(self, source: str, external_id: str) -> shapes.GoldenRecord:
        """The golden record of the person that a record is about."""
        return await self._send(
            Call[shapes.GoldenRecord](
                "GET", f"/v1/sources/{in_path(source)}/records/{in_path(external_id)}/golden", (shapes.GoldenRecord,)
            )
        )
