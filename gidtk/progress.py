"""How far a long work is: a bar on standard error with the rate and the number of failures."""

from types import TracebackType
from typing import Any, Self

__all__ = ["Progress"]


class Progress:
    """A bar that is shown or not.

    Parameters
    ----------
    shown : bool
        False prints nothing.
    total : int
        How many documents are expected so far.
    """

    def __init__(self, shown: bool, total: int = 0) -> None:
        self._bar: Any = None
        self._failed = 0
        if shown:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit=" files", dynamic_ncols=True, smoothing=0.05)

    def expect(self, more: int) -> None:
        """Say that more documents were found than expected."""
        if self._bar is not None and more:
            self._bar.total += more
            self._bar.refresh()

    def done(self, number: int, failed: int = 0) -> None:
        """Say that documents are done, and how many of them failed."""
        self._failed += failed
        if self._bar is not None:
            if failed:
                self._bar.set_postfix(failed=self._failed, refresh=False)
            self._bar.update(number)

    def say(self, text: str) -> None:
        """Name the step that is under way."""
        if self._bar is not None:
            self._bar.set_description(text)

    def __enter__(self) -> Self:
        """Show the bar."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the bar."""
        if self._bar is not None:
            self._bar.close()
