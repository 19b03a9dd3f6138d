"""What the same film costs elsewhere, at list prices for small amounts and without free minutes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.costs import amounts
from bench.costs.amounts import Measured
from bench.costs.film import Film
from bench.costs.prices import Price
from bench.costs.usage import dollars

_HD_HEIGHT = 720
_HOUR_S, _HOUR_MIN = 3600, 60
EXAMPLE_MONTHS, EXAMPLE_VIEWS = 12, 20


@dataclass(frozen=True, slots=True)
class Offer:
    """Dollars for an hour of 1080p30: to upload it, to keep it for a month, to watch it once."""

    name: str
    uploaded: float
    stored: float
    watched: float
    prices: tuple[str, ...]

    @property
    def example(self) -> float:
        return self.uploaded + EXAMPLE_MONTHS * self.stored + EXAMPLE_VIEWS * self.watched


def reelway(measured: Measured, prices: Mapping[str, Price]) -> Offer:
    return Offer(
        f"Reelway, {measured.architecture}",
        dollars(amounts.upload(measured, _HOUR_S).usage, prices),
        dollars(amounts.stored(measured.film, _HOUR_S, first_month=False), prices),
        dollars(amounts.watched(measured, _HOUR_S), prices),
        (),
    )


def others(film: Film, own: Offer, prices: Mapping[str, Price]) -> list[Offer]:
    """MediaConvert makes the same renditions, which S3 and CloudFront keep and deliver as for Reelway."""
    usd = {name: price.usd for name, price in prices.items()}
    outputs = [
        usd["mediaconvert-hd" if int(name.rstrip("p")) >= _HD_HEIGHT else "mediaconvert-sd"]
        for name in film.rendition_bps
    ]
    mux_kept, mux_watched = usd["mux-stored"] * _HOUR_MIN, usd["mux-delivered"] * _HOUR_MIN
    bunny_kept = film.gb(film.ladder_bps, _HOUR_S) * usd["bunny-stored"]
    bunny_watched = film.gb(film.rendition_bps["1080p"], _HOUR_S) * usd["bunny-delivered"]
    return [
        Offer("MediaConvert, S3, CloudFront", sum(outputs) * _HOUR_MIN, own.stored, own.watched,
              ("mediaconvert-hd", "mediaconvert-sd")),
        Offer("Mux, basic quality", 0.0, mux_kept, mux_watched, ("mux-stored", "mux-delivered")),
        Offer("Mux, premium quality", usd["mux-encode-premium"] * _HOUR_MIN, mux_kept, mux_watched,
              ("mux-encode-premium", "mux-stored", "mux-delivered")),
        Offer("Cloudflare Stream", 0.0, usd["stream-stored"] * _HOUR_MIN, usd["stream-delivered"] * _HOUR_MIN,
              ("stream-stored", "stream-delivered")),
        Offer("Bunny Stream", 0.0, bunny_kept, bunny_watched, ("bunny-stored", "bunny-delivered")),
    ]  # fmt: skip
