"""What the tables must hold, computed from the source records with plain Python decimals.

Shares no code and no engine with the pipeline: that is its worth.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

from pos_demo.source import Line

FOUR_PLACES = Decimal("0.0001")


class Product(TypedDict):
    product_id: int
    total_sales: str
    units_sold: int
    transactions: int


class Expected(TypedDict):
    rows: int
    revenue: str
    discount: str
    units: int
    kpi_rows: int
    top_products: list[Product]


def expect(lines: Sequence[Line], *, top: int) -> Expected:
    """Totals over all lines, and the products with the highest sales. Money has four decimals."""
    sales: dict[int, Decimal] = defaultdict(Decimal)
    units: dict[int, int] = defaultdict(int)
    transactions: dict[int, int] = defaultdict(int)
    discount = Decimal(0)
    for line in lines:
        sales[line.product_id] += _money(line.revenue)
        units[line.product_id] += line.quantity
        transactions[line.product_id] += 1
        discount += _money(line.discount_applied)
    best = sorted(sales, key=lambda product: (-sales[product], product))[:top]
    return {
        "rows": len(lines),
        "revenue": str(sum(sales.values(), FOUR_PLACES * 0)),
        "discount": str(discount),
        "units": sum(units.values()),
        "kpi_rows": len({(line.date, line.product_id) for line in lines}),
        "top_products": [
            {
                "product_id": product,
                "total_sales": str(sales[product]),
                "units_sold": units[product],
                "transactions": transactions[product],
            }
            for product in best
        ],
    }


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)
