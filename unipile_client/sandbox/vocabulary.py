"""What invented people are made of: names, titles, firms, schools, taglines.

The odd ones are on purpose: accents, quotes, commas, emoji, right-to-left
scripts, and cells that a spreadsheet would take for a formula.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Title:
    """A job title, with Sales Navigator's word for its seniority."""

    name: str
    seniority: str
    people_share: int


@dataclass(frozen=True, kw_only=True)
class Industry:
    """An industry and the last word of the names of its firms."""

    id: str
    name: str
    firm_words: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = (
    *_words(
        """
        Ada Bela Cato Dara Edda Finn Greta Hollis Ines Jonas Kaia Lars Mira Nils
        Orla Piet Quill Runa Silas Tove Ulla Viggo Wren Xenia Yara Zeno Alma Bram
        Cleo Dov Esme Fritz Gala Hugo Ilse Joss Knut Lena Milo Nora Otto Perla Rafa
        Saga Theo Uma Vera Wim Yusuf Zara Anouk Boris Celia Dario Elif Farid Gwen
        Hana Idris Jaya Kofi Leila Mateo Ngozi Oskar Priya Quinn Rohan Sofia Tariq
        Umut Vikram Wanda Yuki Zofia José François Chloé Zoë Søren Łukasz Jürgen Åsa
        Iñigo Noémie Renée Siân Þóra Şebnem Özgür Đorđe Nuño Björn محمد ليلى נועה
        יונתן さくら 健太 明
        """
    ),
    'Robert "Bob"',
    "Mary-Jane",
    "Anne Marie",
    "D'Arcy",
    "Zoë 🚀",
    "J. R.",
    "=Max",
)

LAST_NAMES = (
    *_words(
        """
        Abbot Birk Corvane Dunmore Eastling Farrow Galloway Hartwick Ivers Jessop
        Kestrel Lindqvist Marlowe Northey Ostrander Pellham Quillan Ravensby
        Sandoval Thackeray Underhay Varga Westerby Yarrow Zimmer Ashgrove
        Bellweather Crandall Dovetree Elmhurst Fenwick Greyson Holloway Inglenook
        Juniper Kingsmere Larkspur Merriweather Nightingale Oakhurst Pemberton
        Rosewood Silverthorn Tanglewood Umberland Vandermeer Whitlock Yellowley
        Adeyemi Banerjee Castellano Delacroix Eriksdotter Fonseca Grünwald Haddad
        Ibarra Jansson Kowalczyk Lefèvre Müller Nakamura Okonkwo Petrović Quiñones
        Rousseau Šimić Takahashi Ueda Vásquez Wójcik Xavier Yıldız Zhang Ångström
        الفارسي النجار כהן לוי 田中 山本 王
        """
    ),
    "O'Malley",
    "van der Berg",
    "de la Cruz",
    "Smith-Jones",
    "Berg, PhD",
    "Stone, MBA, CFA",
    'Reed "RJ" Junior',
    "Fox 🦊",
    "St. Clair",
)


def _titles(seniority: str, share: int, *names: str) -> tuple[Title, ...]:
    return tuple(
        Title(name=name, seniority=seniority, people_share=share) for name in names
    )


TITLES = (
    *_titles("cxo", 14, "CEO"),
    *_titles("owner/partner", 10, "Founder & CEO"),
    *_titles("owner/partner", 9, "Co-Founder & CEO"),
    *_titles("cxo", 3, "President & CEO", "CEO, Geschäftsführer"),
    *_titles("cxo", 2, "Interim CEO"),
    *_titles("cxo", 5, "CTO", "CFO", "COO", "Chief Marketing Officer"),
    *_titles("owner/partner", 3, "Owner", "Managing Partner", "Partner"),
    *_titles("vice_president", 5, "VP Sales", "VP Marketing", "VP Engineering"),
    *_titles("director", 5, "Sales Director", "Marketing Director"),
    *_titles("director", 4, "Director of Engineering", "Head of Growth"),
    *_titles("director", 2, "Head of R&D, EMEA", "Directrice générale"),
    *_titles("experienced_manager", 6, "Sales Manager", "Product Manager"),
    *_titles("experienced_manager", 4, "Engineering Manager", "HR Manager"),
    *_titles("entry_level_manager", 4, "Team Lead", "Office Manager"),
    *_titles("strategic", 3, "Principal Consultant", "Strategy Lead"),
    *_titles("senior", 9, "Senior Software Engineer", "Senior Account Executive"),
    *_titles("senior", 5, "Senior Data Scientist", "Senior Designer"),
    *_titles("entry_level", 10, "Software Engineer", "Account Executive"),
    *_titles("entry_level", 6, "Data Analyst", "Recruiter", "Customer Success"),
    *_titles("entry_level", 2, "営業担当", "مهندس برمجيات"),
    *_titles("in_training", 3, "Intern", "Working Student"),
)

