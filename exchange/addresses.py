"""Addresses that a page prints many of, each pattern looked up once."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse

#: Stands in an address where the key of each row comes.
KEY = UUID(int=0)


@lru_cache(maxsize=10000)
def address(name: str, *args: Any) -> str:
    """As `reverse`, for what menus print on every page."""
    return reverse(name, args=args)


def row_address(name: str, *args: Any) -> str:
    """As `reverse`, for the rows of a list: they differ in their key, which comes last."""
    *where, key = args
    return address(name, *where, KEY).replace(str(KEY), str(key))
