"""A large office: 30 services, 40 counters on three floors, names in Arabic, Javanese and Thai beside Latin letters."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import ARROWS, HUES, Counter, OfficePlan, Requirement, Service
from antrean.queueing.plan.zones import Zone
from tests.conftest import small_plan

SERVICES, COUNTERS = 30, 40
# Indonesian or one of its scripts, English. The longest have 60 to 80 letters, as offices write them.
NAMES = (
    ("Pencetakan KTP-el (baru, hilang, rusak, atau perubahan data)", "Card printing (new, lost, damaged or changed)"),
    ("ꦏꦂꦠꦸꦏꦼꦭꦸꦮꦂꦒ · Kartu Keluarga", "Family card"),
    ("بطاقة الهوية (KTP-el) للمقيمين الأجانب", "Identity card of residents from abroad (KTP-el OA)"),
    ("บัตรประจำตัวประชาชน · Kartu Identitas Anak", "Identity card of a child"),
    ("Pindah dan Datang Antarkabupaten/Antarprovinsi", "Moving in or out between regencies and provinces"),
    ("ᮃᮊ᮪ᮒ ᮊᮜᮠᮤᮛᮔ᮪ · Akta Kelahiran", "Birth certificate"),
    ("Pencatatan Kelahiran, Pengakuan dan Pengesahan Anak Luar Kawin", "Recognition of a child"),
    ("شهادة الوفاة وتصحيح الأسماء في السجلات المدنية", "Death certificate and names put right"),
    ("ꦄꦏ꧀ꦠꦥꦼꦂꦏꦮꦶꦤꦤ꧀ꦭꦤ꧀ꦥꦼꦂꦕꦺꦫꦻꦪꦤ꧀", "Marriage and divorce"),
    ("การจดทะเบียนสมรสและการหย่าของชาวต่างชาติ", "Marriage of foreigners"),
)
COUNTER_NAMES = (
    "Loket", "Loket Prioritas Lansia dan Difabel", "ꦭꦺꦴꦏꦼꦠ꧀", "شباك الخدمة رقم", "ช่องบริการหมายเลข",
    "Loket Perekaman Biometrik",
)  # fmt: skip
ZONES = (
    Zone("ground", {"id": "Lantai 1 · ꦭꦤ꧀ꦠꦻ", "en": "Ground floor"}, {"id": "lurus ke depan", "en": "straight on"}, 60),
    Zone("first", {"id": "الطابق الثاني", "en": "First floor"}, {"id": "naik tangga", "en": "up the stairs"}, 40),
    Zone("second", {"id": "ชั้นที่สาม", "en": "Second floor"}, {"id": "naik lift", "en": "by the lift"}, 24),
)


def large_plan(**changes: object) -> OfficePlan:
    """Return the plan of the large office; every service has at least one counter, and the first has six documents."""
    services = tuple(_service(place) for place in range(SERVICES))
    plan = small_plan(
        name="Dinas Kependudukan dan Pencatatan Sipil Kuningan ꦏꦸꦤꦶꦔꦤ꧀",
        services=services,
        counters=tuple(_counter(place, services) for place in range(COUNTERS)),
        zones=ZONES,
        ticker={"id": "مرحبا بكم · Pelayanan gratis, tanpa perantara · ยินดีต้อนรับ", "en": "All services are free"},
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def _service(place: int) -> Service:
    name, english = NAMES[place % len(NAMES)]
    again = "" if place < len(NAMES) else f" {place // len(NAMES) + 1}"
    documents = (
        "KTP-el asli",
        "بطاقة العائلة الأصلية",
        "ꦱꦸꦫꦠ꧀ꦏꦼꦠꦼꦫꦔꦤ꧀",
        "สำเนาทะเบียนบ้าน",
        "Surat pengantar RT/RW",
        "Pas foto",
    )
    return Service(
        f"s{place}",
        chr(65 + place) if place < 26 else f"A{chr(39 + place)}",
        {"id": name + again, "en": english + again, "su": name + again},
        hue=place % HUES + 1,
        explanations={"id": "للمقيمين · untuk semua warga"} if place % 10 == 2 else {},
        requirements=tuple(Requirement(f"d{at}", {"id": words}) for at, words in enumerate(documents))
        if place == 0
        else (),
    )


def _counter(place: int, services: tuple[Service, ...]) -> Counter:
    mine = tuple(services[(place * 3 + step) % SERVICES].code for step in range(3))
    return Counter(
        str(place + 1),
        f"{COUNTER_NAMES[place % len(COUNTER_NAMES)]} {place + 1}",
        mine[:2],
        mine[2:],
        zone=ZONES[place * len(ZONES) // COUNTERS].code,
        arrow=ARROWS[place % len(ARROWS)],
        floor=str(place * len(ZONES) // COUNTERS + 1),
        way={"id": "di samping pintu masuk · بجانب المدخل"} if place % 7 == 3 else {},
    )


# As an office would sort them; the last two services stand alone beside the groups.
GROUPS = (
    ServiceGroup("cards", {"id": "KTP-el dan Kartu Identitas Anak", "en": "Identity cards"}, "card"),
    ServiceGroup("families", {"id": "Kartu Keluarga", "en": "Family cards"}, "family"),
    ServiceGroup("births", {"id": "Akta Kelahiran, Pengakuan dan Pengesahan Anak", "en": "Births"}, "birth"),
    ServiceGroup("deaths", {"id": "ꦥꦼꦗꦃ · Akta Kematian", "en": "Deaths"}, "flower"),
    ServiceGroup("marriages", {"id": "Perkawinan dan Perceraian", "en": "Marriage and divorce"}, "rings"),
    ServiceGroup("moving", {"id": "الانتقال · Pindah dan Datang", "en": "Moving in or out"}, "move"),
    ServiceGroup("foreigners", {"id": "Orang Asing", "en": "Residents from abroad"}, "people"),
)
# The group of each of the ten names.
SORTED = ("cards", "families", "foreigners", "cards", "moving", "births", "births", "deaths", "marriages", "marriages")


def large_plan_in_groups() -> OfficePlan:
    """Return the plan of the large office with its services in groups."""
    plan = large_plan()
    inside = [replace(one, group=SORTED[place % len(SORTED)]) for place, one in enumerate(plan.services[:-2])]
    return replace(plan, services=(*inside, *plan.services[-2:]), groups=GROUPS)
