"""The data map: every place and column with what it is, for what, on what ground and for how long.

Places and columns come from the code (places.py), what they mean from data_map.toml. Neither may know more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tasks import home
from tasks.errors import ConfigError
from tasks.privacy.places import places

DESCRIBED = Path(__file__).with_name("data_map.toml")
FILE = home.ROOT / "docs" / "privacy" / "data-map.md"
KINDS = ("nee", "pseudoniem", "persoon", "woorden", "medewerker")
#: Of a place that names no other.
GROUND = "publieke taak (art. 6 lid 1 onder e AVG); voor een private instelling gerechtvaardigd belang (onder f)"
HEAD = """# Gegevenskaart

Geschreven door `./weerklank privacy map` uit de tabellen zoals de code ze maakt en de beschrijving in
`tasks/privacy/data_map.toml`; een test faalt als een kolom niet beschreven is. Verander dit bestand niet met de hand.

**Soort**: *nee*, geen persoonsgegeven; *pseudoniem*, alleen met de sleutel of de ruwe pagina tot iemand te herleiden;
*persoon*, van iemand buiten de instelling; *woorden*, wat iemand schreef; *medewerker*, van iemand van de instelling.
Paden zijn die onder de map met de staat (`WEERKLANK_HOME`), tenzij er `config/` staat.
"""


def described() -> dict[str, Any]:
    """What data_map.toml says."""
    return tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))


def missing(there: Mapping[str, tuple[str, ...]], told: Mapping[str, Any]) -> list[str]:
    """What the code has and the description has not, and the other way round, as sentences."""
    about, shared = told["place"], told["columns"]
    wrong = [f"the place {name} is not described" for name in sorted(set(there) - set(about))]
    wrong += [f"the place {name} is described, and does not exist" for name in sorted(set(about) - set(there))]
    for name in sorted(set(there) & set(about)):
        own = about[name].get("columns", {})
        wrong += [f"{name}.{column} is not described" for column in there[name] if column not in own | shared]
        wrong += [f"{name}.{column} is described, and does not exist" for column in own if column not in there[name]]
    used = {column for columns in there.values() for column in columns}
    wrong += [f"the column {column} is described, and does not exist" for column in sorted(set(shared) - used)]
    texts = [*shared.values(), *(text for one in about.values() for text in one.get("columns", {}).values())]
    return wrong + [f"“{text}” does not begin with a kind" for text in texts if text.partition(": ")[0] not in KINDS]


def page() -> str:
    """The map in Markdown; raises ConfigError when code and description do not agree."""
    there, told = places(), described()
    if wrong := missing(there, told):
        raise ConfigError("\n".join([f"{home.shown(DESCRIBED)}:", *wrong]))
    return "\n".join([HEAD, *_overview(told), *(line for name in told["place"] for line in _place(name, there, told))])


def _overview(told: Mapping[str, Any]) -> Iterator[str]:
    yield "| plaats | doel | bewaard |"
    yield "|---|---|---|"
    for one in told["place"].values():
        yield f"| {_plain(one['title'])} | {_plain(one['purpose'])} | {_plain(one['retention'])} |"
    yield ""


def _place(name: str, there: Mapping[str, tuple[str, ...]], told: Mapping[str, Any]) -> Iterator[str]:
    one = told["place"][name]
    yield f"## {one['title']}\n"
    yield f"- **Waar**: {_plain(one['where'])}"
    yield f"- **Waarvoor**: {one['purpose']}"
    yield f"- **Grondslag**: {one.get('ground', GROUND)}"
    yield f"- **Bewaard**: {one['retention']}\n"
    if there[name]:
        yield "| kolom | soort | wat |"
        yield "|---|---|---|"
        for column in there[name]:
            kind, _, what = (one.get("columns", {}).get(column) or told["columns"][column]).partition(": ")
            yield f"| `{column}` | {kind} | {what} |"
        yield ""


def _plain(text: str) -> str:
    """Without what Markdown would read as a tag."""
    return text.replace("<", "‹").replace(">", "›")
