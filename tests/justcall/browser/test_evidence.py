"""Pictures show the page, but nobody's e-mail address."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.async_api import Page

from sso_sync.justcall.browser.evidence import Evidence

from .stage import Stage

pytestmark = pytest.mark.browser

_COVER = [0x5B, 0x62, 0x70]
_HTML = """<style>* {font: 20px monospace; color: #f00} body {background: #fff}</style>
<p id="plain">Nothing secret here</p>
<p>Signed in as <b id="text">olivia.owner@acme.example</b></p>
<p><input id="value" value="olivia.owner@acme.example" size="40"></p>
<p><textarea id="area" cols="40">ask olivia.owner@acme.example</textarea></p>"""
# The colours that a picture has in a rectangle, seen through a canvas.
_COLOURS = """async ([image, box]) => {
  const bitmap = await createImageBitmap(await (await fetch(image)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const [x, y, width, height] = [box.x + 1, box.y + 1, box.width - 2, box.height - 2].map(Math.round);
  const {data} = context.getImageData(x, y, width, height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) found.add([data[at], data[at + 1], data[at + 2]].join());
  return [...found].map(colour => colour.split(',').map(Number));
}"""


def test_addresses_are_covered_in_texts_and_in_fields(stage: Stage, tmp_path: Path) -> None:
    evidence = Evidence(lambda: tmp_path)

    async def scene(page: Page) -> dict[str, list[list[int]]]:
        taken = await evidence.picture(page, "look")
        assert taken is not None
        image = f"data:image/png;base64,{base64.b64encode(taken.read_bytes()).decode()}"
        boxes = {name: await page.locator(f"#{name}").bounding_box() for name in ("plain", "text", "value", "area")}
        return {name: await page.evaluate(_COLOURS, [image, box]) for name, box in boxes.items()}

    colours = stage.play(_HTML, scene)
    assert len(colours["plain"]) > 1
    assert [colours[name] for name in ("text", "value", "area")] == [[_COVER]] * 3


def test_pictures_are_numbered_private_and_in_one_folder(stage: Stage, tmp_path: Path) -> None:
    evidence = Evidence(lambda: tmp_path)
    places = [evidence.place]

    async def scene(page: Page) -> list[Path | None]:
        return [await evidence.picture(page, "before"), await evidence.picture(page, "after")]

    assert stage.play("<p>page</p>", scene) == [tmp_path / "01-before.png", tmp_path / "02-after.png"]
    assert [*places, evidence.place] == [None, tmp_path]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
