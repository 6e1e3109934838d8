"""What the command understands."""

import argparse

from cdk_hpo.command.terminal import width

_CHECK = """\
Check tuning requests against every documented rule of CreateHyperParameterTuningJob.

A FILE is
  * a request in boto3 form as JSON or YAML, or a list of requests,
  * a CloudFormation template (JSON or YAML) with tuning jobs of cdk-hpo,
  * a folder with a CDK cloud assembly (cdk.out): all its templates are checked,
  * - for standard input.
"""
_STATUS = "Exit status: 0 nothing to object to (warnings are allowed without --strict), 1 findings, 2 unusable input."


_IMPORT = """\
Write a Python module with the definition of a tuning job that you have.

SOURCE is
  * request    the arguments of create_hyper_parameter_tuning_job,
  * describe   the answer of describe_hyper_parameter_tuning_job,
  * terraform  a resource aws_sagemaker_hyper_parameter_tuning_job: configuration in JSON,
               or the output of terraform show -json,
  * sdk        the arguments of the SageMaker SDK's HyperparameterTuner,
or --job names a job of your account, which is only read.
"""
_IMPORT_STATUS = """\
Exit status: 0 all is taken over, 1 something is not or the checks find errors, 2 unusable input.
Standard error says what.
"""

_LOCAL = """\
Look at the tuning jobs of the local cloud (python -m cdk_hpo.local).

  * jobs       a table of all tuning jobs,
  * show NAME  one of them, live until it ends: how far it is, the best so far, the time that is
               left by estimate; then its ten best training jobs.
"""
_LOCAL_STATUS = "Exit status: 0 shown, 2 there is no such job or no local cloud, 130 interrupted with Ctrl-C."

_REPORT = """\
Write a report on a tuning job into one HTML file that needs no network: the best training job,
plots of the search, all training jobs and why some failed. Needs the extra report.

NAME is a tuning job of your account, which is only read, or with --local of the local cloud.
"""
_REPORT_STATUS = "Exit status: 0 written, 2 there is no such job, or it cannot be read or the report not be written."


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Asks for the terminal's width itself: argparse would import a large module, and does so for every option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=width() - 2)


def parser(first: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    first
        The first word. If it is a command, only that command's options are made ready: all of them take longer.
    """
    top = argparse.ArgumentParser(
        prog="cdk-hpo",
        description="Check, import and watch Amazon SageMaker hyperparameter tuning jobs, without CDK or Node.",
        formatter_class=_Formatter,
    )
    top.add_argument("--version", action=_Version, help="print the version and leave")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", prog="cdk-hpo")
    known = {
        "check": _add_check,
        "rules": _add_rules,
        "import": _add_import,
        "local": _add_local,
        "report": _add_report,
    }
    for name, add in known.items():
        if first == name or first not in known:
            add(commands)
    return top


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check",
        help="check requests, templates or a cdk.out folder",
        description=_CHECK,
        epilog=_STATUS,
        formatter_class=_Formatter,
    )
    add = check.add_argument
    add("files", nargs="+", metavar="FILE", help="a request, a template, a cdk.out folder, or -")
    add("--format", choices=("text", "json", "sarif", "github"), default="text", help="output (default: text)")
    add("--rule", action="append", default=[], metavar="ID", help="report only this rule (repeatable)")
    add("--ignore", action="append", default=[], metavar="ID", help="do not report this rule (repeatable)")
    add("--strict", action="store_true", help="warnings make the exit status 1, too")
    add("--verbose", action="store_true", help="list acknowledged findings with their reasons, too")


def _add_rules(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rules = commands.add_parser(
        "rules",
        help="list all rules, or explain some",
        description="List all rules, or explain one with its source, a wrong and a right example.",
        formatter_class=_Formatter,
    )
    rules.add_argument("ids", nargs="*", metavar="ID", help="the rule to explain (default: list all)")
    rules.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")


def _add_import(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    importing = commands.add_parser(
        "import",
        help="write a Python module with the definition of a tuning job that you have",
        description=_IMPORT,
        epilog=_IMPORT_STATUS,
        formatter_class=_Formatter,
    )
    add = importing.add_argument
    add("source", nargs="?", metavar="SOURCE", help="a JSON or YAML file, or - for standard input")
    add("--format", choices=("request", "describe", "terraform", "sdk"), help="what SOURCE is (default: recognised)")
    add("--job", metavar="NAME", help="read this tuning job of your account instead of SOURCE; needs boto3")
    add("--region", metavar="REGION", help="the region of --job (default: as boto3 finds it)")
    add("--output", metavar="FILE", help="the module to write (default: standard output)")
    add("--force", action="store_true", help="replace the module if it is there already")
    add("--name", metavar="VARIABLE", help="the variable that holds the definition (default: definition)")


def _add_local(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    local = commands.add_parser(
        "local",
        help="watch the tuning jobs of the local cloud",
        description=_LOCAL,
        epilog=_LOCAL_STATUS,
        formatter_class=_Formatter,
    )
    add = local.add_argument
    add("action", choices=("jobs", "show"), metavar="ACTION", help="jobs or show")
    add("name", nargs="?", metavar="NAME", help="the tuning job to show")
    add("--once", action="store_true", help="show it as it is now (default when the output is no terminal)")
    add("--json", action="store_true", help="print JSON, once")
    add("--url", metavar="URL", help="the local cloud (default: AWS_ENDPOINT_URL, else http://127.0.0.1:4566)")


def _add_report(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    report = commands.add_parser(
        "report",
        help="write a report on a tuning job",
        description=_REPORT,
        epilog=_REPORT_STATUS,
        formatter_class=_Formatter,
    )
    add = report.add_argument
    add("name", metavar="NAME", help="the tuning job, by its name or ARN")
    add("-o", "--output", metavar="FILE", help="the file to write (default: NAME.html)")
    add("--region", metavar="REGION", help="the region of the job (default: as boto3 finds it)")
    add("--local", action="store_true", help="read from the local cloud, at AWS_ENDPOINT_URL or http://127.0.0.1:4566")


class _Version(argparse.Action):
    """Prints the version; it is looked up only then."""

    def __init__(self, option_strings: list[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from cdk_hpo._version import __version__

        print(f"cdk-hpo {__version__}")
        parser.exit()
