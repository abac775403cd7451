"""The sample office that `antrean demo` sets up: a civil registry with its usual services and three counters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, product

from antrean.access.passwords import Passwords
from antrean.queueing.cases.codes import LENGTH, LETTERS
from antrean.queueing.commands import KeyInCases
from antrean.queueing.plan.model import Counter, Need, OfficePlan, Service, StockItem, StockUse
from antrean.queueing.plan.usual_journeys import IDENTITY_CARD

# Services and their mix: a half day's count of the civil registry of Kuningan, May 2022.
MIX = {"ktp-cetak": 0.37, "kk": 0.28, "akta-lahir": 0.14, "ktp-rekam": 0.12, "kia": 0.05, "pindah": 0.04}
# Minutes that one person usually takes. Nobody has measured this office: a guess for demonstrations.
SERVE = {"ktp-cetak": 2.5, "kk": 3.5, "akta-lahir": 4.0, "ktp-rekam": 3.0, "kia": 2.5, "pindah": 3.5}

# What is asked of whoever wants a new card, and why those who came for its date alone need none.
VALID_FOR_LIFE = (
    {
        "id": "Apakah Anda datang hanya karena masa berlaku di KTP-el Anda habis?",
        "en": "Did you come only because the date on your identity card has passed?",
        "su": "Naha Anjeun sumping ngan ku sabab titimangsa dina KTP-el Anjeun parantos kaliwat?",
    },
    {
        "id": "KTP-el berlaku seumur hidup, juga yang masih mencantumkan tanggal berlaku (UU 24/2013). "
        "KTP-el Anda tetap sah; Anda tidak perlu kartu baru.",
        "en": "Identity cards are valid for life, also those that still carry an expiry date (law 24/2013). "
        "Your card is good as it is; you need no new one.",
        "su": "KTP-el lumaku saumur hirup, kaasup nu masih aya titimangsana (UU 24/2013). "
        "KTP-el Anjeun tetep sah; Anjeun teu peryogi kartu anyar.",
    },
)

# Without it no card or certificate can be made.
SERVER = Need(
    "server",
    {"id": "Server kementerian", "en": "The ministry's server", "su": "Server kamentrian"},
    {
        "id": "Server kementerian tidak dapat dihubungi",
        "en": "The ministry's server can't be reached",
        "su": "Server kamentrian teu tiasa dihubungi",
    },
)

# How many there are nobody knows before the first count: until then no service stops for want of them.
BLANKS = StockItem(
    "blanks",
    {"id": "Blangko KTP-el", "en": "Blank identity cards", "su": "Blangko KTP-el"},
    {"id": "keping", "en": "cards", "su": "keping"},
    low=100,
)

# Cases that the sample begins with: the stage in which they are, since how many days, and how many. One takes longer
# than is usual. They are of before the system, as those of an office are that begins to follow them.
CASES = (
    ("recorded", 1, 4),
    ("sent", 2, 6),
    ("checked", 4, 9),
    ("checked", 45, 1),
    ("print_ready", 2, 14),
    ("printed", 1, 3),
    ("ready", 3, 5),
)

OPERATORS = ("Ani", "Budi", "Citra")
SUPERVISOR = "Dewi"
ADMINISTRATOR = "Eka"
PASSWORD = "antrean-demo"  # noqa: S105 - the sample office only, and its sign-in page says so


class SamplePasswords(Passwords):
    """Takes the password that everybody knows, and that nobody else is allowed to have."""

    def hash(self, password: str, name: str = "") -> str:
        """Return the hash of a password, whatever it is."""
        return self.hashed(password)


def sample_plan(office: str) -> OfficePlan:
    """Return the sample office under this id."""
    services = (
        replace(
            _service("ktp-cetak", "A", "card", 1, 30, "Pencetakan KTP-el", "Identity card printing", "Nyitak KTP-el"),
            spare_questions=VALID_FOR_LIFE[0],
            spare_words=VALID_FOR_LIFE[1],
            uses=(StockUse(BLANKS.code),),
        ),
        _service("kk", "B", "family", 2, 30, "Kartu Keluarga", "Family card", "Kartu Kulawarga"),
        _service("akta-lahir", "C", "birth", 3, 40, "Akta Kelahiran", "Birth certificate", "Akta Kalahiran"),
        replace(
            _service("ktp-rekam", "D", "camera", 4, 30, "Perekaman KTP-el", "Identity card recording", "Rekam KTP-el"),
            journey=IDENTITY_CARD,
        ),
        _service("kia", "E", "child", 5, 40, "Kartu Identitas Anak", "Child identity card", "Kartu Idéntitas Budak"),
        _service("pindah", "F", "move", 6, 40, "Pindah dan Datang", "Moving in or out", "Pindah jeung Datang"),
        replace(
            _service(
                "ktp-ambil", "G", "collect", 7, 15, "Pengambilan KTP-el", "Identity card collection", "Nyokot KTP-el"
            ),
            needs=(),  # the card is here: it is handed out whatever the ministry's server does
            collects=("ktp-rekam",),
        ),
    )
    everything = tuple(service.code for service in services)
    return OfficePlan(
        office=office,
        name="Disdukcapil Kabupaten Kuningan",
        zone="Asia/Jakarta",
        services=services,
        counters=(
            Counter("1", "Loket 1", ("ktp-cetak", "kk"), everything[2:]),
            Counter("2", "Loket 2", ("kk", "akta-lahir", "pindah"), ("ktp-cetak", "ktp-rekam", "kia")),
            Counter("3", "Loket 3", ("ktp-rekam", "kia", "ktp-cetak", "ktp-ambil"), ("kk", "akta-lahir", "pindah")),
        ),
        ticker={
            "id": "Semua layanan gratis. Siapkan berkas Anda sebelum nomor dipanggil.",
            "en": "All services are free of charge. Please have your papers ready before your number is called.",
            "su": "Sadaya layanan haratis. Mangga siapkeun berkasna saméméh nomer disaur.",
        },
        needs=(SERVER,),
        stock=(BLANKS,),
        demo=True,
    )


def sample_cases(today: date) -> Iterator[KeyInCases]:
    """Yield what brings the sample's cases in. Everybody may know their codes, which are the same each time."""
    codes = _codes()
    for stage, days, count in CASES:
        cases = tuple(islice(codes, count))
        yield KeyInCases(cases=cases, service="ktp-rekam", stage=stage, since=today - timedelta(days=days))


def code_of(stage: str) -> str:
    """Return the code of a case that is in a stage when the sample begins, to try it with."""
    return next(one.cases[0] for one in sample_cases(date.max) if one.stage == stage)


def _codes() -> Iterator[str]:
    """Yield codes that are soon typed: four letters, twice, such as BCDF BCDF."""
    halves = product(LETTERS, repeat=LENGTH // 2)
    return ("".join(one) * 2 for one in halves if len(set(one)) == len(one))


def _service(code: str, series: str, icon: str, hue: int, wait: int, *names: str) -> Service:
    said = dict(zip(("id", "en", "su"), names, strict=True))
    return Service(code, series, said, icon, hue, wait, needs=(SERVER.code,))
