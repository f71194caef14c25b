"""A fresh machine: its virtual environment and its locks."""

import runpy
from types import SimpleNamespace

from django.conf import settings

#: What `bin/whole-lock` is made of.
whole_lock = SimpleNamespace(**runpy.run_path(str(settings.ROOT / "bin" / "whole-lock")))
