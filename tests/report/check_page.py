"""Opens the page in chromium, works it, and measures when it is painted.

Talks the DevTools protocol through a pipe. Exits with 77 where there is no
chromium. With --findings N the page has so many (default 5000), and the times
are printed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


class Browser:
    """One headless chromium with one page."""

    def __init__(self, program, folder, arguments=()):
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        # It reads commands from descriptor 3 and writes answers to 4.
        line = 'exec "$@" 3<&%d 4>&%d' % (to_read, to_write)
        self._process = subprocess.Popen(
            ["bash", "-c", line, "bash", program, "--headless", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             f"--user-data-dir={folder}/profile",
             "--remote-debugging-pipe", *arguments],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self._rest, self._number, self.session = b"", 0, None
        self.events = []

    def close(self):
        self._process.terminate()
        self._process.wait()

    def _receive(self):
        while b"\0" not in self._rest:
            part = os.read(self._from, 1 << 20)
            if not part:
                raise RuntimeError("chromium ended")
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self._number += 1
        request = {"id": self._number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data):]
        while True:
            message = self._receive()
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]
            self.events.append(message)

    def open(self, url):
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call(
            "Target.attachToTarget", targetId=target["targetId"],
            flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired"
                      for event in self.events):
            self.events.append(self._receive())

    def ask(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def until(self, condition):
        """Waits until it holds; the test's own time limit ends it."""
        self.ask("""new Promise((done) => {
          const look = () => (%s) ? done() : setTimeout(look, 10);
          look();
        })""" % condition)


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


READY = "!document.getElementById('controls').hidden"
STATUS = "document.getElementById('status').textContent"


def work_the_page(browser, findings):
    first = "document.querySelector('#rows tr').children[%d].textContent"
    check(browser.ask(STATUS).startswith("1 to 50 of %s " %
                                         format(findings, ",")),
          "the first page of findings")
    browser.ask("document.getElementById('on').click()")
    check(browser.ask(STATUS).startswith("51 to 100 of"), "the next page")
    browser.ask("""(() => {
      const by = document.getElementById('by-verdict');
      by.value = [...by.options].find((o) => o.text === 'STALE').value;
      by.dispatchEvent(new Event('change'));
    })()""")
    check(browser.ask(first % 3) == "STALE", "the filter")
    check(browser.ask("document.querySelectorAll('#rows tr').length <= 50"),
          "a page of rows")
    sort = "document.querySelectorAll('#table thead button')[9].click()"
    browser.ask(sort)
    low = int(browser.ask(first % 9))
    browser.ask(sort)
    check(int(browser.ask(first % 9)) > low, "sorting by lag")
    check(browser.ask("document.querySelectorAll('th[aria-sort]').length") == 1,
          "what is sorted is said")
    browser.ask("""(() => {
      const by = document.getElementById('by-verdict');
      by.value = '';
      const words = document.getElementById('words');
      words.value = '%032x';
      words.dispatchEvent(new Event('input'));
    })()""" % 77)
    browser.until(STATUS + ".startsWith('1 to 1 of 1 ')")
    check(browser.ask(first % 0) == "%032x" % 77, "the search")


def check_safety(browser):
    check(browser.ask("typeof alerted") == "undefined", "no foreign script")
    check(browser.ask("document.scripts.length") == 2, "two scripts")
    check(browser.ask("document.querySelectorAll('img,iframe,link,a').length")
          == 0, "no foreign elements")
    requests = [event["params"]["request"]["url"] for event in browser.events
                if event.get("method") == "Network.requestWillBeSent"]
    check(all(url.startswith("file:") for url in requests) and requests,
          f"no request but for the page: {requests}")
    faults = [event for event in browser.events if event.get("method") in
              ("Runtime.exceptionThrown", "Log.entryAdded")]
    check(not faults, f"no errors: {faults[:3]}")


# The contrast of text with what is behind it (WCAG 2.1, 1.4.3).
CONTRAST = """(() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((v) => {
      v /= 255;
      return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(color)) return color;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  let worst = 21;
  for (const node of document.querySelectorAll(
      'p, td, th, li, strong, dt, dd, caption, label, button')) {
    const a = light(getComputedStyle(node).color);
    const b = light(behind(node));
    worst = Math.min(
      worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
})()"""


def check_looks(browser):
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", media="", features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        contrast = browser.ask(CONTRAST)
        check(contrast >= 4.5, f"contrast {contrast:.2f} in {scheme}")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[
        {"name": "prefers-color-scheme", "value": "dark"}])
    check(browser.ask("getComputedStyle(document.body).backgroundColor") ==
          "rgb(255, 255, 255)", "paper is white")
    check(browser.ask("getComputedStyle(document.getElementById('controls'))"
                      ".display") == "none", "no controls on paper")
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    pdf = browser.call("Page.printToPDF")["data"]
    check(len(pdf) > 10_000, "it prints")
    check(browser.ask("document.documentElement.scrollWidth <= innerWidth"),
          "only tables scroll sideways")


def measure(browser):
    # The page may be ready before a frame of it is shown.
    browser.until(
        "performance.getEntriesByName('first-contentful-paint').length")
    times = browser.ask("""({
      paint: performance.getEntriesByName('first-contentful-paint')[0]
        .startTime,
      load: performance.getEntriesByType('navigation')[0].loadEventEnd})""")
    print("first paint after %.0f ms, loaded after %.0f ms" %
          (times["paint"], times["load"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sample")
    parser.add_argument("--findings", type=int, default=5000)
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("skipped: there is no chromium (Debian's package `chromium`)")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = pathlib.Path(folder, "report.html")
        with page.open("wb") as file:
            made = subprocess.run(
                [options.sample, "html", str(options.findings), "values"],
                check=True, stdout=file, stderr=subprocess.PIPE)
        print("made:", made.stderr.decode().strip())
        browser = Browser(program, folder)
        try:
            browser.open(page.as_uri())
            browser.until(READY)
            measure(browser)
            work_the_page(browser, options.findings)
            check_looks(browser)
            check_safety(browser)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
