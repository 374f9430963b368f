"""Draw docs/terminal.svg: what `git ticket demo` really prints, as a picture of a terminal.

`python docs/picture.py` renews it. Ids, times and temporary folders are replaced by fixed ones,
so that the picture changes only when the program does.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

PICTURE = Path(__file__).with_name("terminal.svg")
COMMAND = "git ticket demo"

SIZE, WIDTH, LINE, MARGIN, BAR = 14, 8.4, 20, 22, 40
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
WINDOW, TEXT, TITLE = "#16181d", "#c9d1d9", "#8b949e"
BUTTONS = ("#ff5f57", "#febc2e", "#28c840")
COLOURS = dict(
    zip(
        range(30, 38),
        ("#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#39c5cf", "#f0f6fc"),
        strict=True,
    )
)
FIXED = (
    (r"/\S*/git-ticket-demo-\w+/repository", ("~/avatars",)),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", ("0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11",)),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", ("2026-11-22T09:00:00Z",) * 9),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", ("2026-11-22 09:00",) * 9),
    (r"\d{4}-\d\d-\d\d(?=-claude)", ("2026-11-22",) * 9),
    (r"(?<=comments/)\w{26}", ("01JD8Z6W5T3K9QG4R7M2XV1B0A",)),
    (r"(?<=criterion )\w{4}(?=:)|(?<=\] )\w{4}(?=  It)", ("k3f9",)),
    (
        r"(?m)(?:(?<=^)|(?<=^\[)|(?<=commit  ))[0-9a-f]{7,}(?=[ \]])",
        ("1f0c2a9", "4be1f08", "9d3c5a7", "c60f2e1", "27aa914"),
    ),
)


def recorded() -> str:
    """The output of the demonstration, run in a terminal of its own with colour."""
    master, slave = pty.openpty()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ = {
        **kept,
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    command = [sys.executable, "-m", "git_ticketer", *COMMAND.split()[2:]]
    with subprocess.Popen(command, env=environ, stdin=slave, stdout=slave, stderr=slave) as program:
        os.close(slave)
        data = b"".join(iter(lambda: _read(master), b""))
    if program.returncode:
        raise SystemExit(data.decode())
    return data.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the last writer has closed the terminal
        return b""


def settled(text: str) -> str:
    """`text` with what differs from run to run replaced, the same by the same."""
    for pattern, names in FIXED:
        found = dict.fromkeys(re.findall(pattern, text))
        for old, new in zip(found, names, strict=False):
            text = text.replace(old, new)
    return text


def runs(line: str) -> Iterator[tuple[int, str, str]]:
    """The pieces of a line: column, text, and the SVG attributes of their SGR codes.

    A piece ends where two spaces meet, as viewers disagree about `xml:space`.
    """
    column, colour, bold = 0, "", ""
    for code, text in re.findall(r"(?:\x1b\[([\d;]*)m)?([^\x1b]*)", line):
        for number in map(int, filter(None, code.split(";"))):
            if number == 0:
                colour = bold = ""
            elif number == 1:
                bold = ' font-weight="bold"'
            elif number in COLOURS:
                colour = f' fill="{COLOURS[number]}"'
        for piece in re.finditer(r"\S+(?: \S+)*", text):
            yield column + piece.start(), piece[0], colour + bold
        column += len(text)


def drawn(lines: list[str]) -> Iterator[str]:
    """The lines of the SVG; every piece is stretched to its columns, whatever the font."""
    columns = max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in lines)
    width, height = round(2 * MARGIN + columns * WIDTH), BAR + len(lines) * LINE + MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
    yield f' width="{width}" height="{height}" font-family="{FONTS}" font-size="{SIZE}">'
    yield f"<title>What {COMMAND} prints</title>"
    yield f'<rect width="{width}" height="{height}" rx="10" fill="{WINDOW}"/>'
    for i, colour in enumerate(BUTTONS):
        yield f'<circle cx="{MARGIN + 20 * i}" cy="{BAR / 2:g}" r="6" fill="{colour}"/>'
    middle = f'x="{width / 2:g}" y="{BAR / 2 + 5:g}" text-anchor="middle"'
    yield f'<text {middle} fill="{TITLE}">{COMMAND}</text>'
    yield f'<g fill="{TEXT}">'
    for row, line in enumerate(lines):
        for column, text, style in runs(line):
            x, y = MARGIN + column * WIDTH, BAR + row * LINE + SIZE
            length = f'textLength="{len(text) * WIDTH:.1f}"'
            yield f'<text x="{x:.1f}" y="{y}" {length}{style}>{escape(text)}</text>'
    yield "</g>"
    yield "</svg>"


def main() -> None:
    """Run the demonstration and write the picture."""
    lines = settled(recorded()).strip("\n").splitlines()
    PICTURE.write_text("\n".join(drawn(lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
