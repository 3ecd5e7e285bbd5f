"""Writing a managed value again although it means the same: `--rewrite ADDRESS`, the exception that a person asks for.

Two values can be right and still not work. A certificate that was pasted with white space means the same certificate,
and a service provider may refuse it all the same (fact sheet justcall §6.3). Somebody who was put into a role by the
role's own body is a member, and does not have the role's apps until mappings run (fact sheet onelogin-api quirk 14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sso_sync.errors import UsageError
from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.plan.cells import Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta, visible
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Action, Change
from sso_sync.plan.targets import Membership, Setting

__all__ = ["chosen", "rewritable", "rewritten"]

_MEMBER = "put into the role again: OneLogin may not have granted the role's apps yet"
_CERTIFICATE = "entered again in its canonical form"
_SHOWN = 10


def rewritable(items: Iterable[Item]) -> tuple[str, ...]:
    """The addresses that can be written again: the certificate in JustCall, and everybody who is in a managed role."""
    return tuple(item.address for item in items if _rewritable(item))


def chosen(items: Collection[Item], wanted: Collection[str]) -> frozenset[str]:
    """The addresses of `items` that `wanted` names; an e-mail's upper and lower case does not count.

    Raises UsageError for one that nobody manages or that cannot be written again, with those that can.
    """
    able = {address.lower(): address for address in rewritable(items)}
    for address in wanted:
        if address.lower() not in able:
            raise _none_such(address, tuple(able.values()), managed=any(item.address == address for item in items))
    return frozenset(able[address.lower()] for address in wanted)


def rewritten(item: Item, sp: Settings | Unread) -> Delta:
    """The change that writes an item again which is as it should be; `sp` tells what is odd about how it is written."""
    seen = visible(item, item.live)
    reason = _MEMBER if isinstance(item.target, Membership) else _entered(sp)
    return Delta(item, Change(item.address, item.side, Action.UPDATE, seen, seen, reason, sensitive=item.sensitive))


def _rewritable(item: Item) -> bool:
    """Whether a wish that is fulfilled can be fulfilled once more, by a write that is safe to repeat."""
    known = isinstance(item.desired, Known | Later) and not isinstance(item.live, Undetermined)
    kind = isinstance(item.target, Membership) or item.target == Setting(SettingField.CERTIFICATE)
    return known and kind and not item.by_hand


def _entered(sp: Settings | Unread) -> str:
    knowledge = None if isinstance(sp, Unread) else sp.knowledge(SettingField.CERTIFICATE)
    blemishes = knowledge.blemishes if isinstance(knowledge, Observed) else ()
    return f"{_CERTIFICATE}; now it has {', '.join(blemishes)}" if blemishes else _CERTIFICATE


def _none_such(address: str, able: tuple[str, ...], *, managed: bool) -> UsageError:
    why = "It is managed, but it cannot be written again." if managed else "The spec does not manage this address."
    more = f" and {len(able) - _SHOWN} more" if len(able) > _SHOWN else ""
    these = f"These can be written again: {', '.join(able[:_SHOWN])}{more}" if able else "Nothing can be written again"
    return UsageError.because(f"--rewrite {address}: there is nothing to write again", detail=why, next_action=these)
