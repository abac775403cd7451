"""Slips used by many tests of this room."""

from dataclasses import replace
from functools import cache

from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipCases, SlipContent, SlipField, SlipLayout
from printer_profiles import load_profile

QR = "http://antrean.local/mobile_ticket/?ticket=8f3k2j4h5k6j7h8g9f0d"
SAMPLE = SlipContent(
    office="Disdukcapil Kabupaten Kuningan",
    number="A-012",
    service="Pencetakan KTP-el",
    fields=(
        SlipField("Orang", "3", key="persons"),
        SlipField("Di depan Anda", "12", key="people_ahead"),
        SlipField("Perkiraan", "25–40 menit", key="wait"),
    ),
    issued="Selasa, 24 November 2026 · 09.12 WIB",
    qr=QR,
    qr_caption="Pindai untuk mengikuti antrean",
    footer=("Simpan nomor ini sampai dipanggil.",),
)
COPY = replace(SAMPLE, mark="SALINAN 2")
PAPERS = replace(
    SAMPLE,
    papers_title="Siapkan berkas ini:",
    papers=("Kartu Keluarga asli", "Surat kehilangan dari kepolisian bila KTP-el hilang", "KTP-el lama yang rusak"),
)
CASE = replace(
    PAPERS,
    cases=(
        SlipCases(
            "Kode berkas",
            ("BCDF GHJK",),
            "Simpan kode ini: dengannya Anda tahu sudah sampai mana, dan kode ini diperlukan saat mengambil.",
        ),
    ),
)
PICKUP = replace(
    SAMPLE,
    service="Pengambilan KTP-el",
    cases=(SlipCases("Dengan nomor ini Anda mengambil", tuple(f"BCDF GHJK{n}" for n in range(1, 6))),),
)
LIST = replace(PAPERS, number="", qr="", qr_caption="", footer=("Ini bukan nomor antrean.",))
VOUCHER = SlipContent(
    office="Disdukcapil Kabupaten Kuningan",
    mark="DATANG LAGI",
    number="A-012",
    service="Pencetakan KTP-el",
    fields=(
        SlipField("Jumlah orang", "2"),
        SlipField("Berlaku", "Rab 25 – Kam 26 Nov"),
        SlipField("Kode", "4821"),
    ),
    qr=QR,
    footer=(
        "Belum dilayani Sel 24 Nov: Anda didahulukan.",
        "Di kios: “Karcis hilang”, atau tanya petugas.",
        "Nomor ini tidak dipanggil; ada nomor baru.",
    ),
)
VOUCHERS = SlipLayout(
    blocks=("office", "mark", "number", "service", "fields", "qr", "footer"),
    sizes={"office": 1, "service": 1},
    number_size=4,
    qr_module=5,
)  # as antrean/web/text/slip_words.py tells it
LONG = replace(
    SAMPLE,
    office="Dinas Kependudukan dan Pencatatan Sipil Kabupaten Kuningan Provinsi Jawa Barat",
    service="Pencatatan Kelahiran, Pengakuan dan Pengesahan Anak serta Perubahan Nama",
    fields=(SlipField("Perkiraan waktu tunggu sampai nomor Anda dipanggil", "antara 125 dan 140 menit"),),
)


@cache
def sample_slip() -> bytes:
    """Return the sample as a printer of the usual model gets it; composed when a test first asks for it."""
    return compose(SAMPLE, SlipLayout(), load_profile("epson-tm-t82iii"))
