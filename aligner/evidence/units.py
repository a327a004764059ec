"""Units and time zones by CLDR's names, which lead to what each language calls them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["METAZONES", "NO_UNITS", "SHORT", "UNITS", "ZONES"]

# CLDR's name of a unit: dimension and how many of the dimension's first unit it is.
UNITS: Mapping[str, tuple[str, float]] = {
    "length-kilometer": ("length", 1000),
    "length-meter": ("length", 1),
    "length-centimeter": ("length", 0.01),
    "length-millimeter": ("length", 0.001),
    "length-mile": ("length", 1609.344),
    "length-yard": ("length", 0.9144),
    "length-foot": ("length", 0.3048),
    "length-inch": ("length", 0.0254),
    "length-nautical-mile": ("length", 1852),
    "mass-kilogram": ("mass", 1),
    "mass-gram": ("mass", 0.001),
    "mass-pound": ("mass", 0.45359237),
    "mass-ounce": ("mass", 0.02834952),
    "mass-tonne": ("mass", 1000),
    "mass-ton": ("mass", 907.18474),
    "area-square-kilometer": ("area", 1e6),
    "area-square-meter": ("area", 1),
    "area-hectare": ("area", 1e4),
    "area-acre": ("area", 4046.8564),
    "area-square-mile": ("area", 2589988.1),
    "area-square-foot": ("area", 0.09290304),
    "volume-liter": ("volume", 1),
    "volume-gallon": ("volume", 3.785411784),
    "volume-barrel": ("volume", 158.987),
    "volume-milliliter": ("volume", 0.001),
    "speed-kilometer-per-hour": ("speed", 1),
    "speed-mile-per-hour": ("speed", 1.609344),
    "speed-knot": ("speed", 1.852),
    "speed-meter-per-second": ("speed", 3.6),
    "temperature-celsius": ("temperature", 1),
    "temperature-fahrenheit": ("temperature", 0),
    "duration-second": ("duration", 1),
    "duration-minute": ("duration", 60),
    "duration-hour": ("duration", 3600),
    "duration-day": ("duration", 86400),
    "duration-week": ("duration", 604800),
    "duration-month": ("duration", 2629800),
    "duration-year": ("duration", 31557600),
    "duration-decade": ("duration", 315576000),
    "power-megawatt": ("power", 1e6),
    "power-kilowatt": ("power", 1000),
    "power-gigawatt": ("power", 1e9),
    "digital-gigabyte": ("digital", 1e9),
    "digital-megabyte": ("digital", 1e6),
    "digital-terabyte": ("digital", 1e12),
}
NO_UNITS = {"in", "a", "pi", "po"}  # short forms that are words
SHORT = {"length", "mass", "area", "speed", "temperature", "power", "digital"}  # "s", "h" and "l" mean too much
# abbreviations that stay the same in most languages
ZONES = {
    "gmt": 0,
    "utc": 0,
    "z": 0,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "cet": 60,
    "cest": 120,
    "bst": 60,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "ist": 330,
    "jst": 540,
    "aest": 600,
    "aedt": 660,
}

# CLDR's time zones with minutes from UTC, in winter and in summer.
METAZONES: Mapping[str, tuple[int, int]] = {
    "GMT": (0, 60),
    "Europe_Western": (0, 60),
    "Europe_Central": (60, 120),
    "Europe_Eastern": (120, 180),
    "Moscow": (180, 240),
    "America_Eastern": (-300, -240),
    "America_Central": (-360, -300),
    "America_Mountain": (-420, -360),
    "America_Pacific": (-480, -420),
    "Atlantic": (-240, -180),
    "Brasilia": (-180, -120),
    "Iran": (210, 270),
    "Gulf": (240, 240),
    "India": (330, 330),
    "China": (480, 540),
    "Japan": (540, 600),
    "Korea": (540, 600),
    "Australia_Eastern": (600, 660),
}
