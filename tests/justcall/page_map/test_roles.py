from __future__ import annotations

import inspect
from typing import get_args

from playwright.async_api import Page

from sso_sync.justcall.page_map.roles import Role


def test_the_roles_are_those_that_playwright_knows() -> None:
    theirs = inspect.get_annotations(Page.get_by_role, eval_str=True)["role"]

    assert set(get_args(get_args(Role)[0])) == set(get_args(theirs))
