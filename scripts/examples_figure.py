"""A picture of what a circuit does on samples held out, from its report.json: errors over targets, or classes found."""

import math
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 44


def text(x, y, words, anchor="start", size=13):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def sheet(width, height, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" fill="#1c2126">'
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#fff"/>', *parts, "</svg>"]) + "\n"


def ticks(low, high):
    """Round values between two others, about five."""
    rough = (high - low) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= 0.7 * rough)
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def scatter(title, across, up, points):
    """Dots over rules at round values."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    reach = max(map(abs, ys)) * 1.05 or 1.0
    low, high = min(xs), max(xs)

    def at(x, y):
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * (x - low) / (high - low), TOP + tall * (reach - y) / (2 * reach)

    parts = [text(10, 22, title, size=15), text(WIDTH - RIGHT, HEIGHT - 6, across, "end"), text(10, TOP - 2, up)]
    for y in ticks(-reach, reach):
        h = at(low, y)[1]
        parts.append(f'<path d="M{LEFT} {h:.1f}H{WIDTH - RIGHT}" stroke="{"#59626d" if y == 0 else "#d8dde3"}"/>')
        parts.append(text(LEFT - 6, h + 4, f"{y:g}", "end"))
    for x in ticks(low, high):
        parts.append(text(at(x, 0)[0], HEIGHT - BOTTOM + 18, f"{x:g}", "middle"))
    places = (at(x, y) for x, y in points)
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places)
    parts.append(f'<path d="{dots}" stroke="#d55e00" stroke-width="4" stroke-linecap="round"/>')
    return sheet(WIDTH, HEIGHT, parts)


def confusion(title, found):
    """A square for each pair of a true class and one found, the darker the more of the true class it holds."""
    names, counts, cell = found["classes"], found["counts"], 36
    side = cell * len(names)
    parts = [text(10, 22, title, size=15), text(60, 48, "found as"), text(10, 48, "true")]
    for i, (name, row) in enumerate(zip(names, counts)):
        parts.append(text(60 + cell * (i + 0.5), 68, name, "middle"))
        parts.append(text(40, 76 + cell * (i + 0.62), name, "middle"))
        for k, n in enumerate(row):
            shade = f"fill-opacity=\"{0.08 + 0.72 * n / max(sum(row), 1):.2f}\"" if n else 'fill-opacity="0.03"'
            colour = "#0072b2" if i == k else "#d55e00"
            parts.append(f'<rect x="{60 + cell * k}" y="{76 + cell * i}" width="{cell - 1}" height="{cell - 1}" fill="{colour}" {shade}/>')
            if n:
                parts.append(text(60 + cell * (k + 0.5), 76 + cell * (i + 0.62), str(n), "middle"))
    return sheet(max(80 + side, 420), 86 + side, parts)


def angles(drawn):
    """Heading and its error in degrees, from cosines and sines."""
    def turn(row):
        return math.degrees(math.atan2(row[1], row[0]))

    pairs = ((turn(t), turn(y)) for t, y in zip(drawn["target"], drawn["integer"]))
    return [(t, (y - t + 180) % 360 - 180) for t, y in pairs]


def figure(report):
    """The picture of a report."""
    held = report["errors"]["held_out"]["integer"]
    if "confusion" in held:
        return confusion(f"{report['name']}: samples held out", held["confusion"])
    drawn, outputs = report["drawn"], report["columns"]["outputs"]
    title = f"{report['name']}: error of the circuit on samples held out"
    if [o["name"] for o in outputs] == ["cos heading", "sin heading"]:
        return scatter(title, "heading, degrees", "error, degrees", angles(drawn))
    points = [(t[0], y[0] - t[0]) for t, y in zip(drawn["target"], drawn["integer"])]
    unit = outputs[0]["unit"]
    return scatter(title, outputs[0]["name"], f"error, {unit}" if unit else "error", points)
