"""SlipContent and SlipLayout: read strictly from JSON, refused with the key that is wrong."""

import base64
import json

import pytest

from antrean.printing.slip.content import SlipError, SlipLayout, content_from_json, layout_from_json, to_json
from tests.printing.samples import SAMPLE


def test_content_and_layout_survive_the_way_through_json() -> None:
    assert content_from_json(json.loads(json.dumps(to_json(SAMPLE)))) == SAMPLE
    layout = SlipLayout(sizes={"footer": 2}, languages=("su",), qr_module=5)
    assert layout_from_json(json.loads(json.dumps(to_json(layout)))) == layout
    assert layout_from_json({}) == SlipLayout()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "content must be an object"),
        ({}, "content.number is missing"),
        ({"number": ""}, "content.number is missing"),
        ({"number": 12}, "content.number must be text"),
        ({"number": "A-1", "colour": "x"}, "unknown key 'colour'"),
        ({"number": "A-1", "fields": [{"label": "x"}]}, "every field needs label and value"),
        ({"number": "A-1", "fields": [{"label": "x", "value": 3}]}, "content.fields.value must be text"),
        ({"number": "A-1", "fields": {}}, "content.fields must be a list"),
        ({"number": "A-1", "footer": ["x"] * 13}, "content.footer has more than 12 entries"),
        ({"number": "A-1", "service": "x" * 401}, "content.service is longer than 400 letters"),
        ({"number": "A-1", "translations": [{"service": "x"}]}, "content.translations.language is missing"),
    ],
)
def test_wrong_content_is_refused_with_its_key(data: object, said: str) -> None:
    with pytest.raises(SlipError) as refusal:
        content_from_json(data)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"blocks": ["number", "advert"]}, "'advert' is not one of"),
        ({"blocks": ["office"]}, "a slip without its number is no slip"),
        ({"sizes": {"footer": 9}}, "layout.sizes.footer must be a whole number from 1 to 8"),
        ({"sizes": {"qr": 2}}, "'qr' is not one of"),
        ({"number_size": True}, "layout.number_size must be"),
        ({"qr_module": 17}, "layout.qr_module must be"),
        ({"logo": "%%%"}, "layout.logo is not base64"),
        ({"logo": base64.b64encode(b"GIF89a").decode()}, "layout.logo is not a PNG"),
        ({"logo": "A" * 200_001}, "layout.logo is larger"),
        ({"beep": 1}, "layout.beep must be true or false"),
        ({"paper": 80}, "unknown key 'paper'"),
    ],
)
def test_a_wrong_layout_is_refused_with_its_key(data: object, said: str) -> None:
    with pytest.raises(SlipError) as refusal:
        layout_from_json(data)
    assert said in str(refusal.value)
