"""Where a comment stands that may lie below a post of ours or of somebody else: no source of its own.

Below a post of ours each comment begins a conversation: whoever writes there has nothing to do with the one before.
Below one of somebody else all is one conversation, in which that post is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope


def place(answer: Envelope, native: str, parent: Any, root: Any = None) -> dict[str, str]:
    """``in_reply_to`` and ``thread_id``. ``parent``: the comment it answers; ``root``: the first of those.

    The answer's ``about`` has the ``post`` of somebody else that all of it stands below. What is looked at again
    (``sweep``) does not tell: an earlier answer did.
    """
    above = {"in_reply_to": str(parent)} if parent else {}
    if answer.stream == "sweep":
        return above
    if post := answer.about.get("post"):
        return {"in_reply_to": post, "thread_id": post} | above
    return above | {"thread_id": str(root or parent or native)}
