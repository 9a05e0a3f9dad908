"""Corpus, the engines: run tasks here, in processes of this machine, or on Dask. All end in the same files.

An engine takes tasks and yields an `Outcome` for each, in any order; an `OutputError` ends it. What the tasks return is
used for the progress bar only: results are counted from the files, as a task may run twice.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, NamedTuple

from geo.corpus.task import Task, work
from geo.errors import InputError, MissingExtraError, OutputError

#: A shard that fails or whose process dies this often is put aside.
TRIES = 3
DEATHS = 4
_DIED = f"its process died {DEATHS} times (killed, or out of memory)"
#: Tasks that a cluster holds at a time, for each worker: enough to keep it busy, few enough to stay small.
_AHEAD = 8


class Outcome(NamedTuple):
    """How a task ended: the articles it read, and the reason where it failed for good."""

    task: Task
    articles: int
    failure: str | None = None


def words(error: BaseException) -> str:
    """Name an error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


# --- this process ---------------------------------------------------------------------------------------------


def serial(tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Run tasks one after the other in this process."""
    for task in tasks:
        for left in reversed(range(TRIES)):
            try:
                yield Outcome(task, work(task))
                break
            except OutputError:  # the next shard would fare no better
                raise
            except Exception as error:  # a shard of any kind may fail in any way: it is put aside, the rest goes on
                if not left:
                    yield Outcome(task, 0, words(error))


# --- processes of this machine --------------------------------------------------------------------------------


def processes(tasks: Sequence[Task], *, jobs: int) -> Iterator[Outcome]:
    """Run tasks in ``jobs`` processes.

    When one of them dies, all tasks that were running are suspects, as the pool can't tell whose it was. They are run
    one at a time; one whose process then dies `DEATHS` times is the culprit.
    """
    waiting = deque(tasks)
    tries: Counter[int] = Counter()
    while waiting:
        suspects: list[Task] = []
        yield from _together(waiting, jobs, tries, suspects)
        for task in suspects:
            yield _alone(task)


def _pool(jobs: int) -> ProcessPoolExecutor:
    import multiprocessing

    # Not forked from this process: it has threads (Arrow's), and such a fork may hang. A server without threads has
    # loaded the reader once for all of them.
    forked = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forked else "spawn")
    if forked:
        context.set_forkserver_preload(["geo.corpus.warm"])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Set up a worker: Ctrl-C is the parent's to handle, and where the parent dies the worker goes, too."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    _single_thread()


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _single_thread() -> None:
    """Keep Arrow to one thread: the processes share the cores."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _together(waiting: deque[Task], jobs: int, tries: Counter[int], suspects: list[Task]) -> Iterator[Outcome]:
    """Run tasks until none is left or a process dies; then ``suspects`` are those that were running."""
    running: dict[Future[int], Task] = {}
    with _pool(min(jobs, len(waiting))) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < jobs + 1:
                    running[pool.submit(work, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    error = future.exception()
                    if isinstance(error, BrokenProcessPool | OutputError):
                        raise error
                    task = running.pop(future)
                    if error is None:
                        yield Outcome(task, future.result())
                        continue
                    tries[task.shard.index] += 1
                    if tries[task.shard.index] < TRIES:
                        waiting.append(task)
                    else:
                        yield Outcome(task, 0, words(error))
        except BrokenProcessPool:
            suspects += running.values()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _alone(task: Task) -> Outcome:
    failure, deaths, tries = "", 0, 0
    while deaths < DEATHS and tries < TRIES:
        with _pool(1) as pool:
            try:
                return Outcome(task, pool.submit(work, task).result())
            except BrokenProcessPool:
                deaths += 1
                failure = _DIED
            except OutputError:
                raise
            except Exception as error:  # as in `serial`
                tries += 1
                failure = words(error)
    return Outcome(task, 0, failure)


#: What Dask takes for an address: where it is another, its client hangs at the end and prints a traceback.
_ADDRESS = re.compile(r"local|(?:(?:tcp|tls|ws|wss|ucx)://)?[^\s/:]+(?::[^\s/:]+)*:\d{1,5}/?")


# --- Dask -----------------------------------------------------------------------------------------------------


def check_scheduler(scheduler: str) -> None:
    """Raise `InputError` unless it is ``local`` or looks like the address of a Dask scheduler."""
    if not _ADDRESS.fullmatch(scheduler):
        raise InputError(f"{scheduler!r} is no address of a Dask scheduler: give tcp://HOST:PORT, or local")


def dask(tasks: Sequence[Task], *, scheduler: str, jobs: int) -> Iterator[Outcome]:
    """Run tasks on the Dask cluster at ``scheduler``, or, if that is ``local``, in ``jobs`` processes here.

    The workers need this package, the inputs and the folder of the results at the same paths. Raises `InputError` if
    there is no scheduler, `MissingExtraError` without the extra [scale].
    """
    try:
        import dask as library
        from distributed import Client, LocalCluster, as_completed
    except ImportError as error:
        raise MissingExtraError("--scheduler", "scale") from error
    settings = {"distributed.scheduler.allowed-failures": DEATHS - 1, "distributed.admin.log-format": "%(message)s"}
    with library.config.set(settings):
        cluster = (
            LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
            )
            if scheduler == "local"
            else None
        )
        try:
            with _client(Client, cluster or scheduler, scheduler) as client:
                client.register_worker_callbacks(_single_thread)
                yield from _on_cluster(client, as_completed, tasks)
        finally:
            if cluster is not None:
                cluster.close()


def _client(client: Callable[..., Any], where: Any, scheduler: str) -> Any:
    try:
        return client(where, timeout="20s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"{scheduler}: no Dask scheduler answers there: give its address as tcp://HOST:PORT, or local"
        ) from error


def _on_cluster(client: Any, as_completed: Any, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Run tasks; where workers die, the scheduler blames all that they held, so those it gave up are run alone."""
    waiting = iter(tasks)
    running: dict[Any, Task] = {}
    suspects: list[Task] = []
    ahead = _AHEAD * max(1, len(client.scheduler_info()["workers"]))
    for task in islice(waiting, ahead):
        running[_submit(client, task)] = task
    completed = as_completed(list(running), loop=client.loop)
    for future in completed:
        outcome = _outcome(future, running.pop(future), suspects)
        if outcome is not None:
            yield outcome
        for task in islice(waiting, 1):
            following = _submit(client, task)
            running[following] = task
            completed.add(following)
    for task in suspects:
        outcome = _outcome(_submit(client, task), task, None)
        if outcome is not None:
            yield outcome


def _submit(client: Any, task: Task) -> Any:
    return client.submit(work, task, pure=False, retries=TRIES - 1)


def _outcome(future: Any, task: Task, suspects: list[Task] | None) -> Outcome | None:
    """Wait for a task; None where it was given up with others and is now in ``suspects``."""
    from distributed import KilledWorker

    error = future.exception()
    articles = 0 if error is not None else future.result()
    future.release()
    if isinstance(error, OutputError):
        raise error
    if not isinstance(error, KilledWorker):
        return Outcome(task, articles, words(error) if error is not None else None)
    if suspects is not None:
        suspects.append(task)
        return None
    return Outcome(task, 0, _DIED)
