"""SURFconext, the sign-in of the schools: where it stands, what it tells of somebody, and what of that we believe."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from exchange.people.models import Institution

PROVIDER = "surfconext"
#: What its description must name before anybody is sent there.
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
#: How long, in seconds, its description is kept: forty colleagues who arrive together ask for it once.
DESCRIBED_FOR = 600
STAFF = ("employee", "staff", "faculty")


def configured() -> bool:
    """Whether this alliance signs in at the schools."""
    return all((settings.SURFCONEXT_ISSUER, settings.SURFCONEXT_CLIENT_ID, settings.SURFCONEXT_SECRET))


def app() -> SocialApp:
    """The connection, as the environment describes it; none is ever kept in the database."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=PROVIDER,
        name="SURFconext",
        client_id=settings.SURFCONEXT_CLIENT_ID,
        secret=settings.SURFCONEXT_SECRET,
        settings={"server_url": settings.SURFCONEXT_ISSUER, "oauth_pkce_enabled": True},
    )


class Claims:
    """What was told of somebody, in the shapes we expect; whatever has another shape was not told."""

    def __init__(self, data: dict[str, Any]) -> None:
        told, token = data.get("userinfo"), data.get("id_token")
        if not isinstance(told, dict) or not isinstance(token, dict):
            raise OAuth2Error("Nothing was told of this person.")
        self.told = told
        self.issuer, self.sub = self._issuer(token), self._text("sub")
        if not self.sub or self.sub != token.get("sub"):
            raise OAuth2Error("Two answers, about two persons.")

    def _issuer(self, token: dict[str, Any]) -> str:
        issuer = token.get("iss")
        if not isinstance(issuer, str) or issuer.rstrip("/") != settings.SURFCONEXT_ISSUER:
            raise OAuth2Error("This comes from another issuer.")
        return issuer

    def _text(self, name: str, longest: int = 254) -> str:
        value = self.told.get(name)
        if not isinstance(value, str):
            return ""
        line = " ".join("".join(char if char.isprintable() else " " for char in value).split())
        return line if len(line) <= longest else ""

    @property
    def identity(self) -> str:
        """Who this is: this issuer's name for them. Never the address, which is handed on when somebody leaves."""
        return hashlib.sha256(f"{self.issuer}\n{self.sub}".encode()).hexdigest()

    @property
    def name(self) -> str:
        return self._text("name", 120) or f"{self._text('given_name', 60)} {self._text('family_name', 59)}".strip()

    @property
    def language(self) -> str:
        """Dutch or English, when told."""
        language = self._text("locale")[:2].lower()
        return language if language in dict(settings.LANGUAGES) else ""

    @property
    def email(self) -> str:
        return self._text("email").lower()

    @property
    def home_organisation(self) -> str:
        """The domain of the school where somebody works. That of a student proves nothing about staff."""
        domain = self._text("schac_home_organization", 120).lower()
        told = self.told.get("eduperson_scoped_affiliation") or self.told.get("eduperson_affiliation") or []
        known_as = {str(one).partition("@")[0].lower() for one in (told if isinstance(told, list) else [told])}
        student_only = "student" in known_as and not known_as.intersection(STAFF)
        return "" if student_only or "." not in domain else domain

    @property
    def address_is_theirs(self) -> bool:
        """Said to be verified, by the organisation whose domain it is: that could read the mail there anyway."""
        if self.told.get("email_verified") is not True or not self.home_organisation:
            return False
        domain, home = self.email.rpartition("@")[2], self.home_organisation
        if domain == home or domain.endswith(f".{home}"):
            return True
        owner = Institution.objects.for_address(self.email).first()
        return owner is not None and owner == Institution.objects.for_domain(home).first()


@contextmanager
def reading() -> Iterator[None]:
    """Whatever cannot be read is an error that we have a page for."""
    try:
        yield
    except RequestException:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise OAuth2Error("This answer cannot be read.") from problem


class Door(OpenIDConnectOAuth2Adapter):
    """The way there and back."""

    @property
    def openid_config(self) -> dict[str, Any]:
        key = f"surfconext:{hashlib.sha256(settings.SURFCONEXT_ISSUER.encode()).hexdigest()}"
        if not (found := cache.get(key)):
            with reading():
                found = _checked(super().openid_config)
            cache.set(key, found, DESCRIBED_FOR)
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """On our own address, never on what a request says."""
        return f"{settings.BASE_URL}{reverse('openid_connect_callback', args=[PROVIDER])}"

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        with reading():
            return super().get_access_token_data(*args, **kwargs)

    def parse_token(self, data: Any) -> Any:
        with reading():
            return super().parse_token(data)

    def complete_login(self, *args: Any, **kwargs: Any) -> Any:
        with reading():
            return super().complete_login(*args, **kwargs)


def _checked(found: Any) -> dict[str, Any]:
    """The description of the issuer that was asked, whole."""
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ENDPOINTS):
        raise OAuth2Error("This is no description of an OpenID provider.")
    if found["issuer"].rstrip("/") != settings.SURFCONEXT_ISSUER:
        raise OAuth2Error("This describes another issuer.")
    return found


class Surfconext(OpenIDConnectProvider):
    """The school's own sign-in, as allauth asks about it."""

    oauth2_adapter_class = Door

    def extract_uid(self, data: dict[str, Any]) -> str:
        return Claims(data).identity

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """No more than is used: the rest of what was told is not kept."""
        claims = Claims(data)
        return {"email": claims.email, "home_organisation": claims.home_organisation}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, str]:
        claims = Claims(data)
        return {"email": claims.email, "name": claims.name, "language": claims.language}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        claims = Claims(data)
        if not claims.email:
            return []
        return [EmailAddress(email=claims.email, verified=claims.address_is_theirs, primary=True)]

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Where to go afterwards, and to sign in or to connect: a link decides nothing else."""
        asked = super().get_redirect_from_request_kwargs(request)
        process = "connect" if asked["process"] == "connect" else "login"
        return {"process": process} | ({"next_url": asked["next_url"]} if "next_url" in asked else {})
