"""Corpus, the engines: run tasks here, in processes of this machine, or on Dask. All end in the same files.

An engine takes tasks and yields an `Outcome` for each, in any order; an `OutputError` ends it. What the tasks return is
used for the progress bar only: results are counted from the files, as a task may run twice.
"""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
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
#: Seconds between looks for workers while nothing ends, and after which a cluster without any is given up.
_LOOK = 10
WORKERLESS = 600


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
    # loaded the reader once for all of them, and what the command line needs, which each worker loads again.
    forked = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forked else "spawn")
    if forked:
        from multiprocessing import forkserver

        context.set_forkserver_preload(["geo.corpus.warm", "click"])
        forkserver.ensure_running()
        import pyarrow.parquet  # noqa: F401 - needed at the end, and there is nothing else to do meanwhile
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
    there is no scheduler, `OutputError` if the cluster has had no worker for `WORKERLESS` seconds, `MissingExtraError`
    without the extra [scale].
    """
    try:
        import dask as library
        from distributed import Client, LocalCluster
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
                yield from _OnCluster(client, scheduler, cluster, jobs).run(tasks)
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


class _OnCluster:
    """One run on a cluster, whose workers may die, come late or be gone."""

    def __init__(self, client: Any, name: str, local: Any, jobs: int) -> None:
        self._client = client
        self._name = name
        self._local = local
        self._jobs = jobs
        self._alone_since: float | None = None

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Run tasks; where workers die, the scheduler blames all that they held: what it gave up is run alone."""
        waiting = iter(tasks)
        running: dict[Any, Task] = {}
        suspects: list[Task] = []
        while True:
            ahead = _AHEAD * max(1, len(self._client.nthreads()))
            for task in islice(waiting, max(0, ahead - len(running))):
                running[self._submit(task)] = task
            if not running:
                break
            for future in self._done(running):
                outcome = _outcome(future, running.pop(future), suspects)
                if outcome is not None:
                    yield outcome
        for task in suspects:
            future = self._submit(task)
            self._done([future])
            outcome = _outcome(future, task, None)
            if outcome is not None:
                yield outcome

    def _submit(self, task: Task) -> Any:
        return self._client.submit(work, task, pure=False, retries=TRIES - 1)

    def _done(self, futures: Iterable[Any]) -> list[Any]:
        """Wait until some are done, and see meanwhile that there are workers at all."""
        from distributed import wait as wait_for
        from distributed.client import FuturesCancelledError

        with self._client.as_current():
            while True:
                try:
                    found = wait_for(list(futures), timeout=_LOOK, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call]
                    return list(found.done)
                except TimeoutError:
                    self._look_after()
                except FuturesCancelledError as error:
                    raise OutputError(
                        f"{self._name}: the scheduler was lost; what is done is kept: run the same command again"
                    ) from error

    def _look_after(self) -> None:
        if self._client.nthreads():
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        if self._local is not None:  # where all died at once, none may have come back
            self._local.scale(0)
            self._local.scale(self._jobs)
        if now - self._alone_since > WORKERLESS:
            raise OutputError(
                f"{self._name}: no worker for {WORKERLESS // 60} minutes; what is done is kept: start workers, "
                "then run the same command again"
            )


def _outcome(future: Any, task: Task, suspects: list[Task] | None) -> Outcome | None:
    """Give how a task that is done ended; None where it was given up with others and is now in ``suspects``."""
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
