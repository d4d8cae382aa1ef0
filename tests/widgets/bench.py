"""Times the frames of widgets: `make bench`. Printed, not judged, since machines differ."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "site"), str(HERE.parents[1] / "book" / "press")]

import harness  # noqa: E402
from browser import chromium  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from lstm_tutor import diagrams, tasks  # noqa: E402
from lstm_tutor.widgets import (  # noqa: E402
    AblationSwitchboard,
    AttentionLab,
    CellLab,
    Connectivity,
    FamilyTree,
    Flipbook,
    Forecast,
    GradientLab,
    Handwriting,
    Playground,
    TextMicroscope,
    TwoDirections,
    Welcome,
    Widget,
    Writer,
)

NOTHING = "() => {}"
POINT = """(k) => {
    const el = document.querySelector(".al-hits[data-row=step]"), { left, top, width } = el.getBoundingClientRect();
    const clientX = left + ((k * 5) % 11 + 0.5) * width / 11;
    el.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse", clientX, clientY: top + 9 }));
}"""
POINT_BELOW = POINT.replace("row=step", "row=place").replace("% 11 + 0.5) * width / 11", "% 27 + 0.5) * width / 27")
WALK = """(k) => {
    const el = document.querySelector(".lt-timebar input");
    el.value = (k * 6) % 54;
    el.dispatchEvent(new InputEvent("input"));
}"""
PART = "(k) => document.querySelectorAll('.al-bar input[type=radio]')[k % 5].click()"
SCORES = "(k) => document.querySelectorAll('.al-choices input[type=radio]')[k % 2].click()"
SLIDE = """(k) => {
    const el = [...document.querySelectorAll(".lt-w input[type=range]")].find(({ max }) => max === "32");
    el.value = 4 + k % 20;
    el.dispatchEvent(new Event("input"));
}"""
TYPE = """(k) => {
    const el = document.querySelector(".lt-w input[type=text]");
    el.value = `Thursday, ${k % 9 + 1}rd of March 2011`;
    el.dispatchEvent(new InputEvent("input"));
}"""
ATTENTION_LAB = {
    "pointing": POINT, "pointing below": POINT_BELOW, "typing": TYPE, "the other scores": SCORES, "walking": WALK,
    "another part": PART,
}  # fmt: skip

WRITER = {
    "the temperature": """(k) => {
        const el = [...document.querySelectorAll(".lt-w input[type=range]")].find(({ max }) => max === "2");
        el.value = (k * 7) % 40 / 20;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "a letter": "() => document.querySelector('.lt-timebar button:nth-of-type(3)').click()",
    "going back": """(k) => {
        const el = document.querySelector(".lt-timebar input");
        el.value = 5 + (k * 7) % 50;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "another unit": "(k) => document.querySelectorAll('.lt-swatches input')[k * 5 % 64].click()",
}

CAPTURED = """() => {
    Element.prototype.setPointerCapture = () => {}; // events of a script have no pointer that could be captured
    Element.prototype.hasPointerCapture = () => true;
}"""
DRAG_X = """(k) => {
    const el = document.querySelector(".lt-series"), { left, top, width, height } = el.getBoundingClientRect();
    window.hold ??= el.dispatchEvent(new PointerEvent("pointerdown", { clientX: left + 1, clientY: top + 40 }));
    el.dispatchEvent(new PointerEvent("pointermove", {
        clientX: left + 5.5 * width / 20, clientY: top + 8 + (k * 7) % (height - 16) }));
}"""
KEY = """(k) => document.querySelectorAll(".lt-drag")[5].dispatchEvent(
    new KeyboardEvent("keydown", { key: k % 16 < 8 ? "ArrowUp" : "ArrowDown", bubbles: true }))"""
STEP = """(k) => {
    const el = document.querySelector(".lt-timebar input");
    el.value = k % 20;
    el.dispatchEvent(new InputEvent("input"));
}"""
SCRUB = """(k) => {
    const plots = [...document.querySelectorAll(".lt-plot svg")], el = plots.at(-1);
    const { left, top, width } = el.getBoundingClientRect();
    const at = { bubbles: true, pointerType: "mouse", clientX: left + (0.2 + (k % 9) / 15) * width, clientY: top + 20 };
    el.dispatchEvent(new PointerEvent("pointerdown", at));
    el.dispatchEvent(new PointerEvent("pointerup", at));
}"""
CHOOSE = """(k) => {
    const cells = [...document.querySelectorAll("input[type=radio][name$=-cell]")];
    cells[k % cells.length].click();
}"""
CELL_LAB = {"scrubbing": SCRUB, "a step": STEP, "a weight": KEY, "an input": DRAG_X, "another cell": CHOOSE}


def slide(label: str, low: float, high: float) -> str:
    """The act of moving the slider with that label."""
    return f"""(k) => {{
        const named = [...document.querySelectorAll(".lt-slider")].find((one) => one.textContent.includes("{label}"));
        const el = named.querySelector("input");
        el.value = {low} + (k * 3 % 10) * ({high - low}) / 10;
        el.dispatchEvent(new InputEvent("input"));
    }}"""


GRADIENT_LAB = {
    "spectral radius": slide("spectral radius", 0.7, 1.3),
    "size of inputs": slide("size of inputs", 0, 1),
    "length T": slide("length T", 40, 120),
    "hidden units H": slide("hidden units", 4, 24),
    "read at lag": slide("read at lag", 5, 40),
}
FORECAST = {
    "dragging the cut": """(k) => {
        const el = document.querySelector(".lt-plot svg"), { left, top, width } = el.getBoundingClientRect();
        const clientX = left + (0.4 + (k % 9) / 60) * width;
        const at = { pointerType: "mouse", buttons: 1, clientX, clientY: top + 40 };
        el.dispatchEvent(new PointerEvent("pointermove", at));
    }""",
    "the cut's slider": slide("cut", 2700, 3000),
    "horizon": slide("horizon", 6, 72),
    "window": slide("LSTM reads", 6, 240),
}
FAMILY = {
    "another cell": "(k) => document.querySelectorAll('.fm-member')[k % 14].click()",
    "an input": """(k) => {
        const el = document.querySelector(".lt-series"), { left, top, width } = el.getBoundingClientRect();
        window.hold ??= el.dispatchEvent(new PointerEvent("pointerdown", { clientX: left + 1, clientY: top + 20 }));
        const clientX = left + 5.5 * width / 32;
        el.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: top + 8 + (k * 7) % 40 }));
    }""",
    "the keep bias": slide("keep bias", -2, 6),
    "the width": slide("width", 4, 12),
    "the measure": "(k) => document.querySelectorAll('input[name$=-measure]')[(k + 1) % 2].click()",
    "what is counted": "(k) => document.querySelectorAll('input[name$=-cost]')[(k + 1) % 2].click()",
}
MICROSCOPE = {
    "another unit": """(k) => {
        const el = document.querySelector(".tm-number input");
        el.focus();
        el.dispatchEvent(new KeyboardEvent("keydown", { key: k % 16 < 8 ? "ArrowUp" : "ArrowDown", bubbles: true }));
    }""",
    "pointing at the text": """(k) => {
        const field = document.querySelector(".tm-field"), seen = field.closest(".tm-ink").getBoundingClientRect();
        // What of a long text is in sight; at the middle of a letter, at another place each time.
        const letters = [...document.querySelectorAll(".tm-sheet span:not(.tm-end)")]
            .map((el) => el.getBoundingClientRect())
            .filter(({ top, bottom }) => top > seen.top && bottom < seen.bottom);
        const { left, top, width, height } = letters[(k * 31) % letters.length];
        field.dispatchEvent(new PointerEvent("pointermove", {
            pointerType: "mouse", clientX: left + width / 2, clientY: top + height / 2 }));
    }""",
    "pointing at the atlas": """(k) => {
        const el = document.querySelector(".tm-atlas canvas");
        const { left, top, width, height } = el.getBoundingClientRect();
        const [clientX, clientY] = [left + (k * 37 % 50) * width / 50, top + (k * 7 % 20) * height / 20];
        el.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse", clientX, clientY }));
    }""",
    "typing": """(k) => {
        const el = document.querySelector(".lt-w textarea");
        el.value = el.value.slice(0, -1) + "abcdefghi"[k % 9];
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "holding a gate": """(k) => {
        const held = () => document.querySelectorAll(".tm-gate input");
        if (!held().length) document.querySelectorAll("input[name$=-panel]")[1]?.click();
        held()[k % 3]?.click();
    }""",
}
CONNECTIVITY = {
    "pointing": """(k) => {
        const el = document.querySelector(".lt-w-connectivity canvas"), { top } = el.getBoundingClientRect();
        const { left, width } = el.parentElement.getBoundingClientRect();
        const clientX = left + (((k * 37) % 50) + 0.5) * width / 50;
        el.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse", clientX, clientY: top + 45 }));
    }""",
    "slider": """(k) => {
        const el = document.querySelector(".lt-w input[type=range]");
        el.value = (k * 41) % Number(el.max);
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "seed": "(k) => document.querySelectorAll('.lt-w input[type=radio]')[k % 4].click()",
    "forget gates": """(k) => {
        const el = document.querySelector(".lt-w select");
        el.selectedIndex = k % 33;
        el.dispatchEvent(new Event("change"));
    }""",
    "typing": """(k) => {
        const el = document.querySelector(".lt-w textarea");
        el.value = "x".repeat(k % 7) + el.value.slice(0, 280);
        el.dispatchEvent(new InputEvent("input"));
    }""",
}

TWO_DIRECTIONS = {
    "another word": "(k) => document.querySelectorAll('.td-chip')[k % 6].click()",
    "another reader": "(k) => document.querySelectorAll('input[name$=-reader]')[k % 3].click()",
    "another panel": "(k) => document.querySelectorAll('input[name$=-show]')[k % 4].click()",
    "typing": """(k) => {
        const el = document.querySelector(".lt-w input[type=text]");
        el.value = ["they split the bread last night", "we cut the bread every night", "they bet nowadays"][k % 3];
        el.dispatchEvent(new InputEvent("input"));
    }""",
}
ABLATION = {
    "a switch": "(k) => document.querySelectorAll('.ab-switches input')[Math.floor(k / 2) % 8].click()",
    "another task": "(k) => document.querySelectorAll('input[name$=-task]')[(k + 1) % 2].click()",
    "another measure": "(k) => document.querySelectorAll('input[name$=-measure]')[(k + 1) % 2].click()",
    "another panel": "(k) => document.querySelectorAll('input[name$=-pane]')[k % 3].click()",
}

WELCOME = {
    "typing": """(k) => {
        const el = document.querySelector(".lt-w .lt-field input");
        el.value = `total = sum(values${"abcdefghi"[k % 9]}`;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "holding a gate": """(k) => document.querySelectorAll(".wc-held input")[k % 3].click()""",
    "dragging the memory": """(k) => {
        const el = document.querySelector(".wc-memory input");
        el.value = (k % 11) / 5 - 1;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "another cell": """(k) => document.querySelectorAll(".lt-swatches input")[k % 64].click()""",
    "scrubbing": """(k) => {
        const el = document.querySelector(".lt-timebar input");
        el.value = k % 18;
        el.dispatchEvent(new InputEvent("input"));
    }""",
}

FLIPBOOK = {
    "slider": """(k) => {
        const el = document.querySelector(".lt-timebar input");
        el.value = (k * 7) % 20;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "dragging the picture": """(k) => {
        const el = document.querySelector(".fb-picture"), { left, top, width } = el.getBoundingClientRect();
        window.hold ??= el.dispatchEvent(new PointerEvent("pointerdown", { clientX: left + 1, clientY: top + 40 }));
        const clientX = left + 1 + ((k * 7) % 20) * 0.8 * width / 19;
        el.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: top + 40 }));
    }""",
}
HANDWRITING = {
    "pointing at a column": """(k) => {
        const el = document.querySelector(".hw-reading"), { left, top } = el.getBoundingClientRect();
        const at = { pointerType: "mouse", clientX: left + 60 + (k * 37) % 240, clientY: top + 40 };
        el.dispatchEvent(new PointerEvent("pointermove", at));
    }""",
    "another unit": """(k) => document.querySelector(".hw-number input").dispatchEvent(
        new KeyboardEvent("keydown", { key: k % 16 < 8 ? "ArrowUp" : "ArrowDown", bubbles: true }))""",
    "playing": """(k) => {
        const el = document.querySelector(".lt-timebar input");
        el.value = 20 + (k * 3) % 100;
        el.dispatchEvent(new InputEvent("input"));
    }""",
    "writing": """(k) => {
        const el = document.querySelector(".hw-pad canvas"), { left, top } = el.getBoundingClientRect();
        el.setPointerCapture = () => {}; // events of a script have no pointer that could be captured
        const at = { pointerId: 9, clientX: left + 330 + k * 4, clientY: top + 20 + (k * 23) % 130, cancelable: true };
        if (k === 0) el.dispatchEvent(new PointerEvent("pointerdown", at));
        el.dispatchEvent(new PointerEvent("pointermove", at));
        if (k === 39) el.dispatchEvent(new PointerEvent("pointerup", at));
    }""",
}


def frame_times(page: Page, act: str, times: int = 40, slower: int = 1) -> list[float]:
    """Milliseconds from an act to the end of the paint that answers it, sorted.

    `act` is the source of a function of a number. With `slower`, the processor is held back by that factor.
    """
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    try:
        return page.evaluate(
            """async ([act, times]) => {
                const run = eval(act);
                const taken = [];
                for (let k = 0; k < times; k++) {
                    await new Promise(requestAnimationFrame);
                    const channel = new MessageChannel();
                    // Asked for before the act, so that it comes before the paint that the act asks for, and counts it.
                    const frame = new Promise((done) => requestAnimationFrame(() => {
                        const began = performance.now();
                        channel.port1.onmessage = () => done(performance.now() - began);
                        channel.port2.postMessage(0);
                    }));
                    const before = performance.now();
                    run(k);
                    const sync = performance.now() - before;
                    taken.push(sync + (await frame));
                }
                return taken.sort((a, b) => a - b);
            }""",
            [act, times],
        )
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def told(what: str, times: list[float], empty: float) -> str:
    late = times[int(0.95 * len(times))]
    return f"{what:<40} {median(times):6.1f} ms, 95 % within {late:6.1f} ms, {median(times) / empty:5.1f} empty frames"


WATCH = """() => {
    window.changes = 0;
    new MutationObserver((records) => { window.changes += records.length; }).observe(
        document.querySelector(".lt-w"), { attributes: true, childList: true, characterData: true, subtree: true });
}"""


def of_a_widget(browser: Browser, folder: Path, name: str, widget: Widget, acts: dict[str, str]) -> None:
    """Time each act, at both speeds on a page of its own: what one act leaves behind must not disarm another."""
    for slower in (1, 4):
        with harness.shown(browser, folder, widget) as seen:
            seen.page.evaluate(CAPTURED)
            seen.page.evaluate(WATCH)
            empty = median(frame_times(seen.page, NOTHING, slower=slower))
            for what, act in acts.items():
                seen.page.evaluate("window.changes = 0")
                times = frame_times(seen.page, act, slower=slower)
                idle = "" if seen.page.evaluate("window.changes") >= len(times) else ", BUT THE ACT CHANGED NOTHING"
                print(told(f"{name}, {what}, slowed {slower}x", times, empty) + idle, flush=True)


def of_the_playground(browser: Browser, folder: Path) -> None:
    with harness.shown(browser, folder, Playground("adding", until=50_000)) as seen:
        seen.page.locator("summary").click()
        press = "() => document.querySelector('.lt-pg-transport button').click()"
        for slower in (1, 4):
            empty = median(frame_times(seen.page, NOTHING, slower=slower))
            times = frame_times(seen.page, SLIDE, slower=slower)
            print(told(f"playground, a slider, slowed {slower}x", times, empty))
            seen.page.get_by_role("button", name="Train").click()
            times = frame_times(seen.page, NOTHING, times=120, slower=slower)
            print(told(f"playground, training, slowed {slower}x", times, empty))
            times = frame_times(seen.page, press, slower=slower)
            print(told(f"playground, pressing pause, slowed {slower}x", times, empty))
            seen.page.get_by_role("button", name="Start again").click()


def main() -> None:
    """Print a line for each kind of frame: its median, its tail, and its ratio to a frame in which nothing happens."""
    line, source = "total = sum(values", tasks.python_source("test")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        openings = [k / 19 for k in range(20)]
        for name, widget, acts in (
            ("welcome, 18 signs", Welcome(text=line), WELCOME),
            ("welcome, 120 signs", Welcome(text=source[:120]), WELCOME),
            ("cell lab", CellLab(), CELL_LAB),
            ("gradient lab", GradientLab(), GRADIENT_LAB),
            ("microscope", TextMicroscope(), MICROSCOPE),
            ("microscope, 1000 signs", TextMicroscope(text=source[:1000]), MICROSCOPE),
            ("connectivity", Connectivity(), CONNECTIVITY),
            ("connectivity, 300 signs", Connectivity(text=source[:300]), CONNECTIVITY),
            ("two directions", TwoDirections(), TWO_DIRECTIONS),
            ("forecast", Forecast(), FORECAST),
            ("family tree", FamilyTree(), FAMILY),
            ("family tree, attention", FamilyTree(right="Attention"), FAMILY),
            ("handwriting", Handwriting(), HANDWRITING),
            ("attention lab", AttentionLab(), ATTENTION_LAB),
            ("writer", Writer(), WRITER),
            ("writer, a long text", Writer(written=source[:240].replace("\n\n", "\n")), WRITER),
            ("ablation", AblationSwitchboard(), ABLATION),
            ("flipbook", Flipbook([diagrams.diagram("lstm", values={"f": f}) for f in openings]), FLIPBOOK),
        ):
            of_a_widget(browser, Path(folder), name, widget, acts)
        of_the_playground(browser, Path(folder))


if __name__ == "__main__":
    main()
