"""Socket.IO namespaces of the screens: connecting authorises, joins the rooms and sends the whole view."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Flask, abort, request
from flask_socketio import ConnectionRefusedError, Namespace, join_room

from antrean.access.identity import FOLLOWERS, STAFF, Identity, Roles
from antrean.queueing.errors import Forbidden, QueueError
from antrean.web.http.errors import sentence
from antrean.web.http.guard import enter, identify, is_locked, no_such_device, note_seen, permissions
from antrean.web.http.sample_gate import samples
from antrean.web.limits.connection_limit import PLACE, SocketSession
from antrean.web.services import Services, offices, services

LONGEST_BUILD = 200


def known_to_the_router(app: Flask) -> None:
    """Give the sockets' address a route; the library answers there before Flask is asked.

    Each event of a socket has a request context of its own. Without a route Flask keeps a "not found" with it, whose
    traceback holds every frame, buffer and request of the connection in a circle that only a whole collection ends.
    """

    def nothing() -> NoReturn:
        abort(404)

    for websocket in (True, False):
        app.add_url_rule("/socket.io/", "sockets", nothing, websocket=websocket)


class ScreenNamespace(Namespace):
    """One namespace for one kind of screen. Handlers: connect and disconnect, nothing else."""

    def __init__(self, screen: str, allowed: Roles) -> None:
        super().__init__("/" + screen)
        self._screen = screen
        self._allowed = allowed

    def on_connect(self, auth: Any = None) -> None:
        """Authorise the socket, join its rooms and send the whole view; refuses with a code."""
        given, began = auth if isinstance(auth, dict) else {}, samples()
        try:
            found = self._who(given)
            rooms = services().publisher.screen(self._screen).rooms(found, given)
        except QueueError as refusal:
            raise self._refusal(refusal) from None
        if found is not None:
            note_seen(found)
            services().screens[_sid()] = (self.namespace, found)
            _note_build(found, given.get("build"))
            if not services().identities.still_valid(found):  # revoked after identify() and before registration
                del services().screens[_sid()]
                raise self._refusal(Forbidden("not_allowed"))
            _tell_of(found, services())
        for room in rooms:
            join_room(services().rooms.key(room))
        services().joined[_sid()] = rooms[0]
        if services().config.office in began - samples():  # the others were cut off before this one had joined
            del services().joined[_sid()]
            services().screens.pop(_sid(), None)
            raise self._refusal(Forbidden("not_allowed"))
        if (place := _place()) is not None:
            services().connection_limit.joined(place, by_known=found is not None)
        text = services().publisher.join_text(self._screen, rooms[0])
        if text is not None:
            services().fan_out.tell(_sid(), "view", text, self.namespace)

    def on_disconnect(self, reason: Any = None) -> None:
        """Forget the screen."""
        for office in offices():
            _namespace, who = office.screens.pop(_sid(), ("", None))
            if who is not None and who.device is not None:
                office.devices_seen.left(who.device.id)
                _tell_of(who, office)
            if (room := office.joined.pop(_sid(), None)) is None:
                continue
            office.publisher.leave(self._screen, room)
            if (place := _place()) is not None:
                office.connection_limit.left(place)

    def _refusal(self, refusal: QueueError) -> ConnectionRefusedError:
        if (place := _place()) is not None:
            services().connection_limit.refused(place)
        words = sentence(refusal)
        return ConnectionRefusedError(words, {"code": refusal.code, "message": words})

    def _who(self, auth: dict[str, Any]) -> Identity | None:
        if self._allowed is FOLLOWERS:
            return None
        token = auth.get("token")
        token = token if isinstance(token, str) else ""
        found = identify(self._allowed, token)
        if found is None:
            if self._allowed.isdisjoint(STAFF):
                raise no_such_device(self._allowed, token)
            raise Forbidden("not_allowed" if identify(STAFF) is not None else "sign_in_required")
        if is_locked(found) and self.namespace not in permissions().while_locked:
            raise Forbidden("session_locked")
        enter(found)
        return found


def _note_build(identity: Identity, build: object) -> None:
    """Note of which build a device's page is; one that does not say so, such as a program's, has none."""
    if identity.device is not None:
        services().devices_seen.loaded(identity.device.id, build[:LONGEST_BUILD] if isinstance(build, str) else "")


def _tell_of(who: Identity, office: Services) -> None:
    """Have pages drawn anew that list devices: a paired one has come or gone."""
    if who.device is not None:
        office.publisher.redraw()


def _place() -> SocketSession | None:
    return request.environ.get(PLACE)


def _sid() -> str:
    return request.sid  # type: ignore[attr-defined,no-any-return]
