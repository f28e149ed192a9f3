"""Presses Tab in a real shell, and looks at what then stands on the screen.

    completions.py SHELL BEANC SCRIPT [LINE SCREEN]...

`SCRIPT` is what `beanc completions SHELL` printed. A new shell in a terminal
gets each `LINE` and a Tab; the screen must then contain `SCREEN`.
"""
import os
import re
import sys
import tempfile
import time

import pexpect

SHELL, BEANC, SCRIPT, *CASES = sys.argv[1:]
MARK = "@ready@"
# In two halves, so that the command that sets the prompt does not look like it.
PROMPT = "'@rea''dy@'"
START = {
    "bash": f"PS1={PROMPT}; bind 'set bell-style none'; source {SCRIPT}",
    # The way that the help of the command says: a file `_beanc` in `fpath`.
    "zsh": f"PS1={PROMPT}; unsetopt beep; fpath=({os.path.dirname(SCRIPT)} $fpath); "
    "autoload -Uz compinit; compinit -u -D",
    "fish": f"function fish_prompt; printf {PROMPT}; end; source {SCRIPT}",
}[SHELL]
COMMAND = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}[SHELL]


def screen(text):
    """What is left of a terminal's output without its escapes."""
    text = re.sub(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?>=]*[a-zA-Z]|\x1b[()=>][B0]?|[\x0e\x0f\x07]", "", text)
    # A character that was drawn and taken back.
    while re.search(r"[^\x08]\x08", text):
        text = re.sub(r"[^\x08]\x08", "", text, count=1)
    return text


def pressed(line, wanted, home):
    """What stands on the screen once it is what is wanted, or after half a minute."""
    environment = {
        "PATH": os.path.dirname(BEANC) + os.pathsep + os.environ["PATH"],
        "HOME": home,
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
    }
    child = pexpect.spawn(
        SHELL, COMMAND, env=environment, encoding="utf-8", timeout=20, dimensions=(40, 200), cwd=home
    )
    child.sendline(START)
    child.expect_exact(MARK)
    # A Tab that comes together with other text is taken for text by zsh.
    time.sleep(0.2)
    child.send(line)
    seen, begin = "", time.monotonic()
    press = begin + 0.3
    while wanted not in screen(seen) and time.monotonic() < begin + 30:
        if time.monotonic() > press:
            child.send("\t")
            press += 5
        try:
            seen += child.read_nonblocking(4096, timeout=0.1)
        except pexpect.TIMEOUT:
            pass
    child.close(force=True)
    return screen(seen)


with tempfile.TemporaryDirectory() as home:
    for line, wanted in zip(CASES[::2], CASES[1::2]):
        shown = pressed(line, wanted, home)
        if wanted not in shown:
            sys.exit(f"{SHELL}: {line!r} became {shown!r}, without {wanted!r}")
