"""The command ``cdk-hpo``: the checks without CDK, Node or AWS, for pre-commit hooks, CI and shells.

Only what a run needs is imported: the command answers before a person notices that it started.
"""

import os
import sys
from collections.abc import Sequence

UNWRITABLE = 2
INTERRUPTED = 130
#: What a shell reports for a program that a closed pipe ended.
PIPE_CLOSED = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv : Sequence[str], optional
        The words after the command's name, by default the process's own.

    Returns
    -------
    int
        The exit status: 0 nothing to object to, 1 findings, 2 unusable input.

    Raises
    ------
    SystemExit
        With status 2 for wrong options, with 0 after ``--help`` and ``--version``.
    """
    if sys.stdout is None:  # the process was started without one
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (it lives as long as the process)
    try:
        status = _run(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # What cannot be written now cannot be written at the end either, and Python would complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return PIPE_CLOSED
        print(f"cdk-hpo: the report cannot be written: {error.strerror}", file=sys.stderr)
        return UNWRITABLE
    return status


def _run(argv: Sequence[str] | None) -> int:
    from cdk_hpo.command.arguments import parser

    # A terminal that cannot show a character must not end the command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if argv is None else argv
    given = parser(words[0] if words else None).parse_args(words)
    if given.command == "rules":
        from cdk_hpo.command.rules import explain

        return explain(given)
    if given.command == "import":
        from cdk_hpo.command.importing import import_definitions

        return import_definitions(given)
    if given.command in ("local", "report"):
        from cdk_hpo.command import watching

        return watching.local(given) if given.command == "local" else watching.report(given)
    from cdk_hpo.command.checking import check_files

    return check_files(given)


if __name__ == "__main__":
    sys.exit(main())
