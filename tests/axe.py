"""axe-core over the pages of a test: every rule on every page, and the contrast of each look of text once.

Contrast takes three quarters of axe's time and depends on a text's colour, size and background alone, so that of a
look that was judged on another page nothing new would be learned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe as Package  # type: ignore[import-untyped]
from playwright.sync_api import Page

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
_NEW_LOOKS = """seen => {
  const backgrounds = new Map([[null, ""]]);
  const behind = one => {
    if (!backgrounds.has(one)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(one);
      const own = [backgroundColor, backgroundImage, opacity].join();
      backgrounds.set(one, behind(one.parentElement) + (own === "rgba(0, 0, 0, 0),none,1" ? "" : `/${own}`));
    }
    return backgrounds.get(one);
  };
  const in_sight = one => {
    const {width, height, right, bottom} = one.getBoundingClientRect();
    const on_page = width > 1 && height > 1 && right > 0 && bottom + scrollY > 0;
    return on_page && one.checkVisibility({visibilityProperty: true});
  };
  const looks = new Map();
  for (const one of document.body.querySelectorAll("*")) {
    const text = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!(text || one.matches("input, select, textarea")) || !in_sight(one)) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(one);
    const exempt = one.closest(":disabled, [aria-disabled=true]") !== null;
    const look = [color, fontSize, fontWeight, exempt, behind(one)].join(" ");
    if (!seen.includes(look) && !looks.has(look)) looks.set(look, one);
  }
  window.newLooks = [...looks.values()];
  return [...looks.keys()];
}"""


@dataclass
class Axe:
    """What axe found, by page, and the looks of text that it has judged."""

    found: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def judge(self, page: Page, name: str) -> None:
        self._run(page, name, "document", _RULES)
        self.judge_contrast(page, name)

    def judge_contrast(self, page: Page, name: str) -> None:
        new = page.evaluate(_NEW_LOOKS, self.seen)
        if new:
            self._run(page, name, "newLooks", _CONTRAST)
            self.seen += new

    def _run(self, page: Page, name: str, where: str, options: dict[str, Any]) -> None:
        """Put axe's script into the page once, and take only the violations back: both are large."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(Package().axe_script)
        run = f"options => axe.run({where}, options).then(all => all.violations)"
        for violation in page.evaluate(run, options):
            lines = [f"{violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
            self.found.setdefault(f"{name} ({page.title()})", []).extend(lines)
