#!/usr/bin/env python3
"""Simulated samples of a thermistor, as examples/thermistor/ntc.csv has them.

A 10 kOhm NTC (beta 3950 K) below a 10 kOhm resistor divides the reference of a 12-bit converter. Each code carries a normal
error of one step. Usage: scripts/sensors.py > examples/thermistor/ntc.csv
"""

import math
import random

R25, BETA, SERIES, STEPS = 10_000.0, 3950.0, 10_000.0, 4095
ROWS, LOW, HIGH = 600, -20.0, 100.0


def code(celsius: float, chance: random.Random) -> int:
    kelvin = celsius + 273.15
    ohms = R25 * math.exp(BETA * (1.0 / kelvin - 1.0 / 298.15))
    exact = STEPS * ohms / (ohms + SERIES)
    return min(max(round(exact + chance.gauss(0.0, 1.0)), 0), STEPS)


def main() -> None:
    chance = random.Random(1)
    print("adc,temperature (°C)")
    for _ in range(ROWS):
        celsius = chance.uniform(LOW, HIGH)
        print(f"{code(celsius, chance)},{celsius:.3f}")


if __name__ == "__main__":
    main()
