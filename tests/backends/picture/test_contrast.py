"""Words can be read on what they stand on: WCAG's contrast of 4.5 in both themes."""

import re

import pytest

from netspec.backends.picture.engine import draw_svg
from tests.backends.picture.samples import scene

ENOUGH = 4.5


def rules(theme: str) -> dict[str, str]:
    """Selector -> color of what is filled."""
    found: dict[str, str] = {}
    svg = draw_svg(scene(), theme=theme).replace("&gt;", ">")
    for selectors, color in re.findall(r"([^{}]+)\{fill:(#\w{6})", svg):
        found.update(dict.fromkeys(selectors.strip().split(","), color))
    return found


def luminance(color: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_on_cards_and_on_the_page(theme: str) -> None:
    colors = rules(theme)
    under = [color for name, color in colors.items() if re.match(r"\.hue-\w+>\.box", name)]
    under += [colors[".page"], colors[".open>.box"], colors[".box"]]
    assert len(under) == 10
    for color in under:
        assert contrast(colors[".plain"], color) >= ENOUGH
        assert contrast(colors["text"], color) >= ENOUGH


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_on_heat(theme: str) -> None:
    colors = rules(theme)
    for step in range(8):
        assert contrast(colors[f".heat-{step}>.plain"], colors[f".heat-{step}>.box"]) >= ENOUGH


def test_too_little_contrast_would_be_seen() -> None:
    assert contrast("#8b949e", "#ffffff") < ENOUGH
    assert contrast("#000000", "#ffffff") == 21
