"""`make bench` for the form over 3G: from the link to the receipt in Chromium, throttled as its own tools do it.

Prints milliseconds from the press (or the address) to the loaded page, and bytes over the wire.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from outbox.variables import outside_installation
from scripts.bench_webform import ANSWERS, ROOT, free_port, rehearsal, served

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# Chromium's own presets: bits a second both ways, milliseconds of delay before each answer.
NETWORKS = {"быстрая 3G": (1_440_000, 675_000, 562.5), "медленная 3G": (400_000, 400_000, 2000.0)}


def main() -> int:
    """Print the table. 0 unless the browser is missing."""
    if not Path(CHROMIUM).exists():
        print(f"{CHROMIUM}: нет", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="svod-slow-") as name, ExitStack() as stack:
        folder = Path(name)
        rehearsal(folder, len(NETWORKS))
        environ = outside_installation(os.environ) | {"DATA_DIR": name, "SVOD_CONFIG": str(folder / "config.yaml")}
        port = free_port()
        environ["PORT"] = str(port)
        stack.enter_context(served("webform:create_app()", port, environ))
        links = subprocess.run(
            [sys.executable, "-m", "webform", "links", "--format", "csv"],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
        ).stdout.splitlines()[1:]  # fmt: skip
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for network, limits in NETWORKS.items():
                print(network)
                walk(browser, links.pop().rsplit(",", 1)[1], limits)
            browser.close()
    return 0


def walk(browser: Browser, link: str, limits: tuple[int, int, float]) -> None:
    """From the link to the receipt with a cold cache."""
    page = browser.new_page()
    tools = page.context.new_cdp_session(page)
    down, up, delay = limits
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "downloadThroughput": down / 8, "uploadThroughput": up / 8, "latency": delay},
    )
    wire = Wire(tools)
    step(page, wire, "страница ссылки", lambda: page.goto(link))
    step(page, wire, "форма (первый показ)", lambda: page.click("button.main"))
    for field, value in ANSWERS.items():
        if field == "audiences":
            page.check(f'[name="{field}"][value="{value}"]')
        else:
            page.fill(f'[name="{field}"]', value.replace("\r", ""))
    step(page, wire, "«Осталось отправить»", lambda: page.click("#form button.main"))
    # The check page has the button twice: at its top and at its bottom.
    step(page, wire, "отправка и квитанция", lambda: page.locator("#send button.main").first.click())
    if "/receipts/" not in page.url:
        raise AssertionError(page.url)
    page.context.close()


class Wire:
    """Bytes that came over the wire."""

    def __init__(self, tools: CDPSession) -> None:
        self.bytes = 0
        tools.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])


def step(page: Page, wire: Wire, name: str, act: Callable[[], object]) -> None:
    wire.bytes = 0
    began = time.perf_counter()
    act()
    page.wait_for_load_state("load")
    took = (time.perf_counter() - began) * 1000
    page.wait_for_timeout(500)
    print(f"  {name:<24} {took:>7.0f} мс {wire.bytes / 1000:>8.1f} кБ")


if __name__ == "__main__":
    sys.exit(main())
