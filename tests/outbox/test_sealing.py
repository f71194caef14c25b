"""Sealed texts open with the present key and with earlier ones, and with no other."""

import pytest

from exchange.outbox.sealing import Unreadable, renewed, seal, unseal


def test_a_sealed_text_shows_nothing_and_opens_again():
    token = seal("Je code is 123456.")
    assert "123456" not in token
    assert unseal(token) == "Je code is 123456."


def test_a_rotated_key_still_opens_and_a_forgotten_one_does_not(settings):
    token = seal("Je code is 123456.")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 9
    assert unseal(token) == "Je code is 123456."
    anew = renewed(token)
    assert renewed(anew) == anew != token
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(anew) == "Je code is 123456."
    with pytest.raises(Unreadable):
        unseal(token)
    with pytest.raises(Unreadable):
        renewed(token)
