"""Pictures for the poster: small, upright, and without what the phone wrote into them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway import pictures
from gateway.pictures import SIDE, BadPicture, fit


def drawn(size=(3000, 2000), mode="RGB", colour="red", kind="JPEG", **more):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(fit(content).jpeg))


@pytest.mark.parametrize(
    ("content", "size"),
    [
        pytest.param(drawn(), (1000, 667), id="a-photograph"),
        pytest.param(drawn((400, 300)), (400, 300), id="a-small-one"),
        pytest.param(drawn((2000, 4000), kind="PNG"), (500, 1000), id="a-tall-drawing"),
        pytest.param(drawn((600, 600), "P", 3, "PNG"), (600, 600), id="of-few-colours"),
        pytest.param(drawn((600, 600), "I;16", 999, "PNG"), (600, 600), id="of-sixteen-bits"),
        pytest.param(drawn((600, 600), "CMYK", (0, 0, 0, 0)), (600, 600), id="for-a-printing-press"),
    ],
)
def test_a_picture_becomes_a_jpeg_no_larger_than_the_poster_needs(content, size):
    picture = fit(content)

    assert (picture.width, picture.height) == opened(content).size == size
    assert max(size) <= SIDE
    assert picture.jpeg.startswith(b"\xff\xd8")


def test_what_the_phone_wrote_is_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "A telephone"
    exif.get_ifd(0x8825)[1] = "N"
    content = drawn((800, 400), exif=exif)

    assert b"A telephone" in content
    assert b"A telephone" not in fit(content).jpeg
    assert opened(content).size == (400, 800)
    assert dict(opened(content).getexif()) == {}


def test_what_is_transparent_is_white_on_the_poster():
    red, green, blue = opened(drawn((50, 50), "RGBA", (0, 0, 0, 0), "PNG")).getpixel((20, 20))

    assert min(red, green, blue) > 250


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        pytest.param(b"", "picture_unread", id="nothing"),
        pytest.param(b"%PDF-1.7", "picture_unread", id="another-file"),
        pytest.param(drawn((9, 9), kind="GIF"), "picture_unread", id="another-format"),
        pytest.param(drawn()[:2000], "picture_unread", id="half-a-picture"),
        pytest.param(b"\xff" * (pictures.MOST_BYTES + 1), "picture_big", id="too-big"),
        pytest.param(drawn((10_000, 6_001), "1", 0, "PNG"), "picture_pixels", id="too-many-pixels"),
        pytest.param(drawn((20_000, 20_000), "1", 0, "PNG"), "picture_unread", id="a-bomb"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(content, phrase):
    with pytest.raises(BadPicture, match="send") as refused:
        fit(content)

    assert refused.value.phrase == phrase


@given(st.integers(0, 400), st.binary(max_size=30))
def test_a_damaged_picture_is_a_picture_or_a_sentence(place, damage):
    whole = drawn((60, 40))
    try:
        picture = fit(whole[:place] + damage + whole[place + len(damage) :])
    except BadPicture as refused:
        assert str(refused)
    else:
        assert max(picture.width, picture.height) <= SIDE
