"""Reads the values of one metric in a process of its own, as a regular expression may take forever.

It is run as a file. A line of JSON with the regular expression comes first; then each line is a list of texts, and is
answered by a line with the list of their values. When one answer takes too much time of the processor, the system ends
the process, also in the midst of a match.
"""

import json
import re
import signal
import sys

# Seconds of the processor for one list of texts.
MOST_SECONDS = 5.0


def values(pattern: re.Pattern[str], text: str) -> list[float]:
    """Return the values in a text: what the first group of each match holds, where that is a number."""
    found = []
    for match in pattern.finditer(text):
        given = match[1] if pattern.groups else match[0]
        try:
            found.append(float(given or ""))
        except ValueError:
            continue
    return found


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    pattern = re.compile(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        # The timer's signal kills: a handler of Python's would wait until the match is done.
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        found = [value for text in json.loads(line) for value in values(pattern, text)]
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
