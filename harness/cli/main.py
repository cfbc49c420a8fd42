"""The command ``harness``. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from harness.cli import analyse, data, doctor, group, model, plugins, predict, study
from harness.errors import HarnessError
from harness.exit_codes import ExitCode, in_a_line

EPILOG = f"""**Start here:** `harness study validate studies/audio_pairs.yaml`, then `plan`, then `run`.

**Exit codes:** {in_a_line()}."""

app = typer.Typer(
    name="harness",
    help="Which audio tasks help each other when one network learns them together,"
    " and can that be told beforehand?",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=True,  # --install-completion, --show-completion
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(study.app, name="study")
app.add_typer(data.app, name="data")
app.add_typer(plugins.app, name="plugins")
app.add_typer(model.app, name="model")
app.command("analyse")(analyse.analyse)
app.command("analyze", hidden=True)(analyse.analyse)
app.command("group")(group.group)
app.command("predict")(predict.predict)
app.command("doctor")(doctor.doctor)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"harness {version('mtl-harness')}")
        raise typer.Exit


@app.callback()
def harness(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; errors are shown as messages, not as tracebacks.

    ``HARNESS_DEBUG=1`` shows the traceback of every error.
    """
    try:
        app(args=None if argv is None else list(argv), prog_name="harness")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader (head, less) has gone
        return ExitCode.ERROR
    except HarnessError as error:
        return _shown(error, str(error), error.exit_code)
    except Exception as error:
        message = f"unexpected {type(error).__name__}: {error}\nset HARNESS_DEBUG=1 to see the traceback"
        return _shown(error, message, ExitCode.ERROR)
    return 0


def _shown(error: Exception, message: str, code: int) -> int:
    if os.environ.get("HARNESS_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
