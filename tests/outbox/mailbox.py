"""A mailbox on loopback, read over TLS: as much of IMAP as somebody who reads unread mail needs."""

import re
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "bounces", 'p"w %'


def certificate(folder: Path) -> Path:
    """A key with a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "mailbox.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


class Mailbox(socketserver.ThreadingTCPServer):
    """Holds messages and which of them were read; `refuses` names a command that it answers with no."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, pem: Path) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.secure.load_cert_chain(pem)
        self.messages: list[bytes] = []
        self.read: set[int] = set()
        self.refuses = ""
        self.selected = ""

    def __enter__(self) -> "Mailbox":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Who does not trust our certificate hangs up; that is no news."""


class Talk(socketserver.BaseRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        with self.server.secure.wrap_socket(self.request, server_side=True) as line, line.makefile("rwb") as file:
            file.write(b"* OK here\r\n")
            file.flush()
            for asked in file:
                tag, _space, command = asked.decode().rstrip("\r\n").partition(" ")
                refused = self.server.refuses and self.server.refuses in command
                said = b"" if refused else self.answer(command)
                file.write(said + f"{tag} {'NO' if refused or said is None else 'OK'} done\r\n".encode())
                file.flush()
                if command == "LOGOUT":
                    return

    def answer(self, command: str) -> bytes:
        """What comes before the last line of an answer."""
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("LOGIN"):
            assert command == f'LOGIN {USER} "{PASSWORD}"'.replace('p"w', 'p\\"w')
        if command.startswith("SELECT"):
            self.server.selected = command.partition(" ")[2]
            return f"* {len(self.server.messages)} EXISTS\r\n".encode()
        if command == "UID SEARCH UNSEEN":
            unread = [str(n) for n in range(1, len(self.server.messages) + 1) if n not in self.server.read]
            return f"* SEARCH {' '.join(unread)}".rstrip().encode() + b"\r\n"
        if fetch := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            number, most = int(fetch[1]), int(fetch[2])
            text = self.server.messages[number - 1][:most]
            return b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (number, number, len(text), text)
        if store := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            self.server.read.add(int(store[1]))
        return b""
