"""An alarm as an e-mail."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TypedDict, cast

from seedbed.sweeps.nightly.alerts.outbox import Message, RefusedError, secret

USER = "SEEDBED_SMTP_USER"
PASSWORD = "SEEDBED_SMTP_PASSWORD"  # noqa: S105 (the variable's name)
CA_FILE = "SEEDBED_SMTP_CA_FILE"
TIMEOUT_S = 20.0


class _Server(TypedDict):
    """Where the mail goes first."""

    host: str
    port: int
    tls: str


def send_mail(message: Message) -> None:
    """Send a message by SMTP.

    Raises:
        RefusedError: The server says no for good, or has no TLS although it is asked for.
        OSError: It may be taken later.
    """
    to = message.to
    user, password = secret(USER), secret(PASSWORD)
    if user and to["tls"] == "none":
        raise RefusedError(f"{USER} is set, and a password is never sent without TLS")
    try:
        with _connected(cast("_Server", to)) as server:
            if user:
                server.login(user, password or "")
            server.send_message(letter(message))
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise RefusedError(f"{to['host']} refused: {_words(error)}") from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        sentence = f"{to['host']} refused the receivers (code {codes[0]})"
        if all(code >= 500 for code in codes):
            raise RefusedError(sentence) from None
        raise OSError(sentence) from None
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= 500:
            raise RefusedError(f"{to['host']} refused: {_words(error)}") from None
        raise OSError(f"{to['host']} answered {_words(error)}") from None
    except smtplib.SMTPException as error:
        raise OSError(f"{to['host']}: {type(error).__name__}") from None
    except ssl.SSLError as error:
        raise RefusedError(f"{to['host']} has no certificate that holds: {error.reason}") from None
    except OSError as error:
        raise OSError(f"{to['host']} cannot be reached: {type(error).__name__}") from None


def letter(message: Message) -> EmailMessage:
    """The e-mail."""
    body = message.body
    mail = EmailMessage()
    mail["Subject"] = f"[Seedbed] {body['sweep']}: {', '.join(body['changed'])} changed"
    mail["From"] = message.to["sender"]
    mail["To"] = ", ".join(message.to["to"])
    mail["Date"] = format_datetime(datetime.fromisoformat(message.made))
    mail["Message-ID"] = f"<{message.id}@{message.to['sender'].rpartition('@')[2]}>"
    mail.set_content(body["text"] + "\n")
    return mail


def _connected(to: _Server) -> smtplib.SMTP:
    import os

    context = ssl.create_default_context(cafile=os.environ.get(CA_FILE))
    if to["tls"] == "implicit":
        return smtplib.SMTP_SSL(to["host"], to["port"], timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(to["host"], to["port"], timeout=TIMEOUT_S)
    try:
        if to["tls"] == "starttls":
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _words(error: smtplib.SMTPException) -> str:
    code = getattr(error, "smtp_code", "")
    said = getattr(error, "smtp_error", b"")
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"{code} {text}".strip()[:200] or str(error)[:200]
