"""Where people live: places with LinkedIn-like ids, nested country ⊃ region ⊃ city."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place that one can search for; `within` are the ids of all around it."""

    id: str
    name: str
    within: tuple[str, ...]
    language: str
    people_share: int


# id, name, ids of what lies directly around it, language, share of the people
# (of about 256; 0 where nobody names it as the place they live in).
_ROWS: tuple[tuple[str, str, tuple[str, ...], str, int], ...] = (
    ("103644278", "United States", (), "en", 4),
    (
        "102095887",
        "California, United States",
        ("103644278",),
        "en",
        2,
    ),
    (
        "90000084",
        "San Francisco Bay Area",
        ("102095887",),
        "en",
        6,
    ),
    (
        "102277331",
        "San Francisco, California, United States",
        ("90000084",),
        "en",
        14,
    ),
    ("106233382", "San Jose, California, United States", ("90000084",), "en", 7),
    ("104116203", "Seattle, Washington, United States", ("103644278",), "en", 9),
    (
        "102448103",
        "Los Angeles, California, United States",
        ("102095887",),
        "en",
        12,
    ),
    ("105080838", "New York, United States", ("103644278",), "en", 2),
    ("90000070", "New York City Metropolitan Area", ("105080838",), "en", 5),
    (
        "102571732",
        "New York, New York, United States",
        ("90000070",),
        "en",
        16,
    ),
    ("104472866", "Austin, Texas, United States", ("103644278",), "en", 12),
    ("103112676", "Chicago, Illinois, United States", ("103644278",), "en", 10),
    ("102380872", "Boston, Massachusetts, United States", ("103644278",), "en", 9),
    ("103736294", "Denver, Colorado, United States", ("103644278",), "en", 7),
    ("106224388", "Atlanta, Georgia, United States", ("103644278",), "en", 7),
    ("102394087", "Miami, Florida, United States", ("103644278",), "en", 6),
    ("101174742", "Canada", (), "en", 1),
    ("100025096", "Toronto, Ontario, Canada", ("101174742",), "en", 7),
    ("101330853", "Montréal, Quebec, Canada", ("101174742",), "fr", 4),
    ("101165590", "United Kingdom", (), "en", 2),
    ("90009496", "London Area, United Kingdom", ("101165590",), "en", 5),
    (
        "102257491",
        "London, England, United Kingdom",
        ("90009496",),
        "en",
        10,
    ),
    ("104517291", "Manchester, England, United Kingdom", ("101165590",), "en", 3),
    ("104738515", "Ireland", (), "en", 0),
    ("105178154", "Dublin, County Dublin, Ireland", ("104738515",), "en", 3),
    ("101282230", "Germany", (), "de", 2),
    ("106967730", "Berlin, Germany", ("101282230",), "de", 7),
    ("100477049", "München, Bayern, Deutschland", ("101282230",), "de", 5),
    ("105015875", "France", (), "fr", 1),
    ("106383538", "Paris, Île-de-France, France", ("105015875",), "fr", 7),
    ("103815258", "Lyon, Auvergne-Rhône-Alpes, France", ("105015875",), "fr", 3),
    ("105646813", "Spain", (), "es", 0),
    ("103374081", "Madrid, Community of Madrid, Spain", ("105646813",), "es", 4),
    ("103350119", "Italy", (), "it", 0),
    ("102873189", "Milan, Lombardy, Italy", ("103350119",), "it", 4),
    ("102890719", "Netherlands", (), "nl", 0),
    ("102011674", "Amsterdam, North Holland, Netherlands", ("102890719",), "nl", 4),
    ("105117694", "Sweden", (), "sv", 0),
    ("106252052", "Göteborg, Västra Götaland, Sweden", ("105117694",), "sv", 3),
    ("105072130", "Poland", (), "pl", 0),
    ("105080839", "Kraków, Małopolskie, Poland", ("105072130",), "pl", 3),
    ("106057199", "Brazil", (), "pt", 0),
    ("104746682", "São Paulo, São Paulo, Brazil", ("106057199",), "pt", 5),
    ("102713980", "India", (), "en", 1),
    ("105214831", "Bengaluru, Karnataka, India", ("102713980",), "en", 7),
    ("101620260", "Israel", (), "he", 0),
    ("101570771", "Tel Aviv-Yafo, Israel", ("101620260",), "he", 3),
    ("104305776", "United Arab Emirates", (), "ar", 0),
    ("106204383", "Dubai, United Arab Emirates", ("104305776",), "ar", 4),
    ("101355337", "Japan", (), "ja", 0),
    ("103689695", "Tokyo, Japan", ("101355337",), "ja", 3),
    ("101452733", "Australia", (), "en", 0),
    ("104769905", "Sydney, New South Wales, Australia", ("101452733",), "en", 4),
)


def _surroundings(place_id: str, parents: dict[str, tuple[str, ...]]) -> list[str]:
    around = list(parents[place_id])
    for parent in parents[place_id]:
        around += _surroundings(parent, parents)
    return around


def _places() -> tuple[Place, ...]:
    parents = {row[0]: row[2] for row in _ROWS}
    return tuple(
        Place(
            id=place_id,
            name=name,
            within=tuple(_surroundings(place_id, parents)),
            language=language,
            people_share=share,
        )
        for place_id, name, _, language, share in _ROWS
    )


PLACES = _places()
