"""Verify codes."""

from evaluations.certificates import code


def test_a_code_has_130_bits():
    made = code.new()
    assert len(made) == 26
    assert set(made) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")  # 32 letters, five bits each
    assert made != code.new()


def test_typed_over_by_hand():
    printed = "7KQ40-M2XD1-9TPA0-00000-1111ZZ"
    assert code.normal(printed) == "7KQ40M2XD19TPA0000001111ZZ"
    assert code.normal("7kq4o m2xdI 9tpa0-0000o-l1i1zz ") == "7KQ40M2XD19TPA0000001111ZZ"
    assert code.grouped("7KQ40M2XD19TPA0000001111ZZ") == printed


def test_what_cannot_be_a_code():
    assert code.normal("") is None
    assert code.normal("U" * 26) is None  # U is not in the alphabet
    assert code.normal("0" * 25) is None
    assert code.normal("0" * 27) is None
