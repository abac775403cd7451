"""A print agent that says nonsense: refused, counted, and no page or screen is worse for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.admin.conftest import Agent
from tests.fakes.office_hub import OfficeHub

IP = "tcp://192.168.1.50"
texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["ready", "tcp://[::1", "usblp:///dev/usb/lp0", "a b", "://", "?"])
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
answers = st.dictionaries(
    st.sampled_from(["found", "error", "model", "state", "detail", "profile"]), values, max_size=4
)
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(eka: FlaskClient, agent: Agent, what: str) -> str:
    """Ask the agent something on the set-up page and return the question's id."""
    fields = {"what": what, "address": IP} if what == "identify" else {"what": what}
    assert eka.post(f"/admin/printers/{agent.id}/questions", json=fields).status_code == 200
    return str(next(one["id"] for one in agent.view()["questions"] if one["what"] == what))


def pages_work(eka: FlaskClient, agent: Agent) -> None:
    for path in ("/admin/printers", f"/admin/printers/{agent.id}/set_up", "/admin/view?page=printers"):
        assert eka.get(path).status_code == 200, path


NONSENSE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("find", {"found": 5}, "value_invalid"),
    ("find", {"found": [5]}, "value_invalid"),
    ("find", {"found": [{}]}, "value_missing"),
    ("find", {"found": [{"address": 5}]}, "value_invalid"),
    ("find", {"found": [{"address": "a", "profile": ["x"]}]}, "value_invalid"),
    ("find", {"found": [{"address": "a" * 201}]}, "value_invalid"),
    ("find", {"found": [{"address": "a"}] * 51}, "value_invalid"),
    ("find", {"found": {"address": "a"}}, "value_invalid"),
    ("find", {}, "value_missing"),
    ("identify", {}, "value_missing"),
    ("identify", {"state": ["ready"]}, "value_invalid"),
    ("identify", {"state": "on fire"}, "value_invalid"),
    ("identify", {"state": "ready", "model": {"a": 1}}, "value_invalid"),
    ("identify", {"state": "ready", "profile": 7}, "value_invalid"),
    ("identify", {"error": [1]}, "value_invalid"),
)


def test_an_answer_of_another_shape_is_refused_and_the_question_stays_asked(agent: Agent, eka: FlaskClient) -> None:
    agent.reports("ready")
    for what, answer, code in NONSENSE:
        question = ask(eka, agent, what)
        refused = agent.post("answers", question=question, **answer)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, code), answer
        assert question in [one["id"] for one in agent.view()["questions"]]
        pages_work(eka, agent)
    counted = f'antrean_faults_total{{what="understanding a print agent"}} {len(NONSENSE)}.0'
    assert counted in eka.get("/metrics").text


def test_an_answer_with_more_than_this_release_knows_is_taken(agent: Agent, eka: FlaskClient) -> None:
    agent.reports("ready")
    question = ask(eka, agent, "find")
    found = [{"address": IP, "words": "Kassen-Drucker", "serial": "123"}]
    assert agent.post("answers", question=question, found=found, took_s=1.5).status_code == 204
    assert "Kassen-Drucker" in eka.get("/admin/view?page=printers").get_json()["html"][f"find.{agent.id}"]


def test_nonsense_about_a_question_that_nobody_asked_is_refused_and_sense_is_passed_over(agent: Agent) -> None:
    assert agent.post("answers", question="nobody", found=5).status_code == 422
    assert agent.post("answers", found=5).status_code == 422
    assert agent.post("answers", question="nobody", found=[]).status_code == 204


@few
@given(what=st.sampled_from(["find", "identify"]), answer=answers)
def test_whatever_an_agent_answers_the_printer_page_stands(
    agent: Agent, eka: FlaskClient, what: str, answer: dict[str, Any]
) -> None:
    agent.reports("ready")
    question = ask(eka, agent, what)
    assert agent.post("answers", question=question, **answer).status_code in (204, 422)
    pages_work(eka, agent)


@few
@given(
    fields=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("state", "detail", "address", "fallback", "fallback_address"), values)
    )
)
def test_whatever_an_agent_reports_of_its_printer_the_printer_page_stands(
    hub: OfficeHub, agent: Agent, eka: FlaskClient, fields: dict[str, Any]
) -> None:
    assert agent.post("printer", **{"state": "ready", **fields}).status_code in (204, 422)
    pages_work(eka, agent)
    assert hub.issue().number


@few
@given(
    fields=st.fixed_dictionaries(
        {},
        optional={
            "job": st.one_of(
                values, st.sampled_from(["2026-11-24/A-001/0", "9999-12-31/A-001/0", "1/2/3", "0001-01-01/X/9"])
            ),
            **dict.fromkeys(("result", "claim", "evidence", "reason", "paper_mm", "fallback"), values),
        },
    )
)
def test_whatever_an_agent_says_of_a_slip_it_is_heard_or_refused(
    hub: OfficeHub, agent: Agent, eka: FlaskClient, fields: dict[str, Any]
) -> None:
    assert agent.post("results", **fields).status_code in (204, 404, 409, 422)
    pages_work(eka, agent)


@pytest.mark.parametrize(
    "wrong",
    [{"at": "\ud800"}, {"office": "\ud800"}, {"office": "a\x00"}, {"at": "\x00"}, {"seq": -1}, {"settings": None}],
)
def test_a_line_that_no_journal_can_hold_is_refused_and_nothing_is_said_to_be_damaged(
    hub: OfficeHub, agent: Agent, eka: FlaskClient, wrong: dict[str, Any]
) -> None:
    hub.issue()
    head = {"office": hub.office.read(lambda _day, plan: plan.office), "seq": 1, "chain": "a" * 64, "at": "", **wrong}
    refused = agent.post("head", **head)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "value_invalid")
    assert "antrean_damage 0.0" in eka.get("/metrics").text


def test_two_words_of_an_agent_on_one_slip_both_count_whatever_else_it_says(hub: OfficeHub, agent: Agent) -> None:
    number = hub.issue().number
    job = next(slip["job"] for slip in agent.view()["slips"] if number in slip["job"])
    again = {"job": job, "claim": "run-1", "request_id": "of-a-newer-agent"}
    for said in ({"result": "sending"}, {"result": "printed", "evidence": "printed"}):
        assert agent.post("results", **again, **said).status_code == 204
    assert [slip.state for slip in hub.ticket(number).slips] == ["printed"]
