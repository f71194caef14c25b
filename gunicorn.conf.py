"""How gunicorn serves the house; what is set on its command line or in GUNICORN_CMD_ARGS wins."""

import os
from ipaddress import ip_address

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "exchange.serving.Worker"
logger_class = "exchange.serving.Log"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Of each worker: below what a process may hold open, with room for the database.
worker_connections = 500
preload_app = True
# A worker that works on this one file system does not wait for a disk to say that it lives.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
max_requests = 5000
max_requests_jitter = 500
# Its control socket has one address for every copy on a machine.
control_socket_disable = True
# Longer than a proxy keeps a connection that it does not use (nginx: 60 s), so that it never sends on one just closed.
keepalive = 75
timeout = 60
graceful_timeout = 10
limit_request_field_size = 16380
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()


def on_starting(server):
    """Demo mode has known passwords and shows everybody's mail: it binds to loopback or not at all."""
    if os.environ.get("EXCHANGE_DEMO", "").lower() not in {"1", "true", "yes", "on"}:
        return
    for address in server.address:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and not loopback(host):
            raise SystemExit(f"Demo mode refuses to bind to {host}, only to 127.0.0.1.")


def loopback(host):
    """Whether an address stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
