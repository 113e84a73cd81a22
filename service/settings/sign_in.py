"""The settings of how agents come to the console, and to its card in other desks; they are part of `Settings`."""

from typing import Annotated

from msgspec import Meta

from service.settings.embedding import EmbeddingSettings


class SignInSettings(EmbeddingSettings, frozen=True, kw_only=True):
    """Sessions and the OpenID provider, beside the desks that show cards."""

    session_idle_minutes: Annotated[
        int, Meta(ge=1, description="An agent who does nothing for so long is signed out, in minutes.")
    ] = 30
    session_hours: Annotated[
        int, Meta(ge=1, le=168, description="An agent signs in anew after so many hours, however busy.")
    ] = 10
    sign_in_link_hours: Annotated[
        int, Meta(ge=1, le=720, description="How long a link that signs an agent in once can be used, in hours.")
    ] = 24

    oidc_issuer: Annotated[
        str,
        Meta(
            description="The OpenID provider by which agents sign in, as it calls itself, such as "
            "https://login.example.com/realms/support. Empty: passwords and links alone."
        ),
    ] = ""
    oidc_client_id: Annotated[
        str,
        Meta(description="Our id there. Register ASKONCE_PUBLIC_URL and /signin/provider as the address to return to."),
    ] = ""
    oidc_client_secret: Annotated[str, Meta(description="Our secret there. Empty: a public client, by PKCE alone.")] = (
        ""
    )
    oidc_scopes: Annotated[str, Meta(pattern="openid", description="What we ask the provider for.")] = (
        "openid profile email"
    )
    oidc_role_claim: Annotated[
        str, Meta(min_length=1, description="The claim that leads to the role; realm_access.roles is roles within it.")
    ] = "groups"
    oidc_roles: Annotated[
        str,
        Meta(
            pattern=r"^(?:[^=,]+=(?:agent|supervisor|privacy|admin)\s*(?:,|$))*$",
            description="Which of its words leads to which role, the first one that is there: "
            "Support Leads=supervisor, Support=agent. Who has none of them cannot sign in.",
        ),
    ] = ""
    oidc_queue_claim: Annotated[str, Meta(min_length=1, description="The claim that leads to the queues.")] = "groups"
    oidc_queues: Annotated[
        str,
        Meta(
            pattern=r"^(?:[^=,]+=[^=,]+(?:,|$))*$",
            description="Which of its words leads to which queue: Team Returns=returns, Team Repairs=repairs. Empty: "
            "`askonce agents change` says.",
        ),
    ] = ""
