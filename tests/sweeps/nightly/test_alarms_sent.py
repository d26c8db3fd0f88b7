"""Alarms arrive: signed, tried again, once, and never anywhere else; against real servers."""

import hashlib
import hmac
import json
import logging
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest

from seedbed.sweeps.nightly.alerts.mail import send_mail
from seedbed.sweeps.nightly.alerts.outbox import Outbox, RefusedError, secret
from seedbed.sweeps.nightly.alerts.webhook import check_settings, send_webhook, shown
from seedbed.sweeps.nightly.series import all_series
from seedbed.sweeps.spec.fields.schedule_fields import checked_url
from seedbed.system.errors import InputError
from tests.support.receivers import certificate, http_receiver, smtp_receiver

KEY = "a secret that nobody may see"
BODY = {
    "event": "alarm",
    "series": "nightly",
    "night": "2030-01-31",
    "sweep": "nightly-2030-01-31",
    "changed": ["mean"],
    "text": "mean: the mean accuracy has moved – 93 % tonight.",
}


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2030, 1, 31, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WEBHOOK_URL", "WEBHOOK_SECRET", "SMTP_USER", "SMTP_PASSWORD", "SMTP_CA_FILE"):
        monkeypatch.delenv(f"SEEDBED_{name}", raising=False)
        monkeypatch.delenv(f"SEEDBED_{name}_FILE", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def box(tmp_path: Path, clock: Clock) -> Outbox:
    return make_box(tmp_path, clock)


def make_box(folder: Path, clock: Callable[[], datetime]) -> Outbox:
    return Outbox(folder, {"webhook": send_webhook, "email": send_mail}, clock)


def test_a_webhook_is_signed_and_comes_once(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock
) -> None:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    with http_receiver() as inbox:
        to = {"url": f"http://127.0.0.1:{inbox.port}/seedbed"}
        assert box.put("webhook", to, BODY) is not None
        assert box.put("webhook", to, BODY) is None
        assert [one.state for one in box.flush()] == ["sent"]
        assert box.flush() == []
        assert make_box(tmp_path, clock).put("webhook", to, BODY) is None
        ((path, headers, body),) = inbox.requests
    assert path == "/seedbed"
    assert json.loads(body).items() >= BODY.items()
    signed = headers["X-Seedbed-Timestamp"].encode() + b"." + body
    expected = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Seedbed-Signature"] == f"sha256={expected}"
    assert headers["X-Seedbed-Delivery"] == json.loads(body)["id"]
    assert KEY not in body.decode() + str(headers)
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert KEY not in kept


def test_what_is_not_taken_is_tried_again_later_also_after_a_restart(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock
) -> None:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    with http_receiver() as inbox:
        inbox.answers = [503, 500, 429]
        box.put("webhook", {"url": f"http://127.0.0.1:{inbox.port}/"}, BODY)
        waits = []
        for _ in range(3):
            (tried,) = box.flush()
            assert tried.state == "waiting"
            assert box.flush() == []
            waits.append(datetime.fromisoformat(tried.due) - clock.time)
            clock.time = datetime.fromisoformat(tried.due)
            box = make_box(tmp_path, clock)
        assert waits == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
        assert [one.state for one in box.flush()] == ["sent"]
        assert len({headers["X-Seedbed-Delivery"] for _, headers, _ in inbox.requests}) == 1
        assert len(inbox.requests) == 4


def test_a_receiver_that_is_away_gets_it_when_it_is_back_and_is_given_up_in_the_end(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    with http_receiver() as inbox:
        port = inbox.port
    box.put("webhook", {"url": f"http://127.0.0.1:{port}/T0KEN"}, BODY)
    (tried,) = box.flush()
    assert tried.state == "waiting"
    assert "cannot be reached" in tried.trouble
    clock.time += timedelta(days=8)
    with caplog.at_level(logging.ERROR):
        assert [one.state for one in box.flush()] == ["refused"]
    assert "will not be taken" in caplog.text
    assert "T0KEN" not in caplog.text + tried.trouble
    assert box.waiting() == []


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_are_not_followed(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    with http_receiver() as other, http_receiver() as inbox:
        inbox.answers, inbox.location = [code], f"http://localhost:{other.port}/stolen"
        box.put("webhook", {"url": f"http://127.0.0.1:{inbox.port}/"}, BODY)
        (tried,) = box.flush()
        assert (tried.state, len(inbox.requests), other.requests) == ("refused", 1, [])
        assert "not followed" in tried.trouble


@pytest.mark.parametrize("code", [400, 401, 404, 410])
def test_a_receiver_that_says_no_is_not_asked_again(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    with http_receiver() as inbox:
        inbox.answers = [code]
        box.put("webhook", {"url": f"http://127.0.0.1:{inbox.port}/"}, BODY)
        assert [one.state for one in box.flush()] == ["refused"]


def test_an_address_that_is_a_secret_stays_in_its_variable(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text(KEY + "\n")
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET_FILE", str(key))
    with http_receiver() as inbox:
        monkeypatch.setenv("SEEDBED_WEBHOOK_URL", f"http://127.0.0.1:{inbox.port}/T0KEN?k=T0KEN")
        box.put("webhook", {}, BODY)
        assert [one.state for one in box.flush()] == ["sent"]
        assert inbox.requests[0][0] == "/T0KEN?k=T0KEN"
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert "T0KEN" not in kept
    assert shown("https://user:pw@host:1/T0KEN?a=b") == "https://host:1/…"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "file:///etc/passwd",
        "https://",
        "http:///path",
        "example.org/hook",
        "https://user:pw@lab.example/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\nX: y",
        "javascript:alert(1)",
        "http://[::1/",
        "https://hooks..example.org/",
        f"https://{'a' * 64}.example.org/",
    ],
)
def test_addresses_that_are_none_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(InputError, match="webhook must") as caught:
        checked_url(url)
    assert "pw" not in str(caught.value)


def test_a_webhook_without_a_secret_is_refused_before_any_night(
    datasets_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))
    file = tmp_path / "n.yaml"
    file.write_text(
        "question: Why?\nexperiment: mnist_cnn\noptions: {dataset: digits}\nseeds: 2\n"
        "schedule: {cron: '0 2 * * *', alarm: {webhook: 'https://example.org/x'}}\n"
    )
    series = all_series([file], None, None, timed=True)
    with pytest.raises(InputError, match="SEEDBED_WEBHOOK_SECRET"):
        check_settings(series)
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    check_settings(series)
    monkeypatch.setenv("SEEDBED_WEBHOOK_URL", "ftp://example.org/T0KEN")
    with pytest.raises(InputError, match="SEEDBED_WEBHOOK_URL") as caught:
        check_settings(series)
    assert "T0KEN" not in str(caught.value)
    monkeypatch.delenv("SEEDBED_WEBHOOK_SECRET")
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(RefusedError, match="can be read"):
        secret("SEEDBED_WEBHOOK_SECRET")


def to_mail(port: int, tls: str) -> dict[str, Any]:
    return {
        "to": ["team@lab.example", "boss@lab.example"],
        "sender": "seedbed@lab.example",
        "host": "localhost",
        "port": port,
        "tls": tls,
    }


def test_an_e_mail_goes_through_tls_with_a_login(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SEEDBED_SMTP_CA_FILE", str(tmp_path / "cert.pem"))
    monkeypatch.setenv("SEEDBED_SMTP_USER", "seedbed")
    monkeypatch.setenv("SEEDBED_SMTP_PASSWORD", KEY)
    with smtp_receiver(pem) as inbox:
        message = box.put("email", to_mail(inbox.port, "starttls"), BODY)
        assert [one.state for one in box.flush()] == ["sent"]
    assert message is not None
    (text,) = inbox.letters
    how, _, letter = text.partition("\n")
    assert how == "tls"
    mail = message_from_bytes(letter.encode())
    assert str(make_header(decode_header(mail["Subject"]))) == (
        "[Seedbed] nightly-2030-01-31: mean changed"
    )
    assert mail["To"] == "team@lab.example, boss@lab.example"
    assert mail["Message-ID"] == f"<{message.id}@lab.example>"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().strip() == BODY["text"]
    assert b64decode(inbox.logins[0]).split(b"\0") == [b"", b"seedbed", KEY.encode()]


def test_no_password_is_sent_in_the_clear_and_no_false_certificate_is_taken(
    box: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = certificate(tmp_path)
    with smtp_receiver(pem) as inbox:
        box.put("email", to_mail(inbox.port, "starttls"), BODY)
        (tried,) = box.flush()
        assert (tried.state, inbox.letters) == ("refused", [])
        assert "certificate" in tried.trouble
    monkeypatch.setenv("SEEDBED_SMTP_USER", "seedbed")
    monkeypatch.setenv("SEEDBED_SMTP_PASSWORD", KEY)
    with smtp_receiver() as inbox:
        box.put("email", to_mail(inbox.port, "none"), BODY)
        box.put("email", to_mail(inbox.port, "starttls"), BODY)
        assert {one.state for one in box.flush()} == {"refused"}
        assert (inbox.letters, inbox.logins) == ([], [])


def test_an_e_mail_server_that_is_away_or_busy_is_asked_again(box: Outbox, clock: Clock) -> None:
    with smtp_receiver(recipient_code=450) as inbox:
        box.put("email", to_mail(inbox.port, "none"), BODY)
        (tried,) = box.flush()
        assert (tried.state, inbox.letters) == ("waiting", [])
    clock.time += timedelta(minutes=1)
    (tried,) = box.flush()
    assert "cannot be reached" in tried.trouble
    with smtp_receiver(recipient_code=550) as inbox:
        box.put("email", to_mail(inbox.port, "none"), {**BODY, "night": "another"})
        assert box.flush()[-1].state == "refused"
    with smtp_receiver() as inbox:
        box.put("email", to_mail(inbox.port, "none"), {**BODY, "night": "a third"})
        assert box.flush()[-1].state == "sent"
        assert inbox.letters[0].startswith("plain")
