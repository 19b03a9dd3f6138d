"""The tables of docs/costs.md."""

from collections.abc import Iterable, Mapping, Sequence

from bench.costs import amounts, scale
from bench.costs.amounts import Measured
from bench.costs.prices import Price
from bench.costs.rivals import Offer
from bench.costs.usage import Usage, dollars
from bench.encode.report import grid

_Prices = Mapping[str, Price]
_HOUR_S = 3600
_SMALL = 0.001  # dollars; services below it are shown together


def usd(amount: float) -> str:
    """No more digits than count: 0.0042, 0.22, 3.15, 1,240; "0" below a hundredth of a cent."""
    if amount < 0.0001:
        return "0"
    if amount >= 100:
        return f"{amount:,.0f}"
    if amount >= 0.1:
        return f"{amount:,.2f}"
    return f"{float(f'{amount:.2g}'):.6f}".rstrip("0")


def hour(of: Sequence[Measured], prices: _Prices) -> str:
    """What an hour costs, on each architecture."""
    film = of[0].film
    processed = [dollars(amounts.upload(measured, _HOUR_S).usage, prices) for measured in of]
    first, later = (
        dollars(amounts.stored(film, _HOUR_S, first_month=is_first), prices) for is_first in (True, False)
    )
    views = [dollars(amounts.watched(measured, _HOUR_S), prices) for measured in of]
    rows: list[list[object]] = [
        [f"to upload and process it, {measured.architecture}", usd(cost)]
        for measured, cost in zip(of, processed, strict=True)
    ]
    rows += [
        ["to keep it for the first month, upload and renditions", usd(first)],
        ["each month after that, the upload in Standard-IA", usd(later)],
        ["to watch it once in 1080p, through CloudFront", usd(views[0])],
    ]
    return grid(["for an hour of video", "$"], rows)


def parts(measured: Measured, prices: _Prices) -> str:
    """The services of an hour's upload and of a view, with the total of each."""
    uploaded = by_service(amounts.upload(measured, _HOUR_S).usage, prices)
    watched = by_service(amounts.watched(measured, _HOUR_S), prices)
    both = [(name, uploaded.get(name, 0.0), watched.get(name, 0.0)) for name in {*uploaded, *watched}]
    both.sort(key=lambda row: -row[1] - row[2])
    large = [row for row in both if max(row[1:]) >= _SMALL]
    rest = [row for row in both if max(row[1:]) < _SMALL]
    names = ", ".join(name for name, _, _ in rest)
    rows: list[list[object]] = [[name, usd(one), usd(other)] for name, one, other in large]
    rows.append([names, usd(sum(row[1] for row in rest)), usd(sum(row[2] for row in rest))])
    total: list[object] = [f"**{usd(sum(of.values()))}**" for of in (uploaded, watched)]
    return grid(["service", "processed, $", "watched once, $"], [*rows, ["**together**", *total]])


def by_service(usage: Usage, prices: _Prices) -> dict[str, float]:
    """Dollars at the prices of a small account."""
    found: dict[str, float] = {}
    for name, units in usage.items():
        found[prices[name].of] = found.get(prices[name].of, 0.0) + units * prices[name].usd
    return found


def watched(measured: Measured, prices: _Prices) -> str:
    """A view of an hour in each rendition."""
    film = measured.film
    rows: list[list[object]] = [
        [
            name,
            f"{bps / 1e6:.1f}",
            f"{film.gb(bps, _HOUR_S):.2f}",
            usd(dollars(amounts.watched(measured, _HOUR_S, name), prices)),
        ]
        for name, bps in film.rendition_bps.items()
    ]
    return grid(["watched for an hour in", "Mb/s", "GB", "$"], rows)


def beside(offers: Iterable[Offer], prices: _Prices) -> str:
    """Reelway's offer and those of others, per minute and per hour, and for the example."""
    rows: list[list[object]] = []
    for offer in offers:
        mark = "" if all(prices[name].is_confirmed for name in offer.prices) else " ?"
        costs = [offer.uploaded / 60, offer.uploaded, offer.stored, offer.watched, offer.example]
        rows.append([f"{offer.name}{mark}", *(usd(cost) if cost else "0" for cost in costs)])
    heads = [
        "service",
        "a minute uploaded",
        "an hour uploaded",
        "kept for a month",
        "watched once",
        "example",
    ]
    return grid(heads, rows)


