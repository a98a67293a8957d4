"""The numbers and names that the engine reads off a product, and the values' nature."""

from __future__ import annotations

import pytest

from unipile_client.types import Api, Position


@pytest.mark.parametrize(
    ("api", "value", "max_page_size", "ceiling", "label"),
    [
        (Api.CLASSIC, "classic", 50, 1000, "Classic"),
        (Api.SALES_NAVIGATOR, "sales_navigator", 100, 2500, "Sales Navigator"),
        (Api.RECRUITER, "recruiter", 100, 2500, "Recruiter"),
    ],
)
def test_each_product_has_its_numbers_and_its_name(
    api: Api, value: str, max_page_size: int, ceiling: int, label: str
) -> None:
    assert api == value
    assert (api.max_page_size, api.ceiling, api.label) == (
        max_page_size,
        ceiling,
        label,
    )


def test_values_cannot_be_changed_and_compare_by_content() -> None:
    position = Position("Acme", "CEO")

    with pytest.raises(AttributeError):
        position.role = "CTO"  # type: ignore[misc]
    assert position == Position("Acme", "CEO")
    assert len({position, Position("Acme", "CEO")}) == 1
