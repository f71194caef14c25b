"""A delivery report as mail servers write it: the standard one (RFC 3464), and qmail's own (QSBMF).

Anybody may have written it, so only its headers are parsed, never what is nested in it: no depth, no recursion, and
whatever stands behind the first part of it is not read at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser

from exchange.words import one_line

#: So much of a report is read. What a server adds behind it is our own message.
LIMIT = 256 * 1024
#: A field that says what sort of mail this is has no more letters; the library takes minutes for very long ones.
LONGEST = 2000
#: Where the address that a report was sent to stands, the most trustworthy first: servers write all but the last.
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
PARTS = {"message/delivery-status", "message/global-delivery-status"}
STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
BLANK = re.compile(r"\n[ \t]*\n")
QSBMF = "Hi. This is the "
QSBMF_RECIPIENT = re.compile(r"<([^\n]+)>:[ \t]*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the message for one recipient: their addresses, whether it was given up, and what was said."""

    addresses: frozenset[str]
    failed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    """To whom it was sent, and a fate for each recipient; none when this is no delivery report."""

    addressed: tuple[str, ...]
    fates: tuple[Fate, ...]

    def failure(self, to: str) -> Fate | None:
        """How mail to this address failed. Of others only where it names nobody we know: mail is passed on."""
        known = [fate for fate in self.fates if to.lower() in fate.addresses]
        return next((fate for fate in known or self.fates if fate.failed), None)


def read(raw: bytes) -> Report:
    """The report in these bytes, however broken they are."""
    mail = BytesHeaderParser().parsebytes(raw[:LIMIT])
    addressed = tuple(str(value) for name in ADDRESSED for value in mail.get_all(name, ()))
    kind = mail.get_content_type() if len(str(mail.get("Content-Type", ""))) <= LONGEST else ""
    if kind == "multipart/report" and str(mail.get_param("report-type", "")).lower() == "delivery-status":
        return Report(addressed, tuple(_standard(mail)))
    return Report(addressed, tuple(_qmail(mail)) if kind == "text/plain" else ())


# --- the standard ---------------------------------------------------------------------------------


def _standard(mail: Message) -> Iterator[Fate]:
    """A fate from each block of fields that tells of an action."""
    for part in _parts(mail):
        if part.get_content_type() in PARTS:
            for block in BLANK.split(_text(part)):
                fields = HeaderParser().parsestr(block.lstrip())
                if "Action" in fields:
                    yield _fate(fields)
            return


def _parts(mail: Message) -> Iterator[Message]:
    """What stands between the boundaries of the report itself."""
    boundary = mail.get_boundary()
    if not boundary:
        return
    line = rb"(?m)^--" + re.escape(boundary.encode(errors="replace")) + rb"(?:--)?[ \t\r]*$"
    for piece in re.split(line, _bytes(mail))[1:]:
        yield BytesHeaderParser().parsebytes(piece.partition(b"\n")[2])


def _fate(fields: Message) -> Fate:
    """A recipient who failed has an action that says so and no status that says otherwise, be it 5 or 4."""
    action = str(fields["Action"]).lower().split()
    status = STATUS.search(str(fields.get("Status", "")))
    whole, typed, said = str(fields.get("Diagnostic-Code", "")).partition(";")
    told = one_line(said if typed else whole)
    if status and status[0] not in told:
        told = f"{status[0]} {told}"
    addresses = (str(fields.get(name, "")).rpartition(";")[2] for name in ("Final-Recipient", "Original-Recipient"))
    return Fate(
        addresses=frozenset(address.strip(" \t\r\n<>").lower() for address in addresses),
        failed=action[:1] == ["failed"] and not (status and status[1] == "2"),
        said=told.strip(),
    )


# --- qmail ----------------------------------------------------------------------------------------


def _qmail(mail: Message) -> list[Fate]:
    """A paragraph that greets, one for each recipient, and one that begins with dashes: our message follows.

    The form allows one dash. Servers write three; two begin a signature, under what somebody wrote themselves.
    """
    first, *others = BLANK.split(_text(mail).strip())
    if not first.startswith(QSBMF):
        return []
    fates: list[Fate] = []
    for paragraph in others:
        if paragraph.startswith("---"):
            return fates
        if named := QSBMF_RECIPIENT.match(paragraph):
            said = one_line(paragraph[named.end() :])
            fates.append(Fate(addresses=frozenset({named[1].lower()}), failed=True, said=said))
    return []


# --- bytes ----------------------------------------------------------------------------------------


def _bytes(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _text(part: Message) -> str:
    return _bytes(part).decode(errors="replace").replace("\r\n", "\n")
