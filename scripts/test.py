"""Every test behind one command, with one line at the end: `python -m scripts.test all|fast`.

`all` runs the Python tests that need nothing in two processes, then those that share one real API server in two with a
server each, then those marked `alone` (a fleet of servers, a browser) one after the other, with the page's beside them:
either keeps one core busy. `fast` leaves out what is slow or needs the test ground, and tries fewer examples. What
fails is tried once more, alone. The last line sums over all of them what their JUnit reports say; the exit code is 1 if
anything failed. Under QUARTERDECK_REQUIRE=all a skipped test counts as failed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from scripts import frontend
from testbed import build as testbed_build
from testbed.chromium import HOW_TO_GET_IT, find_chromium
from tests import examples

ROOT = Path(__file__).resolve().parent.parent
SLOWEST = 10
NO_TESTS_COLLECTED = 5
"""pytest's exit code where no test has the marks asked for."""

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
_WORST_FIRST = (FAILED, SKIPPED, PASSED)


@dataclass(frozen=True)
class Run:
    """One runner: what it is called, its command without the report, and the option that asks for the report.
    `again`: what is added to the command to try those of these names that failed."""

    name: str
    command: list[str]
    report_option: str
    again: Callable[[list[str]], list[str]]

    def line(self, report: Path) -> list[str]:
        return [*self.command, f"{self.report_option}{report}"]


