"""The fields of a sweep's file that say when its nights are and who is told what changed."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from seedbed.sweeps.spec.fields.section import Section
from seedbed.sweeps.spec.timetable import checked_timezone, timetable
from seedbed.system.errors import InputError

UTC = "UTC"
ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


def checked_url(text: str) -> str:
    """The address, if a message may be sent to it.

    Raises:
        InputError: It is not http or https, names no host, or carries a password.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # as names are looked up
    except ValueError:
        parts, host = urlsplit(""), None
    shown = re.sub(r"(://)[^/@]*@", r"\1***@", text)
    if parts.scheme not in ("http", "https") or not host or not text.isprintable() or " " in text:
        raise InputError(
            "webhook must be an address that begins with https:// or http:// and names a host, got "
            f"{shown!r}: e.g. https://hooks.example.org/seedbed."
        )
    if "@" in parts.netloc:
        raise InputError(
            f"webhook must not carry a user or a password, got {shown!r}: messages are signed with "
            "the secret in SEEDBED_WEBHOOK_SECRET instead."
        )
    return text


def _url(text: str) -> str:
    try:
        return checked_url(text)
    except InputError as error:
        raise ValueError(str(error).rstrip(".")) from None


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text) or len(text) > 254:
        raise ValueError(f"an e-mail address must look like team@lab.example, got {text!r}")
    return text


Address = Annotated[str, AfterValidator(_address)]


class Email(Section):
    """Send alarms by e-mail."""

    to: Annotated[
        Annotated[list[Address], Field(min_length=1)],
        Field(description="who is notified", examples=[["team@lab.example"]]),
    ]
    sender: Annotated[
        Address, Field(description="from whom it comes", examples=["seedbed@lab.example"])
    ]
    host: Annotated[
        str, Field(min_length=1, description="mail server", examples=["mail.example.org"])
    ]
    port: Annotated[
        Annotated[int, Field(ge=1, le=65_535)] | None,
        Field(description="its port; default: 587, 465 with `tls: implicit`, 25 with `tls: none`"),
    ] = None
    tls: Annotated[
        Literal["starttls", "implicit", "none"],
        Field(description="how the connection is secured; use `none` only in your own network"),
    ] = "starttls"

    @property
    def at_port(self) -> int:
        """The port, or the usual one."""
        return self.port or {"starttls": 587, "implicit": 465, "none": 25}[self.tls]


class Alarm(Section):
    """Who is told when something changed, beside the log and the exit status."""

    baseline: Annotated[
        Annotated[int, Field(ge=2, le=1000)],
        Field(description="nights before the charts may raise an alarm"),
    ] = 5
    webhook: Annotated[
        Annotated[str, AfterValidator(_url)] | None,
        Field(
            description="address to which a signed message is posted; one that is itself a secret "
            "belongs in SEEDBED_WEBHOOK_URL",
            examples=["https://hooks.example.org/seedbed"],
        ),
    ] = None
    email: Annotated[Email | None, Field(description="send an e-mail")] = None


class Schedule(Section):
    """Run the sweep again and again, and say when something changed."""

    cron: Annotated[
        str | None,
        Field(
            description="minute, hour, day of the month, month, day of the week; or by --cron",
            examples=["0 2 * * *"],
        ),
    ] = None
    timezone: Annotated[
        str, Field(description="time zone of these", examples=["Europe/Zurich"])
    ] = UTC
    missed: Annotated[
        Literal["catch_up", "skip"],
        Field(
            description="a night that could not start in time: run the last one late, or leave it "
            "out"
        ),
    ] = "catch_up"
    fresh: Annotated[
        Annotated[int, Field(ge=0, le=1000)],
        Field(
            description="seeds that are new every night, beside those of `seeds`, which stay; two "
            "or more show the spread"
        ),
    ] = 0
    alarm: Annotated[Alarm, Field(description="who is notified")] = Alarm()

    @model_validator(mode="after")
    def _fires(self) -> Self:
        try:
            checked_timezone(self.timezone)
            if self.cron is not None:
                timetable(self.cron, self.timezone)
        except InputError as error:
            raise ValueError(str(error).rstrip(".")) from None
        return self


class NightOf(Section):
    """Which night this is; written by the scheduler into the file that it runs."""

    series: Annotated[
        str, Field(min_length=1, description="name of the series", examples=["nightly"])
    ]
    night: Annotated[
        str, Field(min_length=1, description="date of the night", examples=["2030-01-31"])
    ]
    fresh: Annotated[list[int], Field(description="those of the seeds that are new")] = []  # noqa: RUF012 (pydantic copies it)
