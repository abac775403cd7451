"""Which passwords are refused, and that others are not."""

from __future__ import annotations

import pytest

from antrean.access.weak_passwords import refuse_weak
from antrean.queueing.errors import Invalid

NAME = "Siti Nurhaliza"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"), ("Kuda-7b", "password_too_short"),
        ("12345678", "password_common"), ("password", "password_common"), ("PASSWORD1", "password_common"),
        ("P@ssw0rd2026!", "password_common"), ("qwerty123", "password_common"), ("abcd1234", "password_common"),
        ("1qaz2wsx", "password_common"), ("iloveyou!!", "password_common"), ("indonesia2026", "password_common"),
        ("Bismillah1", "password_common"), ("antrean123", "password_common"), ("rahasia8", "password_common"),
        ("aaaaaaaaaaaa", "password_common"), ("abababababab", "password_common"), ("081234567", "password_common"),
        ("ｐａｓｓｗｏｒｄ", "password_common"),
        ("Siti1234", "password_own_name"), ("nurhaliza", "password_own_name"), ("Sitī2026", "password_own_name"),
        ("SitiNurhaliza2026!", "password_own_name"), ("5iti.nurhaliza", "password_own_name"),
        ("sitisitisiti", "password_own_name"),
    ],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_with_why(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak(password, NAME)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password",
    ["kopi hitam tanpa gula", "tujuh-kuda-laut", "long-enough", "siti minum kopi", "3f9a1c7e", "092715384461",
     "ᮞᮥᮔ᮪ᮓ ᮞᮥᮔ᮪ᮓ"],
)  # fmt: skip
def test_any_other_password_is_taken(password: str) -> None:
    refuse_weak(password, NAME)


def test_a_short_name_stands_in_no_ones_way() -> None:
    refuse_weak("betul-betul-al", "Al B.")
