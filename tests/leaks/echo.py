"""A house of one room, for the tests of how requests are taken: it tells who came in, and who was through by then."""

import json
import sys

entered, through = [], []


def application(environ, start_response):
    path = environ["PATH_INFO"]
    entered.append(path)
    before = list(through)
    sys.stderr.write(f"entered {path}\n")
    sys.stderr.flush()
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    through.append(path)
    told = json.dumps({"entered": entered, "before": before, "read": len(body)}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
    return [told]
