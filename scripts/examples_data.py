#!/usr/bin/env python3
"""The data of examples/: simulated with a seed, or from scikit-learn.

Usage: scripts/examples_data.py [--check] [NAME ...]. Writes the named files, or all of them; --check compares instead, and names what
differs. wine and digits need scikit-learn; without it they are left alone. What each simulates, and from which source, stands in the
README of its example.
"""

import math
import random
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

# Type K, millivolts from degrees Celsius: NIST Monograph 175 (ITS-90), below and above 0 °C, and the exponential term above.
BELOW = (
    0.0, 0.394501280250e-1, 0.236223735980e-4, -0.328589067840e-6, -0.499048287770e-8, -0.675090591730e-10,
    -0.574103274280e-12, -0.310888728940e-14, -0.104516093650e-16, -0.198892668780e-19, -0.163226974860e-22,
)
ABOVE = (
    -0.176004136860e-1, 0.389212049750e-1, 0.185587700320e-4, -0.994575928740e-7, 0.318409457190e-9, -0.560728448890e-12,
    0.560750590590e-15, -0.320207200030e-18, 0.971511471520e-22, -0.121047212750e-25,
)
HUMP = (0.118597600000, -0.118343200000e-3, 0.126968600000e3)


def type_k(celsius):
    """Microvolts of a thermocouple whose other end is at 0 °C."""
    powers = BELOW if celsius < 0 else ABOVE
    millivolts = sum(c * celsius**i for i, c in enumerate(powers))
    if celsius >= 0:
        millivolts += HUMP[0] * math.exp(HUMP[1] * (celsius - HUMP[2]) ** 2)
    return 1000.0 * millivolts


def thermocouple(chance):
    yield "voltage (µV)", "temperature (°C)"
    for _ in range(1500):
        celsius = chance.uniform(-200.0, 1300.0)
        yield round(type_k(celsius) + chance.gauss(0.0, 2.0)), f"{celsius:.3f}"


# Counts of an iron-free sensor are `SOFT` times the field, and `HARD` on top.
SOFT = ((1.12, 0.06, -0.03), (0.04, 0.91, 0.05), (-0.02, 0.03, 1.04))
HARD = (830.0, -1240.0, 410.0)


def heading(chance):
    """A sensor that lies within half a degree of level in fields of 36 to 60 µT that dip by 65 degrees; 120 counts are a µT."""
    yield "mx (counts)", "my (counts)", "mz (counts)", "cos heading", "sin heading"
    for _ in range(1500):
        angle, field = chance.uniform(-math.pi, math.pi), 120 * chance.uniform(36, 60)
        level, down = (field * f(math.radians(65)) for f in (math.cos, math.sin))
        pitch, roll = (math.radians(chance.uniform(-0.5, 0.5)) for _ in range(2))
        x, y = level * math.cos(angle), -level * math.sin(angle)
        true = (x - down * pitch, y + down * roll, down + x * pitch - y * roll)
        seen = (sum(a * f for a, f in zip(row, true)) + h for row, h in zip(SOFT, HARD))
        counts = [round(v + chance.gauss(0.0, 8.0)) for v in seen]
        yield *counts, f"{math.cos(angle):.5f}", f"{math.sin(angle):.5f}"


def battery(chance):
    """One cell by Chen and Rincón-Mora; a current that discharges is above 0."""
    yield "voltage (mV)", "current (mA)", "temperature (°C)", "charge (%)"
    for _ in range(2000):
        charge, amperes, celsius = chance.uniform(0.03, 1.0), chance.uniform(-0.8, 1.6), chance.uniform(-10.0, 45.0)
        rest = 3.685 - 1.031 * math.exp(-35 * charge) + charge * (0.2156 - 0.1178 * charge + 0.3201 * charge**2)
        ohms = 0.07446 + 0.1562 * math.exp(-24.37 * charge)
        # Arrhenius, 20 kJ/mol: three times the resistance at -10 °C.
        ohms *= math.exp(20e3 / 8.314 * (1 / (celsius + 273.15) - 1 / 298.15))
        volts = rest - amperes * ohms + chance.gauss(0.0, 0.002)
        yield round(1000 * volts), round(1000 * amperes), f"{celsius:.1f}", f"{100 * charge:.2f}"


def torque(current, speed):
    """The most that a motor gives with a current (A, peak) at a speed (1/min), within 190 V (peak): the best of all current angles."""
    pairs, flux, direct = 4, 0.066, 0.17e-3
    electric, best, least = pairs * speed * math.pi / 30, None, None
    for step in range(0, 181):
        d, q = -current * math.sin(math.radians(step / 2)), current * math.cos(math.radians(step / 2))
        # Iron saturates across the magnets' axis.
        across = 0.20e-3 + 0.22e-3 / (1 + (q / 180) ** 2)
        linked_d, linked_q = flux + direct * d, across * q
        volts, newtons = electric * math.hypot(linked_d, linked_q), 1.5 * pairs * (linked_d * q - linked_q * d)
        if volts <= 190 and (best is None or newtons > best):
            best = newtons
        if least is None or volts < least[0]:
            least = (volts, newtons)
    return least[1] if best is None else best


def motor(chance):
    yield "speed (1/min)", "current (A)", "torque (Nm)"
    for _ in range(2000):
        speed, current = round(chance.uniform(0, 9000)), round(chance.uniform(0, 300), 1)
        yield speed, current, f"{torque(current, speed) + chance.gauss(0.0, 0.3):.2f}"


def wine(_):
    from sklearn.datasets import load_wine

    found = load_wine()
    yield *found.feature_names, "cultivar"
    for row, kind in zip(found.data, found.target):
        yield *(f"{v:g}" for v in row), "ABC"[kind]


def digits(_):
    from sklearn.datasets import load_digits

    found = load_digits()
    yield *(f"r{i // 8}c{i % 8}" for i in range(64)), "digit"
    # The first of 1,797: a file of less than 200 kB.
    for row, kind in zip(found.data[:1250], found.target):
        yield *(f"{v:g}" for v in row), kind


FILES = {
    "thermocouple": ("type_k.csv", thermocouple),
    "heading": ("magnetometer.csv", heading),
    "battery": ("cell.csv", battery),
    "motor": ("torque.csv", motor),
    "wine": ("wine.csv", wine),
    "digits": ("digits.csv", digits),
}


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    names = [a for a in arguments if a != "--check"] or list(FILES)
    if unknown := [n for n in names if n not in FILES]:
        sys.exit(f"there is no example {unknown[0]!r}: use one of {', '.join(FILES)}")
    differ = []
    for name in names:
        file, rows = FILES[name]
        path = EXAMPLES / name / file
        try:
            text = "".join(",".join(map(str, row)) + "\n" for row in rows(random.Random(1)))
        except ImportError:
            print(f"{name}: left alone, scikit-learn is not installed (make crossval puts it into .venv)", file=sys.stderr)
            continue
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            differ.append(str(path.relative_to(EXAMPLES.parent)))
    if differ:
        sys.exit(f"not as this script writes them: {', '.join(differ)}; write them anew without --check, or mend the script")


if __name__ == "__main__":
    main()
