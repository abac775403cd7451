"""Whether a visit is needed is asked by the words that an office writes at the service."""

from __future__ import annotations

from flask.testing import FlaskClient

from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from tests.admin.services.test_services import form_of, save, shown
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def test_the_question_is_written_in_the_form_and_asked_at_once(hub: OfficeHub, eka: FlaskClient) -> None:
    wanted = form_of(plan_of(hub), "card", question_id="Hanya itu?", question_en="Only that?", spare_id="Tidak perlu.")
    said = save(eka, "card", wanted).get_json()["said"]
    assert "Only that?" in said or "Hanya itu?" in said
    card = plan_of(hub).service("card")
    assert (card.spare_questions, card.spare_words) == (
        {"id": "Hanya itu?", "en": "Only that?"},
        {"id": "Tidak perlu."},
    )
    assert "menanyakan perlu tidaknya datang" in shown(eka, "/admin/services")
    with hub.app.test_request_context("/"):
        view = hub.app.extensions["antrean"].publisher.current("kiosk", "kiosks")
    assert "Hanya itu?" in view["html"]["spare.id"]
    assert "Tidak perlu." in view["html"]["spare.en"]  # not written in English: the first there is
    save(eka, "card", form_of(plan_of(hub), "card", question_id="", question_en="", spare_id=""))
    assert not plan_of(hub).service("card").may_spare


def test_a_question_without_an_answer_is_refused_and_so_is_an_answer_without_a_question(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    for field, other in (("question_id", "spare_id"), ("spare_id", "question_id")):
        answer = save(eka, "card", form_of(plan_of(hub), "card", **{field: "Kartu berlaku seumur hidup."}))
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "value_missing")
        assert other in answer.get_json()["error"]["message"]
    assert not plan_of(hub).service("card").may_spare


def test_what_is_emptied_asks_nothing_although_words_in_a_language_are_kept_that_the_office_does_not_speak(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    save_part(hub.office, "languages", ["id", "en"])
    texts = {
        "spare_questions": {"id": "Hanya itu?", "su": "Ngan eta?"},
        "spare_words": {"id": "Tidak.", "su": "Henteu."},
    }
    document = next(one for one in to_document(plan_of(hub))["services"] if one["code"] == "card")
    save_part(hub.office, "services/card", {**document, **texts})
    save(eka, "card", form_of(plan_of(hub), "card", question_id="Hanya itu saja?"))
    assert plan_of(hub).service("card").spare_questions == {"id": "Hanya itu saja?", "su": "Ngan eta?"}
    save(eka, "card", form_of(plan_of(hub), "card", question_id="", spare_id=""))
    assert not plan_of(hub).service("card").may_spare


def test_a_plan_of_an_earlier_release_asks_nothing(hub: OfficeHub) -> None:
    document = to_document(plan_of(hub))["services"][0]
    assert (document["spare_questions"], document["spare_words"]) == ({}, {})