@dataclass
class Tally:
    """What the tests of all runners came to. A name is `runner: class > test`."""

    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    reasons: dict[str, str] = field(default_factory=dict[str, str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    def note(self, name: str, outcome: str, reason: str = "", seconds: float = 0.0) -> None:
        """A test that is reported twice (its own outcome, then its teardown's) counts once, by the worse."""
        before = self.outcomes.get(name, PASSED)
        self.outcomes[name] = min(before, outcome, key=_WORST_FIRST.index)
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        if reason:
            self.reasons[name] = reason

    def of(self, outcome: str) -> list[str]:
        return [name for name, found in self.outcomes.items() if found == outcome]

    def last_line(self) -> str:
        counts = Counter(self.outcomes.values())
        return ", ".join(f"{counts[outcome]} {outcome}" for outcome in (PASSED, FAILED, SKIPPED))


def _pytest(name: str, marks: str, *options: str) -> Run:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-m", marks, *options]
    again = ["-n", "0", "--last-failed", "--last-failed-no-failures", "none"]
    return Run(name, command, "--junitxml=", lambda _: again)


def _page(*options: str) -> Run:
    command = [sys.executable, "-m", "scripts.frontend", "test", "--reporter=default", "--reporter=junit", *options]
    return Run("page", command, "--outputFile.junit=", _files_of)


def _files_of(names: list[str]) -> list[str]:
    """Of tests that are called `page: FILE > ...`."""
    return sorted({name.partition(": ")[2].partition(" > ")[0] for name in names})


def runs(which: str) -> list[list[Run]]:
    """The runners of `all` or of `fast`, in the order they run, those together that run at the same time."""
    two = ("-n", "2", "--dist", "worksteal")
    if which == "fast":
        return [
            [_pytest("python", "not slow and not real and not alone", *two, f"--hypothesis-profile={examples.FAST}")],
            [_page("--exclude", "tests/browser/**", "--pool=threads", "--no-isolate")],
        ]
    return [
        [_pytest("python", "not real and not alone", *two)],
        [_pytest("one real server", "real and not alone", "-n", "2", "--dist", "loadfile")],
        [_pytest("fleet and browser", "alone"), _page()],
    ]


def read(report: Path, runner: str) -> Iterator[tuple[str, str, str, float]]:
    """Name, outcome, reason and seconds of each test of a JUnit report; raises ElementTree.ParseError, OSError."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own runner just now
        name = f"{runner}: {case.get('classname', '')} > {case.get('name', '')}"
        outcome, reason = PASSED, ""
        for child in case:
            if child.tag in ("failure", "error"):
                outcome = FAILED
            elif child.tag == "skipped" and outcome == PASSED:
                outcome, reason = SKIPPED, child.get("message") or ""
        yield name, outcome, reason, float(case.get("time") or 0)


def once_more_alone(run: Run, failed: list[str], report: Path, tally: Tally) -> None:
    """Tests that failed beside others are tried again one after the other: on a busy machine a real server or a real
    clock can be late for reasons of its neighbours. Each is named, so that what fails often is seen."""
    print(f"\n── {run.name}: what failed, once more and alone", flush=True)
    subprocess.run([*run.line(report), *run.again(failed)], cwd=ROOT, check=False)
    try:
        found = list(read(report, run.name))
    except (OSError, ElementTree.ParseError):
        return
    again: dict[str, str] = {}
    for name, outcome, _, _ in found:
        again[name] = min(again.get(name, PASSED), outcome, key=_WORST_FIRST.index)
    for name in failed:
        if again.get(name) == PASSED:
            print(f"passed alone: {name}")
            tally.outcomes[name] = PASSED


def carry_out(together: list[Run], folder: Path, tally: Tally) -> None:
    """Runs them at the same time and adds their reports to the tally. The first one's output shows as it comes, the
    others' after it. A runner that dies is a failure of its own."""
    started = time.monotonic()
    first, *others = together
    print("\n── " + ", beside it ".join(run.name for run in together), flush=True)
    with ExitStack() as stack:
        behind: list[tuple[Run, subprocess.Popen[bytes], IO[bytes]]] = []
        for run in others:
            said = stack.enter_context(tempfile.TemporaryFile())
            process = stack.enter_context(
                subprocess.Popen(run.line(_report(folder, run)), cwd=ROOT, stdout=said, stderr=said)
            )
            stack.callback(process.terminate)
            behind.append((run, process, said))
        process = stack.enter_context(subprocess.Popen(first.line(_report(folder, first)), cwd=ROOT))
        stack.callback(process.terminate)
        codes = {first.name: _wait(first, process, started)}
        for run, process, said in behind:
            code = _wait(run, process, started)
            said.seek(0)
            print(f"\n── {run.name}", flush=True)
            shutil.copyfileobj(said, sys.stdout.buffer)
            codes[run.name] = code
    for run in together:
        _add(run, codes[run.name], folder, tally)


def _report(folder: Path, run: Run) -> Path:
    return folder / f"{run.name.replace(' ', '-')}.xml"


def _wait(run: Run, process: subprocess.Popen[bytes], started: float) -> int:
    """Its exit code; says how long it took, and how much of that it and its children computed."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took, computed = time.monotonic() - started, usage.ru_utime + usage.ru_stime
    print(f"── {run.name}: {took:.0f} s, of which {computed:.0f} of computing", flush=True)
    return process.returncode


def _add(run: Run, code: int, folder: Path, tally: Tally) -> None:
    if code == NO_TESTS_COLLECTED and "pytest" in run.command:
        return
    report = _report(folder, run)
    before = set(tally.of(FAILED))
    try:
        for name, outcome, reason, seconds in read(report, run.name):
            tally.note(name, outcome, reason, seconds)
    except (OSError, ElementTree.ParseError) as error:
        tally.note(f"{run.name}: the runner ended with code {code} and no report ({error})", FAILED)
        return
    failed = [name for name in tally.of(FAILED) if name not in before]
    if code != 0 and not failed:
        tally.note(f"{run.name}: the runner ended with code {code}, though no test failed", FAILED)
    elif code != 0:
        once_more_alone(run, failed, report.with_suffix(".again.xml"), tally)


def _say_what_is_missing() -> None:
    if find_chromium() is None:
        print(f"{HOW_TO_GET_IT}. The browser tests skip without it.")
    if not testbed_build.is_current():
        print("The tests on real API servers need the test ground: `make testbed` builds it, once, in some 6 minutes.")


def _say_how_it_went(tally: Tally, seconds: float) -> None:
    slowest = sorted(tally.seconds.items(), key=lambda item: item[1], reverse=True)[:SLOWEST]
    print(f"\nThe slowest of {len(tally.outcomes)} tests, in {seconds:.0f} s altogether:")
    for name, taken in slowest:
        print(f"  {taken:6.1f} s  {name}")
    for name in tally.of(SKIPPED):
        print(f"skipped: {name}: {tally.reasons.get(name, '').strip()}")
    for name in tally.of(FAILED):
        print(f"FAILED:  {name} {tally.reasons.get(name, '').strip()}".rstrip())


def main() -> int:
    which = sys.argv[1] if len(sys.argv) > 1 else ""
    if which not in ("all", "fast"):
        print("python -m scripts.test all|fast")
        return 2
    started = time.monotonic()
    tally = Tally()
    frontend.install()
    with tempfile.TemporaryDirectory(prefix="quarterdeck-test-") as folder:
        for together in runs(which):
            carry_out(together, Path(folder), tally)
    if os.environ.get("QUARTERDECK_REQUIRE") == "all":
        for name in tally.of(SKIPPED):
            tally.note(name, FAILED, f"(skipped, but QUARTERDECK_REQUIRE=all: {tally.reasons.get(name, '')})")
    _say_how_it_went(tally, time.monotonic() - started)
    if which == "all":
        _say_what_is_missing()
    print(tally.last_line())
    return 1 if tally.of(FAILED) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
