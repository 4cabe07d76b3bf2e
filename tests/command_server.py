"""A process that has imported what commands need, and forks one process for each command.

Reads one request a line, as JSON, and answers with a number: the process that was started, or the
exit code of the one that was waited for, which is minus the signal that killed it.
"""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import traceback

import rich.progress  # noqa: F401
import torch._dynamo  # noqa: F401  what torch's optimizers import at their first step
import typer.rich_utils  # noqa: F401

import cloudburst.experiment  # noqa: F401

SECONDS = 300


def become(request: dict) -> None:
    """Turns this process into `cloudburst` with the arguments of a request."""
    for number, name in enumerate((os.devnull, request["out"], request["err"])):
        flags = os.O_RDWR | os.O_CREAT | os.O_NOCTTY if number else os.O_RDONLY
        os.dup2(os.open(name, flags), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1) for number in (1, 2))
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    signal.alarm(SECONDS)
    if request["largest"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"],) * 2)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os._exit(exit_code(request["arguments"]))


def exit_code(arguments: list[str]) -> int:
    """Runs the command to its end; what an interpreter would then tidy up goes with it."""
    # looks at the terminal when it is imported
    main = importlib.import_module("cloudburst.cli").main
    code = 1
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def serve() -> None:
    # collecting what was imported would copy it into every process
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                become(request)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
