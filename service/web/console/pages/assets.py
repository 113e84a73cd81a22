"""What pages load: style sheet, scripts, icons, fonts."""

from litestar import Controller, Response, get
from litestar.params import FromPath

from service.errors import RouteUnknown
from service.web.console.assets import ASSETS_PATH, load_assets
from service.web.console.guard import AS_IT_IS, OPEN
from service.web.console.visit import PAGE_HEADERS, HttpRequest

_CSP = "content-security-policy"
"""A script that runs as a worker takes its own: it may reach what a page may."""
_FOR_EVER = "public, max-age=31536000, immutable"


class AssetPages(Controller):
    """The assets; their names say their content, so that browsers never ask twice."""

    path = ASSETS_PATH
    opt = OPEN | {AS_IT_IS: True}

    @get("/{file_name:str}", include_in_schema=False)
    async def read_asset(self, request: HttpRequest, file_name: FromPath[str]) -> Response[bytes]:
        """One file, in the smallest encoding that the browser takes."""
        asset = load_assets().find(file_name)
        if asset is None:
            raise RouteUnknown
        encoding = asset.encoding_for(request.headers.get("accept-encoding", ""))
        headers = {"cache-control": _FOR_EVER, "vary": "Accept-Encoding", _CSP: PAGE_HEADERS[_CSP]}
        if encoding != "identity":
            headers["content-encoding"] = encoding
        return Response(asset.content[encoding], media_type=asset.content_type, headers=headers)