INDUSTRIES = (
    Industry(
        id="6",
        name="Technology, Information and Internet",
        firm_words=("Tech", "Technologies", "Online", "Networks"),
    ),
    Industry(
        id="4",
        name="Software Development",
        firm_words=("Software", "Systems", "Labs", "Cloud", "AI"),
    ),
    Industry(
        id="43",
        name="Financial Services",
        firm_words=("Capital", "Pay", "Ledger & Co."),
    ),
    Industry(
        id="14",
        name="Hospitals and Health Care",
        firm_words=("Health", "Clinics", "Care"),
    ),
    Industry(
        id="80", name="Advertising Services", firm_words=("Media", "Studio", "Brands")
    ),
    Industry(id="11", name="Business Consulting", firm_words=("Partners", "Advisory")),
    Industry(id="27", name="Retail", firm_words=("Goods", "Market, Inc.")),
    Industry(id="55", name="Machinery Manufacturing", firm_words=("Werke", "Robotics")),
    Industry(id="44", name="Real Estate", firm_words=("Homes", "Estates")),
    Industry(id="132", name="E-Learning Providers", firm_words=("Academy", "Learning")),
)

FIRM_NAMES = (
    *_words(
        """
        Alder Bramble Cobalt Driftwood Ember Fathom Granite Harbor Indigo Juno
        Kindling Lantern Meridian Nimbus Orchard Pinnacle Quarry Redwood Saffron
        Timber Umbra Vantage Willow Xylo Yonder Zephyr Acorn Beacon Cinder Dynamo
        Everglow Foxglove Gantry Hearth Ironwood Jasper Keystone Lumen Mosaic Nectar
        Opal Pebble Quiver Ripple Summit Thistle Upland Verve Wander Élan Über Łódka
        Ñandú Smörgås שלום نور さくら
        """
    ),
    "=Sum",
    "+Plus",
    "@Home",
    "-Minus",
    'Müller, Söhne & "Partner"',
    "O'Hara's",
    "Rocket 🚀",
    "Johnson; Johnson | Daughters",
)

# The buckets of Sales Navigator, and the share of the firms in each.
HEADCOUNTS = (
    ((1, 10), 8),
    ((11, 50), 18),
    ((51, 200), 15),
    ((201, 500), 6),
    ((501, 1000), 4),
    ((1001, 5000), 4),
    ((5001, 10000), 2),
    ((10001, None), 3),
)

# Exactly 534 people of the full population went here, and nobody to the other.
SCHOOL_OF_534 = "Halvorsen Institute of Technology"
SCHOOL_OF_NOBODY = "Unattended College"

SCHOOLS = (
    "Ashgrove University",
    "Bellweather State University",
    "Universität Nordheim",
    "École Supérieure de Valmont",
    "Universidad de Costa Clara",
    "Kingsmere College",
    "Politecnico di Montelago",
    "Larkspur Business School",
    "Grand Lakes University",
    "Silverthorn Institute",
    "桜丘大学",
    "جامعة النخيل",
)

STARTUP_TAGLINES = (
    "Building a tech startup in the open",
    "Tech startup founder, second time around",
    "Scaling a startup from seed to Series B | deep tech",
    "Startup operator. Tech optimist. Parent of three",
    "I help every tech team behave like a startup",
    "From lab bench to market: a climate-tech startup story",
    "=2+2 reasons to talk to a tech startup this year",
    "We are hiring 🚀 startup, tech, remote-first",
    "Startup mentor, angel investor, tech for good",
    'Tech startup? Ask me about "product-market fit", not valuation',
    "Ex-consultant who left for a tech startup; never looked back",
    "健康 tech startup, Tokyo and beyond",
)

TAGLINES = (
    "",
    "Helping teams do their best work",
    "Coffee, code and cycling",
    "Always learning",
    "Opinions are my own, and frequently wrong",
    "Turning numbers into decisions",
    "People first. Process second.",
    "B2B sales, outbound, and the occasional marathon",
    "Cloud, data, AI",
    "=SUM(experience) > 15 years",
    "+49 reasons to say hello",
    "-20% churn in two quarters",
    "@speaker, author, host of a small podcast",
    "Making hospitals less boring",
    "Open to new opportunities",
    "שואפת לשפר תהליכים",
    "مهتم بالتقنية والتعليم",
    "Startup curious",
    "Tech for small shops",
    "Geprüfte Fachkraft für Vertrieb & Märkte",
)
