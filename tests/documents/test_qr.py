"""QR codes scan, also from a printed page, and cannot carry markup."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from exchange.documents import pdf, qr

ADDRESS = "https://exchange.example/verify/0123456789ABCDEFGHJKMNPQRS/"


def test_the_code_scans_from_the_printed_page(tmp_path: Path) -> None:
    assert shutil.which("pdftoppm"), "poppler-utils is needed to look at a printed page"
    code = qr.svg(ADDRESS, title="Controleer", size=110)
    markup = f'<!doctype html><html lang="nl"><head><title>x</title></head><body><p>{code}</p></body></html>'
    (tmp_path / "page.pdf").write_bytes(pdf.printed(markup))
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "page.pdf", "page"], cwd=tmp_path, check=True)

    [found] = zxingcpp.read_barcodes(Image.open(tmp_path / "page.png"))

    assert found.text == ADDRESS


def test_it_is_one_image_with_a_name_and_no_style() -> None:
    root = ElementTree.fromstring(str(qr.svg(ADDRESS, title='Controleer "<dit>"')))  # noqa: S314 -- our own

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Controleer "<dit>"'
    assert root[0].tag == "title"
    assert root[0].text == 'Controleer "<dit>"'
    assert all("style" not in element.attrib for element in root.iter())


@pytest.mark.parametrize("address", ["x", "https://exchange.example/" + "a" * 300])
def test_the_quiet_zone_is_white(address: str) -> None:
    root = ElementTree.fromstring(str(qr.svg(address, title="t")))  # noqa: S314 -- our own
    side = int(root.attrib["viewBox"].split()[2])

    ground, code = root[1], root[2]
    assert ground.attrib == {"fill": "#ffffff", "d": f"M0 0h{side}v{side}H0z"}
    columns = [int(move.split(" ")[0]) for move in code.attrib["d"].split("M")[1:]]
    assert min(columns) == 4
