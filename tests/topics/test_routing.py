"""Who owns a message: the first rule that fits wins, and is told; what nobody owns is nobody's."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from tasks.errors import ConfigError
from tasks.settings import Institution
from tasks.topics.listening import Listening
from tests.topics.judged import judge
from tests.world import INSTITUTION

HEAD = INSTITUTION.replace('keywords = ["tentamen", "exam"]', "").partition("[deliver]")[0]
DELIVER = "[deliver]" + INSTITUTION.partition("[deliver]")[2]
OTHERS = """
[[department]]
id   = "it"
name = { nl = "IT", en = "IT" }
[[department]]
id   = "press"
name = { nl = "Pers", en = "Press" }
[[source]]
id   = "news"
type = "files"
name = { nl = "Nieuws", en = "News" }
"""


def school(rules: str) -> Institution:
    return Institution(slug="school", **tomllib.loads(HEAD + OTHERS + rules + DELIVER))


def owner(rules: str, text: str, **more: Any) -> tuple[str | None, str | None]:
    (found,) = judge([text], school(rules), **more)
    return found.department, found.rule


def test_the_first_rule_that_fits_wins_and_is_told() -> None:
    rules = """
[[route]]
department = "press"
keywords   = ["journalist"]
[[route]]
department = "it"
topics     = ["digital_environment"]
"""
    assert owner(rules, "Journalist zoekt iemand over de wifi") == ("press", "keyword journalist")
    assert owner(rules, "De wifi ligt eruit") == ("it", "topic digital_environment")
    turned = '[[route]]\ndepartment = "it"\ntopics = ["digital_environment"]\n' + rules
    assert owner(turned, "Journalist zoekt iemand over de wifi") == ("it", "topic digital_environment")


def test_all_kinds_of_condition_must_hold_any_value_of_each() -> None:
    rules = '[[route]]\ndepartment = "press"\nsources = ["news"]\nkeywords = ["wifi", "canvas"]\n'
    assert owner(rules, "Canvas stuk", source="news") == ("press", "keyword canvas + source news")
    assert owner(rules, "Canvas stuk", source="mastodon") == ("it", "topic digital_environment")
    assert owner(rules, "Iets anders", source="news") == (None, None)


def test_an_account_of_ours_leads_to_its_department() -> None:
    rules = '[[route]]\ndepartment = "it"\naccounts = ["@School_IT"]\n'
    assert owner(rules, "Help", accounts=["school_it"]) == ("it", "account school_it")
    assert owner(rules, "Help") == (None, None)


def test_nobody_ends_the_search() -> None:
    rules = '[[route]]\ndepartment = "nobody"\nkeywords = ["loterij"]\n'
    assert owner(rules, "Loterij om een tentamen") == (None, "keyword loterij")


def test_keywords_of_departments_need_no_rules_and_come_before_the_owners_of_topics() -> None:
    keyed = OTHERS.replace('id   = "it"', 'id   = "it"\nkeywords = ["tentamen"]')
    first = Institution(slug="school", **tomllib.loads(HEAD + keyed + DELIVER))
    assert judge(["Tentamen"], first)[0].rule == "keyword tentamen"
    order = '[routing]\norder = ["topics", "keywords"]\n'
    turned = Institution(slug="school", **tomllib.loads(HEAD + keyed + order + DELIVER))
    assert (judge(["Tentamen"], turned)[0].department, judge(["Tentamen"], turned)[0].rule) == ("exams", "topic exams")


def test_the_owner_is_that_of_the_main_topic_which_has_one_here() -> None:
    # Safety comes first and belongs to student affairs, which this school does not have.
    assert owner("", "Onveilig, en het tentamen is weg") == ("exams", "topic exams")
    assert owner("", "Bestolen in de bibliotheek") == (None, None)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ('[[route]]\ndepartment = "it"\n', "#1 has no condition"),
        ('[[route]]\ndepartment = "prss"\nkeywords = ["a"]\n', "does not exist: prss. Did you mean press?"),
        ('[[route]]\ndepartment = "it"\nsources = ["nieuws"]\n', "names a source that does not exist: nieuws"),
        ('[routing]\norder = ["topics", "topics"]\n', "names the same kind of rule twice"),
        ('[names]\ncontext = ["a b"]\n', "needs a name: full or short"),
        ('[names]\nfull = ["re:(a+)+$"]\n', "is a regular expression; names are told by words"),
        ('[[ignore]]\npattern = "re:(a+)+$"\ncase = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"\n', "told by words"),
        ('[names]\nshort = ["&"]\n', "has no word in it"),
        ('[names]\nfull = ["a*"]\n', "at least 2 letters beside a *"),
        ('[names]\nfull = ["school"]\nsearched = ["nieuws"]\n', "names a source that does not exist: nieuws"),
        ('[[ignore]]\npattern = "rijn"\ncase = "De Maas"\n', "its own case is not ignored"),
        ('[urgent]\ncontact = "a@b.example"\n', "needs both a contact and accepted"),
        ('[urgent]\ncontact = "a@b.example"\naccepted = "yes"\n', "word for word"),
        ('[[route]]\ndepartment = "it"\ntopics = ["wfi"]\n', "wfi"),
    ],
)
def test_a_rule_that_can_never_fit_is_refused(rules: str, message: str) -> None:
    with pytest.raises((ValidationError, ConfigError)) as caught:
        Listening(school(rules))
    assert message in str(caught.value)
