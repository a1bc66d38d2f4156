"""The schemas of accounts: signing up, signing in, and what a person changes."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.limits import LIMITS
from deepstyle.people.accounts.mail_texts import Language
from deepstyle.people.accounts.roles import Role

TYPED_CHARS = 512
"""What may be typed as a password to sign in: more than one may have, which says nothing of why it is wrong."""
Email = Annotated[
    str,
    Field(max_length=int(LIMITS["email_chars"].value), description="An e-mail address.", examples=["jo@shop.example"]),
]
Password = Annotated[str, Field(min_length=1, max_length=TYPED_CHARS, description="The present password.")]
NewPassword = Annotated[
    str,
    Field(min_length=1, max_length=TYPED_CHARS, description="At least 10 characters, at most 128; not easy to guess."),
]
Token = Annotated[str, Field(max_length=200, description="What the link in the mail has after `#token=`.")]
Credential = Annotated[
    dict[str, Any], Field(description="What the browser's `PublicKeyCredential.toJSON()` returns.", max_length=20)
]


class Strict(BaseModel):
    """A body, in which unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class SignUp(Strict):
    """What ``POST /v1/accounts`` is sent."""

    email: Email
    password: NewPassword
    language: Annotated[Language, Field(description="Of the mails.")] = "en"


class Confirmation(Strict):
    """The token of a mail; of one that creates an account, also the password that was chosen for it."""

    token: Token
    password: Annotated[
        str, Field(max_length=TYPED_CHARS, description="What was chosen at sign-up; not for a new address.")
    ] = ""


class PasswordSignIn(Strict):
    """An address and its password."""

    email: Email
    password: Password


class ResetRequest(Strict):
    """The address of a forgotten password."""

    email: Email


class Reset(Strict):
    """The token of a mail, and the password that is chosen."""

    token: Token
    password: NewPassword


class PasswordChange(Strict):
    """The present password, and the new one."""

    password: Annotated[str, Field(max_length=TYPED_CHARS, description="The present one, empty where there is none.")]
    new_password: NewPassword


class EmailChange(Strict):
    """The new address, and the present password."""

    email: Email
    password: Annotated[str, Field(max_length=TYPED_CHARS, description="The present one, empty where there is none.")]


class Deletion(Strict):
    """The present password, to delete the account."""

    password: Annotated[str, Field(max_length=TYPED_CHARS, description="The present one, empty where there is none.")]


class PasskeySignIn(Strict):
    """What an authenticator answered."""

    credential: Credential


class NewPasskey(PasskeySignIn):
    """What an authenticator made."""

    name: Annotated[str, Field(max_length=int(LIMITS["passkey_name_chars"].value), description="Its name.")] = ""


class Provider(BaseModel):
    """A provider to sign in with."""

    provider: str = Field(description="Its part of the address `/v1/accounts/oidc/{provider}`.", examples=["example"])
    name: str = Field(examples=["Example"])


class Ways(BaseModel):
    """How people may sign in."""

    sign_up: bool = Field(description="Whether this server sends mail: without it, nobody can sign up or reset.")
    passkeys: bool
    providers: list[Provider]


class AccountState(BaseModel):
    """Whether somebody is signed in, who, and how one may sign in; the fields of a person are empty without one."""

    state: Literal["off", "signed-out", "signed-in"] = Field(description="`off`: this server has no accounts.")
    person_id: Annotated[str, Field(examples=["p_6f1c0c6b3a0e4a7f9a52a1b87d5f6c11"])] = ""
    email: Annotated[str, Field(examples=["jo@shop.example"])] = ""
    role: Role | None = None
    language: Language | None = None
    has_password: Annotated[bool, Field(description="Else the person signs in by a provider or a passkey.")] = False
    csrf_token: Annotated[str, Field(description="Send it as `X-CSRF-Token` with what changes something.")] = ""
    ways: Annotated[Ways | None, Field(description="How people may sign in; null where there are no accounts.")] = None


class ListedSession(BaseModel):
    """A device that is signed in."""

    session_id: str
    device: str = Field(description="Browser and system, as far as they are known.", examples=["Firefox, Linux"])
    began: datetime
    used: datetime = Field(description="To within minutes.")
    ends: datetime = Field(description="At the latest; sooner where it is not used.")
    is_this: bool = Field(description="Whether it is the session of this request.")


class Sessions(BaseModel):
    """The devices that are signed in, the one used last first."""

    sessions: list[ListedSession]


class ListedPasskey(BaseModel):
    """A passkey."""

    passkey_id: str
    name: str
    created: datetime


class Passkeys(BaseModel):
    """The passkeys of a person."""

    passkeys: list[ListedPasskey]


class PasskeyOptions(BaseModel):
    """What ``PublicKeyCredential.parse…OptionsFromJSON`` takes."""

    options: dict[str, Any]


def moment(seconds: float) -> datetime:
    """Seconds since 1970, as answers have them."""
    return datetime.fromtimestamp(int(seconds), UTC)
