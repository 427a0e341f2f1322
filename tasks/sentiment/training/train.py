"""Head and student from sets of texts, and what they score on sets that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tasks.errors import UsageError
from tasks.sentiment import e5, scores
from tasks.sentiment.head import WIDTH, Head
from tasks.sentiment.scores import Scores
from tasks.sentiment.student import Student
from tasks.sentiment.training import distil, regression
from tasks.sentiment.training.material import EMBEDDING_SCALE, LISTED_SCALE, Material, Say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Trained:
    """One engine's weights with their scores by Material.key: ``left_out`` of sets that other weights, made of all the
    other sets, were tried on; ``judged`` of sets that nothing was made of.
    """

    weights: Head | Student
    left_out: dict[str, Scores] = field(default_factory=dict)
    judged: dict[str, Scores] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """What is kept beside the weights, to compare the next ones with."""
        return {key: asdict(found) for key, found in {**self.left_out, **self.judged}.items()}


def head(sets: Sequence[Material], about: dict[str, Any]) -> Head:
    """A head of labelled sets, one of which at least has neutral texts. Raises UsageError otherwise."""
    import numpy as np

    if all(one.two_class for one in sets):
        raise UsageError("none of the files has neutral texts; at least one must have all three labels.")
    centre = np.mean([one.embeddings.mean(axis=0, dtype=float) for one in sets], axis=0)
    slopes, intercepts = regression.fitted([one.examples(centre) for one in sets])
    slopes[:WIDTH] *= EMBEDDING_SCALE
    slopes[WIDTH:] *= LISTED_SCALE
    return Head(slopes, intercepts - centre @ slopes[:WIDTH], {**about, "model": e5.model_version()})


def student(teacher: Head, sets: Sequence[Material], about: dict[str, Any]) -> Student:
    """What the teacher says of all texts, with labels or without."""
    lessons = [distil.Lesson(one.texts, one.listed, teacher.probabilities(one.embeddings, one.listed)) for one in sets]
    return distil.distilled(lessons, about)


def train(
    sets: Sequence[Material], more: Sequence[Material], judges: Sequence[Material], about: dict[str, Any], say: Say
) -> dict[str, Trained]:
    """{'e5': …, 'student': …}. ``more`` are texts without labels, ``judges`` are never learnt from."""
    say("training on all sets …")
    whole = head(sets, about)
    pupil = student(whole, [*sets, *more], about)
    found = {
        "e5": Trained(whole, judged=_scores(whole, judges)),
        "student": Trained(pupil, judged=_scores(pupil, judges)),
    }
    for number, out in enumerate(sets):
        rest = [*sets[:number], *sets[number + 1 :]]
        if all(one.two_class for one in rest):
            continue
        say(f"training without {out.name} …")
        other = head(rest, about)
        found["e5"].left_out.update(_scores(other, [out]))
        found["student"].left_out.update(_scores(student(other, [*rest, *more], about), [out]))
    return found


def _scores(made: Head | Student, sets: Sequence[Material]) -> dict[str, Scores]:
    return {one.key: scores.scored(one.labels, scores.labels(_probabilities(made, one))) for one in sets}


def _probabilities(made: Head | Student, one: Material) -> NDArray[np.float64]:
    if isinstance(made, Head):
        return made.probabilities(one.embeddings, one.listed)
    return made.probabilities(one.texts)


def worse(new: dict[str, Any], old: dict[str, Any]) -> str | None:
    """Why new weights should not replace the old ones; None when they may. Both are Trained.record()."""
    shared = sorted(new.keys() & old.keys())
    if not shared:
        return "there is no set on which both the old and the new weights were tried"
    ours, theirs = (sum(one[key]["macro_f1"]["value"] for key in shared) / len(shared) for one in (new, old))
    if ours < theirs - 5e-4:
        return f"on {len(shared)} sets the old ones score {theirs:.3f} on average, the new ones {ours:.3f}"
    return None
