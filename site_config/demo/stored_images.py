"""Drawn pictures as images of Wagtail's library."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from .landscapes import landscape


def keep_image(picture: Image.Image, title: str) -> AbstractImage:
    """Store `picture` in the image library under `title` and return it."""
    data = BytesIO()
    picture.save(data, "JPEG", quality=88)
    data.seek(0)
    image: AbstractImage = get_image_model()(title=title, file=ImageFile(data, name="demo.jpg"))
    image.save()
    return image


def landscape_image(scene: str, seed: str, title: str) -> AbstractImage:
    """Draw the landscape `scene` and store it under `title`."""
    return keep_image(landscape(scene, seed), title)
