"""One person works in two offices of a hub: one name and password, a role in each, and a session at one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.one_time_codes import OneTimeCodes
from antrean.access.proofs import LASTS
from antrean.access.staff import accept, add_existing, add_staff, invite, remove_staff, set_role
from antrean.queueing.errors import Refused
from antrean.queueing.security.events import SIGN_IN, SIGN_IN_FAILED, SIGN_OUT
from antrean.storage.settings.rows import Settings
from antrean.web.services import Services
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import PASSWORD, QUICK
from tests.web.test_several_offices import TwoOffices

HTML = {"Accept": "text/html"}
NEW = "kertas hijau delapan"
BOTH = [
    {"code": "jayapura", "name": "Kantor jayapura"},
    {"code": "kuningan", "name": "Kantor kuningan"},
]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoOffices]:
    hub = TwoOffices(tmp_path)
    yield hub
    hub.stop()


def services(two: TwoOffices, code: str) -> Services:
    return two.offices[code].services


def load(two: TwoOffices) -> None:
    for office in two.offices.values():
        office.services.identities.load()


def work_in_both(two: TwoOffices, role: str = "supervisor") -> None:
    """Let Ani, an operator of Kuningan, work in Jayapura, too."""
    add_existing(services(two, "jayapura").settings, "Ani", role)
    load(two)


def sign_in(two: TwoOffices, client: FlaskClient | None = None, **more: str) -> TestResponse:
    return (client or two.app.test_client()).post("/sign_in", json={"name": "Ani", "password": PASSWORD, **more})


def at(two: TwoOffices, code: str) -> FlaskClient:
    client = two.app.test_client()
    answer = sign_in(two, client, office=code)
    assert answer.status_code == 200, answer.json
    return client


def office_of(client: FlaskClient) -> str:
    """Return which office the panel of this browser is of, "" where nobody is signed in."""
    page = client.get("/account", headers=HTML)
    return next((code for code in ("kuningan", "jayapura") if f"Kantor {code}" in page.text), "")


def code_of(answer: TestResponse) -> Any:
    return answer.get_json()["error"]["code"]


def test_whoever_works_in_one_office_is_asked_nothing(two: TwoOffices) -> None:
    client = two.app.test_client()
    assert sign_in(two, client).get_json() == {"name": "Ani", "role": "operator", "office": "kuningan"}
    assert office_of(client) == "kuningan"
    assert "/sign_in/office" not in client.get("/account", headers=HTML).text


def test_a_program_says_which_office_or_is_told_which_there_are(two: TwoOffices) -> None:
    work_in_both(two)
    client = two.app.test_client()
    unsaid = sign_in(two, client)
    assert (unsaid.status_code, code_of(unsaid)) == (409, "office_needed")
    assert unsaid.get_json()["offices"] == BOTH
    assert office_of(client) == ""
    there = client.post("/sign_in/office", json={"office": "jayapura"})
    assert there.get_json() == {"name": "Ani", "role": "supervisor", "office": "jayapura"}
    assert office_of(client) == "jayapura"
    assert sign_in(two, office="kuningan").get_json() == {"name": "Ani", "role": "operator", "office": "kuningan"}
    nowhere = sign_in(two, office="ende")
    assert (nowhere.status_code, code_of(nowhere)) == (404, "office_unknown")


def test_only_the_right_password_tells_of_offices(two: TwoOffices) -> None:
    work_in_both(two)
    wrong = two.app.test_client().post("/sign_in", json={"name": "Ani", "password": "wrong-one", "office": "jayapura"})
    assert (wrong.status_code, code_of(wrong)) == (403, "sign_in_failed")
    assert "offices" not in wrong.get_json()
    counts = [services(two, code).security.counts[SIGN_IN_FAILED] for code in ("kuningan", "jayapura")]
    assert counts == [1, 1]  # somebody tries to come in at both


def test_people_choose_by_a_button_and_the_last_office_stands_first(two: TwoOffices) -> None:
    work_in_both(two)
    client = two.app.test_client()
    form = {"name": "Ani", "password": PASSWORD}
    for chosen, first in (("kuningan", "jayapura"), ("kuningan", "kuningan"), ("jayapura", "kuningan")):
        asked = client.post("/sign_in", data=form, headers=HTML)
        assert (asked.status_code, asked.headers["Location"]) == (303, "/sign_in/office")
        page = client.get("/sign_in/office", headers=HTML).text
        assert PASSWORD not in page
        places = {code: page.index(f'value="{code}"') for code in ("kuningan", "jayapura")}
        assert min(places, key=places.__getitem__) == first
        gone_on = client.post("/sign_in/office", data={"office": chosen}, headers=HTML)
        assert gone_on.status_code == 303
        assert office_of(client) == chosen


def test_a_proof_is_good_once_and_for_two_minutes(two: TwoOffices, monkeypatch: pytest.MonkeyPatch) -> None:
    work_in_both(two)
    proofs = two.app.extensions["antrean_offices"].proofs
    now = [100.0]
    monkeypatch.setattr(proofs, "_monotonic", lambda: now[0])
    client = two.app.test_client()
    sign_in(two, client)
    with client.session_transaction() as kept:
        token = kept["proof"]
    assert PASSWORD not in token
    assert client.post("/sign_in/office", json={"office": "kuningan"}).status_code == 200
    thief = two.app.test_client()
    with thief.session_transaction() as kept:
        kept["proof"] = token
    assert thief.post("/sign_in/office", json={"office": "kuningan"}).status_code == 403
    late = two.app.test_client()
    sign_in(two, late)
    now[0] += LASTS
    refused = late.post("/sign_in/office", json={"office": "kuningan"})
    assert (refused.status_code, code_of(refused)) == (403, "sign_in_required")
    assert late.get("/sign_in/office", headers=HTML).headers["Location"] == "/sign_in"


def test_a_proof_of_an_old_password_opens_nothing(two: TwoOffices) -> None:
    work_in_both(two)
    client, other = two.app.test_client(), at(two, "kuningan")
    sign_in(two, client)
    assert other.post("/account/password", json={"password": PASSWORD, "new_password": NEW}).status_code == 200
    assert client.post("/sign_in/office", json={"office": "kuningan"}).status_code == 403


def test_going_over_to_another_office_ends_the_session_and_the_sockets_of_the_one_before(two: TwoOffices) -> None:
    work_in_both(two)
    client = at(two, "kuningan")
    assert "/sign_in/office" in client.get("/account", headers=HTML).text
    screen = two.socket("/counter_panel", "", client)
    before = services(two, "kuningan").identities.sessions.all("Ani")
    there = client.post("/sign_in/office", json={"office": "jayapura"})
    assert there.get_json()["office"] == "jayapura"
    assert office_of(client) == "jayapura"
    wait_until(lambda: not screen.is_connected("/counter_panel"), "the screen of the office before is cut off")
    left = services(two, "kuningan").identities.sessions.all("Ani")
    assert len(left) == len(before) - 1
    assert services(two, "kuningan").security.counts[SIGN_OUT] == 1
    assert services(two, "jayapura").security.counts[SIGN_IN] == 3  # with the two of the fixture


def test_the_office_of_the_session_is_said(two: TwoOffices) -> None:
    work_in_both(two)
    page = at(two, "jayapura").get("/sign_in/office?language=en", headers=HTML).text
    assert [place.count("you are signed in here") for place in page.split('value="kuningan"')] == [1, 0]


def test_a_locked_session_goes_over_to_no_office(two: TwoOffices) -> None:
    work_in_both(two)
    client = at(two, "kuningan")
    client.post("/sign_in/lock", json={})
    refused = client.post("/sign_in/office", json={"office": "jayapura"})
    assert (refused.status_code, code_of(refused)) == (403, "session_locked")


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_a_session_that_is_never_locked_opens_no_office_that_locks_its_own(two: TwoOffices, role: str) -> None:
    work_in_both(two, "administrator")
    kuningan, jayapura = services(two, "kuningan"), services(two, "jayapura")
    set_role(kuningan.settings, "Ani", role)
    load(two)
    if role == "operator":
        kuningan.identities.sessions.locks_after = lambda: 0
    client = at(two, "kuningan")
    assert client.get("/sign_in/office", headers=HTML).status_code == 200
    refused = client.post("/sign_in/office", json={"office": "jayapura"})
    assert (refused.status_code, code_of(refused)) == (403, "sign_in_required")
    assert office_of(client) == "kuningan"  # which goes on
    set_role(jayapura.settings, "Ani", "viewer")  # whom no office locks
    load(two)
    assert client.post("/sign_in/office", json={"office": "jayapura"}).status_code == 200


def test_whoever_is_only_a_viewer_accepts_more_with_the_password(two: TwoOffices) -> None:
    set_role(services(two, "kuningan").settings, "Ani", "viewer")
    load(two)
    invited = {"name": "Ani", "role": "administrator"}
    assert two.offices["jayapura"].administrator.post("/admin/people/invite", json=invited).status_code == 200
    client = at(two, "kuningan")
    accepted = {"office": "jayapura", "answer": "accept"}
    refused = client.post("/sign_in/invitation", json=accepted)
    assert (refused.status_code, code_of(refused)) == (403, "sign_in_required")
    client.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=HTML)
    assert client.post("/sign_in/invitation", json=accepted).status_code == 200


def test_the_app_of_a_person_is_asked_for_before_the_office(two: TwoOffices) -> None:
    work_in_both(two, "administrator")
    admin = at(two, "jayapura")
    drawn = admin.post("/account/second_factor", json={"password": PASSWORD}).get_json()
    now = two.clock().timestamp()
    app = pyotp.TOTP(drawn["secret"])
    assert admin.post("/account/second_factor/confirm", json={"code": app.at(int(now))}).status_code == 200
    client = two.app.test_client()
    missing = sign_in(two, client, office="kuningan")
    assert (missing.status_code, code_of(missing)) == (403, "second_code_missing")
    assert client.post("/sign_in/office", json={"office": "kuningan"}).status_code == 403
    right = client.post("/sign_in/code", json={"code": app.at(int(now) + 30)})
    assert right.get_json() == {"name": "Ani", "role": "operator", "office": "kuningan"}
    # The code that opened one office opens no other one a second time.
    again = sign_in(two, office="jayapura", code=app.at(int(now) + 30))
    assert (again.status_code, code_of(again)) == (403, "second_code_wrong")


def test_a_new_password_holds_in_every_office_and_ends_all_sessions(two: TwoOffices) -> None:
    work_in_both(two)
    here, there = at(two, "kuningan"), at(two, "jayapura")
    assert here.post("/account/password", json={"password": PASSWORD, "new_password": NEW}).status_code == 200
    assert office_of(here) == "kuningan"
    assert office_of(there) == ""
    assert sign_in(two, office="jayapura").status_code == 403
    new = two.app.test_client().post("/sign_in", json={"name": "Ani", "password": NEW, "office": "jayapura"})
    assert new.status_code == 200


def test_whoever_was_removed_at_the_machine_goes_over_no_more_before_the_hub_has_read_it(two: TwoOffices) -> None:
    work_in_both(two)
    client, there = at(two, "kuningan"), services(two, "jayapura")
    remove_staff(there.settings, "Ani")
    assert there.identities.staff_named("Ani") is not None
    assert client.post("/sign_in/office", json={"office": "jayapura"}).status_code == 403
    assert office_of(client) == "kuningan"


def test_of_two_who_are_added_at_once_under_names_that_look_the_same_one_is_refused(
    two: TwoOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "names_elsewhere", lambda _rows: [])  # as both were told a moment ago
    monkeypatch.setattr(Settings, "staff", lambda _rows: [])
    add_staff(services(two, "kuningan").settings, "Ilham", "viewer", PASSWORD, QUICK)
    for code, why in (("jayapura", "name_elsewhere"), ("kuningan", "name_alike")):
        with pytest.raises(Refused) as refused:
            add_staff(services(two, code).settings, "lIham", "viewer", PASSWORD, QUICK)
        assert refused.value.code == why


def test_an_office_ends_only_its_own_sessions_and_what_a_person_is_there(two: TwoOffices) -> None:
    work_in_both(two)
    here, there = at(two, "kuningan"), at(two, "jayapura")
    jayapura = two.offices["jayapura"].administrator
    assert jayapura.post("/admin/people/sessions/end", json={"name": "Ani"}).status_code == 200
    assert (office_of(here), office_of(there)) == ("kuningan", "")
    there = at(two, "jayapura")
    assert jayapura.post("/admin/people/remove", json={"name": "Ani"}).status_code == 200
    assert (office_of(here), office_of(there)) == ("kuningan", "")
    assert sign_in(two).get_json()["office"] == "kuningan"
    kuningan = two.offices["kuningan"].administrator
    assert kuningan.post("/admin/people/remove", json={"name": "Ani"}).status_code == 200
    assert sign_in(two).status_code == 403
    # The name is free, and nothing of the person before belongs to who gets it.
    assert jayapura.post("/admin/people", json={"name": "Ani", "role": "viewer"}).status_code == 200
    assert sign_in(two).status_code == 403


def test_no_office_can_take_a_person_of_another_one_over(two: TwoOffices) -> None:
    kuningan, jayapura = (two.offices[code].administrator for code in ("kuningan", "jayapura"))
    early = kuningan.post("/admin/people/code", json={"name": "Ani"}).get_json()["code"]
    assert code_of(jayapura.post("/admin/people/code", json={"name": "Ani"})) == "staff_unknown"
    work_in_both(two)
    for administrator in (kuningan, jayapura):
        refused = administrator.post("/admin/people/code", json={"name": "Ani"})
        assert (refused.status_code, code_of(refused)) == (409, "works_elsewhere")
    taken = {"name": "Ani", "code": early, "new_password": NEW}
    assert two.app.test_client().post("/new_password", json=taken).status_code == 403
    assert sign_in(two, office="jayapura").status_code == 200


def test_an_invitation_is_nothing_until_its_person_accepts(two: TwoOffices) -> None:
    jayapura = two.offices["jayapura"].administrator
    page = jayapura.post("/admin/people", data={"name": "ani", "role": "viewer"}, headers=HTML)
    assert page.status_code == 409
    assert 'name="name" value="Ani"' in page.text
    assert jayapura.post("/admin/people/invite", json={"name": "ani", "role": "viewer"}).status_code == 200
    assert "Ani" in jayapura.get("/admin/people", headers=HTML).text
    assert sign_in(two).get_json()["office"] == "kuningan"
    assert sign_in(two, office="jayapura").status_code == 404
    client = two.app.test_client()
    asked = client.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=HTML)
    assert asked.headers["Location"] == "/sign_in/office"
    assert "Kantor jayapura" in client.get("/sign_in/office", headers=HTML).text
    accepted = client.post("/sign_in/invitation", json={"office": "jayapura", "answer": "accept"})
    assert accepted.get_json() == {"name": "Ani", "role": "viewer", "office": "jayapura"}
    assert sign_in(two).get_json()["offices"] == BOTH
    added = [line for line in two.lines("jayapura") if "staff_added" in line.data]
    assert [line.actor for line in added] == ["viewer:Ani"]
    assert "staff_invited" not in str([line.data for line in two.lines("kuningan")])


def test_an_invitation_can_be_declined_and_taken_back(two: TwoOffices) -> None:
    jayapura = two.offices["jayapura"].administrator
    for end in ("declined", "taken back"):
        assert jayapura.post("/admin/people/invite", json={"name": "Ani", "role": "viewer"}).status_code == 200
        client = two.app.test_client()
        client.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=HTML)
        if end == "declined":
            answer = client.post("/sign_in/invitation", json={"office": "jayapura", "answer": "decline"})
            assert answer.status_code == 200
        else:
            assert jayapura.post("/admin/people/remove", json={"name": "Ani"}).status_code == 200
            gone = client.post("/sign_in/invitation", json={"office": "jayapura", "answer": "accept"})
            assert (gone.status_code, code_of(gone)) == (409, "invitation_gone")
        assert sign_in(two).get_json()["office"] == "kuningan"


def test_whoever_resets_a_password_does_not_get_what_its_owner_was_invited_to(two: TwoOffices) -> None:
    kuningan, jayapura = (two.offices[code] for code in ("kuningan", "jayapura"))
    jayapura.administrator.post("/admin/people/invite", json={"name": "Ani", "role": "administrator"})
    assert "belum menerima" in jayapura.administrator.get("/admin/people", headers=HTML).text
    code = kuningan.administrator.post("/admin/people/code", json={"name": "Ani"}).get_json()["code"]
    thief = two.app.test_client()
    assert thief.post("/new_password", json={"name": "Ani", "code": code, "new_password": NEW}).status_code == 200
    refused = thief.post("/sign_in/invitation", json={"office": "jayapura", "answer": "accept"})
    assert (refused.status_code, code_of(refused)) == (409, "invitation_gone")
    with pytest.raises(Refused):
        accept(jayapura.services.settings, "Ani", services(two, "kuningan").identities.members()[0].mark)
    services(two, "jayapura").identities.load()  # as it does by itself within seconds
    listed = jayapura.administrator.get("/admin/people", headers=HTML).text
    assert "undangannya tidak berlaku lagi" in listed
    assert "belum menerima" not in listed


def test_a_proof_of_an_old_password_answers_no_invitation(two: TwoOffices) -> None:
    jayapura, owner = two.offices["jayapura"].administrator, at(two, "kuningan")
    invited = {"name": "Ani", "role": "administrator"}
    assert jayapura.post("/admin/people/invite", json=invited).status_code == 200
    thieves = {answer: two.app.test_client() for answer in ("decline", "accept")}
    for thief in thieves.values():
        thief.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=HTML)
    assert owner.post("/account/password", json={"password": PASSWORD, "new_password": NEW}).status_code == 200
    assert jayapura.post("/admin/people/invite", json=invited).status_code == 200  # it holds for the new password
    for answer, thief in thieves.items():
        refused = thief.post("/sign_in/invitation", json={"office": "jayapura", "answer": answer})
        assert (refused.status_code, code_of(refused)) == (409, "invitation_gone")
    assert [one.may_accept for one in services(two, "jayapura").settings.staff() if one.name == "Ani"] == [True]


@pytest.mark.parametrize("left", ["sign_out", "sign_in"])
def test_whoever_leaves_the_choice_leaves_no_proof_behind(two: TwoOffices, left: str) -> None:
    work_in_both(two)
    client = two.app.test_client()
    sign_in(two, client)
    with client.session_transaction() as kept:
        token = kept["proof"]
    if left == "sign_in":
        client.get("/sign_in", headers=HTML)  # somebody else signs in
    else:
        client.post("/sign_out", json={})
    assert client.post("/sign_in/office", json={"office": "kuningan"}).status_code == 403
    assert two.app.extensions["antrean_offices"].proofs.look(token) is None  # not by a copy of the cookie either


def test_a_code_sets_no_password_of_whoever_begins_elsewhere_in_this_moment(
    two: TwoOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    kuningan, jayapura = two.offices["kuningan"].administrator, services(two, "jayapura")
    code = kuningan.post("/admin/people/code", json={"name": "Ani"}).get_json()["code"]
    taken = OneTimeCodes.take_for_password

    def take(self: OneTimeCodes, name: str, given: str) -> bool:
        found = taken(self, name, given)
        add_existing(jayapura.settings, name, "administrator")
        return found

    monkeypatch.setattr(OneTimeCodes, "take_for_password", take)
    fields = {"name": "Ani", "code": code, "new_password": NEW}
    refused = two.app.test_client().post("/new_password", json=fields)
    assert (refused.status_code, code_of(refused)) == (403, "one_time_code_wrong")
    load(two)
    assert sign_in(two, office="jayapura").status_code == 200


def test_a_code_of_somebody_who_left_is_not_good_for_who_gets_the_name(two: TwoOffices) -> None:
    kuningan, rows = two.offices["kuningan"].administrator, services(two, "kuningan").settings
    code = kuningan.post("/admin/people/code", json={"name": "Ani"}).get_json()["code"]
    assert kuningan.post("/admin/people/remove", json={"name": "Ani"}).status_code == 200
    add_staff(rows, "Ani", "operator", PASSWORD, QUICK)
    load(two)
    fields = {"name": "Ani", "code": code, "new_password": NEW}
    refused = two.app.test_client().post("/new_password", json=fields)
    assert (refused.status_code, code_of(refused)) == (403, "one_time_code_wrong")


def test_nobody_is_invited_who_is_not_there_or_works_here(two: TwoOffices) -> None:
    jayapura = two.offices["jayapura"].administrator
    for name, code in (("Nobody", "nobody_elsewhere"), ("Yosefa", "name_taken"), ("yosefa", "name_taken")):
        refused = jayapura.post("/admin/people/invite", json={"name": name, "role": "viewer"})
        assert code_of(refused) == code, name


def test_a_role_is_of_one_office(two: TwoOffices) -> None:
    work_in_both(two, "viewer")
    here = at(two, "kuningan")
    set_role(services(two, "jayapura").settings, "Ani", "administrator")
    load(two)
    there = at(two, "jayapura")
    assert there.get("/admin/people", headers=HTML).status_code == 200
    assert here.get("/admin/people", headers=HTML).status_code == 403


def test_guesses_at_a_person_of_two_offices_are_counted_once(two: TwoOffices) -> None:
    work_in_both(two)
    statuses = []
    for number in range(7):
        office = ("kuningan", "jayapura")[number % 2]
        tried = {"name": "Ani", "password": f"wrong-{number}", "office": office}
        statuses.append(two.app.test_client().post("/sign_in", json=tried).status_code)
    assert statuses == [403] * 5 + [429] * 2


def test_invitations_show_in_people_and_hold_for_the_password_of_then(two: TwoOffices) -> None:
    rows = services(two, "jayapura").settings
    invited = invite(rows, "Ani", "operator")
    assert invited.may_accept
    assert [one.name for one in rows.staff() if one.active] == ["Maria", "Yosefa"]
    assert rows.offices_of("Ani") == ["kuningan"]
    assert QUICK.verify(accept(rows, "Ani", invited.mark).password_hash, PASSWORD)
    assert rows.offices_of("Ani") == ["jayapura", "kuningan"]
