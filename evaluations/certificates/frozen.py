"""What certificates state, for whoever must prove that it still reads the same."""

import json
from collections.abc import Iterator
from hashlib import sha256

from evaluations.certificates import code
from evaluations.certificates.models import Certificate


def certificates(using: str) -> Iterator[tuple[str, bool]]:
    """Of each a mark of its code, number, status and facts; and whether its code verifies."""
    for one in Certificate.objects.using(using).order_by("code").iterator(chunk_size=500):
        facts = sha256(json.dumps(one.facts, sort_keys=True).encode()).hexdigest()
        yield f"{one.code} {one.serial} {one.kind} {one.status} {facts}", code.normal(one.code) == one.code