def idle(measured: Measured, prices: _Prices) -> str:
    """A month in which nothing happens, without and with what is free."""
    usage = amounts.idle(measured)
    billed: dict[str, float] = {}
    for name, units in usage.items():
        billed[prices[name].of] = billed.get(prices[name].of, 0.0) + prices[name].cost(units)
    listed = by_service(usage, prices)
    facts = measured.facts
    what = {
        "SQS": f"{facts.queues_polled} queues, polled by Lambda",
        "CloudWatch": f"alarms: {facts.alarms}, dashboards: {facts.dashboards}, logs of maintenance",
        "Secrets Manager": f"secrets: {facts.secrets}",
        "Lambda": f"{facts.maintenance_calls:,.0f} runs of maintenance",
    }
    rows: list[list[object]] = [
        [what.get(name, name), usd(cost), usd(billed[name])]
        for name, cost in sorted(listed.items(), key=lambda item: -item[1])
        if cost >= 0.005
    ]
    total = ["**together**", f"**{usd(sum(listed.values()))}**", f"**{usd(sum(billed.values()))}**"]
    return grid(["for an idle month", "$", "beyond free allowances, $"], [*rows, total])


def scales(of: Sequence[scale.Scale]) -> str:
    """The bill by service, one column for each size."""
    services = sorted(of[-1].by_service, key=lambda name: -of[-1].by_service[name])
    rows: list[list[object]] = [
        [name, *(usd(round(at.by_service.get(name, 0.0), 2)) for at in of)]
        for name in services
        if of[-1].by_service[name] >= 1
    ]
    total: list[object] = ["**together, $ a month**", *(f"**{usd(at.dollars)}**" for at in of)]
    rows += [
        total,
        ["functions at once, mean", *(f"{at.mean_concurrency:,.1f}" for at in of)],
        ["functions at once, busiest hour", *(f"{at.peak_concurrency:,.0f}" for at in of)],
    ]
    return grid(["videos a day", *(f"{at.per_day:,}" for at in of)], rows)


def limits(found: Sequence[scale.Limit]) -> str:
    rows: list[list[object]] = [
        [limit.what, count(limit.per_day) if limit.per_day else "any", limit.then, limit.moved_by]
        for limit in found
    ]
    return grid(["limit", "videos a day", "then", "moved by"], rows)


def first_limits(found: Sequence[scale.Limit], sizes: Sequence[scale.Scale]) -> str:
    """For each size, the first limit that its busiest hour meets, what moves it, and the later ones."""
    rows: list[list[object]] = []
    for size in sizes:
        met = [limit for limit in found if limit.per_day < size.per_day]
        if met:
            later = ", ".join(limit.name for limit in met[1:]) or "none"
            rows.append([f"{size.per_day:,}", met[0].name, met[0].moved_by, later])
        else:
            nearest = f"{found[0].name}, at {count(found[0].per_day)} a day"
            rows.append([f"{size.per_day:,}", "none", "", nearest])
    return grid(["videos a day", "first limit met", "moved by", "then, in this order"], rows)


def count(number: float) -> str:
    """Two digits that count: 780, 12,000, 3.5 million."""
    rounded = float(f"{number:.2g}")
    return f"{rounded / 1e6:,.0f} million" if rounded >= 1e7 else f"{rounded:,.0f}"


def price_list(prices: _Prices) -> str:
    rows: list[list[object]] = [
        [
            price.of,
            price.unit,
            ", then ".join(f"{usd_each:.10f}".rstrip("0").rstrip(".") for _, usd_each in price.tiers)
            + ("" if price.is_confirmed else " ?"),
            f"{price.free:,.0f}" if price.free else "",
            f"[{price.date}]({price.source})",
            price.note,
        ]
        for price in prices.values()
    ]
    return grid(["of", "for", "$", "free a month", "read", "note"], rows)
