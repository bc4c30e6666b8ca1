"""A gate with one account a role, and a store behind it that remembers on whose behalf it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from callbacks.access.cookies import NAME
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.principals import Principal, Role, Ticket
from grid.questions import DataVersion
from grid.refusals import Refused
from tests.screens.clocks_city import FakeClocksDesk
from tests.screens.finding_city import FakeFinding
from tests.screens.hotspots_city import FakeHotspots
from tests.screens.imports_city import FakeDesk
from tests.screens.matters_city import FakeMattersDesk
from tests.screens.offices_city import FakeAccountsDesk, FakeAuditDesk
from tests.screens.patch_city import FakePatchDesk
from tests.screens.plan_life_city import FakePatchPlans, LifeDesk
from tests.screens.review_city import FakeReviewDesk
from tests.screens.service_city import FakeServiceDesk
from tests.screens.siting_city import FakeSitingDesk
from tests.screens.supervision_city import FakeSupervision
from tests.screens.tile_city import FakeTiles
from tests.screens.tour_city import FakeTours
from tests.screens.units_city import FakeUnitDesk
from tests.screens.wall_city import FakeWall

PASSWORD = "正确的马 电池 订书钉"  # noqa: S105  nobody's
KIOSK_ADDRESS = "127.0.0.1"
JSON = {"Content-Type": "application/json"}
FROM_US = {"Sec-Fetch-Site": "same-origin"}


def token_of(role: Role) -> str:
    """The token of the session that an account of a role has from the beginning."""
    return f"token-of-{role}-0123456789abcdef"


def someone(role: Role) -> Principal:
    """A principal of a role, for screens that are tested without the guard."""
    return Principal(f"{role}-1", role, token_of(role), label=f"{role}-name")


@dataclass
class FakeGate:
    """``grid.ports.Gate``: live sessions by token; ``refusal`` is raised while it is set."""

    refusal: Refused | None = None
    sessions: dict[str, Principal] = field(
        default_factory=lambda: {token_of(one): someone(one) for one in Role}
    )
    asked: list[str] = field(default_factory=list)
    seen: list[tuple[str, ...]] = field(default_factory=list)

    def _note(self, name: str, *given: str) -> None:
        self.asked.append(name)
        self.seen.append((name, *given))
        if self.refusal is not None:
            raise self.refusal

    def who(self, token: str, address: str) -> Principal | None:
        self._note("who", token, address)
        principal = self.sessions.get(token)
        away = principal is not None and principal.role is Role.KIOSK and address != KIOSK_ADDRESS
        return None if away else principal

    def sign_in(self, login: str, password: str, address: str) -> Ticket:
        self._note("sign_in", login, password, address)
        if login not in {f"{role}-name" for role in Role} or password != PASSWORD:
            raise Refused("sign_in_failed")
        return self._open(Role(login.removesuffix("-name")))

    def sign_in_asserted(self, login: str, address: str) -> Ticket:
        raise Refused("sign_in_failed")

    def enter_kiosk(self, token: str, address: str) -> Principal | None:
        self._note("enter_kiosk", token, address)
        principal = self.sessions.get(token)
        is_kiosk = principal is not None and principal.role is Role.KIOSK and address == KIOSK_ADDRESS
        return principal if is_kiosk else None

    def change_password(self, token: str, old: str, new: str, address: str) -> Ticket:
        self._note("change_password", token, old, new, address)
        if old != PASSWORD:
            raise Refused("sign_in_failed")
        if len(new) < 10:
            raise Refused("password_weak")
        role = self.sessions[token].role
        self.sessions = {key: one for key, one in self.sessions.items() if one.role is not role}
        return self._open(role)

    def sign_out(self, token: str) -> None:
        self._note("sign_out", token)
        self.sessions.pop(token, None)

    def pulse(self) -> DataVersion:
        self._note("pulse")
        return DataVersion(7, datetime(2026, 11, 20, 1, 5, tzinfo=UTC))

    def _open(self, role: Role) -> Ticket:
        token = f"new-{role}-{len(self.seen)}-0123456789abcdef"
        self.sessions[token] = replace(someone(role), token=token)
        return Ticket(self.sessions[token], datetime(2026, 11, 23, tzinfo=UTC))


class GuardedStore:
    """A store behind a gate: every port is asked for by a principal, and that is remembered."""

    def __init__(self, wall: Any, imports: Any, gate: FakeGate | None = None) -> None:
        self.fake_gate = gate or FakeGate()
        self.ports = {
            "wall": wall, "cards": wall, "imports": imports, "patch": FakePatchDesk(), "plan": LifeDesk(),
            "patch_plans": FakePatchPlans(), "tours": FakeTours(),
            "review": FakeReviewDesk(), "matters": FakeMattersDesk(), "audit": FakeAuditDesk(),
            "accounts": FakeAccountsDesk(), "service": FakeServiceDesk(), "tiles": FakeTiles(),
            "siting": FakeSitingDesk(), "units": FakeUnitDesk(), "clocks": FakeClocksDesk(),
            "hotspots": FakeHotspots(), "supervision": FakeSupervision(), "finding": FakeFinding(),
        }  # fmt: skip
        self.askers: list[tuple[str, Principal]] = []

    def gate(self) -> FakeGate:
        return self.fake_gate

    def _port(self, name: str, principal: Principal) -> Any:
        self.askers.append((name, principal))
        port = self.ports[name]
        return port.cards(principal) if name == "cards" and hasattr(port, "cards") else port

    def wall(self, principal: Principal) -> Any:
        return self._port("wall", principal)

    def tiles(self, principal: Principal) -> Any:
        return self._port("tiles", principal)

    def cards(self, principal: Principal) -> Any:
        return self._port("cards", principal)

    def patch(self, principal: Principal) -> Any:
        return self._port("patch", principal)

    def plan(self, principal: Principal) -> Any:
        return self._port("plan", principal)

    def patch_plans(self, principal: Principal) -> Any:
        return self._port("patch_plans", principal)

    def review(self, principal: Principal) -> Any:
        return self._port("review", principal)

    def matters(self, principal: Principal) -> Any:
        return self._port("matters", principal)

    def finding(self, principal: Principal) -> Any:
        return self._port("finding", principal)

    def service(self, principal: Principal) -> Any:
        return self._port("service", principal)

    def siting(self, principal: Principal) -> Any:
        return self._port("siting", principal)

    def hotspots(self, principal: Principal) -> Any:
        return self._port("hotspots", principal)

    def supervision(self, principal: Principal) -> Any:
        return self._port("supervision", principal)

    def clocks(self, principal: Principal) -> Any:
        return self._port("clocks", principal)

    def units(self, principal: Principal) -> Any:
        return self._port("units", principal)

    def tours(self, principal: Principal) -> Any:
        return self._port("tours", principal)

    def imports(self, principal: Principal) -> Any:
        return self._port("imports", principal)

    def audit(self, principal: Principal) -> Any:
        return self._port("audit", principal)

    def accounts(self, principal: Principal) -> Any:
        return self._port("accounts", principal)


def come_as(client: FlaskClient, role: Role) -> FlaskClient:
    """Return the client with the cookie of a role's session."""
    client.set_cookie(NAME, token_of(role))
    return client


def guarded(**tools: Any) -> tuple[Dash, GuardedStore]:
    """Return the whole app over fakes, and its store."""
    store = GuardedStore(FakeWall(), FakeDesk())
    return make_shell(Tools(store=store, **tools)), store  # type: ignore[arg-type]


def payload(app: Dash, output: str, **values: object) -> dict[str, Any]:
    """Return what a page sends to a callback; ``values`` by component id with ``_`` for ``-``."""

    def part(known: dict[str, Any]) -> Any:
        name = known["id"]
        if name.startswith("{"):
            return []
        return {
            "id": name,
            "property": known["property"],
            "value": values.get(name.strip("_").replace("-", "_")),
        }

    callback = app.callback_map[output]
    inputs = [part(known) for known in callback["inputs"]]
    named = [f"{each['id']}.{each['property']}" for each in inputs if isinstance(each, dict)]
    state = [part(known) for known in callback["state"]]
    return {"output": output, "inputs": inputs, "state": state, "changedPropIds": named[:1]}
