"""Every key is in exactly one shard, everywhere and for ever, and another shard takes only its share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync.spec.shard import LARGEST, Shard, owner

KEYS = st.text(st.characters(), max_size=60)  # half a surrogate pair, too: a path may hold one
COUNTS = st.integers(1, 20)


def owners(key: str, count: int) -> list[int]:
    return [index for index in range(count) if Shard(index, count).owns(key)]


@given(key=KEYS, count=COUNTS)
@settings(max_examples=60)
def test_exactly_one_shard_has_a_key_and_another_shard_only_takes(key: str, count: int) -> None:
    before, after = owners(key, count), owners(key, count + 1)
    assert len(before) == len(after) == 1
    assert after in (before, [count])


def test_the_answer_is_the_same_in_every_process_and_version() -> None:
    """Pods of two versions work side by side during a roll-out: these values must never change."""
    keys = ["onelogin:acme.onelogin.com", "onelogin:globex.onelogin.com", "sandbox:try", "path:specs/ä.yaml", ""]
    assert [owners(key, 7) for key in keys] == [[5], [5], [5], [4], [1]]


def test_the_shares_are_even_and_another_shard_moves_no_more_than_its_share() -> None:
    keys = [f"onelogin:account-{number}.onelogin.com" for number in range(1000)]
    before = {key: owner(key, 8) for key in keys}
    after = {key: owner(key, 9) for key in keys}
    shares = [list(before.values()).count(index) for index in range(8)]
    assert min(shares) > 90
    assert max(shares) < 160  # 125 each, if it were perfect
    assert 80 < sum(before[key] != after[key] for key in keys) < 150  # 111


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1/",
        "/2",
        "2/2",
        "-1/2",
        "0/0",
        "1/2/3",
        "0 /2",
        "0/2\n",
        "00/2",
        "\u0660/\u0662",
        "a/b",
        f"0/{LARGEST + 1}",
        "0/+2",
    ],
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shard"):
        Shard.parse(text)


def test_a_shard_is_written_as_it_is_read() -> None:
    assert Shard.parse("3/12") == Shard(3, 12)
    assert str(Shard(3, 12)) == "3/12"
    assert Shard.parse(f"0/{LARGEST}").count == LARGEST
