"""Names in their own direction and height, and words that no line breaks."""

import pytest
from markupsafe import Markup

from antrean.web.text.scripts import named, whole


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("Kartu Keluarga <b>", "Kartu Keluarga &lt;b&gt;"),
        ("شباك 3", "<bdi>شباك 3</bdi>"),
        ("ꦏꦂ ꦠꦸ · Kartu", '<span class="tall">ꦏꦂ ꦠꦸ</span> · Kartu'),
        ("KTP-el <baru>", '<span class="whole">KTP-el</span> &lt;baru&gt;'),
        ("Surat RT/RW", 'Surat <span class="whole">RT/RW</span>'),
        ("Antarkabupaten/Antarprovinsi", "Antarkabupaten/<wbr>Antarprovinsi"),
        ("", ""),
    ],
)
def test_a_name_is_escaped_and_each_script_of_it_has_its_direction_its_height_and_its_whole_words(
    name: str, html: str
) -> None:
    assert named(name) == html


def test_a_number_in_a_sentence_is_escaped_and_whole() -> None:
    assert whole("J-1001<") == '<span class="whole">J-1001&lt;</span>'


def test_a_name_that_is_html_already_is_not_mistaken_for_one_with_the_same_letters() -> None:
    for _ in range(2):
        assert named("<b>KK</b>") == "&lt;b&gt;KK&lt;/b&gt;"
        assert named(Markup("<b>KK</b>")) == "<b>KK</b>"
