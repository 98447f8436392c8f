"""What is laid out for paper holds everything in itself."""

import io
from pathlib import Path

import pypdf
from PIL import Image

from hours.pdf import lay_out


def test_a_file_that_a_page_names_is_not_read(tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    Image.new("RGB", (40, 40), "red").save(picture)
    pdf = lay_out(f'<p>学时</p><img src="{picture.as_uri()}">').write_pdf()
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert "学时" in page.extract_text()
    assert list(page.images) == []
