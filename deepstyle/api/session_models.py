"""The schemas of signing in at ``/admin``, and of the page that it opens with."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deepstyle.people.accounts.roles import Role
from deepstyle.store.keys import ApiKey, Scope


class SignIn(BaseModel):
    """What ``POST /v1/session`` is sent: an API key of the scope `admin`, or the code of a link."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"key": "dsk_…"}})

    key: str = Field("", max_length=200, description="An API key.")
    link: str = Field("", max_length=200, description="The code of a link that `deepstyle demo` printed.")

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        """A key or a code."""
        if bool(self.key) == bool(self.link):
            raise ValueError("send either key or link")
        return self


class SessionState(BaseModel):
    """Who is signed in."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "state": "signed-in",
                "key": "jo",
                "expires": "2026-11-27T18:00:00Z",
                "csrf_token": "6f1c0c6b3a0e4a7f9a52a1b87d5f6c11",
            }
        }
    )

    state: Literal["no-key", "signed-out", "signed-in"] = Field(
        description="`no-key`: the store has no API key, so nobody can sign in with one."
    )
    key: Annotated[str, Field(description="The name of the API key; empty where it is an account.")] = ""
    account: Annotated[
        str, Field(description="The address of the account, also where its role does not reach; empty for an API key.")
    ] = ""
    role: Annotated[Role | None, Field(description="Of the account; a key is an admin's.")] = None
    accounts: Annotated[bool, Field(description="Whether one may sign in with an account, too.")] = False
    expires: datetime | None = None
    csrf_token: Annotated[str, Field(description="Send it as `X-CSRF-Token` with what changes something.")] = ""


class KeyDescription(BaseModel):
    """An API key, without its token."""

    name: str
    scope: Scope
    last_four: str
    created: datetime
    expires: datetime | None
    last_used: Annotated[str, Field(description="A day; empty if it was never used.")]

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """A key as people may see it."""
        values = key.described()
        return cls.model_validate({**values, "expires": values["expires"] or None})


class Overview(BaseModel):
    """What this server serves, for its operator."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "version": "0.1.0",
                "store": "the URL of the store, without its password",
                "model": "packaged",
                "compat": "packaged",
                "keys": [
                    {
                        "name": "jo",
                        "scope": "admin",
                        "last_four": "1f0c",
                        "created": "2026-11-01T09:00:00Z",
                        "expires": None,
                        "last_used": "2026-11-27",
                    }
                ],
                "import_urls": False,
                "require_read_key": False,
            }
        }
    )

    version: str
    store: str = Field(description="The store's URL, without its password.")
    model: str
    compat: str = Field(description="The compatibility head.")
    keys: list[KeyDescription]
    import_urls: bool = Field(description="Whether a feed may be imported by its address.")
    require_read_key: bool = Field(description="Whether reading needs a key, too.")
